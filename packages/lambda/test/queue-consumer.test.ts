import { policiesOf, policyLint, recordProgram, valueOf } from "@slipway/testing";
import { expect } from "chai";
import { QueueConsumer, type QueueConsumerArgs } from "../src/queue-consumer";

const TOPIC = "arn:aws:sns:eu-west-2:111111111111:orders";

const record = (args: Partial<QueueConsumerArgs> = {}) =>
  recordProgram(() => new QueueConsumer("orders", { bundle: "/bundles/orders", ...args }));

const statementsOf = (resource: Parameters<typeof policiesOf>[0][number]) =>
  policiesOf([resource])[0]?.document.Statement ?? [];

describe("QueueConsumer", () => {
  it("creates a queue, dead letters, a function and the mapping between them, and nothing else", async () => {
    const { resources } = await record();

    expect(resources.map(({ type, name }) => `${type} ${name}`).sort()).to.deep.equal([
      "aws:cloudwatch/logGroup:LogGroup orders-function-logs",
      "aws:cloudwatch/metricAlarm:MetricAlarm orders-backlog",
      "aws:cloudwatch/metricAlarm:MetricAlarm orders-dead-letters-age",
      "aws:cloudwatch/metricAlarm:MetricAlarm orders-dead-letters-depth",
      "aws:cloudwatch/metricAlarm:MetricAlarm orders-function-errors",
      "aws:cloudwatch/metricAlarm:MetricAlarm orders-function-throttles",
      "aws:iam/role:Role orders-function-role",
      "aws:iam/rolePolicy:RolePolicy orders-consume",
      "aws:iam/rolePolicy:RolePolicy orders-function-run",
      "aws:lambda/eventSourceMapping:EventSourceMapping orders-mapping",
      "aws:lambda/function:Function orders-function",
      "aws:sqs/queue:Queue orders-dead-letters",
      "aws:sqs/queue:Queue orders-queue",
      "aws:sqs/queuePolicy:QueuePolicy orders-dead-letters-policy",
      "aws:sqs/queuePolicy:QueuePolicy orders-queue-policy",
      "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy orders-dead-letters-redrive",
      "lambda:index:LambdaFunction orders-function",
      "lambda:index:QueueConsumer orders",
    ]);
  });

  it("keeps a message hidden for six timeouts and the batching window, then gives it up", async () => {
    const { resource, result } = await record({ timeoutSeconds: 60, batchSize: 100, maxReceives: 3 });

    expect(resource("orders-queue").inputs).to.deep.include({
      sqsManagedSseEnabled: true,
      visibilityTimeoutSeconds: 361,
    });
    expect(JSON.parse(String(resource("orders-queue").inputs["redrivePolicy"]))).to.deep.equal({
      deadLetterTargetArn: await valueOf(result.deadLetterQueueArn),
      maxReceiveCount: 3,
    });
    expect(resource("orders-dead-letters").inputs).to.deep.include({
      messageRetentionSeconds: 1_209_600,
      sqsManagedSseEnabled: true,
    });
    expect(JSON.parse(String(resource("orders-dead-letters-redrive").inputs["redriveAllowPolicy"]))).to.deep.equal({
      redrivePermission: "byQueue",
      sourceQueueArns: [await valueOf(result.queueArn)],
    });
  });

  it("has failed messages received again without those that went well", async () => {
    const { resource, result } = await record({ batchSize: 100, maxConcurrency: 4 });

    expect(resource("orders-mapping").inputs).to.deep.equal({
      eventSourceArn: await valueOf(result.queueArn),
      functionName: await valueOf(result.functionName),
      batchSize: 100,
      maximumBatchingWindowInSeconds: 1,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 4 },
    });
  });

  it("lets its function consume its own queue", async () => {
    const { resource, result } = await record({ roleName: "known" });

    expect(resource("orders-consume").inputs["role"]).to.equal("known");
    expect(statementsOf(resource("orders-consume"))).to.deep.equal([
      {
        Sid: "ConsumeQueue",
        Effect: "Allow",
        Action: ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
        Resource: [await valueOf(result.queueArn)],
      },
    ]);
  });

  it("takes messages of the named topics only, over TLS only", async () => {
    const { resources, resource, result } = await record({ topicArns: [TOPIC] });
    const closed = await record();

    const [refusal, receive] = statementsOf(resource("orders-queue-policy"));
    expect(refusal).to.deep.include({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } });
    expect(receive).to.deep.equal({
      Sid: "ReceiveFromTopics",
      Effect: "Allow",
      Principal: { Service: ["sns.amazonaws.com"] },
      Action: ["sqs:SendMessage"],
      Resource: [await valueOf(result.queueArn)],
      Condition: { ArnEquals: { "aws:SourceArn": [TOPIC] }, StringEquals: { "aws:SourceAccount": ["111111111111"] } },
    });
    expect(policyLint(resources)).to.deep.equal([]);
    expect(statementsOf(closed.resource("orders-queue-policy")).map(({ Sid }) => Sid)).to.deep.equal([
      "RefusePlainText",
    ]);
  });

  it("tells when messages wait and when they were given up", async () => {
    const alarmActions = ["arn:aws:sns:eu-west-2:123456789012:on-call"];
    const { ofType, resource } = await record({ alarmActions, backlogMinutes: 20 });

    expect(resource("orders-backlog").inputs).to.deep.include({
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: "orders-queue" },
      threshold: 1200,
    });
    for (const { inputs } of ofType("aws:cloudwatch/metricAlarm:MetricAlarm")) {
      expect(inputs["alarmActions"]).to.deep.equal(alarmActions);
    }
  });

  const refused: readonly Partial<QueueConsumerArgs>[] = [
    { batchSize: 0 },
    { batchingWindowSeconds: 301 },
    { maxReceives: 1.5 },
    { maxConcurrency: 1 },
    { backlogMinutes: Number.NaN },
  ];
  for (const args of refused) {
    const [field = ""] = Object.keys(args);
    it(`refuses a ${field} out of range, naming it`, async () => {
      const failure = await record(args).then(
        () => "none",
        (error: Error) => error.message,
      );

      expect(failure).to.include(`[${field}]`);
    });
  }
});
