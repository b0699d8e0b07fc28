import type * as aws from "@pulumi/aws";
import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { fromEcsTags, toEcsTags, updateEcsTags } from "./tags";

type Volume = NonNullable<Plain<aws.ecs.TaskDefinitionArgs>["volumes"]>[number];

/** ECS answers ClientException for a definition that it does not know. */
const ABSENT = "ClientException";

const containers = (text: string): ContainerDefinition[] => JSON.parse(text);
const volume = ({ name, hostPath }: Volume) => ({ name, ...(hostPath && { host: { sourcePath: hostPath } }) });

/** ECS task definition: each change is a new revision. Id: its family. */
export const taskDefinition: ResourceType<aws.ecs.TaskDefinitionArgs, aws.ecs.TaskDefinitionState> = {
  token: "aws:ecs/taskDefinition:TaskDefinition",
  inputs: {
    containerDefinitions: { required: true, replaces: true, kind: "json" },
    cpu: { replaces: true },
    ephemeralStorage: { replaces: true, fields: { sizeInGib: true } },
    executionRoleArn: { replaces: true },
    family: { required: true, replaces: true },
    memory: { replaces: true },
    networkMode: { replaces: true, computed: true },
    requiresCompatibilities: { replaces: true },
    runtimePlatform: { replaces: true, fields: { cpuArchitecture: true, operatingSystemFamily: true } },
    skipDestroy: { carried: true, default: false },
    tags: { kind: "map" },
    taskRoleArn: { replaces: true },
    trackLatest: { carried: true, default: false },
    volumes: { replaces: true, fields: { name: true, hostPath: true } },
  },
  outputs: ["arn", "arnWithoutRevision", "revision", "enableFaultInjection", "tagsAll"],

  async create({ clients }, inputs) {
    const request: RegisterTaskDefinitionCommandInput = {
      family: inputs.family,
      containerDefinitions: containers(inputs.containerDefinitions),
      cpu: inputs.cpu,
      memory: inputs.memory,
      executionRoleArn: inputs.executionRoleArn,
      taskRoleArn: inputs.taskRoleArn,
      networkMode: inputs.networkMode as "awsvpc",
      requiresCompatibilities: inputs.requiresCompatibilities as ["FARGATE"],
      ephemeralStorage: inputs.ephemeralStorage && { sizeInGiB: inputs.ephemeralStorage.sizeInGib },
      runtimePlatform: inputs.runtimePlatform as { cpuArchitecture: "X86_64" },
      volumes: inputs.volumes?.map(volume),
      tags: toEcsTags(inputs.tags),
    };
    await (await clients.ecs()).registerTaskDefinition(request);
    return inputs.family;
  },

  async read({ clients }, id, { arn, trackLatest }) {
    const ecs = await clients.ecs();
    const reference = id.startsWith("arn:") ? id : arn !== undefined && trackLatest !== true ? arn : id;
    const found = await unlessAbsent(
      ecs.describeTaskDefinition({ taskDefinition: reference, include: ["TAGS"] }),
      ABSENT,
    );
    const definition = found?.taskDefinition;
    if (definition === undefined || definition.status === "INACTIVE") return undefined;
    return {
      id: definition.family,
      arn: definition.taskDefinitionArn,
      arnWithoutRevision: definition.taskDefinitionArn?.replace(/:\d+$/, ""),
      revision: definition.revision,
      family: definition.family,
      containerDefinitions: JSON.stringify(definition.containerDefinitions ?? []),
      cpu: definition.cpu,
      memory: definition.memory,
      executionRoleArn: definition.executionRoleArn,
      taskRoleArn: definition.taskRoleArn,
      networkMode: definition.networkMode,
      requiresCompatibilities: definition.requiresCompatibilities,
      ephemeralStorage: definition.ephemeralStorage && { sizeInGib: definition.ephemeralStorage.sizeInGiB ?? 20 },
      runtimePlatform: definition.runtimePlatform,
      enableFaultInjection: definition.enableFaultInjection ?? false,
      volumes: definition.volumes?.map(({ name = "", host }) => ({ name, hostPath: host?.sourcePath })),
      tags: fromEcsTags(found?.tags),
    };
  },

  async update({ clients }, _id, change) {
    await updateEcsTags(await clients.ecs(), change.state.arn ?? "", change);
  },

  async delete({ clients }, _id, { arn, skipDestroy }) {
    if (skipDestroy === true) return;
    await unlessAbsent((await clients.ecs()).deregisterTaskDefinition({ taskDefinition: arn }), ABSENT);
  },
};
