import { rejectionOf, withHooks } from "@slipway/testing";
import { expect } from "chai";
import { unzipSync } from "fflate";
import { PushNotAnnouncedError } from "../../src/core/errors";
import { NO_SHA } from "../../src/core/refs";
import { createPushClient } from "../../src/operations";
import { pushCommit } from "../../src/operations/push-commit";
import {
  archivesOf,
  consumerOf,
  createWorld,
  drain,
  eventsOf,
  keyOf,
  pointerOf,
  pushOf,
  repository,
  SHOP,
} from "../support/world";

describe("pushCommit", () => {
  it("puts the archive of that very commit under its key, with who, when and what", async () => {
    const world = createWorld();
    const first = world.git.push(SHOP, "refs/heads/main", { "a.txt": "1" }, "Ein Anfang: Grüße 🎉");
    world.git.push(SHOP, "refs/heads/main", { "a.txt": "2" });

    const result = await pushCommit(world, pushOf("refs/heads/main", first));

    const stored = world.archives.objects.get(keyOf(first));
    expect(result).to.deep.include({ kind: "pushed", latest: false, uploaded: true });
    expect(Buffer.from(unzipSync(stored?.body ?? Buffer.alloc(0))["a.txt"] ?? []).toString()).to.equal("1");
    expect(stored?.metadata).to.deep.equal({
      repository: SHOP,
      commit: first,
      ref: "refs/heads/main",
      branch: "main",
      author: "Ada <ada@example.org>",
      "commit-time": "2026-11-20T10:01:00.000Z",
      "commit-message": `=?UTF-8?B?${Buffer.from("Ein Anfang: Grüße 🎉").toString("base64")}?=`,
      "codepipeline-artifact-revision-summary": `=?UTF-8?B?${Buffer.from("Ein Anfang: Grüße 🎉").toString("base64")}?=`,
      "correlation-id": "c1",
    });
  });

  it("tells with one event, which names commit, key, checksum and whether it is the latest", async () => {
    const world = createWorld();
    const sha = world.git.push(SHOP, "refs/tags/v1", { a: "1" });

    await pushCommit(world, pushOf("refs/tags/v1", sha));

    const stored = world.archives.objects.get(keyOf(sha, "tags/v1"));
    expect(eventsOf(world, "Source Pushed")).to.deep.equal([
      {
        code_push: "demo",
        correlation_id: "c1",
        repository: SHOP,
        ref: "refs/tags/v1",
        ref_name: "v1",
        ref_kind: "tag",
        sha,
        bucket: "demo-source",
        key: keyOf(sha, "tags/v1"),
        version_id: stored?.versionId,
        checksum_sha256: stored?.checksum,
        size: stored?.body.length,
        latest: true,
        latest_key: `${SHOP}/tags/v1/latest.json`,
        author: "Ada <ada@example.org>",
        commit_time: "2026-11-20T10:01:00.000Z",
        message: "A change",
        trigger: "webhook",
      },
    ]);
  });

  it("tells of a ref that is gone when a webhook did, leaves its archives, and fails where it cannot tell", async () => {
    const world = createWorld();
    const sha = world.git.push(SHOP, "refs/heads/feature/x", { a: "1" });
    await pushCommit(world, pushOf("refs/heads/feature/x", sha));
    const archived = [...world.archives.objects.keys()];
    const gone = { ...pushOf("refs/heads/feature/x", NO_SHA), received_at: "2026-11-21T10:00:00.000Z" };

    const silent = { ...world, events: { publish: async () => "no answer" } };
    expect(await rejectionOf(pushCommit(silent, gone))).to.be.instanceOf(PushNotAnnouncedError);
    expect(await pushCommit(world, gone)).to.deep.equal({ kind: "removed" });
    expect(eventsOf(world, "Source Removed")).to.deep.equal([
      {
        code_push: "demo",
        correlation_id: "c1",
        repository: SHOP,
        ref: "refs/heads/feature/x",
        ref_name: "feature/x",
        ref_kind: "branch",
        trigger: "webhook",
        removed_at: "2026-11-21T10:00:00.000Z",
      },
    ]);
    expect([...world.archives.objects.keys()]).to.deep.equal(archived);
  });

  it("does nothing twice", async () => {
    const world = createWorld();
    const sha = world.git.push(SHOP, "refs/heads/main", { a: "1" });
    const message = pushOf("refs/heads/main", sha);

    const kinds = [await pushCommit(world, message), await pushCommit(world, message)].map(({ kind }) => kind);
    const writes = world.archives.writes.length;
    await pushCommit(world, message);

    expect(kinds).to.deep.equal(["pushed", "unchanged"]);
    expect(world.archives.writes).to.have.length(writes);
    expect(world.events.published).to.have.length(1);
  });

  it("archives only what changes a file that the filters name, and asks again about none of it", async () => {
    const world = createWorld({ repositories: [repository({ paths: ["web/**"] })] });
    const push = async (files: Record<string, string>) => {
      const sha = world.git.push(SHOP, "refs/heads/main", files);
      return { sha, kind: (await pushCommit(world, pushOf("refs/heads/main", sha))).kind };
    };

    const first = await push({ "web/a": "1", "api/b": "1" });
    const second = await push({ "web/a": "1", "api/b": "2" });
    const third = await push({ "web/a": "2", "api/b": "2" });

    expect([first.kind, second.kind, third.kind]).to.deep.equal(["pushed", "ignored", "pushed"]);
    expect(archivesOf(world)).to.deep.equal([keyOf(first.sha), keyOf(third.sha)].sort());
    expect(pointerOf(world)).to.deep.include({ sha: third.sha, considered: third.sha, sequence: 2 });
  });

  it("ignores refs that the filters leave out", async () => {
    const world = createWorld({ repositories: [repository({ branches: ["main", "release/*"], tags: ["v*"] })] });
    const kindOf = async (ref: string) => {
      const sha = world.git.push(SHOP, ref, { a: ref });
      return (await pushCommit(world, pushOf(ref, sha))).kind;
    };

    expect(await kindOf("refs/heads/release/1")).to.equal("pushed");
    expect(await kindOf("refs/heads/release/1/fix")).to.equal("ignored");
    expect(await kindOf("refs/heads/feature")).to.equal("ignored");
    expect(await kindOf("refs/tags/v1")).to.equal("pushed");
    expect(await kindOf("refs/tags/nightly")).to.equal("ignored");
  });

  it("refuses to take another repository's archive for its own", async () => {
    const template = "shared/{branch|tag}/{sha}.zip";
    const other = "git.example.org/octo/other";
    const repositories = [repository({ keyTemplate: template }), repository({ id: other, keyTemplate: template })];
    const world = createWorld({ repositories });
    const sha = world.git.push(SHOP, "refs/heads/main", { a: "1" });
    await pushCommit(world, pushOf("refs/heads/main", sha));
    world.archives.objects.delete(`shared/main/${sha}.zip.json`);

    world.queue.push(JSON.stringify(pushOf("refs/heads/main", sha, { repository: other })));
    Object.assign(world.git, {
      withCommit: async (_: unknown, __: unknown, use: (commit: object) => unknown) =>
        use({ sha, author: "x", committedAt: "2026-11-20T10:01:00.000Z", message: "m" }),
    });
    await world.queue.deliver(1, consumerOf(world));

    expect(eventsOf(world, "Source Push Failed")[0]).to.deep.include({ code: "key-taken", repository: other });
  });

  it("keeps why a message was given up, of the last try, beside the archives and apart from the receipts", async () => {
    const world = createWorld({ maxReceives: 2 });
    const gone = "f".repeat(40);
    await world.queue.send([pushOf("refs/heads/main", gone)]);
    world.queue.push("no JSON");
    await drain(world);
    const client = createPushClient(world);

    const { letters } = await client.redrive({ dryRun: true });

    const [lost, unreadable] = letters;
    expect(lost?.failure).to.deep.include({ code: "commit-not-found", attempts: 2, message_id: lost?.messageId });
    expect(lost?.failure?.reason).to.include(gone);
    expect(unreadable).to.deep.include({ problem: "it is no JSON" });
    expect(unreadable?.failure).to.deep.include({ code: "unreadable-message" });
    expect(await client.listPushes()).to.deep.equal([]);
  });

  it("fails a push as it would when the failure cannot be kept", async () => {
    const world = createWorld({ maxReceives: 1 });
    const broken = withHooks(world, ["archives"], {
      before: (call) => {
        if (call === "archives.writeText") throw new Error("access denied");
      },
    });
    await world.queue.send([pushOf("refs/heads/main", "f".repeat(40))]);
    await drain(world, consumerOf(broken));

    expect(world.lines.map(({ message }) => message)).to.include.members(["push failed", "failure not kept"]);
    expect(eventsOf(world, "Source Push Failed")[0]).to.deep.include({ code: "commit-not-found", final: true });
    expect((await createPushClient(world).redrive({ dryRun: true })).letters[0]).not.to.have.property("failure");
  });

  it("tells the provider how a commit fares: pending, then success; failure when it is given up", async () => {
    const world = createWorld({ maxReceives: 2 });
    const sha = world.git.push(SHOP, "refs/heads/main", { a: "1" });
    const gone = "f".repeat(40);
    await world.queue.send([pushOf("refs/heads/main", sha), pushOf("refs/heads/main", gone)]);

    await drain(world);

    const states = (of: string) => world.told.filter((each) => each.sha === of).map(({ state }) => state);
    expect(states(sha)).to.deep.equal(["pending", "success"]);
    expect(states(gone)).to.deep.equal(["pending", "pending", "failure"]);
  });
});
