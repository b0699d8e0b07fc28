import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonValue } from "@slipway/automation";
import { expect } from "chai";
import {
  buildSucceeds,
  codeBuildTells,
  connection,
  createSiteWorld,
  provisioned,
  roles,
  SETTINGS,
  settle,
  shaOf,
  type SiteWorld,
} from "../support/site-world";
import { slipway } from "../support/slipway";

type Json = Readonly<Record<string, unknown>>;

const site = ({ pretended }: SiteWorld, ...words: string[]) =>
  slipway(["site", ...words, "--stack", "tools"], pretended);

async function answer(world: SiteWorld, ...words: string[]): Promise<Json & { readonly exit: number }> {
  const { stdout, stderr, exitCode } = await site(world, ...words, "--json");
  expect(stdout, stderr).to.not.equal("");
  return { ...(JSON.parse(stdout) as Json), exit: exitCode };
}

/** A site that builds were deployed to. */
async function deployed(world: SiteWorld, ...numbers: number[]): Promise<void> {
  await provisioned(world);
  for (const number of numbers) {
    await site(world, "deploy", "shop", "--commit", shaOf(number), "--yes", "--no-wait");
    await settle(world);
    await buildSucceeds(world, number);
  }
}

/** Everything that could have changed. */
const snapshot = (world: SiteWorld): string =>
  JSON.stringify([
    [...world.pipelines.rows],
    Object.values(world.queues).map(({ messages, letters }) => [messages, letters]),
    world.events.published.length,
    world.uploads,
  ]);

