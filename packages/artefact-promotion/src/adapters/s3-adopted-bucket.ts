import {
  DeleteBucketPolicyCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  type Event,
  type NotificationConfiguration,
  type S3Client,
  type TopicConfiguration,
} from "@aws-sdk/client-s3";
import { callAws, isAwsError } from "@slipway/aws-runtime";
import type { AdoptionRequest } from "../contract";
import { statementsOf, withNamed, withStatements, type AdoptedBucket, type OpenPolicy } from "../core/adoption";

type Wanted = AdoptionRequest["notification"];

/** The settings of a bucket that other people use too. Reads them, changes what is ours, writes them back. */
export class S3AdoptedBucket implements AdoptedBucket {
  private readonly bucket: { readonly Bucket: string; readonly ExpectedBucketOwner: string };

  constructor(
    private readonly client: S3Client,
    private readonly name: string,
    owner: string,
  ) {
    this.bucket = { Bucket: name, ExpectedBucketOwner: owner };
  }

  async setNotification(id: string, wanted: Wanted | undefined): Promise<number> {
    const now = await this.call("s3:GetBucketNotification", () =>
      this.client.send(new GetBucketNotificationConfigurationCommand(this.bucket)),
    );
    const {
      TopicConfigurations = [],
      QueueConfigurations,
      LambdaFunctionConfigurations,
      EventBridgeConfiguration,
    } = now;
    const topics = withNamed(TopicConfigurations, id, wanted && toTopic(wanted));
    const NotificationConfiguration: NotificationConfiguration = {
      TopicConfigurations: [...topics],
      QueueConfigurations,
      LambdaFunctionConfigurations,
      EventBridgeConfiguration,
    };
    await this.call("s3:PutBucketNotification", () =>
      this.client.send(new PutBucketNotificationConfigurationCommand({ ...this.bucket, NotificationConfiguration })),
    );
    const others = [
      ...TopicConfigurations.filter(({ Id }) => Id !== id),
      QueueConfigurations,
      LambdaFunctionConfigurations,
    ];
    return others.flat().filter((each) => each !== undefined).length;
  }

  async setStatements(outdated: readonly string[], wanted: AdoptionRequest["statements"]): Promise<number> {
    const now = await this.policy();
    const next = withStatements(now, outdated, wanted);
    if (next !== undefined) {
      const Policy = JSON.stringify(next);
      await this.call("s3:PutBucketPolicy", () =>
        this.client.send(new PutBucketPolicyCommand({ ...this.bucket, Policy })),
      );
    } else if (now !== undefined) {
      await this.call("s3:DeleteBucketPolicy", () => this.client.send(new DeleteBucketPolicyCommand(this.bucket)));
    }
    return statementsOf(next).length - wanted.length;
  }

  private async policy(): Promise<OpenPolicy | undefined> {
    try {
      const { Policy } = await this.client.send(new GetBucketPolicyCommand(this.bucket));
      return Policy === undefined ? undefined : (JSON.parse(Policy) as OpenPolicy);
    } catch (error) {
      if (isAwsError(error, "NoSuchBucketPolicy")) return undefined;
      return this.call("s3:GetBucketPolicy", () => Promise.reject(error));
    }
  }

  private call<T>(action: string, send: () => Promise<T>): Promise<T> {
    return callAws(`${action} ${this.name}`, send);
  }
}

function toTopic({ id, topicArn, events, prefix, suffix }: Wanted): TopicConfiguration {
  const FilterRules = [
    ...(prefix === undefined ? [] : [{ Name: "prefix" as const, Value: prefix }]),
    ...(suffix === undefined ? [] : [{ Name: "suffix" as const, Value: suffix }]),
  ];
  const filter = FilterRules.length === 0 ? {} : { Filter: { Key: { FilterRules } } };
  return { Id: id, TopicArn: topicArn, Events: [...events] as Event[], ...filter };
}
