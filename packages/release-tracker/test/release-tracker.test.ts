import { policiesOf, policyLint, recordProgram, valueOf } from "@slipway/testing";
import { expect } from "chai";
import { DEPLOYMENTS_TABLE, DRIFT_ENVIRONMENT, METRICS, RELEASES_TABLE } from "../src/contract";
import { ReleaseTracker, type ReleaseTrackerArgs } from "../src/release-tracker";
import { UNRELEASED_IMAGE } from "../src/tracked-environment";

const observer = "arn:aws:iam::222222222222:role/slipway-shop-staging-observer";
const deployer = "arn:aws:iam::222222222222:role/slipway-deployer";

const args: ReleaseTrackerArgs = {
  projectId: "shop",
  environments: [{ id: "staging", deployerRoleArn: deployer, observerRoleArn: observer }, { id: "production" }],
  repositoryArns: ["arn:aws:ecr:eu-west-2:123456789012:repository/basket"],
  imageReaders: ["222222222222"],
};

const record = (changes: Partial<ReleaseTrackerArgs> = {}) =>
  recordProgram(() => new ReleaseTracker("shop", { ...args, ...changes }));

const failureOf = (changes: Partial<ReleaseTrackerArgs>) =>
  record(changes).then(
    () => "none",
    (error: Error) => error.message,
  );

