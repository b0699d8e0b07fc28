import type * as aws from "@pulumi/aws";
import type { Service } from "@aws-sdk/client-ecs";
import type { Context } from "../../context";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { asReferred } from "../arns";
import { poll } from "../poll";
import { createRequest, describedService, updateRequest } from "./service-requests";
import { untilSteady } from "./service-steady";
import { updateEcsTags } from "./tags";

const ABSENT = ["ClusterNotFoundException", "ServiceNotFoundException"] as const;

/** Cluster and service named by an ARN, or by `cluster/service` as an import does. */
function parseId(id: string): { cluster: string; service: string } {
  const [service = "", cluster = ""] = id.split("/").reverse();
  return { cluster, service };
}

async function describe({ clients }: Context, id: string): Promise<Service | undefined> {
  const { cluster, service } = parseId(id);
  const request = { cluster, services: [service], include: ["TAGS" as const] };
  const found = await unlessAbsent((await clients.ecs()).describeServices(request), ...ABSENT);
  return found?.services?.find(({ status }) => status !== "INACTIVE");
}

/** ECS service. Id: its ARN; imported by `cluster/service`. */
export const service: ResourceType<aws.ecs.ServiceArgs, aws.ecs.ServiceState> = {
  token: "aws:ecs/service:Service",
  inputs: {
    availabilityZoneRebalancing: { computed: true },
    cluster: { replaces: true, computed: true },
    deploymentCircuitBreaker: { computed: true, fields: { enable: true, rollback: true } },
    deploymentController: { replaces: true, computed: true, fields: { type: true } },
    deploymentMaximumPercent: { default: 200 },
    deploymentMinimumHealthyPercent: { default: 100 },
    desiredCount: { computed: true },
    enableEcsManagedTags: { default: false },
    enableExecuteCommand: {},
    forceDelete: { carried: true },
    forceNewDeployment: { carried: true },
    healthCheckGracePeriodSeconds: {},
    launchType: { replaces: true, computed: true },
    name: { replaces: true, computed: true },
    networkConfiguration: { fields: { assignPublicIp: true, securityGroups: true, subnets: true } },
    platformVersion: { computed: true },
    propagateTags: { computed: true },
    schedulingStrategy: { replaces: true, default: "REPLICA" },
    tags: { kind: "map" },
    taskDefinition: {},
    triggers: { carried: true, kind: "map" },
    waitForSteadyState: { carried: true, default: false },
  },
  outputs: ["arn", "tagsAll"],
  autoName: { property: "name", maxLength: 255 },
  identity: ["name", "cluster"],

  async create({ clients }, inputs) {
    const { service } = await (await clients.ecs()).createService(createRequest(inputs));
    return service?.serviceArn ?? "";
  },

  async settle(context, id, { waitForSteadyState }) {
    if (waitForSteadyState === true) await untilSteady(context, id, () => describe(context, id));
  },

  async read(context, id, known) {
    const found = await describe(context, id);
    if (found === undefined) return undefined;
    return {
      ...describedService(found),
      cluster: asReferred(known.cluster, found.clusterArn),
      taskDefinition: asReferred(known.taskDefinition, found.taskDefinition),
    };
  },

  async update(context, id, change) {
    const ecs = await context.clients.ecs();
    const { inputs } = change;
    await ecs.updateService({ ...parseId(id), ...updateRequest(inputs) });
    await updateEcsTags(ecs, id, change);
    if (inputs.waitForSteadyState === true) await untilSteady(context, id, () => describe(context, id));
  },

  async delete(context, id, { forceDelete, schedulingStrategy }) {
    const ecs = await context.clients.ecs();
    if ((await describe(context, id)) === undefined) return;
    if (forceDelete !== true && schedulingStrategy !== "DAEMON") {
      await unlessAbsent(
        ecs.updateService({ ...parseId(id), desiredCount: 0 }),
        ...ABSENT,
        "ServiceNotActiveException",
      );
    }
    await unlessAbsent(ecs.deleteService({ ...parseId(id), force: forceDelete ?? false }), ...ABSENT);
    await poll(
      context,
      { subject: `service ${id}`, intervalMilliseconds: 200, timeoutSeconds: 20 * 60 },
      async () => ((await describe(context, id)) === undefined ? true : undefined),
      () => "it still drains",
    );
  },
};
