import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { VOLUME_PATH } from "../src/agent-contract";
import { BUNDLES } from "../src/contract";

const FOLDER = join(__dirname, "../docker");

describe("Dockerfiles", () => {
  it("are there for each program, and for nothing else", () => {
    expect(readdirSync(FOLDER).sort()).to.deep.equal(
      Object.values(BUNDLES)
        .map((bundle) => `${bundle}.Dockerfile`)
        .sort(),
    );
  });

  for (const bundle of Object.values(BUNDLES)) {
    const lines = readFileSync(join(FOLDER, `${bundle}.Dockerfile`), "utf8").split("\n");

    it(`${bundle}: one program of one pinned image, as nobody special, without a registry's host`, () => {
      const image = lines.find((line) => line.startsWith("ARG NODE_IMAGE="));

      expect(image).to.match(/^ARG NODE_IMAGE=node:\d+-[\w-]+@sha256:[0-9a-f]{64}$/);
      expect(lines.filter((line) => /^(FROM|COPY|ADD|USER|ENTRYPOINT)/.test(line))).to.deep.equal([
        "FROM ${NODE_IMAGE}",
        "COPY index.js /app/index.js",
        "USER node",
        'ENTRYPOINT ["node", "/app/index.js"]',
      ]);
    });
  }

  it("both sides of the volume own it", () => {
    for (const bundle of [BUNDLES.service, BUNDLES.agent]) {
      const text = readFileSync(join(FOLDER, `${bundle}.Dockerfile`), "utf8");
      expect(text).to.include(`install -d -o node -g node -m 0700 ${VOLUME_PATH}\nVOLUME ["${VOLUME_PATH}"]`);
    }
  });
});
