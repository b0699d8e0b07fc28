import { policiesOf, policyLint, recordProgram, valueOf, type RecordedResource } from "@slipway/testing";
import { expect } from "chai";
import { CodePush, type CodePushArgs } from "../src/code-push";
import { ENVIRONMENT, METRICS } from "../src/contract";
import { failureKey } from "../src/core/keys";

const secret = (name: string) => `arn:aws:secretsmanager:eu-west-2:123456789012:secret:${name}-AbCdEf`;
const LAYER = "arn:aws:lambda:eu-west-2:123456789012:layer:git:3";
const BUCKET = "arn:aws:s3:eu-west-2:123456789012:source-bucket";
const QUEUE_URL = "https://sqs.eu-west-2.amazonaws.com/123456789012/source-work-queue";
const SETTINGS = "arn:aws:ssm:eu-west-2:123456789012:parameter/slipway/code-push/source/repositories";

const args: CodePushArgs = {
  repositories: [
    { id: "github.com/acme/shop", provider: "github", url: "https://github.com/acme/shop.git" },
    {
      id: "gitlab.com/acme/tools/shop",
      provider: "gitlab",
      url: "ssh://git@gitlab.com/acme/tools/shop.git",
      credentialsSecretArn: secret("deploy-key"),
      branches: ["main", "release/**"],
    },
  ],
  webhookSecretArns: { github: secret("github"), gitlab: secret("gitlab") },
  gitLayerArns: [LAYER],
};

const outputs = {
  "aws:apigatewayv2/api:Api": (name: string) => ({
    apiEndpoint: `https://${name}.example`,
    executionArn: "arn:aws:execute-api:eu-west-2:123456789012:api",
  }),
  // The recorder's own ARNs do not hold the path, which policies do.
  "aws:s3/bucket:Bucket": (name: string) => ({ bucket: name }),
  "aws:ssm/parameter:Parameter": (name: string) => ({ arn: `${SETTINGS}/${name}` }),
};
const recordWith = (changes: Partial<CodePushArgs>) =>
  recordProgram(() => new CodePush("source", { ...args, ...changes }), { outputs });
let plain: ReturnType<typeof recordWith> | undefined;
/** Most tests look at the same program, which is run once for all of them. */
const record = (changes?: Partial<CodePushArgs>) =>
  changes === undefined ? (plain ??= recordWith({})) : recordWith(changes);
const failureOf = (changes: Partial<CodePushArgs>) =>
  record(changes).then(
    () => "none",
    (error: Error) => error.message,
  );
const statementsOf = (resource: RecordedResource) => policiesOf([resource])[0]?.document.Statement ?? [];
const grantsOf = (resource: RecordedResource) =>
  Object.fromEntries(statementsOf(resource).map(({ Sid, Action, Resource }) => [Sid, { Action, Resource }]));
const FUNCTION = "aws:lambda/function:Function";
const variablesOf = ({ inputs }: RecordedResource): unknown =>
  (inputs["environment"] as { variables: Record<string, string> }).variables;

