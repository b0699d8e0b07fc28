import { DescribeImagesCommand, PutImageCommand } from "@aws-sdk/client-ecr";
import { LOCAL_REGION, publishLocalImage, readLocalImage } from "@slipway/local";
import { expect } from "chai";
import { EcsStage, until } from "./support/ecs-stage";

describe("local images in the emulator's registry", () => {
  const stage = new EcsStage();
  const command = ["node", "service.mjs"] as const;
  before(() => stage.open());
  after(() => stage.close());

  const publish = (tag: string, environment = {}) =>
    publishLocalImage({ client: stage.ecr, repository: stage.name, tag, command, environment });
  const read = (identifier: { tag: string } | { digest: string }) =>
    readLocalImage({ client: stage.ecr, repository: stage.name, identifier });

  it("are published under the address that AWS gives, and read back by tag and by digest", async () => {
    const { uri, digest } = await publish("1", { VERSION: "1" });
    expect(uri).to.equal(`${EcsStage.account}.dkr.ecr.${LOCAL_REGION}.amazonaws.com/${stage.name}:1`);
    const expected = { digest, image: { command: [...command], environment: { VERSION: "1" } } };
    expect(await read({ tag: "1" })).to.deep.equal(expected);
    expect(await read({ digest })).to.deep.equal(expected);
  });

  it("have the registry's own digest, and keep it when published again", async () => {
    const first = await publish("again");
    const second = await publish("again");
    expect(second).to.deep.equal(first);
    const request = { repositoryName: stage.name, imageIds: [{ imageTag: "again" }] };
    const { imageDetails } = await stage.ecr.send(new DescribeImagesCommand(request));
    expect(imageDetails?.map(({ imageDigest }) => imageDigest)).to.deep.equal([first.digest]);
  });

  it("are undefined when the tag or the repository does not exist", async () => {
    expect(await read({ tag: "none" })).to.equal(undefined);
    const elsewhere = { client: stage.ecr, repository: "no/such", identifier: { tag: "1" } };
    expect(await readLocalImage(elsewhere)).to.equal(undefined);
  });

  it("are told from real ones, which a task refuses to start with a clear reason", async () => {
    const imageManifest = JSON.stringify({ schemaVersion: 2, layers: [] });
    await stage.ecr.send(new PutImageCommand({ repositoryName: stage.name, imageTag: "real", imageManifest }));
    const found = await read({ tag: "real" });
    expect(found).to.have.property("image", undefined);

    const registry = `${EcsStage.account}.dkr.ecr.${LOCAL_REGION}.amazonaws.com`;
    await stage.createService(await stage.register(`${registry}/${stage.name}:real`), 1);
    const task = await until("a stopped task", async () => (await stage.tasks("STOPPED"))[0]);
    expect(task.stoppedReason).to.include("has no local command");
    expect(task.stoppedReason).to.include("publishLocalImage");
  });
});
