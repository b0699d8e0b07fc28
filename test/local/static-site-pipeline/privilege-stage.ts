import {
  CloudFrontClient,
  DeleteDistributionCommand,
  GetDistributionCommand,
  ListDistributionsCommand,
  UpdateDistributionCommand,
  type DistributionConfig,
} from "@aws-sdk/client-cloudfront";
import { CloudWatchLogsClient, CreateLogGroupCommand, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  CreateProjectCommand,
  StartBuildCommand,
  type CreateProjectCommandInput,
} from "@aws-sdk/client-codebuild";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { PolicyDocument } from "@slipway/core";
import { policyDocument } from "@slipway/core";
import { LOCAL_REGION } from "@slipway/local";
import {
  ENVIRONMENT,
  webhookSecretVariable,
  type SiteSettings,
  type Status,
} from "@slipway/static-site-pipeline/contract";
import {
  connectSites,
  createSiteClient,
  type SiteClient,
  type SitesConnection,
} from "@slipway/static-site-pipeline/library";
import { strToU8, zipSync } from "fflate";
import { randomUUID } from "node:crypto";
import type { QueueDependencies } from "../../../packages/static-site-pipeline/src/handlers/consume";
import { bucketNameOf } from "../../../packages/static-site-pipeline/src/core/site-names";
import type { InstallationStore } from "../../../packages/static-site-pipeline/src/core/ports";
import {
  buildPolicy,
  trustBuilds,
  type QueueArns,
  type SitesScope,
} from "../../../packages/static-site-pipeline/src/policies";
import { functionsOf, requestOf } from "../../../packages/static-site-pipeline/test/support/sites-world";
import { trustPrincipals } from "../../../packages/release-tracker/src/policies";
import { needsEveryGrant, Party, type NeedOptions } from "../support/party";
import { until } from "../task-runner/support/ecs-stage";
import { createGround, variablesOf } from "./ground";
import { settingsOf, SITES_ACCOUNT as ACCOUNT } from "./sites-table";

/** Where the app is, in its own descriptor. */
export const APP = { key: "slipway-sites", account: "octo", baseUrl: "https://hooks.example.org" };
/** A source whose host is told how its commits fare, with tokens of the app's installation. */
export const BITBUCKET: SiteSettings = {
  name: "Shop",
  source: { kind: "bitbucket", repository: "bitbucket.org/octo/site", branch: "main" },
  keep_releases: 1,
  preview_branches: ["preview"],
};

const arn = (service: string, resource: string) => `arn:aws:${service}:${LOCAL_REGION}:${ACCOUNT}:${resource}`;
const queueArn = (url: string) => arn("sqs", url.split("/").at(-1) ?? "");
const EVERYTHING = policyDocument({ Sid: "Everything", Effect: "Allow", Action: ["*"], Resource: ["*"] });

/** What a function says; what it complains about is all that is seen of some failures. */
export interface Telemetry {
  readonly metrics: { count(): void };
  readonly log: { info(): void; warn(message: string, fields: object): void };
  /** @throws Error when there were complaints. */
  end(): void;
}

/** Something that a function plays on a site. */
export type Flow = (siteId: string, telemetry: Telemetry) => Promise<unknown>;

type Owner = ReturnType<typeof connectSites> & Pick<QueueDependencies, "maxReceives">;

/** The ground that functions play on, each with the rights of its own role. */
export class PrivilegeStage {
  /** Secret that webhooks are signed with, and that the app's calls are. */
  readonly secrets: { readonly webhook: string; readonly app: string };
  /** Sites of the flow under way. */
  private readonly made = new Set<string>();

  private constructor(
    { webhook, app }: { readonly webhook: string; readonly app: string },
    readonly ground: SitesConnection,
    readonly scope: SitesScope,
    readonly queues: QueueArns,
    private readonly variables: Readonly<Record<string, string>>,
    private readonly owner: Party,
  ) {
    this.secrets = { webhook, app };
  }

