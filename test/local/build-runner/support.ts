import {
  BatchGetBuildsCommand,
  type Build,
  CodeBuildClient,
  CreateProjectCommand,
  DeleteProjectCommand,
  StartBuildCommand,
} from "@aws-sdk/client-codebuild";
import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  EventBridgeClient,
  DeleteRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, DeleteQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { LOCAL_REGION } from "@slipway/local";
import { randomUUID } from "node:crypto";
import { until } from "../task-runner/support/ecs-stage";

/** What EventBridge told of a build. */
export interface BuildEvent {
  readonly "detail-type": string;
  readonly detail: Readonly<Record<string, unknown>> & {
    readonly "build-status"?: string;
    readonly "completed-phase"?: string;
    readonly "completed-phase-status"?: string;
    readonly "additional-information": { readonly environment: { readonly "environment-variables": unknown[] } };
  };
}

/** A project of CodeBuild with a bucket, a role and a queue for its events, in an account of the tests. */
export class BuildStage {
  static readonly account = "222222222222";
  readonly name = `builds-${randomUUID().slice(0, 8)}`;
  readonly #settings = {
    endpoint: process.env["AWS_ENDPOINT_URL"] ?? "",
    region: LOCAL_REGION,
    credentials: { accessKeyId: BuildStage.account, secretAccessKey: "local" },
  };
  readonly codebuild = new CodeBuildClient(this.#settings);
  readonly s3 = new S3Client({ ...this.#settings, forcePathStyle: true });
  readonly #logs = new CloudWatchLogsClient(this.#settings);
  readonly #events = new EventBridgeClient(this.#settings);
  readonly #sqs = new SQSClient(this.#settings);
  readonly #iam = new IAMClient(this.#settings);
  #queueUrl = "";

  async open(): Promise<void> {
    await this.s3.send(new CreateBucketCommand({ Bucket: this.name }));
    await this.#iam.send(new CreateRoleCommand({ RoleName: this.name, AssumeRolePolicyDocument: trust }));
    await this.allow([
      "logs:CreateLogStream",
      "logs:CreateLogGroup",
      "logs:PutLogEvents",
      "s3:GetObject",
      "s3:PutObject",
    ]);
    await this.#listen();
    await this.codebuild.send(
      new CreateProjectCommand({
        name: this.name,
        serviceRole: `arn:aws:iam::${BuildStage.account}:role/${this.name}`,
        source: { type: "NO_SOURCE", buildspec: JSON.stringify({ version: "0.2", phases: {} }) },
        artifacts: { type: "NO_ARTIFACTS" },
        environment: {
          type: "LINUX_CONTAINER",
          computeType: "BUILD_GENERAL1_SMALL",
          image: "aws/codebuild/standard:7.0",
          environmentVariables: [
            { name: "OF_PROJECT", value: "project" },
            { name: "OVERRIDDEN", value: "project" },
          ],
        },
      }),
    );
  }

  async close(): Promise<void> {
    await this.codebuild.send(new DeleteProjectCommand({ name: this.name }));
    await this.#events.send(new RemoveTargetsCommand({ Rule: this.name, Ids: ["queue"] }));
    await this.#events.send(new DeleteRuleCommand({ Name: this.name }));
    await this.#sqs.send(new DeleteQueueCommand({ QueueUrl: this.#queueUrl }));
  }

  /** Replaces what the role may do. */
  async allow(Action: readonly string[]): Promise<void> {
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action, Resource: "*" }],
    });
    await this.#iam.send(new PutRolePolicyCommand({ RoleName: this.name, PolicyName: "build", PolicyDocument }));
  }

  /** Starts a build of a buildspec; answers its id. */
  async start(spec: object | string, overrides: object = {}): Promise<string> {
    const buildspecOverride = typeof spec === "string" ? spec : JSON.stringify(spec);
    const command = new StartBuildCommand({ projectName: this.name, buildspecOverride, ...overrides });
    return String((await this.codebuild.send(command)).build?.id);
  }

  async build(id: string): Promise<Build> {
    const { builds: [build] = [] } = await this.codebuild.send(new BatchGetBuildsCommand({ ids: [id] }));
    if (build === undefined) throw new Error(`build ${id} is gone`);
    return build;
  }

  /** Waits for the end of a build. */
  ended(id: string): Promise<Build> {
    return until(`the end of build ${id}`, async () => {
      const build = await this.build(id);
      return build.buildComplete === true ? build : undefined;
    });
  }

  /** What a build printed, without the lines of CodeBuild itself. */
  async printed({ logs }: Build): Promise<readonly string[]> {
    const stream = { logGroupName: logs?.groupName, logStreamName: logs?.streamName };
    const { events = [] } = await this.#logs.send(new GetLogEventsCommand({ ...stream, startFromHead: true }));
    return events.map(({ message = "" }) => message).filter((message) => !message.startsWith("[Container]"));
  }

  /** Events that were told so far and not taken yet. */
  async events(): Promise<readonly BuildEvent[]> {
    const taken: BuildEvent[] = [];
    for (;;) {
      const request = { QueueUrl: this.#queueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 };
      const { Messages = [] } = await this.#sqs.send(new ReceiveMessageCommand(request));
      if (Messages.length === 0) return taken;
      taken.push(...Messages.map(({ Body = "" }) => JSON.parse(Body) as BuildEvent));
    }
  }

  async #listen(): Promise<void> {
    const { QueueUrl = "" } = await this.#sqs.send(new CreateQueueCommand({ QueueName: this.name }));
    this.#queueUrl = QueueUrl;
    const EventPattern = JSON.stringify({ source: ["aws.codebuild"], detail: { "project-name": [this.name] } });
    await this.#events.send(new PutRuleCommand({ Name: this.name, EventPattern }));
    const Arn = `arn:aws:sqs:${LOCAL_REGION}:${BuildStage.account}:${this.name}`;
    await this.#events.send(new PutTargetsCommand({ Rule: this.name, Targets: [{ Id: "queue", Arn }] }));
  }
}

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "codebuild.amazonaws.com" } }],
});

/** A buildspec with commands by phase. */
export const spec = (phases: Readonly<Record<string, readonly string[] | object>>, rest: object = {}): object => ({
  version: "0.2",
  phases: Object.fromEntries(
    Object.entries(phases).map(([name, phase]) => [name, Array.isArray(phase) ? { commands: phase } : phase]),
  ),
  ...rest,
});
