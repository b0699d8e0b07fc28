import { expect } from "chai";
import { repositoryRoot } from "@slipway/testing";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VOLUME_PATH } from "../src/agent-contract";
import { MONITOR_PORT } from "../src/agent/monitor";
import { BUNDLES } from "../src/contract";
import { RECEIVER_PORT } from "../src/receiver-contract";

const DOCKER = "packages/data-egress/docker";
const contextOf = (bundle: string): string => `packages/data-egress/dist/lambda/${bundle}`;
const dockerfileOf = (bundle: string): string => `${DOCKER}/${bundle}.Dockerfile`;

const VOLUME = [`RUN install -d -o node -g node -m 0700 ${VOLUME_PATH}`, `VOLUME ["${VOLUME_PATH}"]`];
/** What is in the image of one program only. The volume is made by root, so before the user. */
const OWN: Readonly<Record<string, { readonly volume?: readonly string[]; readonly ports?: readonly string[] }>> = {
  [BUNDLES.service]: { volume: VOLUME },
  [BUNDLES.agent]: { volume: VOLUME, ports: [`EXPOSE ${MONITOR_PORT}`] },
  [BUNDLES.receiver]: { ports: [`EXPOSE ${RECEIVER_PORT}`] },
};
/** The SDK looks whether it is there, and goes on without it: only signatures for several regions need it. */
const OPTIONAL = ["@aws-sdk/signature-v4-crt"];

describe("Dockerfiles", () => {
  it("are there for each program, and for nothing else", () => {
    expect(readdirSync(join(repositoryRoot, DOCKER)).sort()).to.deep.equal(
      Object.keys(OWN)
        .map((bundle) => `${bundle}.Dockerfile`)
        .sort(),
    );
    expect(Object.keys(OWN).sort()).to.deep.equal(Object.values(BUNDLES).sort());
  });

  for (const [bundle, { volume = [], ports = [] }] of Object.entries(OWN)) {
    const lines = readFileSync(join(repositoryRoot, dockerfileOf(bundle)), "utf8")
      .trimEnd()
      .split("\n");

    it(`${bundle}: one program of one pinned image, as nobody special, without a registry's host`, () => {
      const [image, ...instructions] = lines.filter((line) => !line.startsWith("#"));

      expect(image).to.match(/^ARG NODE_IMAGE=node:\d+-[\w-]+@sha256:[0-9a-f]{64}$/);
      expect(instructions).to.deep.equal([
        "FROM ${NODE_IMAGE}",
        ...volume,
        "COPY --chmod=0555 index.js /app/index.js",
        ...ports,
        "ENV NODE_ENV=production",
        "USER node",
        'ENTRYPOINT ["node", "/app/index.js"]',
      ]);
    });

    it(`${bundle}: is built as it says, from a folder that holds the program and nothing else`, () => {
      expect(lines).to.include(`#   docker build -f ${dockerfileOf(bundle)} -t ${bundle} ${contextOf(bundle)}`);
      expect(readdirSync(join(repositoryRoot, contextOf(bundle)))).to.deep.equal(["index.js"]);
    });

    it(`${bundle}: needs nothing but Node, and says in one line what it was not told`, () => {
      const program = join(repositoryRoot, contextOf(bundle), "index.js");
      const imports = readFileSync(program, "utf8").matchAll(/\b(?:require|import)\("([^"]+)"\)/g);
      const names = [...new Set([...imports].map(([, name = ""]) => name))];
      const alone = mkdtempSync(join(tmpdir(), "slipway-image-"));
      try {
        copyFileSync(program, join(alone, "index.js"));
        const { status, stdout, stderr } = spawnSync(process.execPath, ["index.js"], {
          cwd: alone,
          env: {},
          encoding: "utf8",
        });

        expect(names).to.include("node:fs");
        expect(names.filter((name) => !isBuiltin(name) && !OPTIONAL.includes(name))).to.deep.equal([]);
        expect({ status, stdout }).to.deep.equal({ status: 1, stdout: "" });
        expect(stderr).to.match(/^[\w -]+: \[[A-Z_]+\] is not [^\n]+\n$/);
      } finally {
        rmSync(alone, { recursive: true });
      }
    });
  }
});
