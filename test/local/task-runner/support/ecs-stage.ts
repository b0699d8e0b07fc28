import { CloudWatchLogsClient, CreateLogGroupCommand, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateRepositoryCommand, DeleteRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  type Deployment,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type Service,
  type Task,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { LOCAL_REGION, publishLocalImage } from "@slipway/local";
import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const SERVICE_FILE = resolve(__dirname, "../../../../stacks/services/service.mjs");

/** Port that the example service listens on, at its task's address. */
export const PORT = 8080;

/** A cluster, a repository and a log group of one test, and what the tests do with them. */
export class EcsStage {
  /** The account that all of it is in. */
  static readonly account = "222222222222";
  readonly name = `stage-${randomUUID().slice(0, 8)}`;
  readonly #settings = {
    endpoint: process.env["AWS_ENDPOINT_URL"] ?? "",
    region: LOCAL_REGION,
    credentials: { accessKeyId: EcsStage.account, secretAccessKey: "local" },
  };
  readonly ecs = new ECSClient(this.#settings);
  readonly ecr = new ECRClient(this.#settings);
  readonly logs = new CloudWatchLogsClient(this.#settings);

  async open(): Promise<void> {
    await this.ecr.send(new CreateRepositoryCommand({ repositoryName: this.name }));
    await this.ecs.send(new CreateClusterCommand({ clusterName: this.name }));
    await this.logs.send(new CreateLogGroupCommand({ logGroupName: `/ecs/${this.name}` }));
  }

  async close(): Promise<void> {
    await this.ecs.send(new DeleteServiceCommand({ cluster: this.name, service: "web", force: true })).catch(() => {});
    await this.ecs.send(new DeleteClusterCommand({ cluster: this.name }));
    await this.ecr.send(new DeleteRepositoryCommand({ repositoryName: this.name, force: true }));
  }

  /** Publishes the example service, or another command; its variables make the image what it is. */
  publish(
    tag: string,
    environment: Record<string, string>,
    command: readonly [string, ...string[]] = ["node", SERVICE_FILE],
  ) {
    return publishLocalImage({ client: this.ecr, repository: this.name, tag, command, environment });
  }

  /** Registers a task definition as Fargate wants it. Returns its ARN. @param sidecar Port of a second container. @default none */
  async register(image: string, sidecar?: { readonly image: string; readonly port: number }): Promise<string> {
    const options = {
      "awslogs-group": `/ecs/${this.name}`,
      "awslogs-region": LOCAL_REGION,
      "awslogs-stream-prefix": "web",
    };
    const { taskDefinition } = await this.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: this.name,
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        cpu: "256",
        memory: "512",
        containerDefinitions: [
          {
            name: "web",
            image,
            essential: true,
            environment: [{ name: "PORT", value: String(PORT) }],
            portMappings: [{ containerPort: PORT }],
            logConfiguration: { logDriver: "awslogs", options },
          },
          ...(sidecar === undefined
            ? []
            : [
                {
                  name: "sidecar",
                  image: sidecar.image,
                  essential: false,
                  environment: [{ name: "PORT", value: String(sidecar.port) }],
                },
              ]),
        ],
      }),
    );
    return taskDefinition?.taskDefinitionArn ?? "";
  }

  async createService(taskDefinition: string, desiredCount: number): Promise<void> {
    await this.ecs.send(
      new CreateServiceCommand({
        cluster: this.name,
        serviceName: "web",
        taskDefinition,
        desiredCount,
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      }),
    );
  }

  async update(change: { taskDefinition?: string; desiredCount?: number }): Promise<void> {
    await this.ecs.send(new UpdateServiceCommand({ cluster: this.name, service: "web", ...change }));
  }

  async service(): Promise<Service> {
    const { services } = await this.ecs.send(new DescribeServicesCommand({ cluster: this.name, services: ["web"] }));
    if (!services?.[0]) throw new Error("the service is gone");
    return services[0];
  }

  async tasks(desiredStatus: "RUNNING" | "STOPPED" = "RUNNING"): Promise<Task[]> {
    const scope = { cluster: this.name };
    const { taskArns = [] } = await this.ecs.send(
      new ListTasksCommand({ ...scope, serviceName: "web", desiredStatus }),
    );
    if (taskArns.length === 0) return [];
    const { tasks = [] } = await this.ecs.send(new DescribeTasksCommand({ ...scope, tasks: taskArns }));
    return tasks;
  }

  /** Waits until the deployment of a task definition is as wanted. */
  async deployment(taskDefinition: string, wanted: (deployment: Deployment, service: Service) => boolean) {
    return until(`the deployment of ${taskDefinition}`, async () => {
      const service = await this.service();
      const deployment = service.deployments?.find((one) => one.taskDefinition === taskDefinition);
      return deployment && wanted(deployment, service) ? deployment : undefined;
    });
  }

  /** Waits until a task definition's deployment is completed with as many tasks as wanted. */
  completed(taskDefinition: string) {
    return this.deployment(
      taskDefinition,
      ({ rolloutState, runningCount, desiredCount }) => rolloutState === "COMPLETED" && runningCount === desiredCount,
    );
  }

  /** The log lines of a task. */
  async logLines(task: Task): Promise<string[]> {
    const stream = { logGroupName: `/ecs/${this.name}`, logStreamName: `web/web/${task.taskArn?.split("/").at(-1)}` };
    const { events = [] } = await this.logs.send(new GetLogEventsCommand({ ...stream, startFromHead: true }));
    return events.map(({ message }) => message ?? "");
  }
}

/** URL of a running task. */
export function urlOf(task: Task): string | undefined {
  const detail = task.attachments?.[0]?.details?.find(({ name }) => name === "privateIPv4Address");
  return detail?.value && `http://${detail.value}:${PORT}`;
}

/** What a task answers at `/`. It is running a moment before it listens, here as on AWS. */
export function answerOf(task: Task | undefined): Promise<unknown> {
  const url = task && urlOf(task);
  if (url === undefined) throw new Error("the task has no address");
  return until(`an answer of ${url}`, async () => {
    const response = await fetch(url).catch(() => undefined);
    return response?.json();
  });
}

/** Asks again and again until the answer is defined. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, seconds = 30): Promise<T> {
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await pause(100)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`${what} did not come about within ${seconds} s`);
}
