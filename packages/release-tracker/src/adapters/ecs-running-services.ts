import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTasksCommand,
} from "@aws-sdk/client-ecs";
import type { Container, Deployment, ECSClient, Service, Task } from "@aws-sdk/client-ecs";
import type { ReleaseServiceOutput } from "../contract";
import { ServiceNotRunningError } from "../core/errors";
import type { RunningServices } from "../core/ports";
import type { ServiceObservation } from "../core/verification";
import { callTracker } from "./call-tracker";

/** Tasks that one DescribeTasks takes. */
const TASKS = 100;

const ROLLOUTS: Readonly<Record<string, ServiceObservation["rollout"]>> = {
  COMPLETED: "completed",
  FAILED: "failed",
  IN_PROGRESS: "in-progress",
};

/** Running services in ECS, seen with the credentials of their own environment. */
export class EcsRunningServices implements RunningServices {
  /** @param clientFor Client for the account and region of a stack. */
  constructor(private readonly clientFor: (stack: string) => Promise<ECSClient>) {}

  async observe(stack: string, target: ReleaseServiceOutput): Promise<ServiceObservation> {
    const client = await this.clientFor(stack);
    const service = await describeService(client, target);
    const newest = service.deployments?.find(({ status }) => status === "PRIMARY");
    const [running, stopped, image] = await Promise.all([
      listTasks(client, target, service, "RUNNING"),
      listTasks(client, target, service, "STOPPED"),
      service.desiredCount === 0 ? definedImage(client, target, service) : undefined,
    ]);
    const ready = running.filter(({ lastStatus }) => lastStatus === "RUNNING");
    const containers = ready.map((task) => task.containers?.find(({ name }) => name === target.container));
    return {
      desired: service.desiredCount ?? 0,
      running: newest?.runningCount ?? 0,
      rollout: rolloutOf(service, newest),
      rolloutReason: newest?.rolloutStateReason,
      deployments: (service.deployments ?? []).filter((each) => each === newest || (each.runningCount ?? 0) > 0).length,
      digests: containers.map((container) => container?.imageDigest),
      image: image ?? containers.find((container) => container?.image !== undefined)?.image,
      stopped: stopped
        .filter((task) => ranImage(task, target))
        .toSorted(byStopTime)
        .map(describeStop),
      event: service.events?.[0]?.message,
    };
  }
}

/** A service without the circuit breaker reports no rollout state: its counts have to tell. */
function rolloutOf(service: Service, newest: Deployment | undefined): ServiceObservation["rollout"] {
  const state = ROLLOUTS[newest?.rolloutState ?? ""];
  if (state !== undefined) return state;
  return newest?.runningCount === service.desiredCount ? "completed" : "in-progress";
}

async function describeService(client: ECSClient, { cluster, service }: ReleaseServiceOutput): Promise<Service> {
  const command = new DescribeServicesCommand({ cluster, services: [service] });
  const { services } = await callTracker(`ecs:DescribeServices ${service}`, () => client.send(command));
  const found = services?.[0];
  if (found === undefined || found.status === "INACTIVE") throw new ServiceNotRunningError(service, cluster);
  return found;
}

async function listTasks(
  client: ECSClient,
  { cluster }: ReleaseServiceOutput,
  { serviceName }: Service,
  desiredStatus: "RUNNING" | "STOPPED",
): Promise<readonly Task[]> {
  const list = new ListTasksCommand({ cluster, serviceName, desiredStatus, maxResults: TASKS });
  const { taskArns = [] } = await callTracker(`ecs:ListTasks ${serviceName}`, () => client.send(list));
  if (taskArns.length === 0) return [];
  const describe = new DescribeTasksCommand({ cluster, tasks: taskArns });
  return (await callTracker(`ecs:DescribeTasks ${serviceName}`, () => client.send(describe))).tasks ?? [];
}

async function definedImage(
  client: ECSClient,
  { container }: ReleaseServiceOutput,
  { taskDefinition }: Service,
): Promise<string | undefined> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition });
  const answer = await callTracker(`ecs:DescribeTaskDefinition ${taskDefinition}`, () => client.send(command));
  return answer.taskDefinition?.containerDefinitions?.find(({ name }) => name === container)?.image;
}

/** Tasks of other images stopped for reasons that say nothing about this one. */
const ranImage = ({ containers }: Task, { container, image }: ReleaseServiceOutput): boolean =>
  containers?.some((each) => each.name === container && each.image === image) ?? false;

const byStopTime = (a: Task, b: Task): number => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0);

function describeStop({ stoppedReason, containers = [] }: Task): string {
  return [stoppedReason, ...containers.map(describeExit)].filter((text) => text !== undefined).join("; ");
}

function describeExit({ name, reason, exitCode }: Container): string | undefined {
  if (reason !== undefined && reason !== "") return `${name}: ${reason}`;
  return exitCode === undefined || exitCode === 0 ? undefined : `${name} exited with ${exitCode}`;
}
