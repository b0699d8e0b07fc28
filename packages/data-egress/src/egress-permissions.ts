import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnParts } from "@slipway/lambda";
import type { DataEgressArgs } from "./data-egress";
import { servicePolicy } from "./policies";

/** What the service works with. */
export interface PolicyParts {
  readonly queue: aws.sqs.Queue;
  readonly deadLetters: aws.sqs.Queue;
  readonly rows: aws.dynamodb.Table;
  readonly ledger: aws.dynamodb.Table;
  readonly sources: pulumi.Output<string[]>;
}

/** JSON: what the service may do, worked out from the arguments. */
export function policyOf(args: DataEgressArgs, parts: PolicyParts): pulumi.Output<string> {
  const own = args.rows.filter(({ transferType, roleArn }) => transferType === "S3" && roleArn === undefined);
  const destinations = pulumi.all(
    own.map(({ destinationBucket, destinationPrefix }) =>
      pulumi.output(destinationBucket ?? "").apply((bucket) => ({ bucket, prefix: destinationPrefix ?? "" })),
    ),
  );
  const roleArns = pulumi.all(args.rows.flatMap(({ roleArn }) => roleArn ?? []));
  return pulumi
    .all([
      pulumi.all([parts.queue.arn, parts.deadLetters.arn, parts.rows.arn, parts.ledger.arn]),
      parts.sources,
      destinations,
      roleArns,
      pulumi.output(args.decryptKeyArns ?? []),
      pulumi.output(args.encryptKeyArns ?? []),
      pulumi.output(args.kmsKeyArn),
      pulumi.all(args.rows.flatMap(({ manifestKeyArn }) => manifestKeyArn ?? [])),
    ])
    .apply(([[queueArn, deadLetterQueueArn, rowsTableArn, ledgerTableArn], sourceBuckets, written, roles, ...keys]) => {
      const { partition, region, account } = arnParts(queueArn);
      const [decryptKeyArns, encryptKeyArns, kmsKeyArn, manifestKeyArns] = keys;
      const policy = servicePolicy({
        partition,
        region,
        account,
        queueArn,
        deadLetterQueueArn,
        rowsTableArn,
        ledgerTableArn,
        eventBusArn: `arn:${partition}:events:${region}:${account}:event-bus/${args.eventBusName ?? "default"}`,
        sourceBuckets,
        destinations: written,
        roleArns: roles,
        decryptKeyArns: kmsKeyArn === undefined ? decryptKeyArns : [...decryptKeyArns, kmsKeyArn],
        encryptKeyArns,
        manifestKeyArns: [...new Set(manifestKeyArns)],
        keyParameters: args.rows.flatMap(({ encryptingKeyParameter }) => encryptingKeyParameter ?? []),
      });
      return JSON.stringify(policy);
    });
}
