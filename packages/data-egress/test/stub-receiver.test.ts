import { policyLint, recordProgram, valueOf } from "@slipway/testing";
import type { PolicyDocument } from "@slipway/core";
import { expect } from "chai";
import { StubReceiver, type StubReceiverArgs } from "../src/stub-receiver";

const secret = (name: string) => `arn:aws:secretsmanager:eu-west-2:123456789012:secret:${name}`;
const args: StubReceiverArgs = {
  clusterArn: "arn:aws:ecs:eu-west-2:123456789012:cluster/demo",
  subnetIds: ["subnet-1"],
  securityGroupIds: ["sg-1"],
  image: "123456789012.dkr.ecr.eu-west-2.amazonaws.com/receiver:1",
  certificateSecret: secret("certificate"),
  privateKeySecret: secret("key"),
  trustSecret: secret("trust"),
};
const outputs = {
  "awsx:ecs:FargateService": (name: string) => ({ service: { name: `${name}-service` } }),
  "aws:s3/bucket:Bucket": (name: string) => ({ bucket: name, arn: `arn:aws:s3:::${name}` }),
  "aws:cloudwatch/logGroup:LogGroup": (name: string) => ({
    name,
    arn: `arn:aws:logs:eu-west-2:123456789012:log-group:${name}`,
  }),
};
const record = (more: Partial<StubReceiverArgs> = {}) =>
  recordProgram(() => new StubReceiver("stub", { ...args, ...more }), { outputs });

/** What is asked of a container's definition here. */
interface ContainerInputs {
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
}

describe("StubReceiver", () => {
  it("keeps what it gets in a bucket of its own account, and may do no more than that", async () => {
    const { result, resource, resources } = await record({ clients: ["agent", "other"] });

    const { taskDefinitionArgs } = resource("stub", "awsx:ecs:FargateService").inputs as {
      taskDefinitionArgs: { container: ContainerInputs };
    };
    const { environment, secrets } = taskDefinitionArgs.container;
    expect(Object.fromEntries(environment.map(({ name, value }) => [name, value]))).to.deep.equal({
      SLIPWAY_RECEIVER_BUCKET: "stub-bucket",
      SLIPWAY_RECEIVER_BUCKET_OWNER: "123456789012",
      SLIPWAY_RECEIVER_PORT: "8091",
      SLIPWAY_RECEIVER_CLIENTS: "agent,other",
    });
    expect(secrets.map(({ valueFrom }) => valueFrom)).to.deep.equal(["certificate", "key", "trust"].map(secret));
    const { Statement } = JSON.parse(String(resource("stub-task-policy").inputs["policy"])) as PolicyDocument;
    expect(Statement.map(({ Action, Resource }) => ({ Action, Resource }))).to.deep.equal([
      { Action: ["s3:PutObject", "s3:AbortMultipartUpload"], Resource: ["arn:aws:s3:::stub-bucket/*"] },
    ]);
    expect(policyLint(resources)).to.deep.equal([]);
    expect(await valueOf(result.bucketName)).to.equal("stub-bucket");
  });

  it("stands behind a load balancer where it is given a target group", async () => {
    const targetGroupArn = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:targetgroup/stub/1";
    const [alone, behind] = await Promise.all([record(), record({ targetGroupArn, port: 9000 })]);

    const balancers = ({ resource }: typeof alone) =>
      resource("stub", "awsx:ecs:FargateService").inputs["loadBalancers"] as unknown;
    expect(balancers(alone)).to.equal(undefined);
    expect(balancers(behind)).to.deep.equal([{ targetGroupArn, containerName: "receiver", containerPort: 9000 }]);
  });
});
