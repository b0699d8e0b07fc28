import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { repositoryRoot } from "./sources";

describe("components for other languages", function () {
  // It parses all of @pulumi/aws, once for each package.
  this.timeout(180_000);

  it("have the schema that is committed for them", () => {
    const script = join(repositoryRoot, "scripts", "plugin-schema.mjs");

    const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });

    expect(stderr).to.equal("");
    expect(status).to.equal(0);
  });
});
