import { randomUUID } from "node:crypto";
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import { expect } from "chai";
import { EcrImageRegistry } from "../../../packages/release-tracker/src/adapters/ecr-image-registry";

describe("images of ECR", () => {
  const client = () => new ECRClient();
  const repository = `registry-${randomUUID().slice(0, 8)}`;
  const uri = (rest: string) => `000000000000.dkr.ecr.eu-west-2.amazonaws.com/${repository}${rest}`;
  let digest: string;

  const push = async (imageTag: string, revision: string): Promise<string> => {
    const imageManifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: { mediaType: "application/vnd.oci.empty.v1+json", digest: `sha256:${"0".repeat(64)}`, size: 2 },
      layers: [],
      annotations: { "org.opencontainers.image.revision": revision, "dev.slipway.commit-message": "Sell more" },
    });
    const { image } = await client().send(new PutImageCommand({ repositoryName: repository, imageTag, imageManifest }));
    return image?.imageId?.imageDigest ?? "";
  };

  before(async () => {
    await client().send(new CreateRepositoryCommand({ repositoryName: repository }));
    digest = await push("1", "abc1234");
  });

  const registry = new EcrImageRegistry(client);

  it("R1 resolves a tag to its digest, and follows it when it moves", async () => {
    expect(await registry.look(uri(":1"))).to.deep.equal({ kind: "found", digest });
    const moved = await push("moving", "one");
    await push("moving", "two");
    expect(await registry.look(uri(":moving")))
      .to.have.property("digest")
      .that.does.not.equal(moved);
  });

  it("R1 tells a missing tag from a missing repository and from another registry", async () => {
    expect(await registry.look(uri(":none"))).to.deep.equal({ kind: "missing", reason: "no image with this tag" });
    expect(await registry.look(uri("-none:1"))).to.deep.equal({
      kind: "missing",
      reason: `no repository ${repository}-none`,
    });
    expect(await registry.look("example.com/x:1")).to.deep.equal({ kind: "unknown-registry" });
  });

  it("describes an image by its annotations", async () => {
    const details = await registry.describe(uri(`:1@${digest}`));

    expect(details).to.deep.include({ digest, commit: "abc1234", message: "Sell more" });
    expect(details?.pushedAt).to.be.instanceOf(Date);
    expect(await registry.describe(uri(":none"))).to.equal(undefined);
  });
});
