import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { ArtefactPromotion, ArtefactSource, type ArtefactPromotionArgs } from "@slipway/artefact-promotion";
import { LOCAL_ACCOUNTS, LOCAL_REGION } from "@slipway/local";
import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import { setTimeout as sleep } from "node:timers/promises";
import { inlineStack, removeStack, deployed } from "../aws-plugin/stack";
import { inAccount, inventory } from "../inventory";

type Environment = "integration" | "staging" | "production";

const PATTERN = "components-{env}-artefact";
const bucketOf = (environment: Environment): string => PATTERN.replace("{env}", environment);
const s3In = (environment: Environment): S3Client =>
  new S3Client({ ...inAccount(LOCAL_ACCOUNTS[environment]), forcePathStyle: true });
const put = (environment: Environment, Key: string, Body: string, Bucket = bucketOf(environment)) =>
  s3In(environment).send(new PutObjectCommand({ Bucket, Key, Body, ContentType: "application/x-artefact" }));

const textOf = async (environment: Environment, Key: string): Promise<string | undefined> => {
  const { Contents = [] } = await s3In(environment).send(
    new ListObjectsV2Command({ Bucket: bucketOf(environment), Prefix: Key }),
  );
  if (!Contents.some((each) => each.Key === Key)) return undefined;
  const found = await s3In(environment).send(new GetObjectCommand({ Bucket: bucketOf(environment), Key }));
  return found.Body?.transformToString();
};

/** Asks until it is so; nothing tells when a copy has arrived. */
async function arrives(environment: Environment, key: string, body: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while ((await textOf(environment, key)) !== body) {
    if (Date.now() > deadline) throw new Error(`${key} did not arrive in ${environment}`);
    await sleep(200);
  }
}

type PromotionArgs = Pick<ArtefactPromotionArgs, "environment" | "sourceEnvironment" | "targets"> &
  Partial<Pick<ArtefactPromotionArgs, "sourceAccount">>;

const promotion = (args: PromotionArgs): PulumiFn => {
  const sourceAccount = LOCAL_ACCOUNTS[args.sourceEnvironment as Environment];
  return async () => {
    const made = new ArtefactPromotion("artefacts", {
      sourceAccount,
      ...args,
      bucketPattern: PATTERN,
      runtime: "nodejs20.x",
      protect: false,
    });
    return { backfill: made.backfill, connection: made.connection };
  };
};

const source =
  (adoptBucket?: string): PulumiFn =>
  async () => {
    const { bucketName } = new ArtefactSource("artefacts", {
      environment: "integration",
      bucketPattern: PATTERN,
      targets: [{ environment: "staging", account: LOCAL_ACCOUNTS.staging }],
      ...(adoptBucket === undefined ? {} : { adoptBucket }),
      protect: false,
    });
    return { bucketName };
  };

describe("artefact promotion in stacks of their own accounts", function () {
  this.timeout(300_000);

  const open = (environment: Environment, program: PulumiFn): Promise<Stack> =>
    inlineStack(`artefacts-${environment}`, program, {
      "aws:region": LOCAL_REGION,
      "aws:assumeRoles": JSON.stringify([
        { roleArn: `arn:aws:iam::${LOCAL_ACCOUNTS[environment]}:role/slipway-deployer` },
      ]),
    });
  const everything = () => Promise.all(Object.values(LOCAL_ACCOUNTS).map(inventory));

  it("carries artefacts through two hops, fills what is made later, and leaves nothing behind", async () => {
    const before = await everything();
    const integration = await open("integration", source());
    await integration.up();
    await put("integration", "app/early build+1.tgz", "early");

    const staging = await open(
      "staging",
      promotion({
        environment: "staging",
        sourceEnvironment: "integration",
        targets: [{ environment: "production", account: LOCAL_ACCOUNTS.production }],
      }),
    );
    const outputs = await deployed(staging);
    expect(JSON.parse(outputs["backfill"]?.value)).to.include({ status: "finished", queued: 1 });
    await arrives("staging", "app/early build+1.tgz", "early");

    const production = await open("production", promotion({ environment: "production", sourceEnvironment: "staging" }));
    await production.up();
    await arrives("production", "app/early build+1.tgz", "early");
    const odd = "app/späte%20\nvon heute+1.tgz";
    await put("integration", odd, "late");
    await arrives("staging", odd, "late");
    await arrives("production", odd, "late");

    for (const stack of [integration, staging, production]) {
      await stack.preview({ expectNoChanges: true });
      await stack.refresh({ expectNoChanges: true });
      await stack.preview({ expectNoChanges: true });
    }
    for (const stack of [production, staging, integration]) await removeStack(stack);
    expect(await everything()).to.deep.equal(before);
  });

  it("A1 says which topic is not there, of a wrong account or a source that is gone, and leaves nothing behind", async () => {
    const before = await inventory(LOCAL_ACCOUNTS.production);
    const wrong = promotion({ environment: "production", sourceEnvironment: "staging", sourceAccount: "999999999999" });
    const production = await open("production", wrong);

    const failure = await rejectionOf(production.up());
    await removeStack(production);

    expect(failure.message).to.include(
      `Topic does not exist: arn:aws:sns:${LOCAL_REGION}:999999999999:${bucketOf("staging")}`,
    );
    expect(await inventory(LOCAL_ACCOUNTS.production)).to.deep.equal(before);
  });

  it("adds to a bucket that is there already and keeps what other people have put there", async () => {
    const Bucket = "components-adopted";
    const s3 = s3In("integration");
    const sqs = new SQSClient(inAccount(LOCAL_ACCOUNTS.integration));
    const QueueArn = `arn:aws:sqs:${LOCAL_REGION}:${LOCAL_ACCOUNTS.integration}:${Bucket}`;
    const told = {
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: QueueArn,
    };
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({ QueueName: Bucket, Attributes: { Policy: JSON.stringify({ Statement: [told] }) } }),
    );
    const foreign = { QueueConfigurations: [{ Id: "theirs", QueueArn, Events: ["s3:ObjectRemoved:*" as const] }] };
    const theirs = {
      Sid: "theirs",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${LOCAL_ACCOUNTS.tools}:root` },
      Action: "s3:ListBucket",
      Resource: `arn:aws:s3:::${Bucket}`,
    };
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: LOCAL_REGION } }));
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: foreign }));
    await s3.send(
      new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement: [theirs] }) }),
    );
    const notifications = async () => {
      const now = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
      return [...(now.QueueConfigurations ?? []), ...(now.TopicConfigurations ?? [])].map(({ Id }) => Id);
    };
    const statements = async (): Promise<readonly string[]> => {
      const { Policy = "{}" } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
      return (JSON.parse(Policy) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid);
    };

    const integration = await open("integration", source(Bucket));
    await integration.up();
    const during = [await notifications(), await statements()];
    await integration.preview({ expectNoChanges: true });
    await removeStack(integration);
    const after = [await notifications(), await statements()];
    await s3.send(new DeleteBucketCommand({ Bucket }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));

    expect(during).to.deep.equal([
      ["theirs", "slipway-artefact-promotion"],
      ["theirs", "SlipwayReadStaging", "SlipwayListStaging"],
    ]);
    expect(after).to.deep.equal([["theirs"], ["theirs"]]);
  });
});
