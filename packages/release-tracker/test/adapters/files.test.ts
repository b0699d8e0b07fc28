import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { findProject } from "../../src/adapters/manifest-file";

describe("files of a project", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "slipway-files-"));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);

  describe("findProject", () => {
    const json = JSON.stringify({ shop: { name: "Shop", environments: [{ id: "stage", name: "Staging" }] } });
    const yaml = "shop:\n  name: Shop\n  environments:\n    - id: stage\n      name: Staging\n";

    for (const [name, text] of [
      [".slipway_project", json],
      [".slipway_project", yaml],
      [".wellcome_project", json],
      [".wellcome_project", yaml],
    ] as const) {
      it(`finds ${name} above a folder, as ${text === json ? "JSON" : "YAML"}`, () => {
        write(name, text);
        const below = join(directory, "a", "b");
        mkdirSync(below, { recursive: true });

        const { file, project } = findProject({ directory: below });

        expect(file).to.equal(join(directory, name));
        expect(project).to.deep.include({ id: "shop", name: "Shop" });
      });
    }

    it("says where it looked when there is none", () => {
      expect(() => findProject({ directory }))
        .to.throw(directory)
        .with.property("code", "manifest-not-found");
    });

    it("names the file that cannot be read", () => {
      write(".slipway_project", "{ not: [json");

      expect(() => findProject({ directory })).to.throw(/slipway_project\] is neither JSON nor YAML/);
    });
  });
});
