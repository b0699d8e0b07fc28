import { STSClient } from "@aws-sdk/client-sts";
import { randomIds, systemClock } from "@slipway/aws-runtime";
import { assumeRoles, type RoleToAssume } from "@slipway/aws-runtime/assume-roles";
import { EventBridgePublisher } from "@slipway/aws-runtime/events";
import { fixedIdentity, StsIdentity } from "@slipway/aws-runtime/identity";
import { SqsDeadLetters } from "@slipway/aws-runtime/queues";
import { createClients } from "./adapters/clients";
import { DynamoLedger } from "./adapters/dynamo-ledger";
import { DynamoRows } from "./adapters/dynamo-rows";
import { S3Source } from "./adapters/s3-source";
import { queueMissing, SqsFlagQueue } from "./adapters/sqs-flag-queue";
import { EVENT_SOURCE, type EventType } from "./contract";
import type { EgressClient } from "./egress-client";
import { createEgressClient, type ClientDependencies } from "./operations/client";

export { FLAG_NAME } from "./contract";
export type { Overdue } from "./core/deadlines";
export { targetOf } from "./core/deliveries";
export * from "./core/errors";
export type { Flag } from "./core/flags";
export { subjectOf } from "./core/job";
export type { Dismissal, Failure, Job, PlanSummary, Receipt, Subject } from "./core/job";
export { findConflicts } from "./core/matching";
export type { Overlap } from "./core/matching";
export type { Plan, Planned, Refusal, SourceFile, Way } from "./core/plan";
export type { ParsedRow, Row, RowProblem } from "./core/rows";
export type { Settlement } from "./core/settlement";
export { STATUSES, TRANSITIONS, type Status } from "./core/status";
export type * from "./egress-client";
export { createEgressClient, type ClientDependencies } from "./operations/client";

/** Where a data egress is: the component's output `connection`. */
export interface EgressConnection {
  readonly name: string;
  readonly rowsTable: string;
  readonly ledgerTable: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly sourceBucket?: string | undefined;
  /** ARN or name of the ECS cluster. */
  readonly cluster?: string | undefined;
  /** Name of the ECS service. */
  readonly service?: string | undefined;
  readonly eventBus?: string | undefined;
  readonly region?: string | undefined;
  /** Roles to assume, one after the other. @default none: the ambient credentials */
  readonly assumeRoles?: readonly RoleToAssume[] | undefined;
}

/** Who uses a client. */
export interface EgressClientOptions {
  /** @default the ARN that STS reports of the ambient credentials, whatever role is assumed with them */
  readonly requestedBy?: string | undefined;
}

/** Opens a data egress. Makes no request by itself. */
export const openEgress = (connection: EgressConnection, options?: EgressClientOptions): EgressClient =>
  createEgressClient(connectEgress(connection, options));

/** The dependencies of the operations on AWS; replace some of them to embed or to test. */
export function connectEgress(
  connection: EgressConnection,
  { requestedBy }: EgressClientOptions = {},
): ClientDependencies {
  const { region, rowsTable, ledgerTable, queueUrl, deadLetterQueueUrl, eventBus = "default" } = connection;
  const credentials = assumeRoles(connection.assumeRoles ?? [], region);
  const { dynamo, s3, sqs, events } = createClients({ region, credentials });
  return {
    name: connection.name,
    rows: new DynamoRows(dynamo, rowsTable),
    ledger: new DynamoLedger(dynamo, ledgerTable, systemClock),
    sources: new S3Source(s3),
    replays: new SqsFlagQueue(sqs, queueUrl, deadLetterQueueUrl),
    deadLetters: new SqsDeadLetters(sqs, deadLetterQueueUrl, queueUrl, queueMissing),
    clock: systemClock,
    ids: randomIds,
    events: new EventBridgePublisher<EventType>(events, eventBus, EVENT_SOURCE),
    identity:
      requestedBy === undefined
        ? new StsIdentity(new STSClient({ ...(region !== undefined && { region }) }))
        : fixedIdentity({ id: requestedBy, name: requestedBy }),
  };
}
