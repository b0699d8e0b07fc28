import { ListRolesCommand, IAMClient } from "@aws-sdk/client-iam";
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { LOCAL_REGION } from "@slipway/local";
import { expect } from "chai";
import { inlineStack, refreshChanges, removeStack, deployed } from "../aws-plugin/stack";
import { answerOf, EcsStage, PORT } from "../task-runner/support/ecs-stage";

const credentials = { accessKeyId: EcsStage.account, secretAccessKey: "local" };

describe("the awsx stand-in", function () {
  this.timeout(120_000);
  const stage = new EcsStage();
  let stack: Stack | undefined;

  /** A service as another team would write it, in an account that only the given provider reaches. */
  const shop =
    (image: string, more: Partial<awsx.ecs.FargateServiceArgs> = {}): PulumiFn =>
    async () => {
      const { accessKeyId: accessKey, secretAccessKey: secretKey } = credentials;
      const provider = new aws.Provider("account", { region: LOCAL_REGION, accessKey, secretKey });
      const { service, taskDefinition } = new awsx.ecs.FargateService(
        "shop",
        {
          cluster: stage.name,
          name: "web",
          networkConfiguration: { subnets: ["subnet-1"] },
          deploymentCircuitBreaker: { enable: true, rollback: true },
          taskDefinitionArgs: {
            family: stage.name,
            logGroup: { args: { retentionInDays: 7 } },
            container: {
              name: "web",
              image,
              essential: true,
              portMappings: [{ containerPort: PORT }],
              environment: [{ name: "PORT", value: String(PORT) }],
            },
          },
          ...more,
        },
        { providers: { aws: provider } },
      );
      return { service: service.id, family: taskDefinition.apply((one) => one?.family) };
    };

  before(() => stage.open());
  after(async () => {
    if (stack) await removeStack(stack);
    await stage.close();
  });

  it("builds a running service with the names and parents that awsx gives", async () => {
    const { uri } = await stage.publish("1", { SERVICE: "shop", VERSION: "1" });
    stack = await inlineStack(`awsx-${stage.name}`, shop(uri));
    const outputs = await deployed(stack);
    expect(outputs["family"]?.value).to.equal(stage.name);
    expect(outputs["service"]?.value).to.include(`:${EcsStage.account}:service/${stage.name}/web`);

    const { deployment } = await stack.exportStack();
    const urns = (deployment as { resources: { urn: string }[] }).resources.map(({ urn }) => urn);
    const made = urns.flatMap((urn) => /::(awsx:.*)$/.exec(urn)?.[1] ?? []);
    const definition = "awsx:ecs:FargateService$awsx:ecs:FargateTaskDefinition";
    expect(made).to.have.members([
      "awsx:ecs:FargateService::shop",
      `${definition}::shop`,
      `${definition}$aws:cloudwatch/logGroup:LogGroup::shop`,
      `${definition}$aws:iam/role:Role::shop-task`,
      `${definition}$aws:iam/role:Role::shop-execution`,
      `${definition}$aws:iam/rolePolicyAttachment:RolePolicyAttachment::shop-execution-9a42f520`,
      `${definition}$aws:ecs/taskDefinition:TaskDefinition::shop`,
      "awsx:ecs:FargateService$aws:ecs/service:Service::shop",
    ]);

    const [task] = await stage.tasks();
    expect(await answerOf(task)).to.deep.equal({ service: "shop", version: "1" });
  });

  it("sees nothing to change after up and after refresh", async () => {
    const changes = (await stack?.preview())?.changeSummary;
    expect(changes).to.have.all.keys("same");
    const refreshed = stack && (await refreshChanges(stack));
    expect(refreshed).to.have.all.keys("same");
  });

  it("rolls a new image out and waits until it runs", async () => {
    const { uri } = await stage.publish("2", { SERVICE: "shop", VERSION: "2" });
    if (stack) stack.workspace.program = shop(uri);
    await stack?.up();
    expect(await Promise.all((await stage.tasks()).map(answerOf))).to.deep.equal([{ service: "shop", version: "2" }]);
  });

  it("refuses an input that it does not know, naming it", async () => {
    const args: Partial<awsx.ecs.FargateServiceArgs> = { assignPublicIp: true };
    if (stack) stack.workspace.program = shop("none", args);
    const failure = await stack?.preview().catch((error: unknown) => String(error));
    expect(failure).to.include("does not know input `assignPublicIp` of awsx:ecs:FargateService");
  });

  it("refuses to open a default network, naming the input that is missing", async () => {
    if (stack) stack.workspace.program = shop("none", { networkConfiguration: undefined });
    expect(await stack?.preview().catch((error: unknown) => String(error))).to.include("[networkConfiguration]");
  });

  it("leaves nothing behind when it is destroyed", async () => {
    await stack?.destroy();
    const iam = new IAMClient({ endpoint: process.env["AWS_ENDPOINT_URL"] ?? "", region: LOCAL_REGION, credentials });
    const { Roles = [] } = await iam.send(new ListRolesCommand());
    expect(Roles.filter(({ RoleName }) => RoleName?.startsWith("shop-"))).to.deep.equal([]);
    expect(await stage.tasks()).to.deep.equal([]);
  });
});
