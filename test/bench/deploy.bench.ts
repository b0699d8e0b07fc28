import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { up } from "@slipway/automation";
import { applyLocalEnvironment, type LocalEnvironment } from "@slipway/local";
import { openReleaseTracker } from "@slipway/release-tracker/library";
import { repositoryRoot } from "@slipway/testing";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createTables } from "../local/release-tracker/tables";
import { describePairs, inPairs, type Measurement } from "./measure";

const RESOURCES = 300;
const PROJECT = "bench-deploy";
const IMAGE = `registry.example.com/web@sha256:${"0".repeat(64)}`;

/** A cluster, a task definition and a service of the released image, and cheap resources up to the number wanted. */
const program = (modules: string) => `
const aws = require(${JSON.stringify(join(modules, "@pulumi", "aws"))});
const { TrackedEnvironment } = require(${JSON.stringify(join(modules, "@slipway", "release-tracker"))});
const tracked = new TrackedEnvironment("bench", { projectId: "${PROJECT}", environmentId: "dev" });
const cluster = new aws.ecs.Cluster("bench");
const taskDefinition = new aws.ecs.TaskDefinition("bench", {
  family: "bench", networkMode: "awsvpc", cpu: "256", memory: "512", requiresCompatibilities: ["FARGATE"],
  containerDefinitions: tracked.image("web").apply((image) => JSON.stringify([{ name: "web", image, essential: true }])),
});
const service = new aws.ecs.Service("bench", {
  cluster: cluster.arn, taskDefinition: taskDefinition.arn, desiredCount: 0, launchType: "FARGATE",
  networkConfiguration: { subnets: ["subnet-1"] },
});
tracked.track("web", { cluster: cluster.arn, service: service.id, container: "web" });
for (let index = 0; index < ${RESOURCES} - 5; index++) {
  new aws.ssm.Parameter("p" + index, { name: "/bench-deploy-cheap/" + index, type: "String", value: "v" });
}
exports.releaseServices = tracked.releaseServices;
`;

function layOut(directory: string): void {
  mkdirSync(join(directory, "program"), { recursive: true });
  const options = "{ name: nodejs, options: { typescript: false } }";
  writeFileSync(join(directory, "Pulumi.yaml"), `name: bench-deploy\nmain: program\nruntime: ${options}\n`);
  writeFileSync(join(directory, "program", "package.json"), '{ "name": "program", "main": "index.js" }');
  writeFileSync(join(directory, "program", "index.js"), program(join(repositoryRoot, "node_modules")));
}

/** A deployment that changes nothing, whole, against bare `pulumi up` of the same 300 resources. */
export async function run(environment: LocalEnvironment): Promise<readonly Measurement[]> {
  // Node finds Pulumi upwards from the program.
  mkdirSync(join(repositoryRoot, ".slipway"), { recursive: true });
  const directory = mkdtempSync(join(repositoryRoot, ".slipway", "bench-deploy-"));
  layOut(directory);
  const tables = await createTables(new DynamoDBClient({}));
  await new SSMClient({}).send(
    new PutParameterCommand({ Name: `/${PROJECT}/images/latest/web`, Value: IMAGE, Type: "String", Overwrite: true }),
  );
  const tracker = openReleaseTracker({
    project: { id: PROJECT, name: "Benchmark", environments: [{ id: "dev", name: "Dev", stack: "dev" }] },
    releasesTable: tables.releases,
    deploymentsTable: tables.deployments,
    workDir: directory,
  });
  const env = applyLocalEnvironment(environment);
  const pulumi = (...args: string[]) => promisify(execFile)("pulumi", args, { cwd: directory, env });
  try {
    await pulumi("stack", "init", "dev");
    const { release } = await tracker.prepareRelease({ description: "bench" });
    const deploy = async () => {
      const result = await tracker.deployRelease({ releaseId: release.release_id, environmentId: "dev" });
      if (result.outcome !== "succeeded") throw new Error(`the deployment ended as ${result.outcome}`);
    };
    await deploy();
    const { changes } = await up({ stack: "dev", workDir: directory });
    const pairs = await inPairs(5, deploy, () => pulumi("up", "--yes", "--skip-preview", "--stack", "dev"));
    await pulumi("destroy", "--yes", "--skip-preview", "--stack", "dev");
    return [
      {
        what: "a deployment without changes, against bare pulumi up",
        value: pairs.ratio,
        bound: 1.1,
        detail: `${changes.same} unchanged resources; ${describePairs(pairs)}`,
      },
    ];
  } finally {
    rmSync(directory, { recursive: true });
  }
}
