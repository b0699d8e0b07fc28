import type { JsonValue } from "@slipway/automation";
import { expect } from "chai";
import { connection, createPushWorld, roles, SHOP, type PushWorld } from "../support/push-world";
import { slipway } from "../support/slipway";

type Json = Readonly<Record<string, unknown>>;

const MAIN = "refs/heads/main";
const push = ({ pretended }: PushWorld, ...words: string[]) =>
  slipway(["push", ...words, "--stack", "tools"], pretended);

async function answer(world: PushWorld, ...words: string[]): Promise<Json & { readonly exit: number }> {
  const { stdout, stderr, exitCode } = await push(world, ...words, "--json");
  expect(stdout, stderr).to.not.equal("");
  return { ...(JSON.parse(stdout) as Json), exit: exitCode };
}

describe("push commands", () => {
  it("find the code push by the output of the stack", async () => {
    const world = createPushWorld();
    await push(world, "list");

    expect(world.opened).to.deep.equal([{ ...connection, roles }]);
  });

  const unknown: Record<string, [JsonValue | undefined, string]> = {
    "is not there": [undefined, "output codePush of stack tools is not there"],
    "is something else": [{ name: "demo", bucket: { name: "b" } }, "lacks repositoriesPath, queueUrl"],
  };
  for (const [what, [output, message]] of Object.entries(unknown)) {
    it(`exit with 5 when the output ${what}`, async () => {
      const { exitCode, stderr } = await push(createPushWorld(output ?? null), "list");

      expect(exitCode).to.equal(5);
      expect(stderr).to.include(message);
    });
  }

  it("reconcile says what is missing, queues it only without --dry-run, and list shows it once it is done", async () => {
    const world = createPushWorld();
    const sha = world.memory.git.push(SHOP, MAIN, { "a.txt": "a" }, "The first");

    const planned = await answer(world, "reconcile", "--dry-run");
    expect(planned).to.deep.include({ missed: [{ repository: SHOP, ref: MAIN, sha }], dry_run: true, exit: 0 });
    expect(world.memory.queue.messages).to.deep.equal([]);
    const done = await push(world, "reconcile");
    expect(done.stdout).to.include("compared 1 ref of 1 repository; queued 1 push");
    expect(world.memory.queue.messages).to.have.length(1);
    await world.work();

    const listed = await answer(world, "list", "--sha", sha.slice(0, 7));
    expect(listed["pushes"]).to.have.length(1);
    expect((listed["pushes"] as Json[])[0]).to.include({ sha, repository: SHOP, message: "The first" });
    expect((await push(world, "list")).stdout).to.include(sha.slice(0, 12));
    expect((await push(world, "reconcile")).stdout).to.include("nothing is missing");
  });

  it("reconcile exits with 7 when a repository cannot be asked, and says why", async () => {
    const world = createPushWorld();
    world.memory.git.unreachable.add(SHOP);
    const { exitCode, stdout } = await push(world, "reconcile");

    expect(exitCode).to.equal(7);
    expect(stdout).to.include(`cannot ask ${SHOP}: git ls-remote of ${SHOP} failed: could not resolve host`);
  });

  it("reconcile exits with 5 for a repository that is not configured", async () => {
    const { exitCode, stderr } = await push(
      createPushWorld(),
      "reconcile",
      "--repository",
      "git.example.org/octo/other",
    );

    expect(exitCode).to.equal(5);
    expect(stderr).to.include("is not one of the configured repositories");
  });

  it("redrive shows dead letters, needs an answer, and sends them back", async () => {
    const world = createPushWorld();
    world.memory.git.push(SHOP, MAIN, { "a.txt": "a" });
    await push(world, "reconcile");
    await world.work(true);

    expect((await push(world, "redrive", "--dry-run")).stdout).to.include("would send 1 dead letter back");
    expect((await push(world, "redrive")).exitCode).to.equal(2);
    expect(world.memory.queue.messages).to.deep.equal([]);
    expect(await answer(world, "redrive", "--yes")).to.include({ redriven: 1, exit: 0 });
    expect(world.memory.queue.messages).to.have.length(1);
    expect((await push(world, "redrive", "--yes")).stdout).to.include("demo has no dead letters");
  });

  it("redrive tells why a push was given up", async () => {
    const world = createPushWorld();
    world.memory.git.push(SHOP, MAIN, { "a.txt": "a" });
    await push(world, "reconcile");
    world.memory.git.unreachable.add(SHOP);
    await world.handle();

    const { stdout } = await push(world, "redrive", "--dry-run");
    const { letters } = await answer(world, "redrive", "--dry-run");

    expect(stdout).to.include("ATTEMPTS").and.include("could not resolve host");
    expect(letters).to.have.nested.property("[0].failure").that.includes({ code: "git-failed", attempts: 1 });
  });

  it("once archives a repository by its address, with the secret that the environment names", async () => {
    const { pretended, once } = createPushWorld();
    const env = { CJ_PUSHCODE_GIT_CREDENTIALS_ID: "deploy-key" };
    const words = ["push", "once", "https://git.example.org/octo/shop.git", "bucket", "shop.zip"];
    const owner = ["--bucket-owner", "111111111111"];
    const { stdout, exitCode } = await slipway([...words, ...owner], { ...pretended, env });
    const planned = await slipway([...words, "--dry-run"], { ...pretended, env });

    expect(exitCode).to.equal(0);
    expect(stdout).to.equal("s3://bucket/shop.zip is main at 444444444444: 2 files, 120 bytes\n");
    expect(planned.stdout).to.include(
      "would put HEAD of https://git.example.org/octo/shop.git to s3://bucket/shop.zip",
    );
    expect(once).to.deep.equal([
      {
        repository: "https://git.example.org/octo/shop.git",
        bucket: { name: "bucket", owner: "111111111111" },
        key: "shop.zip",
        ref: undefined,
        credentialsSecretId: "deploy-key",
        submodules: "refuse",
      },
    ]);
  });

  it("once exits with 5 for a bucket that is not there, and with 2 for an owner that is none", async () => {
    const { pretended } = createPushWorld();
    const once = (...words: string[]) =>
      slipway(["push", "once", "https://git.example.org/octo/shop.git", ...words], pretended);

    expect((await once("nowhere", "k", "--bucket-owner", "111111111111")).exitCode).to.equal(5);
    expect((await once("bucket", "k", "--bucket-owner", "me")).exitCode).to.equal(2);
  });

  it("refuse a limit that is none", async () => {
    expect((await push(createPushWorld(), "list", "--limit", "0")).exitCode).to.equal(2);
  });
});
