import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidInputError } from "@slipway/core";
import { expect } from "chai";
import { readStackSettings } from "../src/stack-settings";

describe("readStackSettings", () => {
  const role = "arn:aws:iam::222222222222:role/slipway-deployer";
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "slipway-settings-"));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);

  it("finds region and roles, plain or as text", () => {
    write("Pulumi.yaml", "name: x\n");
    write("Pulumi.a.yaml", `config:\n  aws:region: eu-west-2\n  aws:assumeRoles:\n    - roleArn: ${role}\n`);
    write("Pulumi.b.yaml", `config:\n  aws:assumeRoles: '[{"roleArn":"${role}"}]'\n`);

    expect(readStackSettings(directory, "a")).to.deep.equal({ region: "eu-west-2", roles: [{ roleArn: role }] });
    expect(readStackSettings(directory, "b")).to.deep.equal({ region: undefined, roles: [{ roleArn: role }] });
  });

  it("looks where the project keeps its settings, by the last part of the stack's name", () => {
    mkdirSync(join(directory, "settings"));
    write("Pulumi.yaml", "name: x\nstackConfigDir: settings\n");
    write("settings/Pulumi.a.yaml", "config:\n  aws:region: eu-west-2\n");

    expect(readStackSettings(directory, "acme/x/a")).to.have.property("region", "eu-west-2");
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

  it("names a file that is no YAML, with the first line of the reason and how to mend it", () => {
    write("Pulumi.e.yaml", "{{{");

    const file = join(directory, "Pulumi.e.yaml");
    expect(problemOf("e"))
      .to.include({ field: file, code: "invalid-input", hint: "mend the syntax" })
      .and.to.have.property("problem")
      .that.matches(/^is no YAML: Flow map [^\n]+[^:]$/);
  });

  it("names what lies in a file's place and cannot be read", () => {
    mkdirSync(join(directory, "Pulumi.f.yaml"));

    expect(problemOf("f"))
      .to.include({ field: join(directory, "Pulumi.f.yaml"), hint: "put a readable file in its place" })
      .and.to.have.property("problem")
      .that.matches(/^cannot be read: EISDIR/);
  });

  it("names the file whose roles, or whose whole, make no sense", () => {
    write("Pulumi.g.yaml", "config:\n  aws:assumeRoles: '{{{'\n");
    write("Pulumi.h.yaml", "config:\n  aws:assumeRoles: '[{\"role\":1}]'\n");
    write("Pulumi.i.yaml", "- a\n");

    expect(problemOf("g")?.message).to.match(/Pulumi\.g\.yaml\] config\.aws:assumeRoles: /);
    expect(problemOf("h")?.message).to.match(/Pulumi\.h\.yaml\] config\.aws:assumeRoles/);
    expect(problemOf("i")?.message).to.match(/Pulumi\.i\.yaml\] what it holds: /);
  });

  function problemOf(stack: string): InvalidInputError | undefined {
    try {
      readStackSettings(directory, stack);
    } catch (error) {
      if (error instanceof InvalidInputError) return error;
      throw error;
    }
    return undefined;
  }
});
