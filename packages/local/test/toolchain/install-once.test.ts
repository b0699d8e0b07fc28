import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Installation, installOnce } from "../../src/toolchain/install-once";
import { scratchFolder } from "../scratch";

describe("installOnce", () => {
  const folder = scratchFolder();
  const silent = (): void => undefined;

  const installation = (name: string, install: Installation["install"]): Installation => {
    const target = join(folder, name, "1.0.0");
    return { what: name, target, isUsable: async () => existsSync(join(target, "finished")), install };
  };
  const finish = (into: string): void => writeFileSync(join(into, "finished"), "");

  it("installs once, however many ask at once", async () => {
    let installs = 0;
    const counted = installation("counted", async (into) => {
      installs += 1;
      finish(into);
    });
    await Promise.all([1, 2, 3].map(() => installOnce(counted, silent)));
    expect(installs).to.equal(1);
    expect(readdirSync(join(folder, "counted"))).to.deep.equal(["1.0.0"]);
  });

  it("shows nothing under the final name before it is complete", async () => {
    const watched = installation("watched", async (into) => {
      expect(existsSync(watched.target)).to.equal(false);
      finish(into);
    });
    await installOnce(watched, silent);
    expect(existsSync(watched.target)).to.equal(true);
  });

  it("leaves nothing behind when it fails, and can be tried again", async () => {
    let fail = true;
    const flaky = installation("flaky", async (into) => {
      finish(into);
      if (fail) throw new Error("no network");
    });
    const failure = await installOnce(flaky, silent).then(
      () => undefined,
      (error: Error) => error.message,
    );
    expect(failure).to.equal("no network");
    expect(readdirSync(join(folder, "flaky"))).to.deep.equal([]);
    fail = false;
    await installOnce(flaky, silent);
    expect(readdirSync(join(folder, "flaky"))).to.deep.equal(["1.0.0"]);
  });

  it("replaces an installation that is not usable, and what a crash left", async () => {
    const damaged = installation("damaged", async (into) => {
      expect(readdirSync(into)).to.deep.equal([]);
      writeFileSync(join(into, "finished"), "new");
    });
    for (const leftover of [damaged.target, `${damaged.target}.partial`]) {
      mkdirSync(leftover, { recursive: true });
      writeFileSync(join(leftover, "half"), "");
    }
    await installOnce(damaged, silent);
    expect(readFileSync(join(damaged.target, "finished"), "utf8")).to.equal("new");
    expect(readdirSync(damaged.target)).to.deep.equal(["finished"]);
  });
});
