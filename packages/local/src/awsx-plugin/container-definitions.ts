import { all, type Input, output, type Output, type Unwrap } from "@pulumi/pulumi";
import type { FargateTaskDefinitionArgs } from "@pulumi/awsx/ecs";
import { refusal } from "./inputs";

/** Where a container's output goes unless it says otherwise. */
export interface LogDestination {
  readonly group: string;
  readonly region: string;
}

type ContainerArgs = NonNullable<FargateTaskDefinitionArgs["container"]>;

/** A container with all its values known. */
export type ResolvedContainer = Unwrap<ContainerArgs>;

type PortMapping = NonNullable<ResolvedContainer["portMappings"]>[number];

/** Where mistakes in the containers are reported: the component's type token and the path of its arguments. */
export interface Place {
  readonly component: string;
  readonly path: string;
}

/**
 * The containers of a task definition in the order of their names, as ECS takes them: named, with both ports of each
 * mapping, and logging to the task's group unless they say otherwise.
 */
export function containerDefinitions(
  args: FargateTaskDefinitionArgs,
  destination: Output<LogDestination> | undefined,
  place: Place,
): Output<ResolvedContainer[]> {
  return all([namedContainers(args, place), destination]).apply(([containers, logs]) =>
    Object.entries(containers)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, container]) => definition(name, container, logs, place)),
  );
}

function namedContainers(args: FargateTaskDefinitionArgs, place: Place): Output<Record<string, ResolvedContainer>> {
  const { container, containers } = args;
  if ((container === undefined) === (containers === undefined)) {
    throw refusal(place.component, `${place.path}container`, "exactly one of [container] and [containers] is needed");
  }
  if (containers !== undefined) return output(containers satisfies Input<Record<string, ContainerArgs>>);
  return output(container satisfies Input<ContainerArgs> | undefined).apply((one): Record<string, ResolvedContainer> =>
    one === undefined ? {} : { [one.name ?? "container"]: one },
  );
}

function definition(
  name: string,
  container: ResolvedContainer,
  logs: LogDestination | undefined,
  place: Place,
): ResolvedContainer {
  const logConfiguration = container.logConfiguration ?? (logs && awslogs(name, logs));
  return {
    ...container,
    ...(container.portMappings && { portMappings: container.portMappings.map((one) => bothPorts(one, place)) }),
    name,
    ...(logConfiguration && { logConfiguration }),
  };
}

function bothPorts(mapping: PortMapping, place: Place): PortMapping {
  if (mapping.targetGroup !== undefined) {
    const reason = "load balancers do not exist locally; use the official plugins with SLIPWAY_AWS_PLUGIN=official";
    throw refusal(place.component, `${place.path}containers.portMappings.targetGroup`, reason);
  }
  return {
    ...mapping,
    containerPort: mapping.containerPort ?? mapping.hostPort,
    hostPort: mapping.hostPort ?? mapping.containerPort,
  };
}

function awslogs(containerName: string, { group, region }: LogDestination) {
  return {
    logDriver: "awslogs",
    options: { "awslogs-group": group, "awslogs-region": region, "awslogs-stream-prefix": containerName },
  };
}
