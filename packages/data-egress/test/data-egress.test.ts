import { policiesOf, policyLint, recordProgram } from "@slipway/testing";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { VOLUME_PATH } from "../src/agent-contract";
import { ENVIRONMENT, FLAG_NAME, LEDGER_TABLE, ROWS_TABLE } from "../src/contract";
import { parseRow } from "../src/core/rows";
import { DataEgress, type DataEgressArgs } from "../src/data-egress";

const ROLE = "arn:aws:iam::222222222222:role/writer";
const SECRET = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:key-AbCdEf";
const OTHER_SECRET = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:dks-GhIjKl";
const KEY = "arn:aws:kms:eu-west-2:123456789012:key/k";
const PARAMETER = "arn:aws:ssm:eu-west-2:123456789012:parameter/egress/trust";

const rows: DataEgressArgs["rows"] = [
  {
    sourcePrefix: "dataegress/cbol/$TODAYS_DATE/*",
    pipelineName: "cbol",
    transferType: "S3",
    destinationBucket: "cbol-reports",
    destinationPrefix: "cbol/$TODAYS_DATE/",
    recipientName: "CBOL",
  },
  {
    sourcePrefix: "dataegress/far/",
    pipelineName: "far",
    transferType: "S3",
    destinationBucket: "far-away",
    recipientName: "Far",
    roleArn: ROLE,
  },
];

const sft: DataEgressArgs["rows"][number] = {
  sourcePrefix: "dataegress/cbol/$TODAYS_DATE/*",
  pipelineName: "cbol#sft",
  transferType: "SFT",
  destinationPrefix: "/data-egress/warehouse/",
  recipientName: "Warehouse",
  expectedBy: "06:00",
};

const args: DataEgressArgs = {
  rows,
  clusterArn: "arn:aws:ecs:eu-west-2:123456789012:cluster/c",
  subnetIds: ["subnet-1"],
  securityGroupIds: ["sg-1"],
  serviceImage: "123456789012.dkr.ecr.eu-west-2.amazonaws.com/egress/service:1",
};

function routesFrom(source: string): string {
  const actions = [{ name: "httpRequest", properties: { destination: "https://recipient:8091/DA" } }];
  return JSON.stringify({ sender: { routes: [{ name: "route", source, actions }] } });
}

const agent: Partial<DataEgressArgs> = {
  rows: [...rows, sft],
  agentImage: "ghcr.io/acme/agent:1",
  agentConfiguration: routesFrom("/data-egress/warehouse/"),
  agentPrivateKeySecret: `${SECRET}:privateKey::`,
  agentTrustSecret: PARAMETER,
};

const record = (changes: Partial<DataEgressArgs> = {}) =>
  recordProgram(() => new DataEgress("egress", { ...args, ...changes }), {
    outputs: {
      "awsx:ecs:FargateService": () => ({ service: { name: "egress-1234567" } }),
      "aws:s3/bucket:Bucket": (name) => ({ bucket: `${name}-id` }),
    },
  });

const failureOf = (changes: Partial<DataEgressArgs>) =>
  record(changes).then(
    () => "none",
    (error: Error) => error.message,
  );

interface Container {
  readonly image: string;
  readonly essential: boolean;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly secrets?: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly mountPoints: readonly { readonly sourceVolume: string; readonly containerPath: string }[];
  readonly dependsOn?: readonly { readonly containerName: string }[];
}

const taskOf = async (changes: Partial<DataEgressArgs>) => {
  const { resource } = await record(changes);
  const { inputs } = resource("egress", "awsx:ecs:FargateService");
  return inputs["taskDefinitionArgs"] as { containers: Record<string, Container>; volumes: readonly object[] };
};

const grantsOf = async (name: string, changes: Partial<DataEgressArgs> = {}) => {
  const { resource } = await record(changes);
  const [policy] = policiesOf([resource(name)]);
  return Object.fromEntries((policy?.document.Statement ?? []).map(({ Sid, Resource }) => [Sid, Resource]));
};

