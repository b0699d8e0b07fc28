import type { FargateServiceArgs, FargateTaskDefinitionArgs } from "@pulumi/awsx/ecs";
import { recordProgram, type RecordedResource } from "@slipway/testing";
import { expect } from "chai";
import { FargateService } from "../../src/awsx-plugin/fargate-service";

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const ROLE = "aws:iam/role:Role";
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition";
const SERVICE = "aws:ecs/service:Service";

const web = { name: "web", image: "image:1" };
const answers = { "aws:index/getRegion:getRegion": () => ({ region: "eu-west-2" }) };

function record(task: FargateTaskDefinitionArgs, service: Partial<FargateServiceArgs> = {}) {
  const args = { networkConfiguration: { subnets: ["subnet-1"] }, taskDefinitionArgs: task, ...service };
  return recordProgram(() => new FargateService("shop", args, {}), { answers });
}

const containersOf = ({ inputs }: RecordedResource) =>
  JSON.parse(String(inputs["containerDefinitions"])) as Record<string, unknown>[];

describe("the stand-in's FargateService", () => {
  it("makes what awsx makes when nothing but a container is given", async () => {
    const recording = await record({ container: web });
    expect(recording.ofType(LOG_GROUP).map(({ name }) => name)).to.deep.equal(["shop"]);
    expect(recording.ofType(ROLE).map(({ name }) => name)).to.deep.equal(["shop-task", "shop-execution"]);
    const policyArn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
    expect(recording.ofType(ATTACHMENT).map(({ inputs }) => inputs)).to.deep.equal([
      { role: "shop-execution", policyArn },
    ]);

    const definition = recording.resource("shop", TASK_DEFINITION);
    expect(definition.inputs).to.include({ cpu: "256", memory: "512", networkMode: "awsvpc" });
    expect(definition.inputs["family"]).to.match(/^shop-[0-9a-f]{8}$/);
    const options = { "awslogs-group": "shop", "awslogs-region": "eu-west-2", "awslogs-stream-prefix": "web" };
    expect(containersOf(definition)).to.deep.equal([{ ...web, logConfiguration: { logDriver: "awslogs", options } }]);

    const { inputs } = recording.resource("shop", SERVICE);
    expect(inputs).to.include({ desiredCount: 1, launchType: "FARGATE", waitForSteadyState: true });
  });

  it("goes on before the service is steady when asked to", async () => {
    const recording = await record({ container: web }, { continueBeforeSteadyState: true });
    expect(recording.resource("shop", SERVICE).inputs).to.include({ waitForSteadyState: false });
  });

  it("sorts containers by name, and gives each mapping both ports", async () => {
    const containers = { b: { ...web, portMappings: [{ containerPort: 80 }] }, a: web };
    const definition = (await record({ containers })).resource("shop", TASK_DEFINITION);
    const [first, second] = containersOf(definition);
    expect([first?.["name"], second?.["name"]]).to.deep.equal(["a", "b"]);
    expect(second?.["portMappings"]).to.deep.equal([{ containerPort: 80, hostPort: 80 }]);
  });

  it("uses roles and a log group that exist already, and makes none", async () => {
    const arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/all";
    const recording = await record({
      container: web,
      logGroup: { existing: { arn } },
      taskRole: { roleArn: "arn:task" },
      executionRole: { roleArn: "arn:execution" },
    });
    expect([...recording.ofType(LOG_GROUP), ...recording.ofType(ROLE), ...recording.ofType(ATTACHMENT)]).to.deep.equal(
      [],
    );
    const definition = recording.resource("shop", TASK_DEFINITION);
    expect(definition.inputs).to.include({ taskRoleArn: "arn:task", executionRoleArn: "arn:execution" });
    const { options } = containersOf(definition)[0]?.["logConfiguration"] as { options: object };
    expect(options).to.include({ "awslogs-group": "/ecs/all", "awslogs-region": "eu-west-1" });
  });

  it("leaves out what is skipped", async () => {
    const skip = { skip: true };
    const recording = await record({ container: web, logGroup: skip, taskRole: skip, executionRole: skip });
    const definition = recording.resource("shop", TASK_DEFINITION);
    expect(definition.inputs).not.to.have.any.keys("taskRoleArn", "executionRoleArn");
    expect(containersOf(definition)).to.deep.equal([web]);
  });

  const unknownInput = { container: web, surprise: "1" };
  const refused: [string, FargateTaskDefinitionArgs, Partial<FargateServiceArgs>, string][] = [
    ["no container at all", {}, {}, "taskDefinitionArgs.container"],
    ["one container and several", { container: web, containers: {} }, {}, "taskDefinitionArgs.container"],
    ["an unknown input of the task definition", unknownInput, {}, "taskDefinitionArgs.surprise"],
    ["no network", { container: web }, { networkConfiguration: undefined }, "networkConfiguration"],
    ["two task definitions", { container: web }, { taskDefinition: "arn:task" }, "taskDefinitionArgs"],
    [
      "a role that exists and is to be made",
      { container: web, taskRole: { roleArn: "arn:task", args: {} } },
      {},
      "taskDefinitionArgs.taskRole.args",
    ],
    [
      "a log group that exists and is to be made",
      { container: web, logGroup: { existing: { name: "all" }, args: {} } },
      {},
      "taskDefinitionArgs.logGroup.args",
    ],
  ];
  for (const [what, task, service, property] of refused) {
    it(`refuses ${what}, naming the input`, async () => {
      const failure = await record(task, service).catch((error: unknown) => String(error));
      expect(failure).to.include(`[${property}]`);
    });
  }
});
