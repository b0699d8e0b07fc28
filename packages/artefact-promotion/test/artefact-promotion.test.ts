import { policiesOf, policyLint, recordProgram, valueOf, type RecordedResource } from "@slipway/testing";
import { expect } from "chai";
import { ArtefactPromotion, type ArtefactPromotionArgs } from "../src/artefact-promotion";
import { ENVIRONMENT, LEDGER_TABLE, METRICS, PROMOTE_BATCH_SIZE } from "../src/contract";

const args: ArtefactPromotionArgs = {
  environment: "staging",
  sourceEnvironment: "integration",
  sourceAccount: "111111111111",
  bucketPattern: "govuk-{env}-artefact",
};
const SOURCE_TOPIC = "arn:aws:sns:eu-west-2:111111111111:govuk-integration-artefact";
const SOURCE_KEY = "arn:aws:kms:eu-west-2:111111111111:key/source";
const TARGET_KEY = "arn:aws:kms:eu-west-2:123456789012:key/target";

const record = (changes: Partial<ArtefactPromotionArgs> = {}) =>
  recordProgram(() => new ArtefactPromotion("artefacts", { ...args, ...changes }), {
    outputs: { "aws:lambda/invocation:Invocation": () => ({ result: "{}" }) },
  });

const failureOf = (changes: Partial<ArtefactPromotionArgs>) =>
  record(changes).then(
    () => "none",
    (error: Error) => error.message,
  );

const statementsOf = (resource: RecordedResource) => policiesOf([resource])[0]?.document.Statement ?? [];
const grantsOf = (resource: RecordedResource) =>
  Object.fromEntries(statementsOf(resource).map(({ Sid, Action, Resource }) => [Sid, { Action, Resource }]));

