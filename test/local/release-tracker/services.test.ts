import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import { EcsRunningServices } from "../../../packages/release-tracker/src/adapters/ecs-running-services";
import { processStopwatch, realSleeper } from "@slipway/aws-runtime";
import { verifyServices } from "../../../packages/release-tracker/src/operations/verify-services";
import { EcsStage } from "../task-runner/support/ecs-stage";

describe("verification of running ECS services", function () {
  this.timeout(120_000);
  let stage: EcsStage;

  beforeEach(async () => {
    stage = new EcsStage();
    await stage.open();
  });
  afterEach(() => stage.close());

  const target = (image: string) => ({ cluster: stage.name, service: "web", container: "web", image });

  const verify = (image: string) =>
    verifyServices(
      {
        services: new EcsRunningServices(async () => stage.ecs),
        sleeper: realSleeper,
        stopwatch: processStopwatch,
        timing: { lease: 1, poll: 200, stable: 90_000 },
      },
      {
        stack: "dev",
        targets: { web: target(image) },
        images: { web: image, batch: image },
        signal: new AbortController().signal,
        onProgress: () => undefined,
      },
    );

  const pinned = async (tag: string, environment: Record<string, string>): Promise<string> => {
    const { uri, digest } = await stage.publish(tag, environment);
    return `${uri}@${digest}`;
  };

  it("R7 waits until the tasks run and proves their digest; what the stack does not report stays unverified", async () => {
    const image = await pinned("1", { VERSION: "1" });
    await stage.createService(await stage.register(image), 2);

    const { verified, unverified } = await verify(image);

    expect(verified["web"]).to.deep.include({ digest: image.split("@")[1], cluster: stage.name, service: "web" });
    expect(unverified).to.deep.equal(["batch"]);
  });

  it("R7 says what runs when it is something else, and why ECS went back to it", async () => {
    const good = await pinned("good", { VERSION: "1" });
    const bad = await pinned("bad", { VERSION: "2", CRASH: "1" });
    const definition = await stage.register(good);
    await stage.createService(definition, 1);
    await stage.completed(definition);
    await stage.update({ taskDefinition: await stage.register(bad) });

    const error = await rejectionOf(verify(bad));

    expect(error).to.have.property("code", "verification-failed");
    expect(String(error)).to.include("web: ").and.match(/exit/i);
  });

  it("compares the task definition of a service without tasks", async () => {
    const [one, two] = [await pinned("1", {}), await pinned("2", {})];
    await stage.createService(await stage.register(one), 0);

    expect((await verify(one)).verified["web"]?.digest).to.equal(undefined);
    expect(String(await rejectionOf(verify(two)))).to.include("its task definition names");
  });

  it("names a service that is not there", async () => {
    expect(await rejectionOf(verify("x:1"))).to.have.property("code", "service-not-running");
  });
});
