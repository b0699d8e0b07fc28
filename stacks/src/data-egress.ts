import type * as aws from "@pulumi/aws";
import { DataEgress, StubReceiver, type DataEgressArgs, type StubReceiverArgs } from "@slipway/data-egress";
import { InvalidInputError, type KnownFields } from "@slipway/core";
import { PROJECT_ID } from "./config";
import type { Network } from "./network";
import { fieldsOf } from "./strict";

/** What the stack itself decides about containers. */
const PLACED = [
  "clusterArn",
  "subnetIds",
  "securityGroupIds",
  "assignPublicIp",
  "protect",
  "continueBeforeSteadyState",
] as const;
type Placed = (typeof PLACED)[number];
/** And about the data egress. */
const NAMED = ["egressName", "eventBusName"] as const;

/**
 * The setting `slipway:dataEgress`: arguments of a DataEgress, of which the stack itself decides the rest. It holds the ARNs of
 * secrets, never their values.
 */
export interface DataEgressSettings extends Omit<
  DataEgressArgs,
  Placed | (typeof NAMED)[number] | "agentConfiguration"
> {
  /** The agent's configuration; here an object of the YAML, which the component takes as text. */
  agentConfiguration?: object;
  /** What takes the agent's files where there is no real recipient. @default none */
  stubReceiver?: Omit<StubReceiverArgs, Placed>;
}

/** What {@link DataEgressSettings} may hold. */
export const dataEgressFields = (): KnownFields => ({
  ...fieldsOf("data-egress:index:DataEgress", [...PLACED, ...NAMED]),
  stubReceiver: fieldsOf("data-egress:index:StubReceiver", PLACED),
});

/** What the data egress has in common with the rest of the stack. */
export interface DataEgressSurroundings {
  readonly cluster: aws.ecs.Cluster;
  readonly network: Network;
  readonly protect: boolean;
  readonly logRetentionDays: number;
}

/** The data that is sent out; nothing where no row says what. */
export function createDataEgress(settings: DataEgressSettings | undefined, surroundings: DataEgressSurroundings) {
  if (settings === undefined) return {};
  const { agentConfiguration, stubReceiver, ...args } = settings;
  if (!Array.isArray(args.rows)) throw wrong("has no list of rows");
  if (args.rows.length === 0) return {};
  if (args.serviceImage === undefined) throw wrong("has no serviceImage");
  const common = placeOf(surroundings);
  // The agent's files need somebody who takes them.
  const receiver = stubReceiver && new StubReceiver(`${PROJECT_ID}-receiver`, { ...stubReceiver, ...common });
  const egress = new DataEgress(
    `${PROJECT_ID}-egress`,
    {
      ...args,
      ...common,
      protect: surroundings.protect,
      ...(agentConfiguration !== undefined && { agentConfiguration: JSON.stringify(agentConfiguration) }),
      egressName: PROJECT_ID,
    },
    { ...(receiver && { dependsOn: receiver }) },
  );
  return { dataEgress: egress.connection, ...(receiver && { stubReceiverBucket: receiver.bucketName }) };
}

const placeOf = ({ cluster, network, logRetentionDays }: DataEgressSurroundings) => ({
  clusterArn: cluster.arn,
  subnetIds: network.subnets.map(({ id }) => id),
  securityGroupIds: [network.securityGroup.id],
  assignPublicIp: true,
  logRetentionDays,
});

const wrong = (problem: string): InvalidInputError =>
  new InvalidInputError("slipway:dataEgress", problem, "Pulumi.yaml shows what it looks like");
