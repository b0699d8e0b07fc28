import { policyLint, recordProgram, rejectionOf, valueOf, type RecordedResource } from "@slipway/testing";
import type { Output } from "@pulumi/pulumi";
import type { CodePushOutput } from "@slipway/code-push";
import type { PolicyDocument } from "@slipway/core";
import { setAllConfig } from "@pulumi/pulumi/runtime/config";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { ENVIRONMENTS, PROJECT_ID, RELEASE_ENVIRONMENTS, SERVICES } from "../src/config";
import { programOf } from "../src/programs";

interface StackFile {
  readonly config: Readonly<Record<string, unknown>>;
}

interface ProjectFile {
  readonly config: Readonly<Record<string, { readonly default: unknown }>>;
}

const read = (file: string): string => readFileSync(resolve(__dirname, "..", "..", file), "utf8");
const settingsOf = (stack: string) => (parse(read(`Pulumi.${stack}.yaml`)) as StackFile).config;
const projectSettings = (parse(read("Pulumi.yaml")) as ProjectFile).config;
const accounts = projectSettings["accounts"]?.default as Readonly<Record<string, string>>;

/** Records a stack with the settings files that are committed for it, and more of them. */
async function record(
  stack: string,
  images: Readonly<Record<string, string>> = {},
  more: Readonly<Record<string, unknown>> = {},
) {
  const shared = Object.entries(projectSettings).map(([key, { default: value }]) => [`slipway:${key}`, value] as const);
  const settings = [...shared, ...Object.entries(settingsOf(stack)), ...Object.entries(more)];
  setAllConfig(
    Object.fromEntries(
      settings.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
  );
  return recordProgram(programOf(stack), {
    stack,
    outputs: {
      "awsx:ecs:FargateService": (name) => ({ service: { id: `service-${name}`, name } }),
      "aws:lambda/invocation:Invocation": () => ({ result: "{}" }),
    },
    answers: {
      "aws:ssm/getParametersByPath:getParametersByPath": ({ path }) => ({
        names: Object.keys(images).map((service) => `${String(path)}/${service}`),
        types: Object.keys(images).map(() => "String"),
        values: Object.values(images),
      }),
    },
  });
}

const tally = (resources: readonly RecordedResource[]) => {
  const counts: Record<string, number> = {};
  for (const { type } of resources) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
};

const environments = Object.keys(ENVIRONMENTS) as (keyof typeof ENVIRONMENTS)[];

describe("the tools stack", () => {
  it("keeps the images of every service and the releases", async () => {
    const { resources, resource } = await record("tools");

    expect(tally(resources)).to.deep.include({
      // One more for the programs of the data egress.
      "aws:ecr/repository:Repository": SERVICES.length + 1,
      "aws:ecr/repositoryPolicy:RepositoryPolicy": SERVICES.length + 1,
      "aws:dynamodb/table:Table": 3,
      "release-tracker:index:ReleaseTracker": 1,
    });
    expect(resource("api", "aws:ecr/repository:Repository").inputs).to.deep.include({
      name: `${PROJECT_ID}/api`,
      imageTagMutability: "IMMUTABLE",
    });
    expect(policyLint(resources)).to.deep.equal([]);
  });

  it("exports what the command line looks for", async () => {
    const { result } = await record("tools");

    expect(Object.keys(result)).to.include.members(["releasesTable", "deploymentsTable", "eventBus", "repositories"]);
  });
});

const webhookSecret = "arn:aws:secretsmanager:eu-west-2:000000000000:secret:github-webhook-a1b2c3";
const repositories = [{ id: "github.com/acme/shop", provider: "github", url: "https://github.com/acme/shop.git" }];
const codePush = { repositories, webhookSecretArns: { github: webhookSecret }, machineGit: true };

describe("what is pushed", () => {
  const recordWith = (value: unknown) => record("tools", {}, { "slipway:codePush": value });

  it("is archived by the tools stack, where repositories are configured", async () => {
    const { resources, result } = await recordWith(codePush);

    expect(tally(resources)).to.include({ "code-push:index:CodePush": 1 });
    expect(policyLint(resources)).to.deep.equal([]);
    expect(await valueOf(result["codePush"] as Output<object>)).to.include({ name: PROJECT_ID });
    expect(Object.keys(await valueOf(result["webhookUrls"] as Output<object>))).to.deep.equal(["github"]);
  });

  for (const [what, value] of Object.entries({ "no repository": { repositories: [] }, nothing: undefined })) {
    it(`is nobody's business where ${what} is configured`, async () => {
      const { resources, result } = await (value === undefined ? record("tools") : recordWith(value));

      expect(tally(resources)).not.to.have.property("code-push:index:CodePush");
      expect(result).not.to.have.any.keys("codePush", "webhookUrls");
    });
  }

  const mistakes: readonly (readonly [object, string])[] = [
    [{ repository: [] }, "[slipway:codePush.repository] unknown field; did you mean repositories?"],
    [{ machineGit: true }, "[slipway:codePush] has no list of repositories"],
    [{ repositories: [{ ...repositories[0], privateNetwrk: true }] }, "did you mean privateNetwork?"],
    [{ repositories }, "[slipway:codePush] has no webhookSecretArns"],
    [{ ...codePush, machineGit: false }, "[gitLayerArns] is not given"],
    [{ ...codePush, webhookSecretArns: { github: "a secret" } }, "[webhookSecretArns.github] is no ARN of a secret"],
  ];
  for (const [value, message] of mistakes) {
    it(`is refused: ${message}`, async () => {
      expect((await rejectionOf(recordWith(value))).message).to.include(message);
    });
  }
});

describe("static sites", () => {
  const recordWith = (staticSites: object, more: Readonly<Record<string, unknown>> = {}) =>
    record("tools", {}, { "slipway:staticSites": staticSites, ...more });

  it("are there without a word, for releases of zips", async () => {
    const { resources, result } = await record("tools");

    expect(tally(resources)).to.include({ "static-site-pipeline:index:StaticSitePipeline": 1 });
    expect(policyLint(resources)).to.deep.equal([]);
    expect(await valueOf(result["staticSites"] as Output<object>)).to.include({
      name: PROJECT_ID,
      eventBus: "default",
    });
    expect(await valueOf(result["siteWebhookUrls"] as Output<object>)).to.deep.equal({});
  });

  it("are built of what is pushed, where that is archived", async () => {
    const { resource, result } = await record("tools", {}, { "slipway:codePush": codePush });

    const rule = resource(`${PROJECT_ID}-sites-pushes`, "aws:cloudwatch/eventRule:EventRule");
    expect(rule.inputs["eventPattern"]).to.include("slipway.code-push");
    const grants = resource(`${PROJECT_ID}-sites-build-grants`, "aws:iam/rolePolicy:RolePolicy");
    const { Statement } = JSON.parse(String(grants.inputs["policy"])) as PolicyDocument;
    const { bucket } = await valueOf(result["codePush"] as Output<CodePushOutput>);
    expect(Statement.find(({ Sid }) => Sid === "TakeSources")?.Resource).to.deep.equal([
      `arn:aws:s3:::${bucket.name}/*`,
    ]);
  });

  it("take webhooks of their own", async () => {
    const { result } = await recordWith({ webhookSecretArns: { github: webhookSecret } });

    expect(await valueOf(result["siteWebhookUrls"] as Output<object>)).to.have.all.keys("github");
  });

  it("are not there where they are switched off", async () => {
    const { resources, result } = await recordWith({ enabled: false });

    expect(tally(resources)).not.to.have.property("static-site-pipeline:index:StaticSitePipeline");
    expect(result).not.to.have.any.keys("staticSites", "siteWebhookUrls");
  });

  it("are refused with an argument that cannot be used", async () => {
    expect((await rejectionOf(recordWith({ baseDomain: "sites.example.org" }))).message).to.include("[hostedZoneId]");
    const misspelt = await rejectionOf(recordWith({ enabled: false, baseDomian: "sites.example.org" }));
    expect(misspelt.message).to.include("[slipway:staticSites.baseDomian] unknown field; did you mean baseDomain?");
  });
});

for (const stack of environments) {
  describe(`the ${stack} stack`, () => {
    it("runs every service on Fargate, on a network of its own that nobody outside can call", async () => {
      const { resources } = await record(stack);

      const services = resources.filter(({ type }) => type === "awsx:ecs:FargateService");
      expect(services.map(({ name }) => name)).to.deep.equal([...SERVICES]);
      for (const { inputs } of services) {
        expect(inputs["networkConfiguration"]).to.deep.include({
          subnets: [`${stack}-a-id`, `${stack}-b-id`],
          securityGroups: [`${stack}-id`],
        });
        expect(inputs).to.deep.include({
          deploymentCircuitBreaker: { enable: true, rollback: true },
          continueBeforeSteadyState: true,
        });
      }
      const [group] = resources.filter(({ type }) => type === "aws:ec2/securityGroup:SecurityGroup");
      expect(group?.inputs["ingress"]).to.deep.equal([{ protocol: "-1", fromPort: 0, toPort: 0, self: true }]);
      expect(policyLint(resources)).to.deep.equal([]);
    });

    it("takes images from its label, with a provider of the tracker's account", async () => {
      const image = "000000000000.dkr.ecr.eu-west-2.amazonaws.com/slipway-demo/api:7";
      const { result, calls, resource } = await record(stack, { api: image });

      expect(calls[0]?.inputs["path"]).to.equal(`/${PROJECT_ID}/images/${ENVIRONMENTS[stack].label}`);
      expect(resource("tools").inputs["assumeRoles"]).to.equal(undefined);
      const tasks = ["api", "web"].map((name) => resource(name, "awsx:ecs:FargateService").inputs["desiredCount"]);
      expect(tasks).to.deep.equal([ENVIRONMENTS[stack].tasks, 0]);
      const places = await valueOf(result["releaseServices"] as Output<Record<string, unknown>>);
      expect(Object.keys(places)).to.deep.equal([...SERVICES]);
      expect(places["api"]).to.deep.include({ service: "service-api", container: "api", image });
    });
  });
}

describe("the data egress", () => {
  const secret = (name: string) => `arn:aws:secretsmanager:eu-west-2:333333333333:secret:${name}-a1b2c3`;
  const image = "000000000000.dkr.ecr.eu-west-2.amazonaws.com/slipway-demo/data-egress@sha256:" + "a".repeat(64);
  const route = {
    name: "warehouse",
    source: "/data-egress/warehouse/",
    actions: [{ name: "httpRequest", properties: { destination: "https://localhost:8091/DA/warehouse" } }],
  };
  const bySft = { sourcePrefix: "dwh/", pipelineName: "dwh#sft", transferType: "SFT", recipientName: "Warehouse" };
  const dataEgress = {
    serviceImage: image,
    agentImage: image,
    agentConfiguration: { sender: { routes: [route] } },
    rows: [{ ...bySft, destinationPrefix: "/data-egress/warehouse/" }],
    stubReceiver: {
      image,
      certificateSecret: secret("certificate"),
      privateKeySecret: secret("key"),
      trustSecret: secret("trust"),
      listenAddress: "127.0.0.1",
    },
  };
  const recordWith = (value: object) => record("production", {}, { "slipway:dataEgress": value });

  it("is nobody's business where no row says what is sent", async () => {
    const { resources, result } = await record("production");

    expect(tally(resources)).not.to.have.any.keys("data-egress:index:DataEgress", "data-egress:index:StubReceiver");
    expect(result).not.to.have.any.keys("dataEgress", "stubReceiverBucket");
  });

  it("runs in the environment's own network, with a stub that takes what the agent sends", async () => {
    const { resources, resource, result } = await recordWith(dataEgress);

    expect(policyLint(resources)).to.deep.equal([]);
    for (const name of ["egress", "receiver"].map((role) => `${PROJECT_ID}-${role}`)) {
      expect(resource(name, "awsx:ecs:FargateService").inputs["networkConfiguration"]).to.deep.include({
        subnets: ["production-a-id", "production-b-id"],
        securityGroups: ["production-id"],
      });
    }
    expect(await valueOf(result["dataEgress"] as Output<object>)).to.include({ name: PROJECT_ID });
    expect(result).to.have.property("stubReceiverBucket");
  });

  it("takes the settings of the walk-through as they are typed", async () => {
    const text = read("packages/data-egress/walk-through.md");
    const [, typed = ""] = /<<END\n(.*?)\nEND\n/s.exec(text) ?? [];
    const yaml = typed.replaceAll("\\$", "$").replace(/\$\(arn ([\w-]+)\)/g, (_, name: string) => secret(name));
    const { "slipway:dataEgress": settings } = parse(yaml) as Record<string, object>;
    const { result, resources } = await recordWith(settings ?? {});

    expect(result).to.include.keys("dataEgress", "stubReceiverBucket");
    expect(policyLint(resources)).to.deep.equal([]);
  });

  const { serviceImage: _, ...withoutImage } = dataEgress;
  const mistakes: readonly (readonly [object, string])[] = [
    [{ row: [] }, "[slipway:dataEgress.row] unknown field; did you mean rows?"],
    [
      { ...dataEgress, stubReciever: {} },
      "[slipway:dataEgress.stubReciever] unknown field; did you mean stubReceiver?",
    ],
    [
      { rows: [], stubReceiver: { prot: 1 } },
      "[slipway:dataEgress.stubReceiver.prot] unknown field; did you mean port?",
    ],
    [{ rows: [{ ...bySft, compresion: "gz" }] }, "rows[0].compresion] unknown field; did you mean compression?"],
    [{ ...dataEgress, clusterArn: "arn" }, "[slipway:dataEgress.clusterArn] unknown field"],
    [{ serviceImage: image }, "[slipway:dataEgress] has no list of rows"],
    [withoutImage, "[slipway:dataEgress] has no serviceImage"],
    [{ ...dataEgress, agentConfiguration: undefined }, "[agentConfiguration] is not given"],
    [{ ...dataEgress, stubReceiver: { ...dataEgress.stubReceiver, port: 0 } }, "[port] 0 is no port"],
  ];
  for (const [value, message] of mistakes) {
    it(`is refused: ${message}`, async () => {
      expect((await rejectionOf(recordWith(value))).message).to.include(message);
    });
  }
});

describe("the chain of artefacts", () => {
  const bucketOf = (stack: string): string => `${PROJECT_ID}-${stack}-artefact`;
  const name = `${PROJECT_ID}-artefacts`;

  it("begins in integration and goes on to staging and production", async () => {
    const chain = await Promise.all(environments.map(async (stack) => ({ stack, ...(await record(stack)) })));

    expect(
      chain.map(({ resources }) => resources.filter(({ type }) => /^artefact-promotion:/.test(type)).length),
    ).to.deep.equal([1, 1, 1]);
    const connections = chain.flatMap(({ result }) => result["artefacts"] ?? []) as Output<{ source: object }>[];
    const sources = await Promise.all(connections.map((connection) => valueOf(connection)));
    expect(sources.map(({ source }) => source)).to.deep.equal([
      { name: bucketOf("integration"), owner: accounts["integration"] },
      { name: bucketOf("staging"), owner: accounts["staging"] },
    ]);
  });

  it("lets whoever deploys an environment look into the bucket before it", async () => {
    const { resource } = await record("integration");

    const policy = String(resource(`${name}-bucket-policy`).inputs["policy"]);
    expect(policy).to.include(`arn:aws:iam::${accounts["staging"]}:role/slipway-deployer`);
    expect(policy).not.to.include(accounts["production"]);
  });
});

describe("settings", () => {
  it("name the same accounts in every file", () => {
    expect(Object.keys(accounts)).to.deep.equal(["tools", ...environments]);
    for (const stack of environments) {
      expect(settingsOf(stack)["aws:assumeRoles"]).to.deep.equal([
        { roleArn: `arn:aws:iam::${accounts[stack]}:role/slipway-deployer` },
      ]);
    }
  });

  it("refuse an account of an environment that there is not", async () => {
    const misspelt = record("tools", {}, { "slipway:accounts": { ...accounts, stagin: "222222222222" } });

    expect((await rejectionOf(misspelt)).message).to.include("[slipway:accounts.stagin] unknown field");
  });

  it("list the environments of releases as the manifest does, in the order of promotion", () => {
    const manifest = JSON.parse(read(".slipway_project")) as Record<string, { environments: { id: string }[] }>;

    expect(manifest[PROJECT_ID]?.environments.map(({ id }) => id)).to.deep.equal(RELEASE_ENVIRONMENTS);
  });

  it("refuse a stack that there is not, listing those there are", () => {
    expect(() => programOf("stagin")).to.throw("[stack] there is no stack stagin");
  });
});
