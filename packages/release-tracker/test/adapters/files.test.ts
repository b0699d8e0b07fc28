import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { findProject } from "../../src/adapters/manifest-file";
import { readStackSettings } from "../../src/adapters/stack-settings";

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

  describe("readStackSettings", () => {
    it("finds region and roles, plain or as text", () => {
      write("Pulumi.yaml", "name: x\n");
      const role = "arn:aws:iam::222222222222:role/slipway-deployer";
      write("Pulumi.a.yaml", `config:\n  aws:region: eu-west-2\n  aws:assumeRoles:\n    - roleArn: ${role}\n`);
      write("Pulumi.b.yaml", `config:\n  aws:assumeRoles: '[{"roleArn":"${role}"}]'\n`);

      expect(readStackSettings(directory, "a")).to.deep.equal({ region: "eu-west-2", roles: [{ roleArn: role }] });
      expect(readStackSettings(directory, "b")).to.deep.equal({ region: undefined, roles: [{ roleArn: role }] });
    });

    it("is empty without a file or configuration", () => {
      write("Pulumi.c.yaml", "encryptionsalt: x\n");

      expect(readStackSettings(directory, "none")).to.deep.equal({ region: undefined, roles: [] });
      expect(readStackSettings(directory, "c")).to.deep.equal({ region: undefined, roles: [] });
    });

    it("names the file that makes no sense", () => {
      write("Pulumi.d.yaml", "config:\n  aws:assumeRoles:\n    - role: x\n");

      expect(() => readStackSettings(directory, "d")).to.throw(/Pulumi\.d\.yaml\] config/);
    });
  });
});