describe("CodePush", () => {
  it("creates API, functions, queue, bucket, settings and alarms, and nothing else", async () => {
    const { resources } = await record();

    const own = resources.filter(({ parent }) => parent.endsWith("::source"));
    expect(own.map(({ type, name }) => `${type} ${name}`).sort()).to.deep.equal([
      "aws:apigatewayv2/api:Api source-api",
      "aws:cloudwatch/metricAlarm:MetricAlarm source-missed",
      "aws:cloudwatch/metricAlarm:MetricAlarm source-unqueued",
      "aws:cloudwatch/metricAlarm:MetricAlarm source-unreachable",
      "aws:s3/bucket:Bucket source-bucket",
      "aws:ssm/parameter:Parameter source-repository-github.com-acme-shop-c566806a",
      "aws:ssm/parameter:Parameter source-repository-gitlab.com-acme-tools-shop-44032607",
      "lambda:index:LambdaFunction source-accept",
      "lambda:index:LambdaFunction source-authorize",
      "lambda:index:QueueConsumer source-work",
      "lambda:index:Reconciler source-reconcile",
    ]);
    const inApi = resources.filter(({ parent }) => parent.endsWith("::source-api"));
    expect(inApi.map(({ type, name }) => `${type} ${name}`).sort()).to.deep.equal([
      "aws:apigatewayv2/authorizer:Authorizer source-github-authorizer",
      "aws:apigatewayv2/authorizer:Authorizer source-gitlab-authorizer",
      "aws:apigatewayv2/authorizer:Authorizer source-gitlab-standard-authorizer",
      "aws:apigatewayv2/integration:Integration source-integration",
      "aws:apigatewayv2/route:Route source-github-route",
      "aws:apigatewayv2/route:Route source-gitlab-route",
      "aws:apigatewayv2/route:Route source-gitlab-standard-route",
      "aws:apigatewayv2/stage:Stage source-stage",
      "aws:cloudwatch/logGroup:LogGroup source-access-log",
      "aws:cloudwatch/metricAlarm:MetricAlarm source-github-client-errors",
      "aws:cloudwatch/metricAlarm:MetricAlarm source-gitlab-client-errors",
      "aws:cloudwatch/metricAlarm:MetricAlarm source-gitlab-standard-client-errors",
      "aws:cloudwatch/metricAlarm:MetricAlarm source-server-errors",
      "aws:lambda/permission:Permission source-call-accept-1",
      "aws:lambda/permission:Permission source-call-accept-2",
      "aws:lambda/permission:Permission source-call-accept-3",
      "aws:lambda/permission:Permission source-call-authorize",
    ]);
    expect(resources.filter(({ parent }) => parent === "").map(({ name }) => name)).to.deep.equal(["source"]);
  });

  it("C3 lets nothing through a route that its authorizer did not see, nor ask it without the header, each request anew", async () => {
    const { ofType, resource } = await record();

    const asked: Record<string, string> = {
      github: "X-Hub-Signature-256",
      gitlab: "X-Gitlab-Token",
      "gitlab/standard": "Webhook-Signature",
    };
    const slug = (path: string): string => path.replace("/", "-");
    expect(ofType("aws:apigatewayv2/route:Route").map(({ inputs }) => inputs)).to.deep.equal(
      Object.keys(asked).map((path) => ({
        apiId: "source-api-id",
        routeKey: `POST /${path}`,
        authorizationType: "CUSTOM",
        authorizerId: `source-${slug(path)}-authorizer-id`,
        target: "integrations/source-integration-id",
      })),
    );
    for (const [path, header] of Object.entries(asked)) {
      const { inputs } = resource(`source-${slug(path)}-authorizer`);
      expect(inputs).to.deep.include({
        authorizerType: "REQUEST",
        authorizerPayloadFormatVersion: "2.0",
        authorizerResultTtlInSeconds: 0,
        enableSimpleResponses: true,
        identitySources: [`$request.header.${header}`],
      });
      expect(inputs["authorizerUri"]).to.match(/function.*source-authorize\/invocations$/);
    }
    expect(resource("source-integration").inputs["integrationUri"]).to.match(/function.*source-accept\/invocations$/);
  });

  it("lets only this API call the two functions, the one as authorizer and the other by its routes", async () => {
    const { ofType } = await record();

    const permissions = ofType("aws:lambda/permission:Permission").map(({ inputs }) => inputs);
    const api = "arn:aws:execute-api:eu-west-2:123456789012:api";
    const shared = { action: "lambda:InvokeFunction", principal: "apigateway.amazonaws.com" };
    expect(permissions).to.have.deep.members([
      { ...shared, function: "source-authorize", sourceArn: `${api}/authorizers/*` },
      { ...shared, function: "source-accept", sourceArn: `${api}/*/POST/github` },
      { ...shared, function: "source-accept", sourceArn: `${api}/*/POST/gitlab` },
      { ...shared, function: "source-accept", sourceArn: `${api}/*/POST/gitlab/standard` },
    ]);
  });

  it("answers before a host gives up, throttles, and logs requests without what is secret in them", async () => {
    const { resource } = await record({ requestsPerSecond: 5, requestBurst: 7 });

    const { inputs } = resource("source-stage");
    const log = inputs["accessLogSettings"] as { format: string };
    expect(inputs["defaultRouteSettings"]).to.deep.include({ throttlingRateLimit: 5, throttlingBurstLimit: 7 });
    expect(log.format).not.to.match(/header|querystring|body|token|signature/i);
    expect(resource("source-access-log").inputs["namePrefix"]).to.match(/^\/aws\/vendedlogs\//);
    expect(resource("source-integration").inputs["timeoutMilliseconds"]).to.be.below(10_000);
    for (const name of ["source-accept", "source-authorize"]) {
      expect(resource(name, FUNCTION).inputs["timeout"], name).to.be.below(10);
    }
  });

  it("feeds pushes one by one, with room on disk for what is fetched and what is made of it", async () => {
    const { resource } = await record({ fetchMegabytes: 1000, archiveMegabytes: 500, timeoutSeconds: 600 });

    expect(resource("source-work-mapping").inputs).to.deep.include({
      batchSize: 1,
      functionResponseTypes: ["ReportBatchItemFailures"],
    });
    expect(resource("source-work-queue").inputs["visibilityTimeoutSeconds"]).to.equal(3600);
    const { inputs } = resource("source-work-function", FUNCTION);
    expect(inputs["ephemeralStorage"]).to.deep.equal({ size: 1756 });
  });

  it("gives its functions the variables of the contract, and those in front of the queue no more than they need", async () => {
    const { resource } = await record({
      maxReceives: 3,
      keyTemplate: "x/{host}/{owner}/{repo}/{branch|tag}/{sha}.zip",
    });

    const secrets = {
      SLIPWAY_WEBHOOK_SECRET_GITHUB: secret("github"),
      SLIPWAY_WEBHOOK_SECRET_GITLAB: secret("gitlab"),
    };
    const name = { [ENVIRONMENT.name]: "source" };
    const settings = { [ENVIRONMENT.repositoriesPath]: "/slipway/code-push/source/repositories" };
    const git = {
      [ENVIRONMENT.bucket]: "source-bucket",
      [ENVIRONMENT.bucketOwner]: "123456789012",
      [ENVIRONMENT.eventBus]: "default",
      [ENVIRONMENT.gitSeconds]: "240",
      [ENVIRONMENT.minimumGit]: "2.50.1",
      GIT_EXEC_PATH: "/opt/libexec/git-core",
      [ENVIRONMENT.keyTemplate]: "x/{host}/{owner}/{repo}/{branch|tag}/{sha}.zip",
    };
    const queue = { [ENVIRONMENT.queueUrl]: QUEUE_URL };
    expect(variablesOf(resource("source-authorize", FUNCTION))).to.deep.equal({ ...name, ...secrets });
    expect(variablesOf(resource("source-accept", FUNCTION))).to.deep.equal({
      ...name,
      ...secrets,
      ...settings,
      ...queue,
    });
    expect(variablesOf(resource("source-reconcile-function", FUNCTION))).to.deep.equal({
      ...name,
      ...settings,
      ...git,
      ...queue,
    });
    expect(variablesOf(resource("source-work-function", FUNCTION))).to.deep.equal({
      ...name,
      ...settings,
      ...git,
      ...queue,
      [ENVIRONMENT.maxReceives]: "3",
      [ENVIRONMENT.fetchMegabytes]: "512",
      [ENVIRONMENT.archiveMegabytes]: "512",
      [ENVIRONMENT.files]: "50000",
    });
  });

  it("grants each function its own part: only the one behind the queue writes archives, only those with git see credentials", async () => {
    const { resources, resource } = await record({ kmsKeyArn: "arn:aws:kms:eu-west-2:123456789012:key/k" });

    const authorize = grantsOf(resource("source-authorize-grants"));
    const accept = grantsOf(resource("source-accept-grants"));
    const work = grantsOf(resource("source-work-function-grants"));
    const reconcile = grantsOf(resource("source-reconcile-function-grants"));
    expect(Object.keys(authorize)).to.deep.equal(["ReadWebhookSecrets"]);
    expect(authorize["ReadWebhookSecrets"]?.Resource).to.deep.equal([secret("github"), secret("gitlab")]);
    expect(Object.keys(accept)).to.deep.equal(["ReadWebhookSecrets", "ReadRepositories", "QueuePushes"]);
    expect(accept["ReadRepositories"]?.Resource).to.deep.equal([SETTINGS, `${SETTINGS}/*`]);
    expect(work["ReadCredentials"]?.Resource).to.deep.equal([secret("deploy-key")]);
    expect(work["WriteArchives"]?.Resource).to.deep.equal([`${BUCKET}/*`]);
    expect(work).not.to.have.any.keys("ReadWebhookSecrets", "QueuePushes");
    expect(reconcile["QueuePushes"]?.Resource).to.deep.equal(accept["QueuePushes"]?.Resource);
    expect(reconcile).not.to.have.any.keys("ReadWebhookSecrets", "WriteArchives", "WriteWithKey");
    expect(policiesOf(resources).length).to.be.at.least(12);
    expect(policyLint(resources)).to.deep.equal([]);
  });

  it("decrypts secrets that have a key of their own", async () => {
    const secretKeyArns = ["arn:aws:kms:eu-west-2:123456789012:key/secrets"];
    const { resources, resource } = await record({ secretKeyArns });

    for (const name of ["source-authorize-grants", "source-accept-grants", "source-work-function-grants"]) {
      expect(grantsOf(resource(name))["DecryptSecrets"]?.Resource, name).to.deep.equal(secretKeyArns);
    }
    expect(policyLint(resources)).to.deep.equal([]);
  });

  it("puts the functions that need git into a network, and those that hosts call into none", async () => {
    const place = { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] };
    const { resource } = await record(place);

    for (const name of ["source-work-function", "source-reconcile-function"]) {
      expect(resource(name, FUNCTION).inputs["vpcConfig"], name).to.deep.equal(place);
    }
    expect(resource("source-accept", FUNCTION).inputs).not.to.have.property("vpcConfig");
  });

  it("needs no rights on credentials when all repositories are public", async () => {
    const { resource } = await record({ repositories: args.repositories.slice(0, 1) });

    expect(grantsOf(resource("source-work-function-grants"))).not.to.have.property("ReadCredentials");
  });

  it("keeps each repository's settings in a parameter of its own, with the credentials by name only", async () => {
    const { ofType } = await record();

    const [first, second] = ofType("aws:ssm/parameter:Parameter").map(({ inputs }) => inputs);
    expect(first?.["name"]).to.equal("/slipway/code-push/source/repositories/github.com-acme-shop-c566806a");
    expect(JSON.parse(String(first?.["insecureValue"]))).to.deep.equal(args.repositories[0]);
    expect(JSON.parse(String(second?.["insecureValue"]))).to.deep.equal({
      id: "gitlab.com/acme/tools/shop",
      provider: "gitlab",
      url: "ssh://git@gitlab.com/acme/tools/shop.git",
      branches: ["main", "release/**"],
      credentialsSecretId: secret("deploy-key"),
    });
  });

  it("brings git by layers, by an image, or finds it on the machine", async () => {
    const layered = await record({ architecture: "arm64" });
    const image = await record({ gitLayerArns: undefined, gitImageUri: "image" });
    const local = await record({ gitLayerArns: undefined, machineGit: true });

    for (const name of ["source-work-function", "source-reconcile-function"]) {
      expect(layered.resource(name, FUNCTION).inputs).to.deep.include({ layers: [LAYER], architectures: ["arm64"] });
    }
    expect(layered.resource("source-accept", FUNCTION).inputs).not.to.have.any.keys("layers", "architectures");
    expect(image.resource("source-work-function", FUNCTION).inputs).to.deep.include({
      packageType: "Image",
      imageUri: "image",
      imageConfig: { commands: ["push-code/index.handler"] },
    });
    expect(image.resource("source-reconcile-function", FUNCTION).inputs["imageConfig"]).to.deep.equal({
      commands: ["reconcile-pushes/index.handler"],
    });
    expect(variablesOf(local.resource("source-work-function", FUNCTION))).to.include({
      [ENVIRONMENT.minimumGit]: "2.39.5",
    });
  });

  it("lets failures expire when their dead letters are gone, and archives never", async () => {
    const { resources } = await record();
    const lifecycle = resources.find(({ name }) => name === "source-lifecycle");
    const rules = (lifecycle?.inputs["rules"] ?? []) as { filter: { prefix: string }; expiration?: { days: number } }[];

    const expiring = rules.filter(({ expiration }) => expiration !== undefined);
    expect(expiring.map(({ filter, expiration }) => [filter.prefix, expiration?.days])).to.deep.equal([
      ["~failures/", 30],
    ]);
    expect(failureKey("message")).to.match(/^~failures\//);
  });

  it("keeps archives private, and tells readers what they need", async () => {
    const { resource, result } = await record();
    const development = await record({ protect: false });

    expect(resource("source-bucket").protect).to.equal(true);
    expect(development.resource("source-bucket").protect).to.equal(false);
    expect(statementsOf(resource("source-bucket-policy")).map(({ Sid }) => Sid)).to.deep.equal(["RefusePlainText"]);
    const reader = JSON.parse(await valueOf(result.readerPolicy)) as { Statement: { Sid: string }[] };
    expect(reader.Statement.map(({ Sid }) => Sid)).to.deep.equal(["SeeBucket", "ReadArchives"]);
  });

  it("alarms on what its functions count, and tells whom it is told to", async () => {
    const alarmActions = ["arn:aws:sns:eu-west-2:123456789012:on-call"];
    const { ofType, resource } = await record({ alarmActions, reconcileEveryMinutes: 20 });

    expect(resource("source-missed").inputs).to.deep.include({
      namespace: METRICS.namespace,
      metricName: METRICS.missed,
      dimensions: { code_push: "source" },
      period: 1200,
    });
    expect(resource("source-server-errors").inputs["dimensions"]).to.deep.equal({ ApiId: "source-api-id" });
    expect(resource("source-gitlab-standard-client-errors").inputs["dimensions"]).to.deep.equal({
      ApiId: "source-api-id",
      Stage: "$default",
      Method: "POST",
      Resource: "/gitlab/standard",
    });
    for (const { name, inputs } of ofType("aws:cloudwatch/metricAlarm:MetricAlarm")) {
      expect(inputs["alarmActions"], name).to.deep.equal(alarmActions);
    }
  });

  it("tells each host where to send, and the library where it is", async () => {
    const { result } = await record({ codePushName: "main" });

    expect(await valueOf(result.webhookUrls)).to.deep.equal({
      github: "https://source-api.example/github",
      gitlab: "https://source-api.example/gitlab",
      "gitlab/standard": "https://source-api.example/gitlab/standard",
    });
    expect(await valueOf(result.connection)).to.deep.equal({
      name: "main",
      repositoriesPath: "/slipway/code-push/main/repositories",
      bucket: { name: "source-bucket", owner: "123456789012" },
      queueUrl: QUEUE_URL,
      deadLetterQueueUrl: "https://sqs.eu-west-2.amazonaws.com/123456789012/source-work-dead-letters",
      eventBus: "default",
      region: "eu-west-2",
    });
  });

  const [shop] = args.repositories;
  const withShop = (changes: object): Partial<CodePushArgs> => ({
    repositories: [{ ...(shop as NonNullable<typeof shop>), ...changes }],
  });
  const refused: Record<string, [Partial<CodePushArgs>, string]> = {
    "no repository": [{ repositories: [] }, "[repositories] has none"],
    "a repository twice": [
      { repositories: [...args.repositories, { ...args.repositories[0]!, id: "github.com/Acme/Shop" }] },
      "[repositories.id] github.com/Acme/Shop is there twice",
    ],
    "an id that is none": [withShop({ id: "acme/shop" }), "[repositories[0].id]"],
    "a URL that is none": [withShop({ url: "shop" }), "[repositories[0].url]"],
    "plain http to another machine": [withShop({ url: "http://git.example.org/a/b" }), "[repositories[0].url]"],
    "git's own file protocol": [withShop({ url: "file:///etc" }), "[repositories[0].url]"],
    "an unknown sender": [withShop({ provider: "svn" }), "[repositories[0].provider]"],
    "an unknown treatment of submodules": [withShop({ submodules: "maybe" }), "[repositories[0].submodules]"],
    "a status without a token": [withShop({ commitStatus: true }), "[repositories[0].commitStatus]"],
    "credentials by value": [
      withShop({ credentialsSecretArn: "-----BEGIN" }),
      "[repositories[0].credentialsSecretArn] is no ARN of a secret",
    ],
    "a template under which commits collide": [{ keyTemplate: "{owner}/{repo}/master.zip" }, "[keyTemplate]"],
    "templates under which repositories collide": [
      {
        repositories: [
          { ...args.repositories[0]!, keyTemplate: "in/{branch|tag}/{sha}.zip" },
          { ...args.repositories[1]!, keyTemplate: "in/{branch|tag}/{sha}.zip" },
        ],
      },
      "[repositories[0].keyTemplate] archives of github.com/acme/shop and gitlab.com/acme/tools/shop would overwrite",
    ],
    "a sender without a secret": [
      { webhookSecretArns: { github: secret("github") } },
      "[webhookSecretArns] has none for gitlab",
    ],
    "a secret of an unknown sender": [
      { webhookSecretArns: { ...args.webhookSecretArns, svn: secret("svn") } },
      "[webhookSecretArns] svn is not one of",
    ],
    "a webhook's secret by value": [
      { webhookSecretArns: { github: "hunter2", gitlab: secret("gitlab") } },
      "[webhookSecretArns.github] is no ARN of a secret",
    ],
    "functions without git": [{ gitLayerArns: undefined }, "[gitLayerArns] is not given"],
    "two ways to git": [{ gitImageUri: "image" }, "[gitLayerArns] is given, and so is gitImageUri"],
    "a cap that is none": [{ files: 0 }, "[files] 0 is no whole number above 0"],
    "a cap beyond what a zip holds": [{ files: 65_536 }, "[files] 65536 is more than 65000"],
    "caps beyond the disk": [{ fetchMegabytes: 9984 }, "[fetchMegabytes] and archiveMegabytes are 10496"],
    "git that may take all the time": [{ gitSeconds: 300 }, "[gitSeconds] 300 leaves no time"],
    "a time-out out of range": [{ timeoutSeconds: 901 }, "[timeoutSeconds] 901 is not between 30 and 900"],
    "a name that is none": [{ codePushName: "a/b" }, "[codePushName] a/b is no name"],
  };
  for (const [what, [changes, message]] of Object.entries(refused)) {
    it(`refuses ${what}`, async () => {
      const failure = await failureOf(changes);

      expect(failure).to.include(message);
      expect(failure).not.to.include("hunter2");
    });
  }
});
