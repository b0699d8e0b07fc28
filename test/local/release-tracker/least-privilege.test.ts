import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import { GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import { LOCAL_ACCOUNTS, LOCAL_REGION, publishLocalImage } from "@slipway/local";
import { imagesPath } from "@slipway/release-tracker/contract";
import { expect } from "chai";
import { randomUUID } from "node:crypto";
import * as policies from "../../../packages/release-tracker/src/policies";
import { EcsStage } from "../task-runner/support/ecs-stage";
import { needsEveryStatement, Party } from "../support/party";
import { detectDrift, label, look, publish, release, type Ground } from "./support/tracker-flows";
import { createTables } from "./tables";

const { tools, staging, production } = LOCAL_ACCOUNTS;
const { trustPrincipals } = policies;
const arn = (service: string, resource: string) => `arn:aws:${service}:${LOCAL_REGION}:${tools}:${resource}`;

describe("least privilege", function () {
  this.timeout(120_000);
  const stage = new EcsStage();
  const projectId = `least-${randomUUID().slice(0, 8)}`;
  let ground: Ground;
  let scope: policies.PolicyScope;
  let parties: Record<"publisher" | "deployer" | "reader" | "drift" | "imageReader" | "observer", Party>;

  before(async () => {
    const root = trustPrincipals([tools]);
    const deployer = await Party.create(staging, "environment-deployer", root);
    const drift = await Party.create(tools, "drift", root);
    parties = {
      publisher: await Party.create(tools, "publisher", root),
      deployer: await Party.create(tools, "deployer", root),
      reader: await Party.create(tools, "reader", root),
      imageReader: await Party.create(tools, "image-reader", trustPrincipals([staging])),
      observer: await Party.create(staging, "observer", trustPrincipals([drift.roleArn])),
      drift,
    };
    const tables = await createTables(new DynamoDBClient());
    await new ECRClient().send(new CreateRepositoryCommand({ repositoryName: projectId }));
    const image = await publishImage(projectId, "web");
    ground = { tables, projectId, environmentId: stage.name, image, deployerRoleArn: deployer.roleArn };
    scope = {
      partition: "aws",
      region: LOCAL_REGION,
      account: tools,
      projectId,
      releasesTableArn: arn("dynamodb", `table/${tables.releases}`),
      deploymentsTableArn: arn("dynamodb", `table/${tables.deployments}`),
      eventBusArn: arn("events", "event-bus/default"),
      repositoryArns: [arn("ecr", `repository/${projectId}`)],
      publisherLabels: ["latest"],
      environments: [
        { id: "deployed", deployerRoleArn: deployer.roleArn },
        { id: stage.name, observerRoleArn: parties.observer.roleArn },
      ],
    };
    await label(ground, "web", image);
    await release(ground, "web");
    await startService(stage);
  });

  after(() => stage.close());

  it("of a publisher: every statement is needed, and the labels of environments are out of reach", async () => {
    const { publisher } = parties;

    await needsEveryStatement(publisher, policies.publisherPolicy(scope), () => publisher.act(() => publish(ground)));
    await publisher.allow(policies.publisherPolicy({ ...scope, publisherLabels: ["other"] }));

    expect(await messageOf(publisher.act(() => publish(ground)))).to.contain("not authorized");
  });

  it("of a deployer: every statement is needed", async () => {
    const { deployer } = parties;
    const run = async () => {
      // The label of a service that is new to the environment is removed again when its deployment fails.
      const service = `new-${randomUUID()}`;
      await label(ground, service, await publishImage(projectId, service));
      await deployer.act(() => release({ ...ground, environmentId: "deployed" }, service));
    };

    await needsEveryStatement(deployer, policies.deployerPolicy(scope), run);
  });

  it("of a reader: every statement is needed, and nothing can be changed", async () => {
    const { reader } = parties;

    await needsEveryStatement(reader, policies.readerPolicy(scope), () => reader.act(() => look(ground)));

    expect(await messageOf(reader.act(() => publish(ground)))).to.contain("not authorized");
  });

  it("of an image reader: its one statement is needed, and other accounts are turned away", async () => {
    const { imageReader } = parties;
    const read = (by: string) =>
      imageReader.act(async () => {
        const Path = imagesPath(projectId, "latest");
        expect((await new SSMClient().send(new GetParametersByPathCommand({ Path }))).Parameters).to.not.deep.equal([]);
      }, by);

    await needsEveryStatement(imageReader, policies.imageReaderPolicy(scope), () => read(staging));

    expect(await messageOf(read(production))).to.contain("not authorized to perform: sts:AssumeRole");
  });

  it("of the drift reconciler and its observer: every statement is needed", async () => {
    const { drift, observer } = parties;
    const cluster = `arn:aws:ecs:${LOCAL_REGION}:${staging}:cluster/${stage.name}`;
    const [driftPolicy, observerPolicy] = [policies.driftPolicy(scope), policies.observerPolicy(cluster)];
    const run = () => drift.act(() => detectDrift(ground, observer.roleArn));
    await drift.allow(driftPolicy);
    await observer.allow(observerPolicy);

    const [report] = await run();
    expect(report?.drifted.map(({ drift: found }) => found)).to.deep.equal([["running"]]);
    await needsEveryStatement(drift, driftPolicy, run);
    await needsEveryStatement(observer, observerPolicy, run, ["SeeServices", "ListTasks", "SeeTasks"]);
    // Only of a service without tasks is the definition read.
    await stage.update({ desiredCount: 0 });
    await needsEveryStatement(observer, observerPolicy, run, ["SeeTaskDefinitions"]);
  });

  it("of an observer: nobody but the reconciler's role may take it on", async () => {
    const outsider = await Party.create(tools, "outsider", trustPrincipals([tools]));
    await outsider.allow(policies.driftPolicy(scope));

    expect(await messageOf(outsider.act(() => detectDrift(ground, parties.observer.roleArn)))).to.contain(
      "not authorized to perform: sts:AssumeRole",
    );
  });
});

/** Publishes an image of its own for a service. */
async function publishImage(repository: string, service: string): Promise<string> {
  const image = {
    repository,
    tag: service,
    command: ["node", "--version"],
    environment: { SERVICE: service },
  } as const;
  return (await publishLocalImage({ client: new ECRClient(), ...image })).uri;
}

async function startService(stage: EcsStage): Promise<void> {
  await stage.open();
  const { uri } = await stage.publish("1", { SERVICE: "web", VERSION: "1" });
  const definition = await stage.register(uri);
  await stage.createService(definition, 1);
  await stage.completed(definition);
}

const messageOf = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => "nothing failed",
    (error: Error) => error.message,
  );
