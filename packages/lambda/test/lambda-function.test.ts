import { policyLint, policiesOf, recordProgram, valueOf } from "@slipway/testing";
import { expect } from "chai";
import { LambdaFunction, type LambdaFunctionArgs } from "../src/lambda-function";

const record = (args: Partial<LambdaFunctionArgs> = {}) =>
  recordProgram(() => new LambdaFunction("resize", { bundle: "/bundles/resize", ...args }));

describe("LambdaFunction", () => {
  it("creates a function with role, log group, dead letter queue and alarms, and nothing else", async () => {
    const { resources } = await record();

    expect(resources.map(({ type, name }) => `${type} ${name}`).sort()).to.deep.equal([
      "aws:cloudwatch/logGroup:LogGroup resize-logs",
      "aws:cloudwatch/metricAlarm:MetricAlarm resize-dead-letters-age",
      "aws:cloudwatch/metricAlarm:MetricAlarm resize-dead-letters-depth",
      "aws:cloudwatch/metricAlarm:MetricAlarm resize-errors",
      "aws:cloudwatch/metricAlarm:MetricAlarm resize-throttles",
      "aws:iam/role:Role resize-role",
      "aws:iam/rolePolicy:RolePolicy resize-run",
      "aws:lambda/function:Function resize",
      "aws:sqs/queue:Queue resize-dead-letters",
      "aws:sqs/queuePolicy:QueuePolicy resize-dead-letters-policy",
      "lambda:index:LambdaFunction resize",
    ]);
    for (const { name, parent } of resources.filter(({ type }) => type.startsWith("aws:"))) {
      expect(parent, name).to.match(/::resize$/);
    }
  });

  it("runs the bundle on a current runtime, logs as JSON and keeps what fails", async () => {
    const { resource, result } = await record({ environment: { A: "1" } });

    const { inputs } = resource("resize", "aws:lambda/function:Function");
    expect(inputs).to.deep.include({
      runtime: "nodejs24.x",
      handler: "index.handler",
      timeout: 30,
      memorySize: 256,
      environment: { variables: { A: "1" } },
      loggingConfig: { logFormat: "JSON", logGroup: "resize-logs" },
      deadLetterConfig: { targetArn: await valueOf(result.deadLetterQueueArn) },
    });
    expect(resource("resize-logs").inputs).to.deep.equal({ retentionInDays: 30 });
    expect(resource("resize-dead-letters").inputs).to.deep.include({
      messageRetentionSeconds: 1_209_600,
      sqsManagedSseEnabled: true,
    });
  });

  it("may write its own log and its own dead letters, and what it is granted", async () => {
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    const { resources, resource } = await record({ policy, roleName: "known" });

    expect(policyLint(resources)).to.deep.equal([]);
    const run = policiesOf([resource("resize-run")])[0]?.document.Statement;
    expect(run?.map(({ Action, Resource }) => [Action, Resource])).to.deep.equal([
      [["logs:CreateLogStream", "logs:PutLogEvents"], ["arn:aws:cloudwatch:eu-west-2:123456789012:resize-logs:*"]],
      [["sqs:SendMessage"], ["arn:aws:sqs:eu-west-2:123456789012:resize-dead-letters"]],
    ]);
    expect(resource("resize-grants").inputs).to.deep.equal({ role: "known", policy });
  });

  it("refuses plain text on its queue", async () => {
    const { resource } = await record();

    const [statement] = policiesOf([resource("resize-dead-letters-policy")])[0]?.document.Statement ?? [];
    expect(statement).to.deep.include({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } });
  });

  it("tells the alarm actions when an alarm goes off and when it ends", async () => {
    const { ofType } = await record({ alarmActions: ["arn:aws:sns:eu-west-2:123456789012:on-call"] });

    for (const { inputs } of ofType("aws:cloudwatch/metricAlarm:MetricAlarm")) {
      expect(inputs["alarmActions"]).to.deep.equal(["arn:aws:sns:eu-west-2:123456789012:on-call"]);
      expect(inputs["okActions"]).to.deep.equal(inputs["alarmActions"]);
    }
  });

  it("takes a bundle's layers, its architecture and room on disk", async () => {
    const layer = "arn:aws:lambda:eu-west-2:123456789012:layer:git:3";
    const { resource } = await record({ layerArns: [layer], architecture: "arm64", ephemeralStorageMegabytes: 2048 });

    expect(resource("resize", "aws:lambda/function:Function").inputs).to.deep.include({
      layers: [layer],
      architectures: ["arm64"],
      ephemeralStorage: { size: 2048 },
    });
  });

  it("runs a container image in place of a bundle", async () => {
    const imageUri = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/resize@sha256:0";
    const { resource } = await recordProgram(
      () => new LambdaFunction("resize", { imageUri, imageCommand: "resize/index.handler" }),
    );

    const { inputs } = resource("resize", "aws:lambda/function:Function");
    expect(inputs).to.deep.include({
      packageType: "Image",
      imageUri,
      imageConfig: { commands: ["resize/index.handler"] },
    });
    expect(inputs).not.to.have.any.keys("code", "handler", "runtime");
  });

  it("goes into a network with the rights that takes", async () => {
    const { resource } = await record({ subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] });

    expect(resource("resize", "aws:lambda/function:Function").inputs["vpcConfig"]).to.deep.equal({
      subnetIds: ["subnet-1"],
      securityGroupIds: ["sg-1"],
    });
    expect(resource("resize-network").inputs["policyArn"]).to.equal(
      "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
    );
  });

  const refused: readonly [Partial<LambdaFunctionArgs>, string][] = [
    [{ bundle: "dist/resize" }, "[bundle] dist/resize is not absolute"],
    [{ imageUri: "image" }, "[bundle] is given, and so is imageUri"],
    [{ subnetIds: ["subnet-1"] }, "[securityGroupIds] is not given, but subnetIds is"],
    [{ imageCommand: "run" }, "[imageCommand] is given, but imageUri is not"],
  ];
  for (const [changes, message] of refused) {
    it(`refuses ${JSON.stringify(changes)}, naming the argument`, async () => {
      const failure = await record(changes).then(
        () => "none",
        (error: Error) => error.message,
      );

      expect(failure).to.equal(message);
    });
  }
});
