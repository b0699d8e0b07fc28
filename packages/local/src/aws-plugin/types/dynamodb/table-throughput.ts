import type * as aws from "@pulumi/aws";
import type { BillingMode, ProvisionedThroughput, TableDescription } from "@aws-sdk/client-dynamodb";
import type { Plain } from "../../plain";

/** Billing by reserved capacity: the default of AWS and of the official provider. */
export const PROVISIONED = "PROVISIONED";

/** Billing part of a create or update call. */
export function throughput(inputs: Plain<aws.dynamodb.TableArgs>): {
  BillingMode: BillingMode;
  ProvisionedThroughput?: ProvisionedThroughput;
} {
  if (inputs.billingMode !== PROVISIONED) return { BillingMode: "PAY_PER_REQUEST" };
  return {
    BillingMode: PROVISIONED,
    ProvisionedThroughput: { ReadCapacityUnits: inputs.readCapacity, WriteCapacityUnits: inputs.writeCapacity },
  };
}

/** Billing of a table as the state holds it. */
export function describedThroughput(
  table: TableDescription,
): Required<Pick<Plain<aws.dynamodb.TableState>, "billingMode" | "readCapacity" | "writeCapacity">> {
  return {
    billingMode: table.BillingModeSummary?.BillingMode ?? PROVISIONED,
    readCapacity: table.ProvisionedThroughput?.ReadCapacityUnits ?? 0,
    writeCapacity: table.ProvisionedThroughput?.WriteCapacityUnits ?? 0,
  };
}
