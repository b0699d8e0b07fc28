import { expect } from "chai";
import { connect } from "node:net";
import { WatchfulClient } from "./support/watchful-client";
import { answerOf, EcsStage, PORT, until, urlOf } from "./support/ecs-stage";

const REPOSITORY_OF_NOBODY = "222222222222.dkr.ecr.eu-west-2.amazonaws.com/nobody/nothing:1";

const SIDECAR_PORT = 8081;
/** A program that ends, and not well, when it is asked for `/end`. */
const MORTAL = `require("node:http").createServer((request, response) => {
  if (request.url === "/end") process.exit(1);
  response.end("{}");
}).listen(Number(process.env.PORT), process.env.HOST)`;

describe("ECS services on the local task runner", function () {
  this.timeout(60_000);
  let stage: EcsStage;

  beforeEach(async () => {
    stage = new EcsStage();
    await stage.open();
  });
  afterEach(() => stage.close());

  it("start each task at its own address, pinned to the digest of its image, and answer there", async () => {
    const { uri, digest } = await stage.publish("1", { SERVICE: "web", VERSION: "1" });
    const definition = await stage.register(uri);
    await stage.createService(definition, 2);
    await stage.completed(definition);

    const tasks = await stage.tasks();
    expect(tasks.map((task) => task.containers?.[0]?.imageDigest)).to.deep.equal([digest, digest]);
    expect(new Set(tasks.map(urlOf))).to.have.lengthOf(2);
    expect(await Promise.all(tasks.map(answerOf))).to.deep.equal(Array(2).fill({ service: "web", version: "1" }));
  });

  it("keep to a digest in the task definition when its tag has moved on", async () => {
    const first = await stage.publish("1", { VERSION: "1" });
    await stage.publish("1", { VERSION: "2" });
    const definition = await stage.register(`${first.uri}@${first.digest}`);
    await stage.createService(definition, 1);
    await stage.completed(definition);
    const [task] = await stage.tasks();
    expect(await answerOf(task)).to.have.property("version", "1");
  });

  it("roll over to a new task definition without a failed request", async () => {
    const [one, two] = [await stage.publish("1", { VERSION: "1" }), await stage.publish("2", { VERSION: "2" })];
    const definition = await stage.register(one.uri);
    await stage.createService(definition, 2);
    await stage.completed(definition);

    const next = await stage.register(two.uri);
    await stage.update({ taskDefinition: next });
    const client = new WatchfulClient(stage);
    await until("the new version alone", async () => {
      const versions = await client.askAll();
      return versions.length === 2 && versions.every((version) => version === "2") ? true : undefined;
    });
    expect(client.versionsSeen).to.deep.equal(new Set(["1", "2"]));
    expect(client.failures).to.deep.equal([]);
    await stage.completed(next);
  });

  it("go back to the old task definition when the new one's tasks exit at once", async () => {
    const good = await stage.publish("good", { VERSION: "1" });
    const bad = await stage.publish("bad", { VERSION: "2", CRASH: "1" });
    const definition = await stage.register(good.uri);
    await stage.createService(definition, 1);
    await stage.completed(definition);

    const broken = await stage.register(bad.uri);
    await stage.update({ taskDefinition: broken });
    await until("the roll-back", async () => {
      const { deployments, taskDefinition } = await stage.service();
      const restored = deployments?.find((one) => one.taskDefinition === definition);
      return taskDefinition === definition && restored?.rolloutState === "COMPLETED" ? true : undefined;
    });
    const [task] = await stage.tasks();
    expect(await answerOf(task)).to.have.property("version", "1");

    const crashed = (await stage.tasks("STOPPED")).find((one) => one.taskDefinitionArn === broken);
    expect(crashed?.stopCode).to.equal("EssentialContainerExited");
    expect(crashed?.containers?.[0]?.exitCode).to.equal(1);
    expect(crashed && (await stage.logLines(crashed))).to.deep.equal(["service 2: cannot start: CRASH=1"]);
  });

  it("send their output to CloudWatch Logs, line by line", async () => {
    const definition = await stage.register((await stage.publish("1", { SERVICE: "web", VERSION: "1" })).uri);
    await stage.createService(definition, 1);
    await stage.completed(definition);
    const [task] = await stage.tasks();
    const lines = await until("the log line", async () => {
      const logged = task ? await stage.logLines(task) : [];
      return logged.length > 0 ? logged : undefined;
    });
    expect(lines).to.deep.equal([`web 1: listening on ${task && urlOf(task)?.slice("http://".length)}`]);
  });

  it("stop their tasks when scaled to none", async () => {
    const definition = await stage.register((await stage.publish("1", {})).uri);
    await stage.createService(definition, 1);
    await stage.completed(definition);
    const [task] = await stage.tasks();
    await stage.update({ desiredCount: 0 });
    await until("an empty service", async () => ((await stage.tasks()).length === 0 ? true : undefined));
    const host = new URL((task && urlOf(task)) ?? "").hostname;
    await until("the end of the process", async () => ((await accepts(host)) ? undefined : true));
  });

  it("end with their essential container, and begin anew whole", async () => {
    const mortal = await stage.publish("mortal", {}, ["node", "-e", MORTAL]);
    const lasting = await stage.publish("lasting", { SERVICE: "sidecar" });
    const definition = await stage.register(mortal.uri, { image: lasting.uri, port: SIDECAR_PORT });
    await stage.createService(definition, 1);
    await stage.completed(definition);
    const [task] = await stage.tasks();
    const { hostname } = new URL((task && urlOf(task)) ?? "");
    await until("both containers", async () =>
      (await accepts(hostname)) && (await accepts(hostname, SIDECAR_PORT)) ? true : undefined,
    );

    await fetch(`http://${hostname}:${PORT}/end`).catch(() => undefined);

    await until("the end of the other", async () => ((await accepts(hostname, SIDECAR_PORT)) ? undefined : true));
    const [next] = await until("another task", async () => {
      const running = (await stage.tasks()).filter(({ taskArn }) => taskArn !== task?.taskArn);
      return running.some(urlOf) ? running : undefined;
    });
    const { hostname: place } = new URL((next && urlOf(next)) ?? "");
    expect(place).to.not.equal(hostname);
    await until("both of its containers", async () =>
      (await accepts(place)) && (await accepts(place, SIDECAR_PORT)) ? true : undefined,
    );
  });

  it("say which image could not be pulled", async () => {
    const definition = await stage.register(REPOSITORY_OF_NOBODY);
    await stage.createService(definition, 1);
    const task = await until("a stopped task", async () => (await stage.tasks("STOPPED"))[0]);
    expect(task.stopCode).to.equal("TaskFailedToStart");
    expect(task.stoppedReason).to.match(/^CannotPullContainerError: .*No such image: .*nobody\/nothing/);
  });
});

function accepts(host: string, port = PORT): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once("connect", () => socket.end(() => resolve(true)));
    socket.once("error", () => resolve(false));
  });
}
