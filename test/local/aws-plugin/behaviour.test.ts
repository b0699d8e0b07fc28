import { IAMClient, AttachRolePolicyCommand, CreateRoleCommand } from "@aws-sdk/client-iam";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { PutParameterCommand, GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AnyResource, inlineStack, outputsOf, recordOperations, removeStack, deployed } from "./stack";
import { code, containers, policy, trust } from "./world";

const PARAMETER = "aws:ssm/parameter:Parameter";

/** What a failing deployment says. */
async function failureOf(operation: Promise<unknown>): Promise<string> {
  return operation.then(
    () => expect.fail("the deployment succeeded"),
    (error: unknown) => String(error),
  );
}

describe("stand-in aws provider: behaviour", function () {
  this.timeout(180_000);
  const stacks: Stack[] = [];

  const open = async (name: string, program: PulumiFn, config: Record<string, string> = {}): Promise<Stack> => {
    const stack = await inlineStack(name, program, config);
    stacks.push(stack);
    return stack;
  };

  after(async () => {
    for (const stack of stacks) await removeStack(stack);
  });

  it("refuses an unknown resource type by name", async () => {
    const stack = await inlineStack("unknown-type", async () => {
      new AnyResource("aws:sagemaker/domain:Domain", "unknown", {});
    });

    expect(await failureOf(stack.preview())).to.include("does not know resource type `aws:sagemaker/domain:Domain`");
  });

  it("refuses unknown inputs by name, nested ones too", async () => {
    const stack = await inlineStack("unknown-input", async () => {
      new AnyResource("aws:dynamodb/table:Table", "unknown", {
        colour: "blue",
        hashKey: "id",
        attributes: [{ name: "id", type: "S" }],
        ttl: { enabled: true, attributeName: "expires", shape: "round" },
      });
    });

    const failure = await failureOf(stack.preview());

    expect(failure).to.include("does not know input `colour` of aws:dynamodb/table:Table");
    expect(failure).to.include("does not know input `ttl.shape` of aws:dynamodb/table:Table");
  });

  it("refuses an unknown function and an unknown provider option by name", async () => {
    const unknownFunction = await inlineStack("unknown-function", async () => {
      await pulumi.runtime.invoke("aws:ec2/getAmi:getAmi", {});
    });
    const unknownOption = await inlineStack("unknown-option", async () => {}, { "aws:profile": "mine" });
    unknownOption.workspace.program = async () => {
      new AnyResource(PARAMETER, "any", { type: "String", value: "any" });
    };

    expect(await failureOf(unknownFunction.preview())).to.include("does not know function `aws:ec2/getAmi:getAmi`");
    expect(await failureOf(unknownOption.preview())).to.include("does not know provider option `profile`");
  });

  it("refuses an endpoint that is not on this machine", async () => {
    const endpoints = JSON.stringify([{ ssm: "https://ssm.eu-west-2.amazonaws.com" }]);
    const program = async (): Promise<void> => {
      new AnyResource(PARAMETER, "elsewhere", { type: "String", value: "any" });
    };
    const stack = await open("elsewhere", program, { "aws:endpoints": endpoints });

    expect(await failureOf(stack.up())).to.include(
      "talks to loopback only, and refuses https://ssm.eu-west-2.amazonaws.com",
    );
  });

  it("makes a function from a container image, changes its image in place and replaces it for a bundle", async () => {
    let args: pulumi.Inputs = {
      packageType: "Image",
      imageUri: "example.invalid/worker:1",
      imageConfig: { commands: ["work.handler"] },
    };
    const stack = await open("image", async () => {
      const role = new AnyResource("aws:iam/role:Role", "r", { assumeRolePolicy: trust("lambda.amazonaws.com") }, [
        "arn",
      ]);
      new AnyResource("aws:lambda/function:Function", "worker", { role: role.output("arn"), ...args });
    });
    const deploy = async (): Promise<ReadonlySet<string> | undefined> => {
      const { onEvent, operations } = recordOperations();
      await stack.up({ onEvent });
      await stack.refresh({ expectNoChanges: true });
      await stack.preview({ expectNoChanges: true });
      return operations.get("worker");
    };

    await deploy();
    args = { ...args, imageUri: "example.invalid/worker:2", imageConfig: { commands: ["other.handler"] } };
    const changed = await deploy();
    args = { runtime: "nodejs20.x", handler: "index.handler", code: code("1") };
    const replaced = await deploy();

    expect([...(changed ?? [])]).to.deep.equal(["update"]);
    expect([...(replaced ?? [])]).to.include("replace");
  });

  it("puts a function into a network, by a role with one of AWS's own policies", async () => {
    const stack = await open("network", async () => {
      const role = new AnyResource("aws:iam/role:Role", "r", { assumeRolePolicy: trust("lambda.amazonaws.com") }, [
        "arn",
      ]);
      new AnyResource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "n", {
        role: role.id,
        policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
      });
      const vpc = new AnyResource("aws:ec2/vpc:Vpc", "n", { cidrBlock: "10.20.0.0/16" });
      const subnet = new AnyResource("aws:ec2/subnet:Subnet", "n", { vpcId: vpc.id, cidrBlock: "10.20.1.0/24" });
      const group = new AnyResource("aws:ec2/securityGroup:SecurityGroup", "n", { vpcId: vpc.id });
      new AnyResource("aws:lambda/function:Function", "n", {
        role: role.output("arn"),
        runtime: "nodejs20.x",
        handler: "index.handler",
        code: code("1"),
        vpcConfig: { subnetIds: [subnet.id], securityGroupIds: [group.id] },
      });
    });

    await stack.up();
    await stack.refresh({ expectNoChanges: true });
    await stack.preview({ expectNoChanges: true });
  });

  it("previews a program whose values are not known yet", async () => {
    const stack = await open("unknowns", async () => {
      const role = new AnyResource("aws:iam/role:Role", "r", { assumeRolePolicy: trust("lambda.amazonaws.com") }, [
        "arn",
      ]);
      const queue = new AnyResource("aws:sqs/queue:Queue", "q", {}, ["arn"]);
      const fn = new AnyResource("aws:lambda/function:Function", "f", {
        role: role.output("arn"),
        runtime: "nodejs20.x",
        handler: "index.handler",
        code: code("1"),
        environment: { variables: { QUEUE: queue.id } },
      });
      new AnyResource("aws:iam/rolePolicy:RolePolicy", "p", {
        role: role.id,
        policy: queue.output("arn").apply((arn) => policy({ Action: "sqs:SendMessage", Resource: arn })),
      });
      return { name: fn.id };
    });

    const { changeSummary } = await stack.preview();

    expect(changeSummary).to.deep.equal({ create: 5 });
  });

  it("keeps secrets out of the state in the open", async () => {
    const name = "secrets";
    const stack = await open(name, async () => {
      const value = pulumi.secret("open-sesame");
      const role = new AnyResource("aws:iam/role:Role", "r", { assumeRolePolicy: trust("lambda.amazonaws.com") }, [
        "arn",
      ]);
      new AnyResource(PARAMETER, "secret", { type: "SecureString", value });
      new AnyResource("aws:lambda/function:Function", "secret", {
        role: role.output("arn"),
        runtime: "nodejs20.x",
        handler: "index.handler",
        code: code("1"),
        environment: { variables: { TOKEN: value } },
      });
    });
    const backend = fileURLToPath(String(process.env["PULUMI_BACKEND_URL"]));
    const state = (): string => readFileSync(join(backend, ".pulumi", "stacks", "aws-plugin", `${name}.json`), "utf8");

    await stack.up();
    const afterUp = state();
    await stack.refresh();

    expect(afterUp).to.include("ciphertext").and.not.include("open-sesame");
    expect(state()).to.include("ciphertext").and.not.include("open-sesame");
  });

  it("records a resource that was created but not finished, and goes on with it", async () => {
    let retentionInDays = 8; // AWS knows no such retention and says so once the group exists.
    const stack = await open("partial", async () => {
      new AnyResource("aws:cloudwatch/logGroup:LogGroup", "partial", { retentionInDays });
    });
    const groups = async (): Promise<(number | undefined)[]> => {
      const request = new DescribeLogGroupsCommand({ logGroupNamePrefix: "partial-" });
      const { logGroups = [] } = await new CloudWatchLogsClient({}).send(request);
      return logGroups.map((group) => group.retentionInDays);
    };

    const failure = await failureOf(stack.up());
    const left = await groups();
    retentionInDays = 7;
    const { onEvent, operations } = recordOperations();
    await stack.up({ onEvent });
    const mended = await groups();
    await stack.destroy();

    expect(failure).to.include("Invalid retentionInDays value: 8");
    expect(left).to.deep.equal([undefined]);
    expect([...(operations.get("partial") ?? [])]).to.deep.equal(["update"]);
    expect(mended).to.deep.equal([7]);
    expect(await groups()).to.deep.equal([]);
  });

  it("waits for a service to be steady, and says why it is not", async () => {
    const stack = await open("unsteady", async () => {
      const cluster = new AnyResource("aws:ecs/cluster:Cluster", "unsteady", {});
      const definition = { family: "unsteady", containerDefinitions: containers("1") };
      const task = new AnyResource("aws:ecs/taskDefinition:TaskDefinition", "unsteady", definition, ["arn"]);
      const args = {
        cluster: cluster.id,
        taskDefinition: task.output("arn"),
        desiredCount: 1,
        launchType: "FARGATE",
        waitForSteadyState: true,
      };
      new AnyResource("aws:ecs/service:Service", "unsteady", args, [], { customTimeouts: { create: "5s" } });
    });

    const failure = await failureOf(stack.up());

    expect(failure).to.match(
      /service \S+unsteady-[0-9a-f]{7} did not settle in 5 s: 0 of 1 tasks run, 1 deployments: \S+/,
    );
  });

  it("sees drift in a refresh and repairs it", async () => {
    const name = "/behaviour/drift";
    const stack = await open("drift", async () => {
      const parameter = new AnyResource(PARAMETER, "drift", { name, type: "String", value: "wanted" }, ["value"]);
      return { value: parameter.output("value") };
    });
    const ssm = new SSMClient({});
    await stack.up();
    const outputs = await outputsOf(stack);
    await ssm.send(new PutParameterCommand({ Name: name, Value: "drifted", Overwrite: true }));

    const [refreshed, repaired] = [recordOperations(), recordOperations()];
    await stack.refresh({ onEvent: refreshed.onEvent });
    await stack.up({ onEvent: repaired.onEvent });

    expect(outputs["value"]).to.deep.equal({ value: "wanted", secret: true });
    expect(refreshed.operations.get("drift")).to.deep.equal(new Set(["refresh"]));
    expect(repaired.operations.get("drift")).to.deep.equal(new Set(["update"]));
    expect((await ssm.send(new GetParameterCommand({ Name: name }))).Parameter?.Value).to.equal("wanted");
  });

  it("deploys to another account and region, with the provider's default tags", async () => {
    const account = "222222222222";
    const iam = new IAMClient({ credentials: { accessKeyId: account, secretAccessKey: "any" } });
    const RoleName = "behaviour-deployer";
    const AssumeRolePolicyDocument = policy({
      Action: "sts:AssumeRole",
      Principal: { AWS: "arn:aws:iam::000000000000:root" },
    });
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    const config = {
      "aws:assumeRoles": JSON.stringify([{ roleArn: `arn:aws:iam::${account}:role/${RoleName}` }]),
      "aws:defaultTags": JSON.stringify({ tags: { owner: "slipway", kind: "default" } }),
    };
    const stack = await open(
      "elsewhere-account",
      async () => {
        const args = { region: "us-east-1", type: "String", value: "any", tags: { kind: "own" } };
        const parameter = new AnyResource(PARAMETER, "there", args, ["arn", "tagsAll"]);
        const identity = await pulumi.runtime.invoke("aws:index/getCallerIdentity:getCallerIdentity", {});
        return {
          arn: parameter.output("arn"),
          tags: pulumi.jsonStringify(parameter.raw("tagsAll")),
          account: identity.accountId,
        };
      },
      config,
    );

    const outputs = await deployed(stack);

    expect(outputs["account"]?.value).to.equal(account);
    expect(outputs["arn"]?.value).to.match(/^arn:aws:ssm:us-east-1:222222222222:parameter\/there-[0-9a-f]{7}$/);
    expect(JSON.parse(outputs["tags"]?.value)).to.deep.equal({ owner: "slipway", kind: "own" });
    await stack.preview({ expectNoChanges: true });
  });

  it("answers the functions that programs ask", async () => {
    const stack = await open("functions", async () => {
      const vpc = new AnyResource("aws:ec2/vpc:Vpc", "asked", { cidrBlock: "10.30.0.0/16" });
      const subnet = new AnyResource("aws:ec2/subnet:Subnet", "asked", { vpcId: vpc.id, cidrBlock: "10.30.1.0/24" });
      const names = [..."abcdefghijkl"];
      const parameters = names.map(
        (name) => new AnyResource(PARAMETER, name, { name: `/behaviour/path/${name}`, type: "String", value: name }),
      );
      const all = pulumi.all(parameters.map(({ id }) => id));
      const ask = (token: string, args: pulumi.Inputs) =>
        pulumi.runtime.invokeOutput<Record<string, unknown>>(token, args);
      return {
        byPath: all.apply(() => ask("aws:ssm/getParametersByPath:getParametersByPath", { path: "/behaviour/path" })),
        one: all.apply(() => ask("aws:ssm/getParameter:getParameter", { name: "/behaviour/path/a" })),
        region: ask("aws:index/getRegion:getRegion", {}),
        partition: ask("aws:index/getPartition:getPartition", {}),
        vpc: ask("aws:ec2/getVpc:getVpc", { id: vpc.id }),
        subnets: subnet.id.apply(() =>
          ask("aws:ec2/getSubnets:getSubnets", { filters: [{ name: "vpc-id", values: [vpc.id] }] }),
        ),
        document: ask("aws:iam/getPolicyDocument:getPolicyDocument", {
          statements: [{ actions: ["s3:GetObject"], resources: ["*"] }],
        }),
      };
    });

    await stack.up();
    const outputs = await outputsOf(stack);

    expect(outputs["byPath"]).to.have.property("secret", true);
    expect(outputs["byPath"]?.value.values).to.have.length(12);
    expect(outputs["one"]?.value).to.include({ value: "a", insecureValue: "a", type: "String" });
    expect(outputs["region"]?.value).to.include({ name: "eu-west-2", region: "eu-west-2" });
    expect(outputs["partition"]?.value).to.include({ partition: "aws", dnsSuffix: "amazonaws.com" });
    expect(outputs["vpc"]?.value).to.include({ cidrBlock: "10.30.0.0/16" });
    expect(outputs["subnets"]?.value.ids).to.have.length(1);
    expect(JSON.parse(outputs["document"]?.value.json).Statement).to.deep.equal([
      { Effect: "Allow", Action: "s3:GetObject", Resource: "*" },
    ]);
  });
});
