import { policiesOf, policyLint, recordProgram, valueOf, type RecordedResource } from "@slipway/testing";
import { expect } from "chai";
import { ENVIRONMENT, METRICS, ROUTES, SITES_TABLE } from "../src/contract";
import { StaticSitePipeline, type StaticSitePipelineArgs } from "../src/static-site-pipeline";

const secret = (name: string) => `arn:aws:secretsmanager:eu-west-2:123456789012:secret:${name}-AbCdEf`;
const ZONE = "Z0123456789";

const args: StaticSitePipelineArgs = {
  hostedZoneId: ZONE,
  baseDomain: "sites.example.org",
  webhookSecretArns: { github: secret("github"), gitlab: secret("gitlab") },
};
const apps: StaticSitePipelineArgs = {
  ...args,
  githubAppSecretArn: secret("app"),
  githubAppWebhookSecretArn: secret("app-webhook"),
  bitbucketAppKey: "org.example.sites",
  bitbucketAccounts: ["acme", "octo"],
};

const outputs = {
  "aws:apigatewayv2/api:Api": (name: string) => ({
    apiEndpoint: `https://${name}.example`,
    executionArn: "arn:aws:execute-api:eu-west-2:123456789012:api",
  }),
  "aws:s3/bucket:Bucket": (name: string) => ({ bucket: name }),
};
const make = (given: StaticSitePipelineArgs) =>
  recordProgram(() => new StaticSitePipeline("sites", given), { outputs });
const failureOf = (changes: Partial<StaticSitePipelineArgs>) =>
  make({ ...args, ...changes }).then(
    () => "none",
    (error: Error) => error.message,
  );
const FUNCTION = "aws:lambda/function:Function";
const variablesOf = ({ inputs }: RecordedResource) =>
  (inputs["environment"] as { variables: Record<string, string> }).variables;
const statementsOf = (resource: RecordedResource) => policiesOf([resource])[0]?.document.Statement ?? [];
const grantsOf = (resource: RecordedResource) =>
  Object.fromEntries(statementsOf(resource).map(({ Sid = "", ...rest }) => [Sid, rest]));

/** Functions behind queues, by what their resources are called. */
const WORKERS = ["executor", "build-updates", "deploy", "app-events", "provision", "start-teardown", "teardown"];

