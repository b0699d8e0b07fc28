import { rejectionOf } from "@slipway/testing";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "@slipway/aws-runtime";
import { expect } from "chai";
import { withWorkspace } from "../../src/adapters/workspace";
import { createPushOnce } from "../../src/operations/push-once";
import { MEMORY_BUCKET, MemoryArchives } from "../../src/library-memory";
import { bytesOf } from "../contracts/git-remote";
import { GitFixture } from "../support/git-fixture";

const MAIN = "refs/heads/main";

describe("an archive", () => {
  let fixture: GitFixture;

  beforeEach(async () => {
    fixture = await GitFixture.start();
    fixture.create("shop");
  });
  afterEach(() => fixture.stop());

  const bytes = (sha: string): Promise<Buffer> =>
    fixture
      .remote()
      .withCommit(fixture.repository("shop"), { ref: MAIN, sha }, async (commit) => bytesOf(await commit.archive()));

  const unzip = (flags: readonly string[], zip: Buffer): string => {
    const file = join(fixture.root, "a.zip");
    writeFileSync(file, zip);
    return execFileSync("unzip", [...flags, file], { env: { ...process.env, TZ: "UTC" } }).toString();
  };

  it("holds what git ls-tree lists, with execute bits and links, and no folder around it", async () => {
    const sha = fixture.commit("shop", {
      "a.txt": "1",
      "bin/run": { mode: "100755", content: "#!/bin/sh\n" },
      "docs/é日本.md": "x",
      ".github/ci.yml": "y",
      empty: "",
      link: { mode: "120000", content: "a.txt" },
    });

    const zip = await bytes(sha);

    const listed = fixture.git("shop", ["-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", sha]).split("\n");
    expect(unzip(["-Z1"], zip).trim().split("\n").sort()).to.deep.equal(listed.sort());
    const lines = unzip(["-Z"], zip).split("\n");
    const modeOf = (path: string): string => lines.find((line) => line.endsWith(` ${path}`))?.slice(0, 10) ?? "";
    expect([modeOf("a.txt"), modeOf("bin/run"), modeOf("link")]).to.deep.equal([
      "-rw-r--r--",
      "-rwxr-xr-x",
      "lrwxrwxrwx",
    ]);
    expect(unzip(["-tq"], zip)).to.include("No errors");
    mkdirSync(join(fixture.root, "out"));
    execFileSync("unzip", ["-q", join(fixture.root, "a.zip"), "-d", join(fixture.root, "out")]);
    expect(execFileSync("readlink", [join(fixture.root, "out", "link")]).toString()).to.equal("a.txt\n");
  });

  it("C5 has the same bytes in every time zone, and the commit's time", async () => {
    const sha = fixture.commit("shop", { a: "1" });
    const before = process.env["TZ"];
    const made: Buffer[] = [];
    try {
      for (const zone of ["UTC", "America/Los_Angeles", "Asia/Kolkata"]) {
        process.env["TZ"] = zone;
        made.push(await bytes(sha));
      }
    } finally {
      if (before === undefined) delete process.env["TZ"];
      else process.env["TZ"] = before;
    }

    expect(made.every((each) => each.equals(made[0] ?? Buffer.alloc(0)))).to.equal(true);
    expect(unzip(["-Z"], made[0] ?? Buffer.alloc(0))).to.include("26-Nov-20 10:01");
  });

  it("is put under a key by hand, over what is there", async () => {
    const sha = fixture.commit("shop", { a: "1" });
    const bucket = new MemoryArchives(systemClock);
    const pushOnce = createPushOnce({ git: fixture.remote(), openBucket: () => bucket, ids: { next: () => "id" } });
    const input = { repository: `${fixture.server.url}/shop.git`, bucket: MEMORY_BUCKET, key: "master.zip" };

    await pushOnce(input);
    const pushed = await pushOnce(input);

    expect(pushed).to.deep.include({ sha, ref: MAIN, key: "master.zip", files: 1, versionId: "v2" });
    expect(bucket.objects.get("master.zip")?.metadata["commit"]).to.equal(sha);
    for (const repository of ["file:///etc", "ext::sh -c x", "--upload-pack=x"]) {
      expect(await rejectionOf(pushOnce({ ...input, repository }))).to.have.property("code", "invalid-input");
    }
    expect(await rejectionOf(pushOnce({ ...input, ref: "refs/heads/none" }))).to.have.property("code", "invalid-input");
  });

  it("is not made by a git that is too old", async () => {
    const old = fixture.remote({ minimumGit: "99.0.0" });

    expect(await rejectionOf(old.refs(fixture.repository("shop")))).to.deep.include({
      code: "git-too-old",
      minimum: "99.0.0",
    });
    expect(fixture.server.seen).to.deep.equal([]);
  });
});

describe("a workspace", () => {
  it("removes what a run left behind that was killed, and nothing of one that is alive", async () => {
    const fixture = await GitFixture.start();
    const folder = (pid: number): string => {
      const made = join(fixture.temporary, `slipway-push-${pid}-abc`);
      mkdirSync(made);
      return made;
    };
    folder(999_999_999);
    folder(process.pid);
    folder(1);

    await withWorkspace(async () => undefined, fixture.temporary);

    expect(fixture.leftovers()).to.deep.equal(["slipway-push-1-abc"]);
    await fixture.stop();
  });
});
