import type { NotificationConfiguration, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { S3AdoptedBucket } from "../../src/adapters/s3-adopted-bucket";

const theirs: NotificationConfiguration = {
  TopicConfigurations: [{ Id: "their-topic", TopicArn: "arn:t", Events: ["s3:ObjectCreated:*"] }],
  QueueConfigurations: [{ Id: "their-queue", QueueArn: "arn:q", Events: ["s3:ObjectRemoved:*"] }],
  LambdaFunctionConfigurations: [
    { Id: "their-function", LambdaFunctionArn: "arn:l", Events: ["s3:ObjectCreated:Put"] },
  ],
  EventBridgeConfiguration: {},
};
const ours = { id: "slipway", topicArn: "arn:ours", events: ["s3:ObjectCreated:*"], prefix: "builds/" };

/** A client that has one notification configuration, and what was asked of it. */
function bucketWith(found: NotificationConfiguration) {
  let now = found;
  const asked: { readonly name: string; readonly owner: unknown }[] = [];
  const send = async (command: { readonly input: Record<string, unknown> }): Promise<unknown> => {
    asked.push({ name: command.constructor.name, owner: command.input["ExpectedBucketOwner"] });
    const wanted = command.input["NotificationConfiguration"];
    if (wanted === undefined) return now;
    now = wanted as NotificationConfiguration;
    return {};
  };
  const bucket = new S3AdoptedBucket({ send } as unknown as S3Client, "theirs", "111111111111");
  return { bucket, asked, now: () => now };
}

describe("S3AdoptedBucket", () => {
  it("adds its notification to those of other people, of every kind, and takes it away again", async () => {
    const { bucket, now } = bucketWith(theirs);

    expect(await bucket.setNotification(ours.id, ours), "of other people").to.equal(3);
    const { TopicConfigurations, ...others } = now();
    expect(others).to.deep.equal({
      QueueConfigurations: theirs.QueueConfigurations,
      LambdaFunctionConfigurations: theirs.LambdaFunctionConfigurations,
      EventBridgeConfiguration: {},
    });
    expect(TopicConfigurations?.map(({ Id }) => Id)).to.deep.equal(["their-topic", "slipway"]);

    await bucket.setNotification(ours.id, ours);
    expect(now().TopicConfigurations).to.have.length(2);
    await bucket.setNotification(ours.id, undefined);
    expect(now()).to.deep.equal(theirs);
  });

  it("A7 names the owner that the bucket must have", async () => {
    const { bucket, asked } = bucketWith({});

    await bucket.setNotification(ours.id, ours);

    expect(asked).to.deep.equal([
      { name: "GetBucketNotificationConfigurationCommand", owner: "111111111111" },
      { name: "PutBucketNotificationConfigurationCommand", owner: "111111111111" },
    ]);
  });
});
