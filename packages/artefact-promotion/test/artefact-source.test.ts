import { policiesOf, policyLint, recordProgram, valueOf, type RecordedResource } from "@slipway/testing";
import { expect } from "chai";
import { ArtefactSource, type ArtefactSourceArgs } from "../src/artefact-source";

const args: ArtefactSourceArgs = {
  environment: "integration",
  bucketPattern: "govuk-{env}-artefact",
  targets: [{ environment: "staging", account: "222222222222" }],
};
const BUCKET = "arn:aws:s3:eu-west-2:123456789012:artefacts-bucket";
const NAMED_BUCKET = "arn:aws:s3:::govuk-integration-artefact";
const TOPIC = "arn:aws:sns:eu-west-2:123456789012:govuk-integration-artefact";

const record = (changes: Partial<ArtefactSourceArgs> = {}) =>
  recordProgram(() => new ArtefactSource("artefacts", { ...args, ...changes }));

const failureOf = (changes: Partial<ArtefactSourceArgs>) =>
  record(changes).then(
    () => "none",
    (error: Error) => error.message,
  );

const namesOf = (resources: readonly RecordedResource[]) => resources.map(({ type, name }) => `${type} ${name}`).sort();
const statementsOf = (resource: RecordedResource) => policiesOf([resource])[0]?.document.Statement ?? [];

