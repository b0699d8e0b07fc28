import { expect } from "chai";
import { parseBuildspec } from "../../src/build-runner/buildspec";

describe("a buildspec", () => {
  it("is read from YAML with all that is run locally", () => {
    const spec = parseBuildspec(`
version: 0.2
env:
  shell: bash
  variables: { STAGE: live, COUNT: 3 }
  parameter-store: { TOKEN: /token }
  secrets-manager: { KEY: "keys:api" }
  exported-variables: [STAGE]
phases:
  install: { commands: npm ci }
  build: { commands: [one, 2], finally: [last], on-failure: CONTINUE }
artifacts: { files: ["**/*"], base-directory: dist, exclude-paths: ["*.map"], discard-paths: yes, name: site-$STAGE }
cache: { paths: [node_modules] }
`);

    expect(spec).to.deep.equal({
      shell: "bash",
      variables: { STAGE: "live", COUNT: "3" },
      parameters: { TOKEN: "/token" },
      secrets: { KEY: "keys:api" },
      exported: ["STAGE"],
      phases: {
        install: { commands: ["npm ci"], finally: [], onFailure: undefined },
        build: { commands: ["one", "2"], finally: ["last"], onFailure: "CONTINUE" },
      },
      artifacts: {
        files: ["**/*"],
        excluded: ["*.map"],
        baseDirectory: "dist",
        discardPaths: true,
        name: "site-$STAGE",
      },
      leftOut: ["cache"],
    });
  });

  it("is read from JSON", () => {
    expect(parseBuildspec(`{"version":"0.2","phases":{}}`)).to.deep.include({ shell: "sh", phases: {} });
  });

  const refused: readonly [what: string, text: string, problem: RegExp][] = [
    ["another version", "version: 0.1", /version 0.1/],
    ["no mapping", "- one", /not a mapping/],
    ["what is no YAML", "a: [", /YAML_FILE_ERROR/],
    ["an unknown phase", "version: 0.2\nphases: { test: { commands: [a] } }", /Unknown phase test/],
    ["a command that is no text", "version: 0.2\nphases: { build: { commands: [{ echo: a }] } }", /quote it/],
    ["an unknown shell", "version: 0.2\nenv: { shell: powershell }", /powershell/],
    ["artifacts without files", "version: 0.2\nartifacts: { name: a }", /has none/],
  ];
  for (const [what, text, problem] of refused) {
    it(`is refused with ${what}, as CodeBuild does`, () => {
      expect(() => parseBuildspec(text)).to.throw(problem);
    });
  }
});
