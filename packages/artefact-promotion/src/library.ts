import { processStopwatch, randomIds, realSleeper, systemClock } from "@slipway/aws-runtime";
import { assumeRoles, type RoleToAssume } from "@slipway/aws-runtime/assume-roles";
import { fixedIdentity, StsIdentity } from "@slipway/aws-runtime/identity";
import type { ArtefactClient } from "./artefact-client";
import { createClients } from "./adapters/aws-clients";
import { DynamoLedger } from "./adapters/dynamo-ledger";
import { EventBridgePublisher } from "./adapters/eventbridge-publisher";
import { S3ObjectStore } from "./adapters/s3-object-store";
import { SqsDeadLetters, SqsPromotionQueue } from "./adapters/sqs-queues";
import { DEFAULT_GRACE_MINUTES } from "./contract";
import type { Requester } from "@slipway/core";
import { checkConnection } from "./core/connection-output";
import type { Bucket } from "./core/objects";
import { assertNoLoop, type KeyFilter } from "./core/scope";
import { createArtefactClient, DEFAULT_LIMITS, type PromotionDependencies } from "./operations";

export type * from "./artefact-client";
export type { Difference, DifferenceCounts } from "./core/difference";
export * from "./core/errors";
export type * from "./core/ledger";
export type { Bucket, ListedObject, ObjectVersion } from "./core/objects";
export { parseConnection } from "./core/connection-output";
export type { ConnectionOutput } from "./core/connection-output";
export type { BackfillProgress } from "./core/progress";
export { createArtefactClient } from "./operations";
export type { PromotionDependencies } from "./operations";

/** Where the promotion of one hop is: what the component's output `connection` says, and who acts. */
export interface PromotionConnection {
  /** Name of the environment that the artefacts come from. */
  readonly sourceEnvironment: string;
  /** Name of the environment that they go to. */
  readonly targetEnvironment: string;
  readonly source: Bucket;
  readonly target: Bucket;
  /** Which keys are promoted. @default all */
  readonly filter?: KeyFilter | undefined;
  /** ARN of the target's KMS key. @default as the target bucket encrypts by itself */
  readonly targetKeyArn?: string | undefined;
  /** Name of the ledger's table. */
  readonly ledgerTable: string;
  /** URL of the queue that feeds the promotion. */
  readonly queueUrl: string;
  /** URL of its dead letter queue. */
  readonly deadLetterQueueUrl: string;
  /** Name or ARN. @default "default" */
  readonly eventBus?: string | undefined;
  /** Minutes for which a new object is on its way rather than a difference. @default 15 */
  readonly graceMinutes?: number | undefined;
  /** Region of the target. @default the ambient region */
  readonly region?: string | undefined;
  /**
   * Roles to assume, each with the credentials of the one before; the last one must be of the target's account and one that
   * the source names in `operatorRoleArns`. @default none: the ambient credentials are used, which must be that role's then
   */
  readonly roles?: readonly RoleToAssume[] | undefined;
  /** Who is asking. @default what STS says about the ambient credentials, whatever role is assumed with them */
  readonly requestedBy?: Requester | undefined;
}

/**
 * Opens the artefacts of one hop. Makes no request by itself.
 *
 * @throws InvalidInputError naming what is missing of the connection, and when it would be a loop.
 */
export const openArtefacts = (connection: PromotionConnection): ArtefactClient =>
  createArtefactClient(connectPromotion(connection));

/**
 * The dependencies of the operations on AWS; replace some of them to embed or to test.
 *
 * @throws InvalidInputError as {@link openArtefacts} does.
 */
export function connectPromotion(connection: PromotionConnection): PromotionDependencies {
  checkConnection(connection);
  const { sourceEnvironment, targetEnvironment, source, target, filter = {}, requestedBy, roles = [] } = connection;
  assertNoLoop([{ sourceBucket: source.name, targetBucket: target.name }]);
  const { region } = connection;
  const clients = createClients({ region, credentials: assumeRoles(roles, region) });
  const grace = (connection.graceMinutes ?? DEFAULT_GRACE_MINUTES) * 60_000;
  return {
    hop: { sourceEnvironment, targetEnvironment, source, target, filter, grace },
    objects: new S3ObjectStore(clients.s3, connection.targetKeyArn),
    ledger: new DynamoLedger(clients.dynamo, connection.ledgerTable, realSleeper),
    queue: new SqsPromotionQueue(clients.sqs, connection.queueUrl),
    deadLetters: new SqsDeadLetters(clients.sqs, connection.deadLetterQueueUrl, connection.queueUrl),
    events: new EventBridgePublisher(clients.events, connection.eventBus ?? "default"),
    identity: requestedBy === undefined ? new StsIdentity(clients.sts) : fixedIdentity(requestedBy),
    clock: systemClock,
    ids: randomIds,
    sleeper: realSleeper,
    stopwatch: processStopwatch,
    limits: DEFAULT_LIMITS,
    routes: { serverSideRefused: false },
  };
}
