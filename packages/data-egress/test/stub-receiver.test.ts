import { policiesOf, policyLint, recordProgram } from "@slipway/testing";
import { expect } from "chai";
import { StubReceiver, type StubReceiverArgs } from "../src/stub-receiver";

const SECRET = "arn:aws:secretsmanager:eu-west-2:123456789012:secret";

const args: StubReceiverArgs = {
  clusterArn: "arn:aws:ecs:eu-west-2:123456789012:cluster/c",
  subnetIds: ["subnet-1"],
  securityGroupIds: ["sg-1"],
  image: "123456789012.dkr.ecr.eu-west-2.amazonaws.com/egress/receiver:1",
  certificateSecret: `${SECRET}:certificate-AbCdEf`,
  privateKeySecret: `${SECRET}:key-AbCdEf`,
  trustSecret: `${SECRET}:trust-AbCdEf`,
};

const record = (changes: Partial<StubReceiverArgs> = {}) =>
  recordProgram(() => new StubReceiver("recipient", { ...args, ...changes }), {
    outputs: {
      "awsx:ecs:FargateService": () => ({ service: { name: "recipient-1234567" } }),
      "aws:s3/bucket:Bucket": (name) => ({ bucket: `${name}-id` }),
    },
  });

interface Container {
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly portMappings: readonly object[];
}

const serviceOf = async (changes: Partial<StubReceiverArgs> = {}) => {
  const { resource } = await record(changes);
  const { inputs } = resource("recipient", "awsx:ecs:FargateService");
  const { containers } = inputs["taskDefinitionArgs"] as { containers: { receiver: Container } };
  return { inputs, container: containers.receiver };
};

describe("StubReceiver", function () {
  this.timeout(20_000);

  it("creates a bucket, roles, a log and a service, and nothing else", async () => {
    const { resources } = await record();

    const own = resources.filter(({ parent }) => parent.endsWith("::recipient"));
    expect(own.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`).sort()).to.deep.equal([
      "Bucket recipient-bucket",
      "FargateService recipient",
      "LogGroup recipient-log",
      "Role recipient-execution",
      "Role recipient-task",
      "RolePolicy recipient-execution-policy",
      "RolePolicy recipient-task-policy",
    ]);
    expect(policyLint(resources)).to.deep.equal([]);
  });

  it("may only put files into its bucket, and look at them", async () => {
    const { resource } = await record();
    const [policy] = policiesOf([resource("recipient-task-policy")]);
    const [statement, ...others] = policy?.document.Statement ?? [];

    expect(others).to.deep.equal([]);
    expect(statement?.Action).to.deep.equal(["s3:PutObject", "s3:AbortMultipartUpload", "s3:GetObject"]);
    expect(statement?.Resource?.[0]).to.match(/recipient-bucket.*\/received\/\*$/);
  });

  it("tells its container what it needs: secrets by reference only", async () => {
    const { container } = await serviceOf({
      clients: ["sft-agent", "other"],
      paths: ["/DA", "/internal/team/inbound"],
    });

    expect(Object.fromEntries(container.environment.map(({ name, value }) => [name, value]))).to.deep.equal({
      SLIPWAY_RECEIVER_BUCKET: "recipient-bucket-id",
      SLIPWAY_RECEIVER_BUCKET_OWNER: "123456789012",
      SLIPWAY_RECEIVER_PREFIX: "received/",
      SLIPWAY_RECEIVER_PORT: "8091",
      SLIPWAY_RECEIVER_PATHS: "/DA,/internal/team/inbound",
      SLIPWAY_RECEIVER_CLIENTS: "sft-agent,other",
    });
    expect(container.secrets).to.deep.equal([
      { name: "SFT_AGENT_CERTIFICATE", valueFrom: args.certificateSecret },
      { name: "SFT_AGENT_PRIVATE_KEY", valueFrom: args.privateKeySecret },
      { name: "SFT_AGENT_TRUST", valueFrom: args.trustSecret },
    ]);
    expect(container.portMappings).to.deep.equal([{ containerPort: 8091 }]);
  });

  it("is reached through a load balancer or by a name where they are given", async () => {
    const targetGroupArn = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:targetgroup/t/1";
    const serviceRegistryArn = "arn:aws:servicediscovery:eu-west-2:123456789012:service/srv-1";
    const { inputs } = await serviceOf({ targetGroupArn, serviceRegistryArn });

    expect(inputs["loadBalancers"]).to.deep.equal([{ targetGroupArn, containerName: "receiver", containerPort: 8091 }]);
    expect(inputs["serviceRegistries"]).to.deep.equal({ registryArn: serviceRegistryArn });
  });

  const refused: Readonly<Record<string, Partial<StubReceiverArgs>>> = {
    "[port] 0 is no port": { port: 0 },
    "[listenAdress] unknown field; did you mean listenAddress?": { listenAdress: "127.0.0.1" } as object,
    "[keepDays] 1.5 is no whole number from 1 to 3650": { keepDays: 1.5 },
    '[paths] "DA" is no path': { paths: ["DA"] },
    '[paths] "/../x" is no path': { paths: ["/../x"] },
    "[clients] has a name that no certificate can have, or none": { clients: ["a,b"] },
    "[privateKeySecret] is not given, and no keystoreSecret either": { privateKeySecret: undefined },
    "[keystoreSecret] is empty": { keystoreSecret: null } as object,
    "[listenAddress] is of type number, not text": { listenAddress: 127 } as object,
    "[privateKeySecret] is no ARN of a secret or of an SSM parameter": {
      privateKeySecret: "-----BEGIN PRIVATE KEY-----",
    },
    "[trustSecret] is not given, and no truststoreSecret either": { trustSecret: undefined },
  };
  for (const [line, changes] of Object.entries(refused)) {
    it(`refuses: ${line}`, async () => {
      const message = await record(changes).then(
        () => "none",
        (error: Error) => error.message,
      );

      expect(message).to.include(line);
    });
  }
});