describe("ArtefactSource", () => {
  it("creates a bucket with its settings, a topic and the notification between them, and nothing else", async () => {
    const { resources } = await record();

    expect(namesOf(resources)).to.deep.equal([
      "artefact-promotion:index:ArtefactSource artefacts",
      "aws:s3/bucket:Bucket artefacts-bucket",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration artefacts-lifecycle",
      "aws:s3/bucketNotification:BucketNotification artefacts-notification",
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls artefacts-ownership",
      "aws:s3/bucketPolicy:BucketPolicy artefacts-bucket-policy",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock artefacts-public-access",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration artefacts-encryption",
      "aws:s3/bucketVersioning:BucketVersioning artefacts-versioning",
      "aws:sns/topic:Topic artefacts-topic",
      "aws:sns/topicPolicy:TopicPolicy artefacts-topic-policy",
    ]);
  });

  it("calls bucket and topic as the pattern says", async () => {
    const { resource, result } = await record();

    expect(resource("artefacts-bucket").inputs["bucket"]).to.equal("govuk-integration-artefact");
    expect(await valueOf(result.topicArn)).to.equal(TOPIC);
  });

  it("keeps versions, encrypts, and lets nothing be public", async () => {
    const { resource } = await record({ kmsKeyArn: "arn:aws:kms:eu-west-2:123456789012:key/k" });

    expect(resource("artefacts-versioning").inputs["versioningConfiguration"]).to.deep.equal({ status: "Enabled" });
    expect(resource("artefacts-ownership").inputs["rule"]).to.deep.equal({ objectOwnership: "BucketOwnerEnforced" });
    expect(resource("artefacts-public-access").inputs).to.deep.include({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(resource("artefacts-encryption").inputs["rules"]).to.deep.equal([
      {
        applyServerSideEncryptionByDefault: {
          sseAlgorithm: "aws:kms",
          kmsMasterKeyId: "arn:aws:kms:eu-west-2:123456789012:key/k",
        },
        bucketKeyEnabled: true,
      },
    ]);
  });

  it("A5 removes the parts of uploads that nobody finished", async () => {
    const { resource } = await record();

    expect(resource("artefacts-lifecycle").inputs["rules"]).to.deep.equal([
      {
        id: "unfinished-uploads",
        status: "Enabled",
        filter: { prefix: "" },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ]);
  });

  it("announces created objects, of the asked-for keys only", async () => {
    const { resource } = await record({ prefix: "builds/", suffix: ".tgz" });

    expect(resource("artefacts-notification").inputs["topics"]).to.deep.equal([
      {
        id: "slipway-artefact-promotion",
        topicArn: TOPIC,
        events: ["s3:ObjectCreated:*"],
        filterPrefix: "builds/",
        filterSuffix: ".tgz",
      },
    ]);
  });

  it("is read by exactly the roles of its targets, over TLS only", async () => {
    const operator = "arn:aws:iam::222222222222:role/operator";
    const targets = [{ environment: "staging", account: "222222222222", operatorRoleArns: [operator] }];
    const { resources, resource } = await record({ targets });

    const roles = ["promote", "reconcile", "backfill"].map((purpose) => `govuk-staging-artefact-${purpose}`);
    const [refusal, read, list] = statementsOf(resource("artefacts-bucket-policy"));
    expect(refusal).to.deep.include({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } });
    expect(read).to.deep.equal({
      Sid: "SlipwayReadStaging",
      Effect: "Allow",
      Principal: { AWS: ["arn:aws:iam::222222222222:root"] },
      Action: ["s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionTagging"],
      Resource: [`${BUCKET}/*`],
      Condition: {
        ArnEquals: {
          "aws:PrincipalArn": [...roles, "operator"].map((role) => `arn:aws:iam::222222222222:role/${role}`),
        },
      },
    });
    expect(list?.Condition).to.deep.equal(read?.Condition);
    expect(list?.Action).to.deep.equal(["s3:ListBucket", "s3:ListBucketVersions"]);
    expect(policyLint(resources)).to.deep.equal([]);
  });

  it("lets only its own bucket publish, and each target subscribe its own queue only", async () => {
    const { resource } = await record();

    const [refusal, bucket, staging, ...others] = statementsOf(resource("artefacts-topic-policy"));
    expect(refusal?.Effect).to.equal("Deny");
    expect(bucket).to.deep.include({
      Principal: { Service: ["s3.amazonaws.com"] },
      Action: ["sns:Publish"],
      Resource: [TOPIC],
      Condition: {
        ArnEquals: { "aws:SourceArn": NAMED_BUCKET },
        StringEquals: { "aws:SourceAccount": "123456789012" },
      },
    });
    expect(staging?.Principal).to.deep.equal({ AWS: ["arn:aws:iam::222222222222:root"] });
    expect(staging?.Condition).to.deep.equal({
      StringEqualsIfExists: {
        "sns:Endpoint": "arn:aws:sqs:eu-west-2:222222222222:govuk-staging-artefact",
        "sns:Protocol": "sqs",
      },
    });
    expect(others).to.deep.equal([]);
  });

  it("protects its bucket, unless it is for development", async () => {
    const guarded = await record();
    const development = await record({ protect: false });

    expect(guarded.resource("artefacts-bucket")).to.deep.include({ protect: true });
    expect(guarded.resource("artefacts-bucket").inputs["forceDestroy"]).to.equal(false);
    expect(development.resource("artefacts-bucket")).to.deep.include({ protect: false });
  });

  it("touches neither notification nor policy of an adopted bucket, but by a function that adds to them", async () => {
    const { resources, resource, result } = await record({ adoptBucket: "their.bucket" });

    expect(resources.filter(({ type }) => type.startsWith("aws:s3/"))).to.deep.equal([]);
    expect(await valueOf(result.bucketName)).to.equal("their.bucket");
    const { inputs } = resource("artefacts-adoption");
    const request: unknown = JSON.parse(String(inputs["input"]));
    expect(inputs["lifecycleScope"]).to.equal("CRUD");
    expect(request).to.deep.include({
      bucket: "their.bucket",
      owner: "123456789012",
      notification: {
        id: "slipway-artefact-promotion",
        topicArn: "arn:aws:sns:eu-west-2:123456789012:their-bucket",
        events: ["s3:ObjectCreated:*"],
      },
    });
    expect(statementsOf(resource("artefacts-adopt-grants"))[0]?.Resource).to.deep.equal(["arn:aws:s3:::their.bucket"]);
    expect(policyLint(resources)).to.deep.equal([]);
  });

  const refused: Record<string, [Partial<ArtefactSourceArgs>, string]> = {
    "a pattern without {env}": [{ bucketPattern: "artefacts" }, "[bucketPattern] artefacts has no {env}"],
    "a name with a dot": [{ bucketPattern: "a.{env}" }, "[bucketPattern] a.integration has a dot"],
    "a name too long for a role": [
      { bucketPattern: `${"p".repeat(46)}-{env}` },
      "is longer than the 64 of a role name",
    ],
    "an environment that is no name": [{ environment: "Staging!" }, "[environment] Staging! is no environment"],
    "an account that is none": [{ targets: [{ environment: "a", account: "1" }] }, "[targets] 1 is no account id"],
    "a target that is there twice": [
      { targets: [...args.targets, ...args.targets] },
      "[targets] staging appears twice",
    ],
    "A7 a target that is the source": [
      { targets: [{ environment: "integration", account: "111111111111" }] },
      "govuk-integration-artefact would be promoted to itself",
    ],
  };
  for (const [what, [changes, message]] of Object.entries(refused)) {
    it(`refuses ${what}`, async () => {
      expect(await failureOf(changes)).to.include(message);
    });
  }
});