describe("ArtefactPromotion", () => {
  it("creates bucket, ledger, subscription, consumer, reconciler, backfill and drift alarm, and nothing else", async () => {
    const { resources } = await record();

    const own = resources.filter(({ parent }) => parent.endsWith("::artefacts"));
    expect(own.map(({ type, name }) => `${type} ${name}`).sort()).to.deep.equal([
      "aws:cloudwatch/metricAlarm:MetricAlarm artefacts-drift",
      "aws:dynamodb/table:Table artefacts-ledger",
      "aws:lambda/invocation:Invocation artefacts-first-backfill",
      "aws:s3/bucket:Bucket artefacts-bucket",
      "aws:sns/topicSubscription:TopicSubscription artefacts-subscription",
      "lambda:index:LambdaFunction artefacts-backfill",
      "lambda:index:QueueConsumer artefacts-promote",
      "lambda:index:Reconciler artefacts-reconcile",
    ]);
    expect(resources.filter(({ parent }) => parent === "").map(({ name }) => name)).to.deep.equal(["artefacts"]);
  });

  it("calls bucket, function and queue alike, and its roles so that the source knows them", async () => {
    const { resource, ofType } = await record();

    expect(resource("artefacts-bucket").inputs["bucket"]).to.equal("govuk-staging-artefact");
    expect(resource("artefacts-promote-function", "aws:lambda/function:Function").inputs["name"]).to.equal(
      "govuk-staging-artefact",
    );
    expect(resource("artefacts-promote-queue").inputs["name"]).to.equal("govuk-staging-artefact");
    const roles = ofType("aws:iam/role:Role").map(({ inputs }) => inputs["name"]);
    expect(roles.filter((name) => name !== undefined).sort()).to.deep.equal([
      "govuk-staging-artefact-backfill",
      "govuk-staging-artefact-promote",
      "govuk-staging-artefact-reconcile",
    ]);
  });

  it("A1 subscribes its queue to the source's topic, and keeps what cannot be delivered", async () => {
    const { resource } = await record();

    const { inputs } = resource("artefacts-subscription");
    expect(inputs).to.deep.include({
      topic: SOURCE_TOPIC,
      protocol: "sqs",
      endpoint: "arn:aws:sqs:eu-west-2:123456789012:govuk-staging-artefact",
      rawMessageDelivery: true,
    });
    const deadLetterTargetArn = "arn:aws:sqs:eu-west-2:123456789012:artefacts-promote-dead-letters";
    expect(JSON.parse(String(inputs["redrivePolicy"]))).to.deep.equal({ deadLetterTargetArn });
    for (const queue of ["artefacts-promote-queue-policy", "artefacts-promote-dead-letters-policy"]) {
      const receive = statementsOf(resource(queue)).find(({ Sid }) => Sid === "ReceiveFromTopics");
      expect(receive?.Condition, queue).to.deep.equal({
        ArnEquals: { "aws:SourceArn": [SOURCE_TOPIC] },
        StringEquals: { "aws:SourceAccount": ["111111111111"] },
      });
    }
  });

  it("feeds the function in batches, whose failures alone come again", async () => {
    const { resource } = await record({ timeoutSeconds: 60, maxReceives: 3 });

    expect(resource("artefacts-promote-mapping").inputs).to.deep.include({
      batchSize: PROMOTE_BATCH_SIZE,
      functionResponseTypes: ["ReportBatchItemFailures"],
    });
    expect(resource("artefacts-promote-queue").inputs["visibilityTimeoutSeconds"]).to.equal(361);
  });

  it("gives its functions the variables of the contract", async () => {
    const { resource } = await record({ prefix: "builds/", kmsKeyArn: TARGET_KEY, graceMinutes: 5 });

    const expected = {
      [ENVIRONMENT.sourceEnvironment]: "integration",
      [ENVIRONMENT.targetEnvironment]: "staging",
      [ENVIRONMENT.sourceBucket]: "govuk-integration-artefact",
      [ENVIRONMENT.sourceAccount]: "111111111111",
      [ENVIRONMENT.targetBucket]: "govuk-staging-artefact",
      [ENVIRONMENT.targetAccount]: "123456789012",
      [ENVIRONMENT.targetKey]: TARGET_KEY,
      [ENVIRONMENT.ledgerTable]: "artefacts-ledger",
      [ENVIRONMENT.queueUrl]: "https://sqs.eu-west-2.amazonaws.com/123456789012/govuk-staging-artefact",
      [ENVIRONMENT.maxReceives]: "5",
      [ENVIRONMENT.eventBus]: "default",
      [ENVIRONMENT.prefix]: "builds/",
      [ENVIRONMENT.graceMinutes]: "5",
    };
    for (const name of ["artefacts-promote-function", "artefacts-reconcile-function", "artefacts-backfill"]) {
      const { inputs } = resource(name, "aws:lambda/function:Function");
      expect(inputs["environment"], name).to.deep.equal({ variables: expected });
    }
  });

  it("grants the function behind the queue to read the source and to write the target, and the others to ask it", async () => {
    const { resources, resource } = await record({ sourceKeyArn: SOURCE_KEY, kmsKeyArn: TARGET_KEY });

    const target = "arn:aws:s3:eu-west-2:123456789012:artefacts-bucket";
    const promote = grantsOf(resource("artefacts-promote-function-grants"));
    expect(promote["WriteTarget"]).to.deep.equal({
      Action: ["s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectTagging"],
      Resource: [`${target}/*`],
    });
    expect(promote["ReadWithSourceKey"]).to.deep.equal({ Action: ["kms:Decrypt"], Resource: [SOURCE_KEY] });
    expect(promote["WriteWithTargetKey"]).to.deep.equal({ Action: ["kms:GenerateDataKey"], Resource: [TARGET_KEY] });
    expect(promote).not.to.have.property("AskQueue");
    for (const name of ["artefacts-reconcile-function-grants", "artefacts-backfill-grants"]) {
      const compare = grantsOf(resource(name));
      expect(compare["AskQueue"]?.Resource).to.deep.equal([
        "arn:aws:sqs:eu-west-2:123456789012:govuk-staging-artefact",
      ]);
      expect(compare).not.to.have.any.keys("WriteTarget", "WriteWithTargetKey");
    }
    expect(policiesOf(resources).length).to.be.at.least(12);
    expect(policyLint(resources)).to.deep.equal([]);
  });

  it("keys its ledger as the contract says, and protects it with the bucket", async () => {
    const { resource } = await record();
    const development = await record({ protect: false });

    const { inputs, protect } = resource("artefacts-ledger");
    expect(inputs).to.deep.include({
      hashKey: LEDGER_TABLE.partitionKey,
      rangeKey: LEDGER_TABLE.sortKey,
      deletionProtectionEnabled: true,
      pointInTimeRecovery: { enabled: true },
    });
    expect(inputs["attributes"]).to.have.length(5);
    expect([protect, resource("artefacts-bucket").protect]).to.deep.equal([true, true]);
    expect(development.resource("artefacts-ledger").inputs["deletionProtectionEnabled"]).to.equal(false);
    expect(development.resource("artefacts-bucket").protect).to.equal(false);
  });

  it("compares on a schedule and alarms on drift", async () => {
    const { resource } = await record({ reconcileEveryMinutes: 30 });

    expect(resource("artefacts-reconcile-schedule").inputs["scheduleExpression"]).to.equal("rate(30 minutes)");
    expect(resource("artefacts-drift").inputs).to.deep.include({
      namespace: METRICS.namespace,
      metricName: METRICS.drifted,
      dimensions: { environment: "staging" },
      threshold: 1,
      period: 1800,
    });
  });

  it("A8 backfills while it is made, or says why not", async () => {
    const filled = await record();
    const empty = await record({ backfill: false, noBackfillBecause: "starts empty for the load test" });

    expect(JSON.parse(String(filled.resource("artefacts-first-backfill").inputs["input"]))).to.deep.equal({
      requested_by: { id: "pulumi", name: "pulumi up" },
    });
    expect(empty.ofType("aws:lambda/invocation:Invocation")).to.deep.equal([]);
    expect(await valueOf(empty.result.backfill)).to.equal("starts empty for the load test");
    expect(await failureOf({ backfill: false })).to.equal("[noBackfillBecause] is not given");
  });

  it("is a source as well where it has targets", async () => {
    const { resource, result } = await record({ targets: [{ environment: "production", account: "333333333333" }] });
    const end = await record();

    expect(resource("artefacts-topic").inputs["name"]).to.equal("govuk-staging-artefact");
    expect(statementsOf(resource("artefacts-bucket-policy")).map(({ Sid }) => Sid)).to.deep.equal([
      "RefusePlainText",
      "SlipwayReadProduction",
      "SlipwayListProduction",
    ]);
    expect(await valueOf(result.topicArn)).to.be.a("string");
    expect(end.ofType("aws:sns/topic:Topic")).to.deep.equal([]);
  });

  it("tells the library where it is", async () => {
    const { result } = await record({ suffix: ".tgz" });

    expect(await valueOf(result.connection)).to.deep.equal({
      sourceEnvironment: "integration",
      targetEnvironment: "staging",
      source: { name: "govuk-integration-artefact", owner: "111111111111" },
      target: { name: "govuk-staging-artefact", owner: "123456789012" },
      filter: { suffix: ".tgz" },
      ledgerTable: "artefacts-ledger",
      queueUrl: "https://sqs.eu-west-2.amazonaws.com/123456789012/govuk-staging-artefact",
      deadLetterQueueUrl: "https://sqs.eu-west-2.amazonaws.com/123456789012/artefacts-promote-dead-letters",
      eventBus: "default",
      region: "eu-west-2",
    });
  });

  const refused: Record<string, [Partial<ArtefactPromotionArgs>, string]> = {
    "A7 a promotion to itself": [
      { sourceEnvironment: "staging" },
      "[sourceBucket] govuk-staging-artefact would be promoted to itself",
    ],
    "A7 artefacts that would come back": [
      { targets: [{ environment: "integration", account: "111111111111" }] },
      "[sourceBucket] artefacts would go in a circle",
    ],
    "an account that is none": [{ sourceAccount: "me" }, "[sourceAccount] me is no account id"],
    "a reason without an opt-out": [{ noBackfillBecause: "x" }, "[noBackfillBecause] is given, but"],
    "a time-out that leaves no time": [{ timeoutSeconds: 15 }, "[timeoutSeconds] 15 is not between 30 and 900"],
  };
  for (const [what, [changes, message]] of Object.entries(refused)) {
    it(`refuses ${what}`, async () => {
      expect(await failureOf(changes)).to.include(message);
    });
  }
});
