import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "@slipway/core";
import { arnParts, createPrivateBucket, refuseUnknownArguments } from "@slipway/lambda";
import { announceOwnBucket, policyReaders } from "./announcements";
import { announceAdoptedBucket } from "./bucket-adoption";
import { assertNoLoop } from "./core/scope";
import { artefactName, requireAccount, type ArtefactTarget } from "./names";
import { artefactBucketPolicy } from "./policies";

/** Arguments of {@link ArtefactSource}. */
export interface ArtefactSourceArgs {
  /** Name of the environment that the artefacts are made in, e.g. `integration`. */
  environment: string;
  /** How the buckets of all environments are called, e.g. `govuk-{env}-artefact`. */
  bucketPattern: string;
  /** Environments that promote from here. */
  targets: ArtefactTarget[];
  /** Name of a bucket that is there already and stays what it is, in this account. @default a bucket of its own */
  adoptBucket?: string;
  /** Only keys that begin so are announced. @default every key */
  prefix?: string;
  /** Only keys that end so are announced. @default every key */
  suffix?: string;
  /**
   * ARN of a KMS key for bucket and topic. Its policy must let S3 use it and the targets' roles decrypt with it.
   * @default keys that S3 manages
   */
  kmsKeyArn?: pulumi.Input<string>;
  /** ARNs, e.g. of SNS topics, that alarms tell. @default alarms change state and tell nobody */
  alarmActions?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether the bucket refuses deletion by Pulumi. @default true; false only for development */
  protect?: boolean;
}

/**
 * Where artefacts come from: a bucket that announces each new object on a topic of the same name.
 *
 * Creates: a bucket (versioned, encrypted, private, TLS only) that the targets' promotion roles may read and nobody else
 * of their accounts, its notification, and the topic that each target subscribes its own queue to. With `adoptBucket`, no
 * bucket: a function adds one notification and the readers' statements to the existing one, and removes them at the end.
 *
 * @example
 * new ArtefactSource("artefacts", {
 *   environment: "integration",
 *   bucketPattern: "govuk-{env}-artefact",
 *   targets: [{ environment: "staging", account: "222222222222" }],
 * });
 *
 * @throws InvalidInputError naming the argument that cannot be used.
 */
export class ArtefactSource extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  /** ARN of the topic that new objects are announced on. */
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, args: ArtefactSourceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("artefact-promotion:index:ArtefactSource", name, args, opts);
    refuseUnknownArguments(__dirname, "artefact-promotion:index:ArtefactSource", args);
    const own = artefactName(args.bucketPattern, args.environment);
    const bucketName = args.adoptBucket ?? own;
    checkTargets(args.bucketPattern, bucketName, args.targets);

    const announcement = { ...args, bucketName };
    if (args.adoptBucket === undefined) {
      const bucket = createPrivateBucket(
        name,
        {
          bucketName,
          kmsKeyArn: args.kmsKeyArn,
          guarded: args.protect ?? true,
          policy: (arn) => readByTargets(arn, args),
        },
        this,
      );
      this.bucketName = bucket.bucket;
      this.topicArn = announceOwnBucket(name, { ...announcement, bucket }, args, this).arn;
    } else {
      this.bucketName = pulumi.output(bucketName);
      this.topicArn = announceAdoptedBucket(name, announcement, this).arn;
    }
    this.registerOutputs({ bucketName: this.bucketName, topicArn: this.topicArn });
  }
}

/** Policy of a bucket that is read by its targets. */
export function readByTargets(bucketArn: string, args: { bucketPattern: string; targets?: readonly ArtefactTarget[] }) {
  const parts = arnParts(bucketArn);
  const readers = policyReaders({ bucketPattern: args.bucketPattern, targets: args.targets ?? [] }, parts);
  return artefactBucketPolicy({ bucketArn, readers, partition: parts.partition });
}

/** Refuses targets that are there twice, have no account, or are the source itself. @throws InvalidInputError */
export function checkTargets(bucketPattern: string, bucketName: string, targets: readonly ArtefactTarget[]): void {
  const names = targets.map(({ environment }) => environment);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new InvalidInputError("targets", `${twice} appears twice`);
  for (const { environment, account } of targets) {
    requireAccount("targets", account);
    assertNoLoop([{ sourceBucket: bucketName, targetBucket: artefactName(bucketPattern, environment) }]);
  }
}