describe("ReleaseTracker", () => {
  it("creates two tables, three policies, a reader role and the drift reconciler, and nothing else", async () => {
    const { resources } = await record();

    const own = resources.filter(({ parent }) => parent.endsWith("::shop"));
    expect(own.map(({ type, name }) => `${type} ${name}`).sort()).to.deep.equal([
      "aws:cloudwatch/metricAlarm:MetricAlarm shop-drift-production",
      "aws:cloudwatch/metricAlarm:MetricAlarm shop-drift-staging",
      "aws:dynamodb/table:Table shop-deployments",
      "aws:dynamodb/table:Table shop-releases",
      "aws:iam/policy:Policy shop-deployer",
      "aws:iam/policy:Policy shop-publisher",
      "aws:iam/policy:Policy shop-reader",
      "aws:iam/role:Role shop-image-reader",
      "aws:iam/rolePolicy:RolePolicy shop-read-images",
      "lambda:index:Reconciler shop-drift",
    ]);
    expect(resources.filter(({ parent }) => parent === "").map(({ name }) => name)).to.deep.equal(["shop"]);
  });

  it("keys its tables as the contract says", async () => {
    const { resource } = await record();

    for (const [name, keys] of Object.entries({ releases: RELEASES_TABLE, deployments: DEPLOYMENTS_TABLE })) {
      const { inputs } = resource(`shop-${name}`);
      expect(inputs["hashKey"]).to.equal(keys.partitionKey);
      expect(inputs["rangeKey"]).to.equal("sortKey" in keys ? keys.sortKey : undefined);
      expect(inputs["globalSecondaryIndexes"]).to.deep.equal(
        Object.values(keys.indexes).map((index) => ({
          name: index.name,
          hashKey: index.partitionKey,
          rangeKey: index.sortKey,
          projectionType: "ALL",
        })),
      );
    }
    expect(resource("shop-releases").inputs["attributes"]).to.deep.equal(
      ["release_id", "project_id", "date_created", "last_date_deployed"].map((name) => ({ name, type: "S" })),
    );
  });

  it("makes its tables encrypted, restorable and undeletable, unless it is for development", async () => {
    const guarded = await record();
    const development = await record({ protect: false });

    for (const name of ["shop-releases", "shop-deployments"]) {
      expect(guarded.resource(name).inputs).to.deep.include({
        billingMode: "PAY_PER_REQUEST",
        serverSideEncryption: { enabled: true },
        pointInTimeRecovery: { enabled: true },
        deletionProtectionEnabled: true,
      });
      expect(guarded.resource(name).protect).to.equal(true);
      expect(development.resource(name).inputs["deletionProtectionEnabled"]).to.equal(false);
      expect(development.resource(name).protect).to.equal(false);
    }
  });

  it("grants nothing that the security checklist forbids", async () => {
    const { resources } = await record();

    expect(policiesOf(resources).length).to.be.at.least(8);
    expect(policyLint(resources)).to.deep.equal([]);
  });

  it("keeps publishers away from the labels of environments", async () => {
    const { resource } = await record();

    const publish = policiesOf([resource("shop-publisher")])[0]?.document.Statement.find(
      ({ Sid }) => Sid === "PublishImages",
    );
    expect(publish?.Resource).to.deep.equal(["arn:aws:ssm:eu-west-2:123456789012:parameter/shop/images/latest/*"]);
    expect(await failureOf({ publisherLabels: ["latest", "staging"] })).to.equal(
      "[publisherLabels] staging is an environment, whose label only a deployment may write",
    );
  });

  it("lets exactly the named principals read labels from other accounts, or nobody", async () => {
    const { resource, result } = await record();
    const alone = await recordProgram(() => new ReleaseTracker("shop", { projectId: "shop", environments: [] }));

    const [trust] = policiesOf([resource("shop-image-reader")])[0]?.document.Statement ?? [];
    expect(trust?.Principal).to.deep.equal({ AWS: ["222222222222"] });
    expect(resource("shop-image-reader").inputs["name"]).to.equal("slipway-shop-image-reader");
    expect(await valueOf(result.imageReaderRoleArn)).to.be.a("string");
    expect(alone.resources.filter(({ name }) => name === "shop-image-reader")).to.deep.equal([]);
  });

  it("gives the reconciler the variables of the contract, and the role that observers trust", async () => {
    const { resource } = await record();

    const environment = resource("shop-drift-function", "aws:lambda/function:Function").inputs["environment"];
    expect(environment).to.deep.equal({
      variables: {
        [DRIFT_ENVIRONMENT.projectId]: "shop",
        [DRIFT_ENVIRONMENT.releasesTable]: "shop-releases",
        [DRIFT_ENVIRONMENT.deploymentsTable]: "shop-deployments",
        [DRIFT_ENVIRONMENT.eventBus]: "default",
        [DRIFT_ENVIRONMENT.environments]: JSON.stringify([
          { id: "staging", observerRoleArn: observer },
          { id: "production" },
        ]),
      },
    });
    expect(resource("shop-drift-function-role").inputs["name"]).to.equal("slipway-shop-drift");
  });

  it("alarms on the drift metric of each environment", async () => {
    const { resource } = await record({ driftEveryMinutes: 5 });

    expect(resource("shop-drift-staging").inputs).to.deep.include({
      namespace: METRICS.namespace,
      metricName: METRICS.driftedServices,
      dimensions: { project: "shop", environment: "staging" },
      period: 300,
    });
  });

  it("resolves an image by label while the stack is deployed", async () => {
    const uri = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/basket:1";
    const answers = {
      "aws:ssm/getParametersByPath:getParametersByPath": () => ({
        names: ["/shop/images/latest/basket"],
        types: ["String"],
        values: [uri],
      }),
    };
    const { result, calls } = await recordProgram(
      () => {
        const tracker = new ReleaseTracker("shop", args);
        return [tracker.image("basket", "latest"), tracker.image("till", "latest")] as const;
      },
      { answers },
    );

    expect(await Promise.all(result.map(valueOf))).to.deep.equal([uri, UNRELEASED_IMAGE]);
    expect(calls[0]?.inputs).to.deep.equal({ path: "/shop/images/latest", recursive: false, withDecryption: false });
  });

  const refused: Record<string, [Partial<ReleaseTrackerArgs>, RegExp]> = {
    "a project id that is no part of a path": [{ projectId: "a/b" }, /^\[projectId\]/],
    "an environment id that is no part of a path": [{ environments: [{ id: "a b" }] }, /^\[environments\]/],
    "an environment that is there twice": [
      { environments: [{ id: "a" }, { id: "a" }] },
      /^\[environments\] a appears twice/,
    ],
    "a project id too long for a role name": [{ projectId: "p".repeat(60) }, /^\[projectId\] .* longer than the 64/],
  };
  for (const [what, [changes, message]] of Object.entries(refused)) {
    it(`refuses ${what}`, async () => {
      expect(await failureOf(changes)).to.match(message);
    });
  }
});
