import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import { CreateQueueCommand, DeleteQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { LOCAL_ACCOUNTS } from "@slipway/local";
import { expect } from "chai";
import { setTimeout as pause } from "node:timers/promises";
import { inAccount } from "../inventory";

const QUEUES = ["alarms-full", "alarms-empty"] as const;

describe("alarms on queues", function () {
  this.timeout(60_000);

  let sqs: SQSClient;
  let cloudWatch: CloudWatchClient;
  const urls: string[] = [];

  before(async () => {
    sqs = new SQSClient(inAccount(LOCAL_ACCOUNTS.staging));
    cloudWatch = new CloudWatchClient(inAccount(LOCAL_ACCOUNTS.staging));
    for (const QueueName of QUEUES) {
      const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName }));
      urls.push(QueueUrl);
      await cloudWatch.send(
        new PutMetricAlarmCommand({
          AlarmName: QueueName,
          Namespace: "AWS/SQS",
          MetricName: "ApproximateNumberOfMessagesVisible",
          Dimensions: [{ Name: "QueueName", Value: QueueName }],
          Statistic: "Maximum",
          ComparisonOperator: "GreaterThanOrEqualToThreshold",
          Threshold: 1,
          Period: 300,
          EvaluationPeriods: 1,
        }),
      );
    }
  });

  after(async () => {
    await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [...QUEUES] }));
    for (const QueueUrl of urls) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  });

  const states = async () => {
    const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [...QUEUES] }));
    return Object.fromEntries(MetricAlarms.map(({ AlarmName = "", StateValue }) => [AlarmName, StateValue]));
  };

  /** Asks until the alarms have looked; nothing tells when they do. */
  const reaches = async (wanted: string): Promise<void> => {
    while ((await states())["alarms-full"] !== wanted) await pause(100);
  };

  it("go off for the queue that they are on, and for no other", async () => {
    await reaches("OK");
    await sqs.send(new SendMessageCommand({ QueueUrl: urls[0], MessageBody: "a letter" }));
    await reaches("ALARM");

    expect(await states()).to.deep.equal({ "alarms-full": "ALARM", "alarms-empty": "OK" });
  });
});
