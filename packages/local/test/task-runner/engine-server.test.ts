import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { EngineHarness, frames } from "./support/engine-harness";

const FOREVER = "process.stdout.write('up\\n'); setInterval(() => {}, 1000)";

describe("the engine's HTTP interface", () => {
  let harness: EngineHarness;

  beforeEach(async () => {
    harness = new EngineHarness();
    await harness.open();
  });
  afterEach(() => harness.close());

  const state = async (id: string) => {
    const { json } = await harness.call("GET", `/containers/${id}/json`);
    return json["State"] as Record<string, unknown>;
  };

  /** Waits for a container's first line of output. */
  const firstLine = async (id: string) => {
    const response = await harness.send("GET", `/containers/${id}/logs?follow=1&stdout=1`);
    for await (const chunk of response as AsyncIterable<Buffer>) return frames(chunk)[0]?.text;
    return undefined;
  };

  it("tells its API version, so that clients can agree on one", async () => {
    const { json } = await harness.call("GET", "/version");
    expect(json).to.include({ ApiVersion: "1.44" });
    expect((await harness.call("GET", "/_ping")).bytes.toString()).to.equal("OK");
    expect((await harness.call("GET", "/info")).json).to.include({ Containers: 0 });
  });

  it("refuses an endpoint that it does not have, naming it", async () => {
    const { status, json } = await harness.call("POST", "/volumes/create");
    expect(status).to.equal(501);
    expect(json["message"]).to.include("POST /volumes/create");
  });

  it("answers for an unknown image in the words by which docker-py knows a missing image", async () => {
    const requests = [
      harness.call("GET", "/images/nothing:1/json"),
      harness.call("GET", "/distribution/nothing:1/json"),
      harness.call("POST", "/images/create?fromImage=nothing&tag=1"),
      harness.call("POST", "/containers/create", { Image: "nothing:1" }),
    ];
    for (const { status, json } of await Promise.all(requests)) {
      expect(status).to.equal(404);
      expect(json["message"]).to.match(/^No such image: nothing:1/);
    }
  });

  it("pulls by tag and by digest, inspects and tags", async () => {
    const digest = `sha256:${"a".repeat(64)}`;
    harness.addImage("shop/web:1", "");
    harness.addImage(`shop/web@${digest}`, "");
    expect((await harness.call("POST", "/images/create?fromImage=shop/web&tag=1")).status).to.equal(200);
    expect((await harness.call("POST", `/images/create?fromImage=shop/web&tag=${digest}`)).status).to.equal(200);
    expect((await harness.call("GET", "/images/shop/web:1/json")).json).to.include({ Id: digest });
    const { json } = await harness.call("GET", "/distribution/shop/web:1/json");
    expect(json["Descriptor"]).to.deep.equal({ digest });
    expect((await harness.call("POST", `/images/${digest}/tag?repo=shop/web&tag=2`)).status).to.equal(201);
  });

  it("runs a container from creation to its exit code", async () => {
    harness.addImage("exits:1", "process.exitCode = 7");
    const { json } = await harness.call("POST", "/containers/create?name=one", { Image: "exits:1" });
    const id = String(json["Id"]);
    expect(await state(id)).to.include({ Status: "created" });
    expect((await harness.call("POST", `/containers/${id}/start`)).status).to.equal(204);
    expect((await harness.call("POST", "/containers/one/wait")).json).to.deep.equal({ StatusCode: 7 });
    expect(await state(id)).to.include({ Status: "exited", ExitCode: 7, Running: false });
  });

  it("sends the output in frames of whole lines, each with the number of its stream", async () => {
    harness.addImage("talks:1", "process.stdout.write('a'); process.stdout.write('b\\nc'); console.error('d')");
    const id = await harness.run("talks:1");
    const { bytes } = await harness.call("GET", `/containers/${id}/logs?follow=1&stdout=1&stderr=1`);
    expect(frames(bytes)).to.have.deep.members([
      { stream: 1, text: "ab\n" },
      { stream: 2, text: "d\n" },
      { stream: 1, text: "c" },
    ]);
    const stderr = await harness.call("GET", `/containers/${id}/logs?stderr=1&tail=5`);
    expect(frames(stderr.bytes)).to.deep.equal([{ stream: 2, text: "d\n" }]);
  });

  it("follows a running container", async () => {
    harness.addImage("up:1", FOREVER);
    expect(await firstLine(await harness.run("up:1"))).to.equal("up\n");
  });

  it("stops with SIGTERM and reports how the process ended", async () => {
    harness.addImage("polite:1", `process.on('SIGTERM', () => process.exit(3)); ${FOREVER}`);
    const id = await harness.run("polite:1");
    await firstLine(id);
    expect((await harness.call("POST", `/containers/${id}/stop?t=20`)).status).to.equal(204);
    expect(await state(id)).to.include({ Status: "exited", ExitCode: 3 });
    expect((await harness.call("POST", `/containers/${id}/stop`)).status).to.equal(304);
  });

  it("kills what does not stop within the grace", async () => {
    harness.addImage("stubborn:1", `process.on('SIGTERM', () => {}); ${FOREVER}`);
    const id = await harness.run("stubborn:1");
    await firstLine(id);
    await harness.call("POST", `/containers/${id}/stop?t=0`);
    expect(await state(id)).to.include({ Status: "exited", ExitCode: 137 });
  });

  it("ends what a container's process left behind", async () => {
    const child =
      "require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })";
    harness.addImage("parent:1", `console.log(${child}.pid); setTimeout(() => process.exit(0), 50)`);
    const id = await harness.run("parent:1");
    const pid = Number(await firstLine(id));
    await harness.call("POST", `/containers/${id}/wait`);
    expect(isAlive(pid)).to.equal(false);
  });

  it("gives the process its own address, folder and environment, and nothing of the runner's", async () => {
    harness.addImage("env:1", "console.log(JSON.stringify({ ...process.env, cwd: process.cwd() }))", { FROM: "image" });
    process.env["RUNNER_SECRET"] = "must not be seen";
    const id = await harness.run("env:1", {
      Env: ["PORT=1", "AWS_ENDPOINT_URL=http://host.docker.internal:1", "META=http://host.docker.internal:4566/v4/x"],
      HostConfig: { ExtraHosts: ["host.docker.internal:host-gateway"] },
      Labels: { "com.amazonaws.ecs.task-arn": "arn:aws:ecs:eu-west-2:222222222222:task/c/1" },
    });
    const { cwd, PATH, SLIPWAY_TASK_VOLUMES, ...environment } = JSON.parse((await firstLine(id)) ?? "") as Record<
      string,
      string
    >;
    delete process.env["RUNNER_SECRET"];
    const { json } = await harness.call("GET", `/containers/${id}/json`);
    const { Networks } = json["NetworkSettings"] as { Networks: Record<string, { IPAddress: string }> };
    expect(PATH).to.be.a("string");
    expect(SLIPWAY_TASK_VOLUMES).to.be.a("string").that.does.not.equal(cwd);
    expect(environment).to.deep.equal({
      FROM: "image",
      PORT: "1",
      META: "http://127.0.0.1:4566/v4/x",
      HOST: Networks["slipway"]?.IPAddress,
      HOME: cwd,
      TMPDIR: cwd,
      AWS_REGION: "eu-west-2",
      AWS_DEFAULT_REGION: "eu-west-2",
      AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
    });
    expect(environment["HOST"]).to.match(/^127\.77\.\d+\.\d+$/);
  });

  it("shows no environment when it is asked about a container", async () => {
    harness.addImage("up:1", FOREVER);
    const id = await harness.run("up:1", { Env: ["TOKEN=canary"] });
    expect((await harness.call("GET", `/containers/${id}/json`)).bytes.toString()).not.to.include("canary");
  });

  it("lets the containers of one task share an address, and no others", async () => {
    harness.addImage("up:1", FOREVER);
    const inTask = { Labels: { "com.amazonaws.ecs.task-arn": "arn:aws:ecs:eu-west-2:222222222222:task/c/1" } };
    const ids = [await harness.run("up:1", inTask), await harness.run("up:1", inTask), await harness.run("up:1")];
    const [first, second, third] = ids.map((id) => harness.engine.store.get(id).spec.address);
    expect(second).to.equal(first);
    expect(third).not.to.equal(first);
  });

  it("replaces the image's command by the request's", async () => {
    harness.addImage("up:1", FOREVER);
    const id = await harness.run("up:1", { Cmd: [process.execPath, "-e", "console.log('other')"] });
    expect(await firstLine(id)).to.equal("other\n");
  });

  it("says which program could not be started", async () => {
    harness.addImage("up:1", FOREVER);
    const { json } = await harness.call("POST", "/containers/create", { Image: "up:1", Cmd: ["no-such-program"] });
    const started = await harness.call("POST", `/containers/${String(json["Id"])}/start`);
    expect(started.status).to.equal(500);
    expect(started.json["message"]).to.include("cannot start no-such-program");
  });

  it("lets the containers of one task share a folder for their volumes, which ends with the last of them", async () => {
    harness.addImage("says:1", `console.log(process.env.SLIPWAY_TASK_VOLUMES); ${FOREVER}`);
    const task = (id: number) => ({
      Labels: { "com.amazonaws.ecs.task-arn": `arn:aws:ecs:eu-west-2:222222222222:task/c/${id}` },
    });
    const ids = [await harness.run("says:1", task(1)), await harness.run("says:1", task(1))];
    const other = await harness.run("says:1", task(2));
    const [first = "", second, third] = await Promise.all([...ids, other].map(firstLine));
    expect(second).to.equal(first);
    expect(third).to.not.equal(first);

    const remove = (id = "") => harness.call("DELETE", `/containers/${id}?force=1`);
    await remove(ids[0]);
    expect(existsSync(first.trim())).to.equal(true);
    await remove(ids[1]);
    expect(existsSync(first.trim())).to.equal(false);
  });

  it("refuses volumes of the machine, because a process sees the machine's own files", async () => {
    harness.addImage("up:1", FOREVER);
    const body = { Image: "up:1", HostConfig: { Binds: ["/a:/b:rw"] } };
    const { status, json } = await harness.call("POST", "/containers/create", body);
    expect(status).to.equal(400);
    expect(json["message"]).to.include("[HostConfig.Binds]");
  });

  it("lists by labels, and stopped ones only when asked", async () => {
    harness.addImage("up:1", FOREVER);
    harness.addImage("exits:1", "");
    const running = await harness.run("up:1", { Labels: { app: "a", extra: "1" } });
    const stopped = await harness.run("exits:1", { Labels: { app: "a" } });
    await harness.call("POST", `/containers/${stopped}/wait`);
    const list = async (all: number, ...label: string[]) => {
      const filters = encodeURIComponent(JSON.stringify({ label }));
      const { bytes } = await harness.call("GET", `/containers/json?all=${all}&filters=${filters}`);
      return (JSON.parse(bytes.toString()) as { Id: string }[]).map(({ Id }) => Id);
    };
    expect(await list(0, "app=a")).to.deep.equal([running]);
    expect(await list(1, "app=a")).to.have.members([running, stopped]);
    expect(await list(1, "app=a", "extra")).to.deep.equal([running]);
    expect(await list(1, "app=b")).to.deep.equal([]);
  });

  it("removes a running container only by force, with its folder and its process", async () => {
    harness.addImage("up:1", FOREVER);
    const id = await harness.run("up:1");
    const { folder } = harness.engine.store.get(id).spec;
    expect((await harness.call("DELETE", `/containers/${id}`)).status).to.equal(409);
    expect((await harness.call("DELETE", `/containers/${id}?force=True&v=True`)).status).to.equal(204);
    expect((await harness.call("GET", `/containers/${id}/json`)).status).to.equal(404);
    expect(existsSync(folder)).to.equal(false);
    expect([...harness.groups]).to.deep.equal([]);
  });

  it("refuses a name that is in use, and keeps nothing of the second container", async () => {
    harness.addImage("up:1", FOREVER);
    await harness.run("up:1", {}, "same");
    const { status } = await harness.call("POST", "/containers/create?name=same", { Image: "up:1" });
    expect(status).to.equal(409);
    expect(readdirSync(harness.folder).filter((entry) => entry.startsWith("task-"))).to.have.lengthOf(1);
  });
});

/** Whether a process runs. One that ended and waits for its parent to notice (a zombie) does not. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.startsWith("Z");
}
