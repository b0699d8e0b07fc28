import { expect } from "chai";
import type { ObjectStore } from "../../src/core/ports";
import { promoteObject } from "../../src/operations/promote-object";
import { withHook } from "../support/faulty";
import { rejectionOf } from "../support/rejection";
import { createWorld, orderAbout, textAt, type World } from "../support/world";

const THRESHOLD = 64;
const limits = { wholeCopy: THRESHOLD, copiedPart: 16, sentPart: 16 };
const SIZES = [0, 1, THRESHOLD - 1, THRESHOLD, THRESHOLD + 1, THRESHOLD * 3 + 7];

/** A store that writes other bytes than it was told to; the first time only, or always. */
function corrupting(world: World, times: number, hides = false): ObjectStore {
  let left = times;
  const spoil = (outcome: Awaited<ReturnType<ObjectStore["copy"]>>, key: string) => {
    if (outcome.kind !== "written" || left <= 0) return outcome;
    left -= 1;
    const written = world.objects.plant(world.hop.target, key, "spoilt");
    // A liar tells what it should have written.
    return hides ? outcome : { ...outcome, written };
  };
  return new Proxy(world.objects, {
    get: (target, name) => {
      if (name === "copy") {
        return async (request: Parameters<ObjectStore["copy"]>[0]) =>
          spoil(await target.copy(request), request.source.key);
      }
      return Reflect.get(target, name) as unknown;
    },
  });
}

describe("A4 a success that is reported means that the bytes are equal", () => {
  it("A4 a copy that came out wrong is no success, and the next attempt mends it", async () => {
    const world = createWorld();
    const order = orderAbout(world.objects.plant(world.hop.source, "a", "right"));
    const objects = corrupting(world, 1);

    expect(await rejectionOf(promoteObject({ ...world, objects }, order))).to.have.property("code", "copy-not-equal");
    await promoteObject({ ...world, objects }, { ...order, redelivered: true });

    expect(textAt(world, "target", "a")).to.equal("right");
  });

  it("A4 holds where ETags prove nothing", async () => {
    const world = createWorld();
    const version = world.objects.plant(world.hop.source, "a", "right", { etag: "x-2" });
    const deps = { ...world, objects: corrupting(world, 1) };

    expect(await rejectionOf(promoteObject(deps, orderAbout(version)))).to.have.property("code", "copy-not-equal");
  });

  it("A4 the test notices a proof that looks at nothing", async () => {
    const world = createWorld();
    const order = orderAbout(world.objects.plant(world.hop.source, "a", "right"));

    await promoteObject({ ...world, objects: corrupting(world, 1, true) }, order);

    expect(textAt(world, "target", "a")).to.not.equal("right");
  });

  it("A4 an object that is cut short is not copied", async () => {
    const world = createWorld({ objects: { refusesCopies: true } });
    const order = orderAbout(world.objects.plant(world.hop.source, "a", "hello"));
    const objects: ObjectStore = new Proxy(world.objects, {
      get: (target, name) =>
        name === "open"
          ? async (...args: Parameters<ObjectStore["open"]>) => {
              const outcome = await target.open(...args);
              if (outcome.kind !== "open") return outcome;
              return { kind: "open", opened: { ...outcome.opened, body: [Buffer.from("hel")] } };
            }
          : (Reflect.get(target, name) as unknown),
    });

    expect(await rejectionOf(promoteObject({ ...world, objects }, order))).to.have.property("code", "object-cut-short");
    expect(textAt(world, "target", "a")).to.equal(undefined);
  });
});

describe("A5 any size, and a failure leaves no parts behind", () => {
  for (const refusesCopies of [false, true]) {
    for (const size of SIZES) {
      it(`A5 ${size} bytes, ${refusesCopies ? "streamed" : "by the server"}`, async () => {
        const world = createWorld({ limits, objects: { refusesCopies, wholeCopy: THRESHOLD } });
        const body = Buffer.alloc(size, "0123456789abcdefghij");
        const order = orderAbout(world.objects.plant(world.hop.source, "a", body));

        await promoteObject(world, order);

        expect(textAt(world, "target", "a")).to.equal(body.toString());
        expect(world.objects.openUploads).to.deep.equal([]);
      });
    }
  }

  it("A5 learns from the server that an object is too large for one piece", async () => {
    const world = createWorld({ limits, objects: { wholeCopy: THRESHOLD } });
    const version = world.objects.plant(world.hop.source, "a", "x".repeat(THRESHOLD + 1));
    const order = { ...orderAbout(version), sighting: undefined };

    const result = await promoteObject(world, order);

    expect(result).to.have.nested.property("promotions[0].route", "server-side-parts");
  });

  const failAt = (world: World, point: number, protect: ReadonlySet<string>) => {
    let step = 0;
    const fail = (call: string): void => {
      if (!protect.has(call) && (step += 1) === point) throw new Error(`${call} failed at step ${point}`);
    };
    return withHook(world.objects, {
      before: fail,
      after: (call) => (call === "startUpload" ? undefined : fail(call)),
    });
  };

  for (const refusesCopies of [false, true]) {
    it(`A5 whichever call fails, no upload stays (${refusesCopies ? "streamed" : "by the server"})`, async () => {
      for (let point = 1; point <= 40; point += 1) {
        const world = createWorld({ limits, objects: { refusesCopies } });
        const order = orderAbout(world.objects.plant(world.hop.source, "a", "x".repeat(THRESHOLD * 2)));
        const objects = failAt(world, point, new Set(["abortUpload"]));

        await promoteObject({ ...world, objects }, order).catch((error: unknown) => error);

        expect(world.objects.openUploads, `step ${point}`).to.deep.equal([]);
      }
    });
  }

  it("A5 the test notices an upload that is not aborted, and it is told", async () => {
    const world = createWorld({ limits });
    const order = orderAbout(world.objects.plant(world.hop.source, "a", "x".repeat(THRESHOLD * 2)));
    const objects = withHook(world.objects, {
      before: (call) => {
        if (call === "copyPart" || call === "abortUpload") throw new Error("no");
      },
    });

    const error = await rejectionOf(promoteObject({ ...world, objects }, order));

    expect(error).to.have.property("code", "upload-left-behind");
    expect(world.objects.openUploads).to.have.length(1);
  });
});