describe("DataEgress", function () {
  this.timeout(20_000);

  it("creates bucket, notification, queue, tables, rows, roles, log and service, and nothing else", async () => {
    const { resources } = await record();

    const own = resources.filter(({ parent }) => parent.endsWith("::egress"));
    expect(own.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`).sort()).to.deep.equal([
      "Bucket egress-bucket",
      "BucketNotification egress-flags",
      "FargateService egress",
      "LogGroup egress-service-log",
      "MetricAlarm egress-failures",
      "MetricAlarm egress-flags-backlog",
      "MetricAlarm egress-flags-dead-letters-age",
      "MetricAlarm egress-flags-dead-letters-depth",
      "Queue egress-flags-dead-letters",
      "Queue egress-flags-queue",
      "QueuePolicy egress-flags-dead-letters-policy",
      "QueuePolicy egress-flags-queue-policy",
      "RedriveAllowPolicy egress-flags-dead-letters-redrive",
      "Role egress-execution",
      "Role egress-task",
      "RolePolicy egress-execution-policy",
      "RolePolicy egress-task-policy",
      "Table egress-ledger",
      "Table egress-rows",
      "TableItem egress-row-cbol-9f6fc99b",
      "TableItem egress-row-far-2d3f1d0c",
    ]);
  });

  it("puts rows into the table as the service reads them", async () => {
    const { ofType } = await record(agent);

    const items = ofType("aws:dynamodb/tableItem:TableItem").map(({ inputs }) => {
      expect(inputs).to.include({ hashKey: ROWS_TABLE.partitionKey, rangeKey: ROWS_TABLE.sortKey });
      const attributes = JSON.parse(String(inputs["item"])) as Record<string, { S?: string; BOOL?: boolean }>;
      return Object.fromEntries(Object.entries(attributes).map(([name, { S, BOOL }]) => [name, S ?? BOOL]));
    });
    expect(items.map((item) => parseRow(item).ok)).to.deep.equal([true, true, true]);
    expect(items[2]).to.deep.equal({
      source_prefix: "dataegress/cbol/$TODAYS_DATE/*",
      pipeline_name: "cbol#sft",
      source_bucket: "egress-bucket-id",
      transfer_type: "SFT",
      destination_bucket: "",
      destination_prefix: "/data-egress/warehouse/",
      recipient_name: "Warehouse",
      decrypt: false,
      expected_by: "06:00",
    });
  });

  it("has flags announced to its queue, which takes them from that bucket alone", async () => {
    const { resource } = await record();

    expect(resource("egress-flags", "aws:s3/bucketNotification:BucketNotification").inputs["queues"]).to.deep.equal([
      {
        queueArn: "arn:aws:sqs:eu-west-2:123456789012:egress-flags-queue",
        events: ["s3:ObjectCreated:*"],
        filterSuffix: FLAG_NAME,
      },
    ]);
    const [policy] = policiesOf([resource("egress-flags-queue-policy")]);
    const receive = policy?.document.Statement.find(({ Sid }) => Sid === "ReceiveFromBuckets");
    expect(receive?.Condition).to.deep.equal({
      ArnEquals: { "aws:SourceArn": ["arn:aws:s3:::egress-bucket-id"] },
      StringEquals: { "aws:SourceAccount": ["123456789012"] },
    });
  });

  it("keeps jobs in a table with the contract's keys, restorable and guarded", async () => {
    const { resource } = await record();

    expect(resource("egress-ledger").inputs).to.deep.include({
      hashKey: LEDGER_TABLE.partitionKey,
      rangeKey: LEDGER_TABLE.sortKey,
      deletionProtectionEnabled: true,
      pointInTimeRecovery: { enabled: true },
    });
  });

  it("runs the service in the network it is told, with the volume and without secrets", async () => {
    const { resource } = await record();
    const { inputs } = resource("egress", "awsx:ecs:FargateService");
    expect(inputs["networkConfiguration"]).to.deep.equal({
      subnets: ["subnet-1"],
      securityGroups: ["sg-1"],
      assignPublicIp: false,
    });

    const { containers, volumes } = await taskOf({ maxAttempts: 3 });
    expect(Object.keys(containers)).to.deep.equal(["service"]);
    expect(volumes).to.deep.equal([{ name: "data-egress" }]);
    const { environment, mountPoints, essential } = containers["service"] as Container;
    expect(essential).to.equal(true);
    expect(mountPoints).to.deep.equal([{ sourceVolume: "data-egress", containerPath: VOLUME_PATH }]);
    expect(environment.map(({ name }) => name)).to.include.members([ENVIRONMENT.queueUrl, ENVIRONMENT.maxAttempts]);
  });

  it("runs the agent beside it, on the same volume, with its secrets by reference only", async () => {
    const { containers } = await taskOf(agent);

    const { secrets, mountPoints, environment, essential } = containers["agent"] as Container;
    expect(essential).to.equal(true);
    expect(mountPoints).to.deep.equal(containers["service"]?.mountPoints);
    expect(secrets).to.deep.equal([
      { name: "SFT_AGENT_PRIVATE_KEY", valueFrom: `${SECRET}:privateKey::` },
      { name: "SFT_AGENT_TRUST", valueFrom: PARAMETER },
    ]);
    expect(environment.map(({ name }) => name)).to.deep.equal(["SLIPWAY_DATA_EGRESS", "SFT_AGENT_CONFIG"]);
    expect(containers["service"]?.dependsOn).to.deep.equal([{ containerName: "agent", condition: "START" }]);
  });

  it("grants the tasks what their rows need: fixed parts of prefixes, and roles in place of buckets", async () => {
    const grants = await grantsOf("egress-task-policy", agent);

    expect(grants["WriteDestinations"]).to.deep.equal(["arn:aws:s3:::cbol-reports/cbol/*"]);
    expect(grants["WriteAsOthers"]).to.deep.equal([ROLE]);
    expect(grants["ReadSources"]).to.deep.equal(["arn:aws:s3:::egress-bucket-id/*"]);
    expect(grants).to.not.have.any.keys("Decrypt", "Encrypt", "ReadRecipientKeys");
  });

  it("grants ECS the secrets and images that it needs to start them", async () => {
    expect(await grantsOf("egress-execution-policy", agent)).to.deep.include({
      ReadSecrets: [SECRET],
      ReadParameters: [PARAMETER],
      PullImages: ["arn:aws:ecr:eu-west-2:123456789012:repository/egress/service"],
    });
  });

  it("gives the service the address and the secrets of a data key service, by reference only", async () => {
    const dks = {
      ...agent,
      dataKeyServiceUrl: "https://dks.example:8443",
      dataKeyServiceCertificateSecret: OTHER_SECRET,
      dataKeyServicePrivateKeySecret: OTHER_SECRET,
      dataKeyServiceTrustSecret: PARAMETER,
      dataKeyServiceSecretKeyArns: [KEY],
      agentSecretKeyArns: [KEY],
    };
    const { containers } = await taskOf(dks);

    const { environment = [], secrets } = containers["service"] ?? {};
    expect(environment).to.deep.include({ name: ENVIRONMENT.dataKeyServiceUrl, value: dks.dataKeyServiceUrl });
    expect(secrets).to.deep.equal([
      { name: "SLIPWAY_DATA_KEY_SERVICE_CERTIFICATE", valueFrom: OTHER_SECRET },
      { name: "SLIPWAY_DATA_KEY_SERVICE_PRIVATE_KEY", valueFrom: OTHER_SECRET },
      { name: "SLIPWAY_DATA_KEY_SERVICE_TRUST", valueFrom: PARAMETER },
    ]);
    expect(containers["agent"]?.secrets).to.have.length(2);
    expect(await grantsOf("egress-execution-policy", dks)).to.deep.include({
      ReadSecrets: [SECRET, OTHER_SECRET],
      DecryptSecrets: [KEY],
    });
  });

  it("has an alarm for the certificates of the data key service, where some were given", async () => {
    const alarmsOf = async (changes: Partial<DataEgressArgs>) =>
      (await record(changes)).ofType("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ name }) => name);
    const named = { dataKeyServiceUrl: "https://dks.example" };

    expect(await alarmsOf(named)).to.not.include("egress-data-key-service-certificate");
    expect(await alarmsOf({ ...named, dataKeyServiceTrustSecret: PARAMETER })).to.include(
      "egress-data-key-service-certificate",
    );
  });

  it("refuses a data key service that cannot be asked, at preview", async () => {
    expect(await failureOf({ dataKeyServiceUrl: "http://dks.example" })).to.match(
      /^\[dataKeyServiceUrl\] does not begin with https:\/\//,
    );
    expect(await failureOf({ dataKeyServiceUrl: "https://ada:lovelace@dks.example" })).to.match(
      /^\[dataKeyServiceUrl\] holds a user or a password/,
    );
    expect(await failureOf({ dataKeyServiceUrl: "https://dks.example:0" })).to.equal(
      "[dataKeyServiceUrl] has port 0, which nobody listens on",
    );
    for (const below of ["/datakey", "/datakey/", "/datakey/actions/decrypt", "/keys/datakey/actions"]) {
      expect(await failureOf({ dataKeyServiceUrl: `https://dks.example${below}` })).to.equal(
        "[dataKeyServiceUrl] has /datakey in it; give what comes before /datakey",
      );
    }
    expect(await failureOf({ dataKeyServiceUrl: "https://dks.example/datakeys/" })).to.equal("none");
    expect(await failureOf({ dataKeyServiceTrustSecret: PARAMETER })).to.equal(
      "[dataKeyServiceTrustSecret] is given without dataKeyServiceUrl",
    );
    const half = { dataKeyServiceUrl: "https://dks.example", dataKeyServiceCertificateSecret: SECRET };
    expect(await failureOf(half)).to.equal(
      "[dataKeyServicePrivateKeySecret] is not given, though dataKeyServiceCertificateSecret is",
    );
  });

  it("has an alarm for the agent, its certificate and deadlines, where there are such", async () => {
    const { ofType } = await record(agent);

    const alarms = Object.fromEntries(
      ofType("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ name, inputs }) => [name, inputs]),
    );
    expect(Object.keys(alarms)).to.include.members([
      "egress-agent-failures",
      "egress-certificate",
      "egress-failures",
      "egress-overdue",
      "egress-flags-dead-letters-depth",
    ]);
    expect(alarms["egress-certificate"]).to.include({
      comparisonOperator: "LessThanThreshold",
      threshold: 30,
      treatMissingData: "breaching",
    });
  });

  it("adopts a bucket that is there, and makes none of its own then", async () => {
    const adopted = rows.map((each) => ({ ...each, sourceBucket: "theirs" }));
    const { ofType } = await record({ rows: adopted });

    expect(ofType("aws:s3/bucket:Bucket")).to.deep.equal([]);
    expect(ofType("aws:s3/bucketNotification:BucketNotification").map(({ inputs }) => inputs["bucket"])).to.deep.equal([
      "theirs",
    ]);
    const without = await record({ rows: adopted, notifyBuckets: false });
    expect(without.ofType("aws:s3/bucketNotification:BucketNotification")).to.deep.equal([]);
  });

  it("keeps every policy to the rules", async () => {
    const { resources } = await record(agent);
    expect(policyLint(resources)).to.deep.equal([]);
  });

  const first = rows[0] as DataEgressArgs["rows"][number];
  const bad: readonly (readonly [string, Partial<DataEgressArgs>, string])[] = [
    ["no rows", { rows: [] }, "[rows] is empty"],
    [
      "an unknown type",
      { rows: [{ ...first, transferType: "FTP" }] },
      "[rows[0].transferType] FTP is not one of S3, SFT",
    ],
    [
      "no destination",
      { rows: [{ ...first, destinationBucket: "" }] },
      "[rows[0].destinationBucket] is blank, which a row of type S3 cannot be",
    ],
    ["one row twice", { rows: [first, first] }, "[rows[1]] has the prefix"],
    [
      "overlapping folders",
      { rows: [first, { ...first, pipelineName: "other", sourcePrefix: "dataegress/cbol/" }] },
      "[rows[1]] dataegress/cbol/ of other overlaps dataegress/cbol/$TODAYS_DATE/ of cbol",
    ],
    ["SFT without an agent", { rows: [sft] }, "[agentImage] is not given, though cbol#sft needs it"],
    ["an agent without its configuration", { agentImage: "x" }, "[agentConfiguration] is not given"],
    [
      "an agent's configuration that the agent would refuse",
      { ...agent, agentConfiguration: "sender: {}" },
      "[agentConfiguration sender.routes]",
    ],
    [
      "a row whose folder no route sends from",
      { ...agent, agentConfiguration: routesFrom("/data-egress/other") },
      "[agentConfiguration] no route sends from /data-egress/warehouse/, where cbol#sft puts its files",
    ],
    [
      "a misspelt field of a row",
      { rows: [first, { ...first, compresion: "gz" } as typeof first] },
      "[rows[1].compresion] unknown field; did you mean compression?",
    ],
    [
      "a misspelt field rather than the lack of what it was to be",
      { rows: [{ ...first, recipientName: undefined, recipientNam: "CBOL" } as unknown as typeof first] },
      "[rows[0].recipientNam] unknown field; did you mean recipientName?",
    ],
    ["a misspelt argument", { concurency: 4 } as object, "[concurency] unknown field; did you mean concurrency?"],
    ["an empty secret", { agentCertificateSecret: null } as object, "[agentCertificateSecret] is empty"],
    [
      "an empty secret of the data key service",
      { dataKeyServiceTrustSecret: null } as object,
      "[dataKeyServiceTrustSecret] is empty",
    ],
    ["an empty list of keys", { agentSecretKeyArns: null } as object, "[agentSecretKeyArns] is empty"],
    [
      "an empty key in a list",
      { dataKeyServiceSecretKeyArns: [null] } as object,
      "[dataKeyServiceSecretKeyArns[0]] is empty",
    ],
    [
      "one key in place of a list",
      { agentSecretKeyArns: KEY } as object,
      "[agentSecretKeyArns] is a string, not a list",
    ],
    [
      "an address that is a number",
      { dataKeyServiceUrl: 8443 } as object,
      "[dataKeyServiceUrl] is of type number, not text",
    ],
    ["a name that is a number", { egressName: 7 } as object, "[egressName] is of type number, not text"],
    ["an alarm action that is no ARN", { alarmActions: ["pager"] }, "[alarmActions[0]] is no ARN"],
    ["too many at once", { concurrency: 65 }, "[concurrency] 65 is not between 1 and 64"],
  ];
  const noSecrets = ["egress/authority", "-----BEGIN PRIVATE KEY-----\nMIIE", "abc", "", KEY];
  for (const field of ["agentCertificateSecret", "agentApiKeySecret", "dataKeyServicePrivateKeySecret"]) {
    it(`refuses a ${field} that is no ARN of a secret, without repeating it`, async () => {
      for (const value of noSecrets) {
        expect(await failureOf({ [field]: value })).to.equal(`[${field}] is no ARN of a secret or of an SSM parameter`);
      }
    });
  }

  it("refuses a key that is no ARN of one, without repeating it", async () => {
    for (const value of ["abc", "arn:aws:kms:eu-west-2:123456789012:alias/mine", SECRET]) {
      expect(await failureOf({ agentSecretKeyArns: [KEY, value] })).to.equal(
        "[agentSecretKeyArns[1]] is no ARN of a KMS key",
      );
    }
  });

  it("takes secrets and keys that are only known later", async () => {
    const later = pulumi.output(SECRET);
    const keys = pulumi.output([KEY]);
    expect(
      await failureOf({
        ...agent,
        agentCertificateSecret: later,
        agentTrustSecret: Promise.resolve(SECRET),
        agentSecretKeyArns: keys,
        dataKeyServiceUrl: pulumi.output("https://dks.example"),
        dataKeyServiceTrustSecret: later,
        dataKeyServiceSecretKeyArns: [pulumi.output(KEY)],
      }),
    ).to.equal("none");
  });

  for (const [what, changes, message] of bad) {
    it(`refuses ${what} at preview`, async () => {
      expect(await failureOf(changes)).to.include(message);
    });
  }
});