  static async create({ zone }: { readonly zone: boolean }): Promise<PrivilegeStage> {
    const ground = { ...(await createGround(zone)), bitbucketAppKey: APP.key };
    const owner = await Party.create(ACCOUNT, "owner", trustPrincipals([ACCOUNT]));
    await owner.allow(EVERYTHING);
    const [key, app] = [randomUUID(), `of the app ${randomUUID()}`];
    const webhook = await createSecret(`least-${randomUUID()}`, JSON.stringify({ current: key }));
    const source = await createSecret(`least-${randomUUID()}`, JSON.stringify({ type: "token", token: "t" }));
    await createSecret(`${ground.bitbucketSecretPrefix}octo-key`, app);
    const variables = {
      ...variablesOf(ground),
      [webhookSecretVariable("github")]: webhook,
      [ENVIRONMENT.bitbucketAppKey]: APP.key,
      [ENVIRONMENT.bitbucketAccounts]: APP.account,
      [ENVIRONMENT.publicUrl]: APP.baseUrl,
    };
    const scope: SitesScope = {
      partition: "aws",
      region: ground.region,
      account: ACCOUNT,
      sites: ground.name,
      bucketPrefix: bucketNameOf(ground, ""),
      tableArn: arn("dynamodb", `table/${ground.table}`),
      eventBusArn: arn("events", "event-bus/default"),
      artefactsArn: `arn:aws:s3:::${ground.artefactBucket}`,
      buildRoleArn: ground.buildRoleArn,
      buildLogGroupArn: arn("logs", "log-group:builds"),
      hostedZoneId: ground.hostedZoneId,
      webhookSecretArns: [webhook],
      sourceSecretArns: [source],
      sourceBucketArns: [],
      bitbucketSecretPrefix: ground.bitbucketSecretPrefix,
      gitSecretPrefix: ground.gitSecretPrefix,
    };
    const queues = {
      executor: queueArn(ground.executorQueueUrl),
      deploy: queueArn(ground.deployQueueUrl),
      provision: queueArn(ground.provisionQueueUrl),
      startTeardown: queueArn(ground.startTeardownQueueUrl),
      teardown: queueArn(ground.teardownQueueUrl),
    };
    const stage = new PrivilegeStage({ webhook: key, app }, ground, scope, queues, variables, owner);
    await stage.asOwner(async (deps) => {
      const updated_at = new Date().toISOString();
      const installation = { provider: "bitbucket", id: "octo-key", account: APP.account, repositories: [] } as const;
      await (deps.pipelines as never as InstallationStore).saveInstallation({ ...installation, updated_at });
    });
    return stage;
  }

  /** Variables of a function, with the keys of whoever acts. */
  environment(): NodeJS.ProcessEnv {
    return { ...process.env, ...this.variables };
  }

  /** Every grant of a policy is needed by a flow; the site of each play is prepared by the owner. */
  async needsAll(policy: PolicyDocument, prepare: () => Promise<string>, flow: Flow, options?: NeedOptions) {
    const party = await Party.create(ACCOUNT, "party", trustPrincipals([ACCOUNT]));
    const play = async () => {
      const siteId = await prepare();
      try {
        await party.act(async () => {
          const telemetry = telemetryOf();
          await flow(siteId, telemetry);
          telemetry.end();
        });
      } finally {
        await this.removeDistributions();
      }
    };
    await needsEveryGrant(party, policy, play, options);
  }

  /** Every grant of the builds' role is needed by a build that fetches what code push archived, with a secret of its site. */
  async buildsNeedAll(unseen: readonly string[]): Promise<void> {
    const { ground, scope } = this;
    const builds = new CodeBuildClient(settingsOf());
    const logGroupName = `builds-${randomUUID()}`;
    await new CloudWatchLogsClient(settingsOf()).send(new CreateLogGroupCommand({ logGroupName }));
    const secret = `${ground.gitSecretPrefix}shop`;
    await createSecret(secret, "Basic abc");
    const { bucket, key } = await this.upload("sources/1.zip", "source");
    const about: SitesScope = {
      ...scope,
      buildLogGroupArn: arn("logs", `log-group:${logGroupName}`),
      sourceBucketArns: [`arn:aws:s3:::${bucket}/sources`],
    };
    const party = await Party.create(ACCOUNT, "builds", trustBuilds(about));
    const name = `${ground.name}-shop`;
    const project: CreateProjectCommandInput = {
      name,
      serviceRole: party.roleArn,
      source: { type: "S3", location: `${bucket}/${key}`, buildspec: BUILDSPEC },
      artifacts: { type: "S3", location: bucket, path: "builds", name: "1.zip", packaging: "ZIP" },
      environment: {
        type: "LINUX_CONTAINER",
        computeType: "BUILD_GENERAL1_SMALL",
        image: "any",
        environmentVariables: [{ name: "SECRET", value: secret, type: "SECRETS_MANAGER" }],
      },
      logsConfig: { cloudWatchLogs: { status: "ENABLED", groupName: logGroupName } },
    };
    await builds.send(new CreateProjectCommand(project));
    const logs = new CloudWatchLogsClient(settingsOf());
    await needsEveryGrant(party, buildPolicy(about), () => build(builds, logs, name), { unseen });
  }

  /** Does something as somebody who may do everything; builds are not really started. */
  asOwner<T>(run: (deps: Owner, client: SiteClient) => Promise<T>): Promise<T> {
    return this.owner.act(() => {
      const build_id = `${this.ground.name}-any:${randomUUID()}`;
      const builder = { start: async () => ({ build_id }), stop: async () => undefined, logs: never };
      const deps = { ...connectSites(this.ground, { requestedBy: "ada" }), builder, maxReceives: 5 };
      return run(deps as never, createSiteClient(deps as never));
    });
  }