describe("site commands", () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-site-"));
  after(() => rmSync(folder, { recursive: true }));

  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it("find the sites by the output of the stack, and act as its role", async () => {
    const world = createSiteWorld();
    await site(world, "list");

    expect(world.opened).to.deep.equal([{ ...connection, roles }]);
  });

  const unknown: Record<string, [JsonValue | undefined, string]> = {
    "is not there": [undefined, "output staticSites of stack tools is not there"],
    "is something else": [{ name: "demo", region: "eu-west-2" }, "lacks account, table"],
  };
  for (const [what, [output, message]] of Object.entries(unknown)) {
    it(`exit with 5 when the output ${what}`, async () => {
      const { exitCode, stderr } = await site(createSiteWorld(output ?? null), "list");

      expect(exitCode).to.equal(5);
      expect(stderr).to.include(message);
    });
  }

  it("create, provision, deploy and show a site, and list it", async () => {
    const world = createSiteWorld();
    expect((await site(world, "list")).stdout).to.equal("demo has no sites yet\n");
    const source = { kind: "github", repository: "github.com/octo/shop", branch: "main" };
    const settings = file("shop.json", JSON.stringify({ name: "Shop", source }));
    expect(await answer(world, "create", "shop", "--settings", settings)).to.include({ outcome: "asked", exit: 0 });
    world.meanwhile.push(() => settle(world));
    expect(await answer(world, "provision", "shop")).to.include({ outcome: "done", exit: 0 });

    world.meanwhile.push(
      () => settle(world),
      () => buildSucceeds(world, 1),
    );
    const done = await site(world, "deploy", "shop", "--commit", shaOf(1), "--yes");
    expect(done.stdout).to.equal(`shop: a build of ${shaOf(1)} of github.com/octo/shop: done; release r1\n`);
    expect(done.exitCode).to.equal(0);

    const shown = await answer(world, "show", "shop");
    expect(shown).to.deep.include({ schema: "slipway.site.v1", status: "Deployed", exit: 0 });
    expect(shown).to.have.nested.property("releases[0].release_id", "r1");
    expect(shown).to.have.nested.property("builds[0].commit", shaOf(1));
    expect(shown).not.to.have.any.keys("write_id", "recent");
    const text = (await site(world, "show", "shop")).stdout;
    for (const part of ["Deployed since", "github github.com/octo/shop main", "release r1 of build 1", "command"]) {
      expect(text).to.include(part);
    }
    const listed = await answer(world, "list");
    expect(listed).to.have.nested.property("sites[0].live.release_id", "r1");
    expect((await site(world, "list", "--failed")).stdout).to.equal("no site of demo has failed\n");
  });

  const endings: Record<string, [exit: number, outcome: string, reason: RegExp, meanwhile: (w: SiteWorld) => unknown]> =
    {
      "1 when the tests of a build fail": [
        1,
        "failed",
        /^Test failed: exit status 1$/,
        (world) => codeBuildTells(world, "shop", 1, "FAILED", { failed: "POST_BUILD", why: ": exit status 1" }),
      ],
      "4 when what was built is held by a lock": [
        4,
        "held",
        /^it is locked by ada: sale$/,
        async (world) => {
          await site(world, "lock", "shop", "--reason", "sale");
          await buildSucceeds(world, 1);
        },
      ],
    };
  for (const [what, [exit, outcome, reason, meanwhile]] of Object.entries(endings)) {
    it(`deploy exits with ${what}`, async () => {
      const world = createSiteWorld();
      await provisioned(world);
      world.meanwhile.push(
        () => settle(world),
        () => meanwhile(world),
      );
      const ended = await answer(world, "deploy", "shop", "--yes");

      expect(ended).to.include({ exit, outcome });
      expect(ended["reason"]).to.match(reason);
    });
  }

  it("a failed build shows what it printed last, and where the rest is; the list has one line of it", async () => {
    const world = createSiteWorld();
    await provisioned(world);
    const why = `Error while executing command: env sh -ec "$SLIPWAY_TEST". Reason: ${"too long ".repeat(30)}`;
    const lines = Array.from({ length: 20 }, (_, n) => ({ at: "", text: `line ${n}` }));
    world.builder.lines.set("shop:1", [...lines, { at: "", text: "[Container] Phase complete: POST_BUILD" }]);
    world.meanwhile.push(
      () => settle(world),
      () => codeBuildTells(world, "shop", 1, "FAILED", { failed: "POST_BUILD", why }),
    );
    const { stdout, exitCode } = await site(world, "deploy", "shop", "--yes");

    expect(exitCode).to.equal(1);
    const [first, ...rest] = stdout.trimEnd().split("\n");
    expect(first).to.match(/^shop: a build of main of github.com\/octo\/shop failed: Test failed: too long too long/);
    expect(rest).to.deep.equal([
      ...lines.slice(-8).map(({ text }) => `  | ${text}`),
      "all of it: slipway site logs shop --build 1 --stack tools",
    ]);
    const listed = (await site(world, "list")).stdout.split("\n")[1];
    expect(listed).to.match(/ https:\/\/\S+ .* Test failed: too long .*…$/);
    expect(listed?.length).to.be.lessThan(160);
  });

  it("tell what is made and removed, each once", async () => {
    const world = createSiteWorld();
    await provisioned(world, "zips", { name: "Zips", source: { kind: "zip" }, domain: "zips.example.org" });
    const removal = await site(world, "teardown", "zips", "--dry-run");
    const parts =
      "record zips, distribution d-zips, build project project-zips, bucket live-zips, certificate cert-zips";
    expect(removal.stdout).to.equal(
      `zips: planned: removal of ${parts} (it is Ready for Deployment); nothing was written\n`,
    );
    const settings = { none: { name: "A", source: { kind: "zip" } }, own: { ...SETTINGS, domain: "a.example.org" } };
    for (const [id, each] of Object.entries(settings)) {
      await site(world, "create", id, "--settings", file(`${id}.json`, JSON.stringify(each)));
    }
    const planned = async (id: string) => (await site(world, "provision", id, "--dry-run")).stdout;
    expect(await planned("none")).to.include("provisioning of its bucket, distribution; nothing");
    expect(await planned("own")).to.include("its bucket, certificate, distribution, build project, record; nothing");
  });

  it("deploy stops waiting at Ctrl-C and says that it goes on", async () => {
    const world = createSiteWorld();
    await provisioned(world);
    const end = new AbortController();
    world.meanwhile.push(() => end.abort());

    const { stdout, stderr, exitCode } = await slipway(["site", "deploy", "shop", "--yes", "-s", "tools"], {
      ...world.pretended,
      signal: end.signal,
    });

    expect(stderr).to.include("Stopping: what is under way ends first.");
    expect(stdout).to.include("goes on by itself");
    expect(exitCode).to.equal(130);
    expect(world.queues.executor.messages).to.have.length(1);
  });

  it("release checks the zip, sends it and brings it live", async () => {
    const world = createSiteWorld();
    await provisioned(world, "shop", { name: "Shop", source: { kind: "zip" } });
    world.meanwhile.push(() => settle(world));

    expect(await answer(world, "release", "shop", "--zip", "site.zip", "--yes")).to.include({
      outcome: "done",
      exit: 0,
    });
    expect(world.uploads.files).to.have.length(1);
  });

  it("rollback brings a kept release live, the one before unless said otherwise", async () => {
    const world = createSiteWorld();
    await deployed(world, 1, 2, 3);
    world.meanwhile.push(() => settle(world));
    expect(await answer(world, "rollback", "shop", "--yes")).to.have.nested.property("build.release_id", "r2");
    world.meanwhile.push(() => settle(world));
    expect(await answer(world, "rollback", "shop", "r1", "--yes")).to.have.nested.property("build.release_id", "r1");
    expect(await answer(world, "rollback", "shop", "r1", "--yes")).to.include({ outcome: "nothing", exit: 0 });
    expect(world.builder.started).to.have.length(3);
  });

  it("lock holds back, unlock lets go", async () => {
    const world = createSiteWorld();
    await deployed(world, 1);
    await site(world, "lock", "shop", "--reason", "sale");
    expect((await site(world, "list")).stdout).to.include("locked by ada: sale");
    expect((await site(world, "rollback", "shop", "--yes")).exitCode).to.equal(4);
    const planned = await site(world, "deploy", "shop", "--dry-run");
    expect(planned.stdout).to.match(
      /planned: a build of main .*, which would wait: it is locked by ada: sale; nothing/,
    );
    for (const words of [["deploy"], ["release", "--zip", "a.zip"], ["teardown"], ["rollback"]]) {
      const [verb = "", ...more] = words;
      expect((await site(world, verb, "shop", ...more, "--dry-run")).exitCode, verb).to.equal(4);
    }
    expect((await site(world, "teardown", "shop", "--confirm", "shop")).stderr).to.equal(
      "slipway: shop is locked by ada: sale; to mend it: when that is settled: slipway site unlock shop --stack tools\n",
    );
    expect(await answer(world, "unlock", "shop")).to.include({ outcome: "asked", exit: 0 });
    expect(await answer(world, "unlock", "shop")).to.include({ outcome: "nothing", exit: 0 });
  });

  it("teardown wants the site's name, and waits until everything is gone", async () => {
    const world = createSiteWorld();
    await deployed(world, 1);
    const refused = await site(world, "teardown", "shop", "--yes");
    expect(refused.exitCode).to.equal(2);
    expect(refused.stderr).to.include("--confirm shop");
    expect((await site(world, "teardown", "shop", "--confirm", "blog")).exitCode).to.equal(6);
    world.meanwhile.push(() => settle(world));

    expect(await answer(world, "teardown", "shop", "--confirm", "shop")).to.include({ outcome: "done", exit: 0 });
    expect(world.pipelines.rows.size).to.equal(0);
  });

  it("logs prints a build's lines as they are, one record a line with --json", async () => {
    const world = createSiteWorld();
    await provisioned(world);
    await site(world, "deploy", "shop", "--yes", "--no-wait");
    await settle(world);
    world.builder.lines.set("shop:1", [{ at: "2026-11-21T10:00:00.000Z", text: "npm ci" }]);

    expect((await site(world, "logs", "shop")).stdout).to.equal("npm ci\n");
    const { stdout } = await site(world, "logs", "shop", "--build", "1", "--json");
    expect(JSON.parse(stdout)).to.deep.equal({
      schema: "slipway.site-log-line.v1",
      site_id: "shop",
      at: "2026-11-21T10:00:00.000Z",
      text: "npm ci",
    });
  });

  it("logs --follow waits for lines, and ends cleanly at Ctrl-C", async () => {
    const world = createSiteWorld();
    await provisioned(world);
    await site(world, "deploy", "shop", "--yes", "--no-wait");
    await settle(world);
    const end = new AbortController();
    const line = (text: string) => ({ at: "2026-11-21T10:00:00.000Z", text });
    world.builder.running.add("shop:1");
    world.builder.lines.set("shop:1", [line("one")]);
    world.meanwhile.push(
      () => void world.builder.lines.get("shop:1")?.push(line("two")),
      () => end.abort(),
    );

    const { stdout, stderr, exitCode } = await slipway(["site", "logs", "shop", "--follow", "-s", "tools"], {
      ...world.pretended,
      signal: end.signal,
    });

    expect({ stdout, stderr, exitCode }).to.deep.equal({ stdout: "one\ntwo\n", stderr: "", exitCode: 130 });
  });

  it("redrive tells what was given up, and sends it back", async () => {
    const world = createSiteWorld();
    world.queues.executor.push("no json\u001b[31m");
    await settle(world);

    const planned = await site(world, "redrive", "--dry-run");
    expect(planned.stdout).to.include("would send 1 dead letter back");
    expect(planned.stdout).to.match(/executor +no json\\u001b\[31m +1 +cannot read the message: it is/);
    expect(world.queues.executor.messages).to.deep.equal([]);
    const asked = await site(world, "redrive");
    expect(asked.exitCode).to.equal(2);
    expect(asked.stderr).to.include("cannot read the message: ");
    const { letters } = await answer(world, "redrive", "--dry-run");
    expect(letters).to.have.nested.property("[0].failure.code", "unreadable-message");
    expect(await answer(world, "redrive", "--queue", "executor", "--yes")).to.include({ redriven: 1, exit: 0 });
    expect(world.queues.executor.messages).to.have.length(1);
  });

  it("update changes the settings that may change, and tells which", async () => {
    const world = createSiteWorld();
    await provisioned(world);
    const settings = { name: "Shop", source: { kind: "github", repository: "github.com/octo/shop", branch: "next" } };
    const written = file("update.json", JSON.stringify({ ...settings, keep_releases: 9 }));
    const planned = await site(world, "update", "shop", "--settings", written, "--dry-run");
    expect(planned.stdout).to.equal("shop: planned: other settings: source, keep_releases; nothing was written\n");
    expect(world.pipelines.rows.get("shop")?.settings).to.not.have.property("keep_releases");

    expect(await answer(world, "update", "shop", "--settings", written)).to.include({ outcome: "asked", exit: 0 });
    expect(world.pipelines.rows.get("shop")?.settings).to.deep.equal({ ...settings, keep_releases: 9 });
    expect(world.events.published.at(-1)).to.deep.include({ type: "Site Settings Changed" });
    expect(await answer(world, "update", "shop", "--settings", written)).to.include({ outcome: "nothing" });

    const other = file("fixed.json", JSON.stringify({ ...settings, domain: "shop.example.org" }));
    const refused = await site(world, "update", "shop", "--settings", other);
    expect(refused.exitCode).to.equal(2);
    expect(refused.stderr.trimEnd().split("\n")).to.have.length(1);
    expect(refused.stderr).to.include("[domain] is what the site was provisioned by");
  });

  it("write nothing in a dry run", async () => {
    const world = createSiteWorld();
    await deployed(world, 1, 2);
    await provisioned(world, "zips", { name: "Zips", source: { kind: "zip" } });
    const before = snapshot(world);
    const commands = [
      ["create", "other", "--settings", file("other.json", '{"name":"Other","source":{"kind":"zip"}}')],
      ["update", "shop", "--settings", file("changed.json", JSON.stringify({ ...SETTINGS, keep_releases: 9 }))],
      ["deploy", "shop"],
      ["release", "zips", "--zip", "site.zip"],
      ["rollback", "shop"],
      ["teardown", "shop"],
      ["lock", "shop", "--reason", "sale"],
      ["redrive"],
    ];
    for (const words of commands) {
      const { exitCode, stderr, stdout } = await site(world, ...words, "--dry-run");
      expect(exitCode, stderr).to.equal(0);
      expect(stdout).to.match(/nothing was written|no dead letters/);
    }
    expect(snapshot(world)).to.equal(before);
  });

  const mistakes: Record<string, [exit: number, message: string, words: string[]]> = {
    "a site that is not there": [5, "no site nobody", ["show", "nobody"]],
    "a commit that is none": [2, "main is no whole commit id", ["deploy", "shop", "--commit", "main", "--yes"]],
    "a build of a site of zips": [2, "has no source to build", ["deploy", "zips", "--yes"]],
    "a release that is not kept": [5, "r9", ["rollback", "shop", "r9", "--yes"]],
    "provisioning what is provisioned": [
      6,
      "not possible; to mend it: it is provisioned already",
      ["provision", "shop"],
    ],
    "a build that there is not": [5, "no log of build 7", ["logs", "shop", "--build", "7"]],
    "a number of builds that is none": [2, "[--builds] must be a whole number", ["show", "shop", "--builds", "0"]],
    "a queue that there is not": [2, "[--queue] nobody is none of", ["redrive", "--queue", "nobody", "--yes"]],
    "settings that are not there": [2, "nowhere.json cannot be read", ["create", "new", "--settings", "nowhere.json"]],
    "a question without a terminal": [2, "pass --yes", ["deploy", "shop"]],
  };
  for (const [what, [exit, message, words]] of Object.entries(mistakes)) {
    it(`exit with ${exit} for ${what}`, async () => {
      const world = createSiteWorld();
      await provisioned(world);
      await provisioned(world, "zips", { name: "Zips", source: { kind: "zip" } });

      const { exitCode, stderr, stdout } = await site(world, ...words);

      expect(stderr.trimEnd().split("\n"), stderr).to.have.length(1);
      expect(stderr).to.include(message);
      expect({ exitCode, stdout }).to.deep.equal({ exitCode: exit, stdout: "" });
    });
  }

  it("name the field of settings that is wrong", async () => {
    const settings = file("wrong.json", '{"name":"Shop","source":{"kind":"svn"}}');
    const { exitCode, stderr } = await site(createSiteWorld(), "create", "shop", "--settings", settings);

    expect(exitCode).to.equal(2);
    expect(stderr).to.include("[source.kind]");
  });

  it("complete sites, kept releases, builds and queues", async () => {
    const world = createSiteWorld();
    await deployed(world, 1, 2);
    const complete = async (...words: string[]) => {
      const { stdout } = await slipway(["--get-yargs-completions", "slipway", "site", ...words], world.pretended);
      return stdout.split("\n").filter((line) => line !== "");
    };

    expect(await complete("ro")).to.deep.equal(["rollback"]);
    expect(await complete("show", "--stack", "tools", "s")).to.deep.equal(["shop"]);
    expect(await complete("rollback", "shop", "")).to.deep.equal(["r1"]);
    expect(await complete("logs", "shop", "--build", "")).to.deep.equal(["2", "1"]);
    expect(await complete("redrive", "--queue", "")).to.deep.equal(["executor", "deploy"]);
    expect(await complete("rollback", "nobody", "")).to.deep.equal([]);
  });
});