describe("StaticSitePipeline", () => {
  it("creates table, queues, functions, events, builds, edge, API and alarms, and nothing else", async () => {
    const { resources } = await make(args);

    const own = resources.filter(({ parent }) => parent.endsWith("::sites"));
    const perWorker = WORKERS.flatMap((worker) => [
      `aws:cloudwatch/metricAlarm:MetricAlarm sites-${worker}-backlog`,
      `aws:cloudwatch/metricAlarm:MetricAlarm sites-${worker}-dead-letters-age`,
      `aws:cloudwatch/metricAlarm:MetricAlarm sites-${worker}-dead-letters-depth`,
      `aws:iam/rolePolicy:RolePolicy sites-${worker}-consume`,
      `aws:lambda/eventSourceMapping:EventSourceMapping sites-${worker}-mapping`,
      `aws:sqs/queue:Queue sites-${worker}-dead-letters`,
      `aws:sqs/queue:Queue sites-${worker}-queue`,
      `aws:sqs/queuePolicy:QueuePolicy sites-${worker}-dead-letters-policy`,
      `aws:sqs/queuePolicy:QueuePolicy sites-${worker}-queue-policy`,
      `aws:sqs/redriveAllowPolicy:RedriveAllowPolicy sites-${worker}-dead-letters-redrive`,
      `lambda:index:LambdaFunction sites-${worker}-function`,
    ]);
    expect(own.map(({ type, name }) => `${type} ${name}`)).to.have.members([
      ...perWorker,
      "aws:apigatewayv2/api:Api sites-api",
      "aws:cloudfront/function:Function sites-pages",
      "aws:cloudfront/function:Function sites-previews",
      "aws:cloudfront/function:Function sites-spa-previews",
      "aws:cloudfront/originAccessControl:OriginAccessControl sites-origin-access",
      "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy sites-headers",
      "aws:cloudwatch/eventRule:EventRule sites-builds-rule",
      "aws:cloudwatch/eventTarget:EventTarget sites-builds-target",
      "aws:cloudwatch/logGroup:LogGroup sites-build-log",
      "aws:cloudwatch/metricAlarm:MetricAlarm sites-failed",
      "aws:cloudwatch/metricAlarm:MetricAlarm sites-refused",
      "aws:cloudwatch/metricAlarm:MetricAlarm sites-timed-out",
      "aws:dynamodb/table:Table sites-table",
      "aws:iam/role:Role sites-build-role",
      "aws:iam/rolePolicy:RolePolicy sites-build-grants",
      "aws:s3/bucket:Bucket sites-artefacts-bucket",
      "aws:sns/topic:Topic sites-builds",
      "aws:sns/topicPolicy:TopicPolicy sites-builds-policy",
      "aws:sns/topicSubscription:TopicSubscription sites-builds-subscription",
      "lambda:index:LambdaFunction sites-accept",
      "lambda:index:Reconciler sites-sweep",
    ]);
    expect(resources.filter(({ parent }) => parent === "").map(({ name }) => name)).to.deep.equal(["sites"]);
  });

  it("keeps pipelines in a table by the contract, recoverable and protected", async () => {
    const { inputs, protect } = (await make(args)).resource("sites-table");

    expect(inputs).to.deep.include({
      hashKey: SITES_TABLE.partitionKey,
      rangeKey: SITES_TABLE.sortKey,
      billingMode: "PAY_PER_REQUEST",
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: true,
    });
    const indexes = inputs["globalSecondaryIndexes"] as { name: string }[];
    expect(indexes.map(({ name }) => name)).to.deep.equal(Object.values(SITES_TABLE.indexes).map(({ name }) => name));
    expect(protect).to.equal(true);
    const { resource } = await make({ ...args, protect: false });
    expect(resource("sites-table").inputs["deletionProtectionEnabled"]).to.equal(false);
  });

  it("tells every function behind a queue the same variables of the contract", async () => {
    const { resource } = await make({ ...args, maxReceives: 3 });

    const names = [...WORKERS, "sweep"].map((worker) => variablesOf(resource(`sites-${worker}-function`, FUNCTION)));
    const { [ENVIRONMENT.deadLetterQueueUrl]: letters, ...shared } = names[0] ?? {};
    expect(letters).to.match(/\/sites-executor-dead-letters$/);
    for (const [index, { [ENVIRONMENT.deadLetterQueueUrl]: own = "", ...rest }] of names.entries()) {
      expect(rest).to.deep.equal(shared);
      const worker = [...WORKERS, "sweep"][index];
      expect(own).to.equal(worker === "sweep" ? "" : letters?.replace("executor", String(worker)));
    }
    expect(names[0]).to.deep.include({
      [ENVIRONMENT.name]: "sites",
      [ENVIRONMENT.account]: "123456789012",
      [ENVIRONMENT.maxReceives]: "3",
      [ENVIRONMENT.hostedZoneId]: ZONE,
      [ENVIRONMENT.baseDomain]: "sites.example.org",
      [ENVIRONMENT.gitSecretPrefix]: "slipway/sites/sites/git/",
      [ENVIRONMENT.artefactBucket]: "sites-artefacts-bucket",
    });
    expect(JSON.stringify(names)).not.to.include(secret("github"));
  });

  it("grants each function its own part: provisioning makes, teardown removes, nobody else touches either", async () => {
    const { resources, resource } = await make(apps);

    expect(policyLint(resources)).to.deep.equal([]);
    const provision = grantsOf(resource("sites-provision-function-grants"));
    expect(provision["GiveProjectsTheirRole"]?.Condition).to.deep.equal({
      StringEquals: { "iam:PassedToService": "codebuild.amazonaws.com" },
    });
    expect(provision["KeepRecords"]?.Resource).to.deep.equal([`arn:aws:route53:::hostedzone/${ZONE}`]);
    expect(provision["MakeBuckets"]?.Resource?.[0]).to.match(/^arn:aws:s3:::slipway-[0-9a-f]{10}-\*$/);
    const removing = /s3:DeleteBucket|cloudfront:DeleteDistribution|codebuild:DeleteProject|acm:DeleteCertificate/;
    for (const worker of WORKERS.filter((each) => each !== "teardown")) {
      const actions = statementsOf(resource(`sites-${worker}-function-grants`)).flatMap(({ Action }) => Action);
      expect(
        actions.filter((action) => removing.test(action)),
        worker,
      ).to.deep.equal([]);
    }
    const deploy = grantsOf(resource("sites-deploy-function-grants"));
    expect(Object.keys(deploy)).not.to.include.members(["RunBuilds", "MakeDistributions"]);
    const updates = grantsOf(resource("sites-build-updates-function-grants"));
    expect(Object.keys(updates)).not.to.include("WriteSites");
    const builds = grantsOf(resource("sites-build-grants"));
    expect(Object.keys(builds)).to.deep.equal(["WriteLog", "LeaveArchives", "FetchSources"]);
  });

  it("needs no rights on certificates and records without a zone", async () => {
    const { resource } = await make({ webhookSecretArns: args.webhookSecretArns ?? {} });

    const sids = statementsOf(resource("sites-provision-function-grants")).map(({ Sid }) => Sid);
    expect(sids).not.to.include.members(["KeepCertificates", "FindCertificates", "KeepRecords"]);
  });

  it("feeds the update function from a topic that one rule may publish to, about its own projects", async () => {
    const { resource } = await make(args);

    expect(JSON.parse(String(resource("sites-builds-rule").inputs["eventPattern"]))).to.deep.equal({
      source: ["aws.codebuild"],
      "detail-type": ["CodeBuild Build State Change", "CodeBuild Build Phase Change"],
      detail: { "project-name": [{ prefix: "sites-" }] },
    });
    const publish = grantsOf(resource("sites-builds-policy"))["PublishBuildEvents"];
    expect(publish?.Principal).to.deep.equal({ Service: ["events.amazonaws.com"] });
    expect(Object.keys(publish?.Condition ?? {})).to.deep.equal(["ArnEquals", "StringEquals"]);
  });

  it("takes code push's events where it is asked to", async () => {
    const { resource, resources } = await make({ ...args, codePush: true, eventBusName: "releases" });

    expect(resource("sites-pushes").inputs).to.deep.include({ eventBusName: "releases" });
    expect(JSON.parse(String(resource("sites-pushes").inputs["eventPattern"]))).to.deep.equal({
      source: ["slipway.code-push"],
      "detail-type": ["Source Pushed", "Source Removed"],
    });
    expect(resource("sites-pushes-target").inputs).to.deep.include({ eventBusName: "releases" });
    expect(statementsOf(resource("sites-executor-queue-policy")).map(({ Sid }) => Sid)).to.include("ReceiveFromRules");
    expect(policyLint(resources)).to.deep.equal([]);
  });

  it("has routes for those that are served, and no API where nobody is", async () => {
    const routesOf = async (given: StaticSitePipelineArgs) =>
      (await make(given)).ofType("aws:apigatewayv2/route:Route").map(({ inputs }) => inputs["routeKey"]);

    expect(await routesOf(args)).to.deep.equal([ROUTES.webhook]);
    expect(await routesOf(apps)).to.have.members(Object.values(ROUTES));
    expect(await routesOf({})).to.deep.equal([]);
  });

  it("tells each host where to send, and the library where it is", async () => {
    const { result } = await make(apps);

    expect(await valueOf(result.webhookUrls)).to.deep.equal({
      github: "https://sites-api.example/github",
      gitlab: "https://sites-api.example/gitlab",
    });
    expect(await valueOf(result.githubAppUrl)).to.equal("https://sites-api.example/github-app");
    const descriptor = "https://sites-api.example/bitbucket-app/descriptor.json";
    expect(await valueOf(result.bitbucketDescriptorUrl)).to.equal(descriptor);
    expect(await valueOf(result.connection)).to.deep.include({
      name: "sites",
      account: "123456789012",
      region: "eu-west-2",
      hostedZoneId: ZONE,
      githubAppSecret: secret("app"),
      bitbucketAppKey: "org.example.sites",
    });
  });

  it("tells where the dead letters of every queue are", async () => {
    const { result } = await recordProgram(() => new StaticSitePipeline("sites", args), {
      outputs: { ...outputs, "aws:sqs/queue:Queue": (name: string) => ({ url: `https://sqs.example/${name}` }) },
    });

    expect((await valueOf(result.connection)).queues).to.deep.equal(
      Object.fromEntries(
        WORKERS.map((worker) => [
          worker,
          {
            queueUrl: `https://sqs.example/sites-${worker}-queue`,
            deadLetterQueueUrl: `https://sqs.example/sites-${worker}-dead-letters`,
          },
        ]),
      ),
    );
  });

  it("gives pages security headers, and a policy for scripts where it is asked to", async () => {
    const headersOf = async (given: StaticSitePipelineArgs) =>
      (await make(given)).resource("sites-headers").inputs["securityHeadersConfig"] as Record<string, unknown>;

    const plain = await headersOf(args);
    expect(plain["strictTransportSecurity"]).to.deep.include({ override: true, accessControlMaxAgeSec: 31_536_000 });
    expect(plain).to.include.keys("contentTypeOptions", "frameOptions", "referrerPolicy");
    expect(plain).not.to.have.property("contentSecurityPolicy");
    expect(await headersOf({ ...args, contentSecurityPolicy: "default-src 'self'" })).to.have.property(
      "contentSecurityPolicy",
    );
  });

  it("alarms on what its functions count, and tells whom it is told to", async () => {
    const topic = "arn:aws:sns:eu-west-2:123456789012:pager";
    const { ofType } = await make({ ...args, alarmActions: [topic] });

    const alarms = ofType("aws:cloudwatch/metricAlarm:MetricAlarm");
    const own = alarms.filter(({ inputs }) => inputs["namespace"] === METRICS.namespace);
    expect(own.map(({ inputs }) => inputs["metricName"])).to.have.members([
      METRICS.failed,
      METRICS.timedOut,
      METRICS.refused,
    ]);
    for (const { inputs, name } of alarms) expect(inputs["alarmActions"], name).to.deep.equal([topic]);
  });

  const mistakes: readonly [what: string, changes: Partial<StaticSitePipelineArgs>, message: RegExp][] = [
    ["a name that no project may have", { sitesName: "My Sites" }, /^\[sitesName\]/],
    ["a domain that is none", { baseDomain: "Sites_Example" }, /^\[baseDomain\]/],
    ["a secret of an unknown sender", { webhookSecretArns: { svn: secret("svn") } }, /^\[webhookSecretArns\]/],
    ["a webhook's secret by value", { webhookSecretArns: { github: "hunter2" } }, /^\[webhookSecretArns\.github\]/],
    ["an app with one of its secrets", { githubAppSecretArn: secret("app") }, /^\[githubAppWebhookSecretArn\]/],
    ["a Bitbucket app that nobody may install", { bitbucketAppKey: "org.example" }, /^\[bitbucketAccounts\]/],
    ["accounts without an app", { bitbucketAccounts: ["acme"] }, /^\[bitbucketAppKey\]/],
    ["too few receives", { maxReceives: 0 }, /^\[maxReceives\]/],
    ["an interval out of range", { sweepEveryMinutes: 721 }, /^\[sweepEveryMinutes\]/],
    ["days that are none", { artefactDays: 0.5 }, /^\[artefactDays\]/],
  ];
  for (const [what, changes, message] of mistakes) {
    it(`refuses ${what}`, async () => {
      expect(await failureOf(changes)).to.match(message);
    });
  }

  it("refuses a base domain without its zone", async () => {
    const failure = await make({ baseDomain: "sites.example.org" }).then(
      () => "none",
      (error: Error) => error.message,
    );
    expect(failure).to.match(/^\[hostedZoneId\]/);
  });
});