  /** What a flow leaves behind: each look for a distribution lists them all. */
  private async removeDistributions(): Promise<void> {
    const client = new CloudFrontClient(settingsOf());
    const { DistributionList } = await client.send(new ListDistributionsCommand({}));
    for (const { Id, Comment = "" } of DistributionList?.Items ?? []) {
      if (![...this.made].some((siteId) => Comment.includes(siteId))) continue;
      const { Distribution, ETag } = await client.send(new GetDistributionCommand({ Id }));
      const config = { ...Distribution?.DistributionConfig, Enabled: false } as DistributionConfig;
      const disabled = await client.send(
        new UpdateDistributionCommand({ Id, IfMatch: ETag, DistributionConfig: config }),
      );
      await client.send(new DeleteDistributionCommand({ Id, IfMatch: disabled.ETag }));
    }
    this.made.clear();
  }

  /** Makes a site, and brings it as far as to a status. */
  site(settings: SiteSettings, until?: Status): Promise<string> {
    return this.asOwner(async (deps, client) => {
      const siteId = `s-${randomUUID().slice(0, 8)}`;
      this.made.add(siteId);
      await client.create(siteId, settings);
      if (until === undefined) return siteId;
      await client.provision(siteId);
      for (let status: Status | undefined; status !== until;) {
        await work(deps, "provision", look(siteId));
        status = (await deps.pipelines.get(siteId))?.status;
        if (status === "Failed to Provision") throw new Error(`${siteId} is ${status}`);
      }
      return siteId;
    });
  }

  /** Puts something to deploy into the bucket of artefacts. */
  async upload(key: string, page: string) {
    const Body = zipSync({ "index.html": strToU8(page), "404.html": strToU8("gone") });
    await siteS3().send(new PutObjectCommand({ Bucket: this.ground.artefactBucket, Key: key, Body }));
    return { kind: "zip", bucket: this.ground.artefactBucket, key } as const;
  }
}

const never = () => Promise.reject(new Error("nobody asks for it here"));

const BUILDSPEC = JSON.stringify({
  version: "0.2",
  phases: { build: { commands: ['test -n "$SECRET"', "echo built"] } },
  artifacts: { files: ["**/*"] },
});

/** Builds once. @throws Error with what CodeBuild says of a failure, or when the log has nothing */
async function build(builds: CodeBuildClient, logs: CloudWatchLogsClient, projectName: string): Promise<void> {
  const { build: { id = "" } = {} } = await builds.send(new StartBuildCommand({ projectName }));
  const ended = await until("the build", async () => {
    const { builds: [found] = [] } = await builds.send(new BatchGetBuildsCommand({ ids: [id] }));
    return found?.buildComplete === true ? found : undefined;
  });
  const contexts = (ended.phases ?? []).flatMap(({ contexts: all = [] }) => all.map(({ message }) => message));
  if (ended.buildStatus !== "SUCCEEDED") throw new Error(`${ended.buildStatus}: ${contexts.join("; ")}`);
  const { groupName: logGroupName, streamName: logStreamName } = ended.logs ?? {};
  const { events = [] } = await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName }));
  // A log that may not be written is no reason for a build to fail, and nobody says so.
  if (events.length === 0) throw new Error("not authorized to perform: logs:PutLogEvents");
}

/** An S3 client that may do everything. */
export const siteS3 = () => new S3Client({ ...settingsOf(), forcePathStyle: true });

/** The message that has a function look at a site. */
export const look = (site_id: string) => JSON.stringify({ type: "slipway.site.look", site_id, correlation_id: "c" });

/** The message that asks for a deployment; of two the one with the higher number is the newer. */
export const request = (site_id: string, n: number, more: object = {}) =>
  JSON.stringify(requestOf(n, { site_id, request_id: randomUUID(), trigger: "bitbucket", ...more }));

/** Has a function take up messages. */
export const work = (deps: object, worker: keyof ReturnType<typeof functionsOf>, ...bodies: readonly string[]) =>
  functionsOf(deps as QueueDependencies)[worker]({ Records: bodies.map(recordOf) });

/** A message as a queue delivers it for the first time. */
export const recordOf = (body: string) => ({
  messageId: randomUUID(),
  body,
  attributes: { ApproximateReceiveCount: "1" },
});

function telemetryOf(): Telemetry {
  const complaints: string[] = [];
  return {
    metrics: { count: () => undefined },
    log: {
      info: () => undefined,
      warn: (message, fields) => void complaints.push(`${message} ${JSON.stringify(fields)}`),
    },
    end: () => {
      if (complaints.length > 0) throw new Error(complaints.join("\n"));
    },
  };
}

async function createSecret(Name: string, SecretString: string): Promise<string> {
  const command = new CreateSecretCommand({ Name, SecretString });
  return (await new SecretsManagerClient(settingsOf()).send(command)).ARN ?? "";
}
