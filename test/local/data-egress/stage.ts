import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateRepositoryCommand, DeleteRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import { CreateClusterCommand, DeleteClusterCommand, ECSClient } from "@aws-sdk/client-ecs";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { publishLocalImage } from "@slipway/local";
import { repositoryRoot } from "@slipway/testing";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** A cluster, a repository and buckets of one test, all in the account of the ambient credentials. */
export class EgressStage {
  readonly name = `egress-${randomUUID().slice(0, 8)}`;
  readonly s3 = new S3Client({ forcePathStyle: true });
  readonly sqs = new SQSClient();
  private readonly ecs = new ECSClient();
  private readonly ecr = new ECRClient();

  async open(): Promise<void> {
    await this.ecr.send(new CreateRepositoryCommand({ repositoryName: this.name }));
    await this.ecs.send(new CreateClusterCommand({ clusterName: this.name }));
  }

  async close(): Promise<void> {
    await this.ecs.send(new DeleteClusterCommand({ cluster: this.name }));
    await this.ecr.send(new DeleteRepositoryCommand({ repositoryName: this.name, force: true }));
  }

  /** Publishes one of the package's programs as a local image. @returns its URI, by digest. */
  async publish(bundle: string): Promise<string> {
    const file = join(repositoryRoot, "packages", "data-egress", "dist", "lambda", bundle, "index.js");
    const command = ["node", file] as const;
    const image = await publishLocalImage({ client: this.ecr, repository: this.name, tag: bundle, command });
    return `${image.uri}@${image.digest}`;
  }

  async createBucket(role: string): Promise<string> {
    const Bucket = `${this.name}-${role}`;
    await this.s3.send(new CreateBucketCommand({ Bucket }));
    return Bucket;
  }

  async put(Bucket: string, Key: string, Body: string | Uint8Array): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  }

  /** Texts of all objects of a bucket, by key. */
  async texts(Bucket: string): Promise<Record<string, string>> {
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket }));
    const read = async ({ Key = "" }: { Key?: string }) => {
      const found = await this.s3.send(new GetObjectCommand({ Bucket, Key }));
      return [Key, (await found.Body?.transformToString("latin1")) ?? ""] as const;
    };
    return Object.fromEntries(await Promise.all(Contents.map(read)));
  }

  /** One dead letter, as soon as there is one. */
  async letter(QueueUrl: string): Promise<{ body: string; attributes: Record<string, string | undefined> }> {
    return until("a dead letter", async () => {
      const command = new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"], WaitTimeSeconds: 1 });
      const [message] = (await this.sqs.send(command)).Messages ?? [];
      const attributes = Object.entries(message?.MessageAttributes ?? {}).map(([key, value]) => [
        key,
        value.StringValue,
      ]);
      return message && { body: message.Body ?? "", attributes: Object.fromEntries(attributes) };
    });
  }
}

/** Asks until there is an answer; nothing tells when it comes. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, seconds = 60): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what} did not come`);
    await pause(200);
  }
}
