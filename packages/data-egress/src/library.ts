import { randomIds, systemClock } from "@slipway/aws-runtime";
import { assumeRoles, type RoleToAssume } from "@slipway/aws-runtime/assume-roles";
import { SqsDeadLetters } from "@slipway/aws-runtime/queues";
import { createClients } from "./adapters/clients";
import { DynamoLedger } from "./adapters/dynamo-ledger";
import { DynamoRows } from "./adapters/dynamo-rows";
import { S3Source } from "./adapters/s3-source";
import { queueMissing, SqsFlagQueue } from "./adapters/sqs-flag-queue";
import type { EgressClient } from "./egress-client";
import { createEgressClient, type ClientDependencies } from "./operations/client";

export { FLAG_NAME } from "./contract";
export type { Overdue } from "./core/deadlines";
export { targetOf } from "./core/deliveries";
export * from "./core/errors";
export type { Flag } from "./core/flags";
export type { Failure, Job, PlanSummary, Receipt } from "./core/job";
export type { Plan, Planned, Refusal, SourceFile, Way } from "./core/plan";
export type { ParsedRow, Row, RowProblem } from "./core/rows";
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
  /** @default "slipway" */
  readonly requestedBy?: string | undefined;
}

/** Opens a data egress. Makes no request by itself. */
export const openEgress = (connection: EgressConnection, options?: EgressClientOptions): EgressClient =>
  createEgressClient(connectEgress(connection, options));

/** The dependencies of the operations on AWS; replace some of them to embed or to test. */
export function connectEgress(
  connection: EgressConnection,
  { requestedBy = "slipway" }: EgressClientOptions = {},
): ClientDependencies {
  const { region, rowsTable, ledgerTable, queueUrl, deadLetterQueueUrl } = connection;
  const { dynamo, s3, sqs } = createClients({ region, credentials: assumeRoles(connection.assumeRoles ?? [], region) });
  return {
    rows: new DynamoRows(dynamo, rowsTable),
    ledger: new DynamoLedger(dynamo, ledgerTable, systemClock),
    sources: new S3Source(s3),
    replays: new SqsFlagQueue(sqs, queueUrl, deadLetterQueueUrl),
    deadLetters: new SqsDeadLetters(sqs, deadLetterQueueUrl, queueUrl, queueMissing),
    clock: systemClock,
    ids: randomIds,
    requestedBy,
  };
}
