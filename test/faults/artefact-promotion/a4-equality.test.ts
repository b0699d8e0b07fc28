import type { S3Client } from "@aws-sdk/client-s3";
import {
  caughtBy,
  EventShim,
  randomNumbers,
  rejectionOf,
  seededIt,
  withHooks,
  type Around,
  type Fault,
} from "@slipway/testing";
import { expect } from "chai";
import type { Promotion } from "../../../packages/artefact-promotion/src/core/ledger";
import type { CopyOutcome, OpenOutcome, WriteOutcome } from "../../../packages/artefact-promotion/src/core/ports";
import { createPromoteArtefacts } from "../../../packages/artefact-promotion/src/handlers/promote-artefacts";
import { promoteObject } from "../../../packages/artefact-promotion/src/operations/promote-object";
import {
  createWorld,
  messageAbout,
  orderAbout,
  textAt,
  type World,
} from "../../../packages/artefact-promotion/test/support/world";
import { startStubbedStore } from "./stub-s3";

const COUNT = 60;
const ROUTES = {
  "server-side": { limits: {}, objects: {} },
  "server-side-parts": { limits: { wholeCopy: 4, copiedPart: 2 }, objects: {} },
  streamed: { limits: {}, objects: { refusesCopies: true } },
  "streamed-parts": { limits: { sentPart: 3 }, objects: { refusesCopies: true } },
} as const;
type Route = keyof typeof ROUTES;

/** What a store says after it wrote. */
type Told = "what it wrote" | "what it should have written";

/**
 * A store that at random writes other bytes than it was told to, or sends half of an object (F4). The mutant says of
 * what it spoilt what it should have written, so that the comparison of the two comes out equal: the guard is removed.
 */
function spoiling(world: World, seed: number, told: Told): Around {
  const random = randomNumbers(seed);
  return async (call, run, args) => {
    const outcome = await run();
    if (random() > 0.3) return outcome;
    if (call === "objects.open") return cutShort(outcome as OpenOutcome);
    if (!["objects.copy", "objects.put", "objects.completeUpload"].includes(call)) return outcome;
    return spoil(world, outcome as CopyOutcome | WriteOutcome, keyOf(args), told);
  };
}

const keyOf = ([first, second]: readonly unknown[]): string => {
  if (typeof second === "string") return second;
  const { key, source } = first as { key?: string; source?: { key: string } };
  return key ?? source?.key ?? "";
};

function cutShort(outcome: OpenOutcome): OpenOutcome {
  if (outcome.kind !== "open") return outcome;
  const { object, body } = outcome.opened;
  return { kind: "open", opened: { object, body: firstHalf(body) } };
}

async function* firstHalf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) yield chunk.subarray(0, Math.floor(chunk.length / 2));
}

function spoil<T extends CopyOutcome | WriteOutcome>({ objects, hop }: World, outcome: T, key: string, told: Told): T {
  if (outcome.kind !== "written") return outcome;
  const should = objects.history(hop.target, key).at(-1);
  const written = objects.plant(hop.target, key, "spoilt", {
    etag: outcome.written.etag.includes("-") ? "x-2" : undefined,
  });
  if (told === "what it wrote") return { ...outcome, written };
  return { ...outcome, written: { ...should, versionId: written.versionId } };
}

const bytesOf = (
  { objects, hop }: World,
  side: "source" | "target",
  { key }: Promotion,
  versionId?: string,
): string => {
  const version = objects.history(hop[side], key).find((each) => each.versionId === versionId);
  return Buffer.from(version?.body ?? "nothing").toString();
};

describe("A4 a success that is reported means that the bytes are equal", () => {
  async function reportsOnlyWhatIsEqual(seed: number, route: Route, told: Told = "what it wrote"): Promise<void> {
    const world = createWorld({ ...ROUTES[route], maxReceives: 100 });
    const deps = withHooks(world, ["objects"], spoiling(world, seed, told));
    const shim = new EventShim(createPromoteArtefacts(deps), { seed, maxReceives: 100 });
    for (let n = 0; n < COUNT; n += 1) {
      const version = world.objects.plant(world.hop.source, `k${n}`, `content ${n}`, { tags: { n: `${n}` } });
      shim.send(messageAbout(world, version));
    }

    await shim.drain();

    expect(shim.letters).to.deep.equal([]);
    expect(world.ledger.all.length).to.be.at.least(COUNT);
    for (const promotion of world.ledger.all) {
      const there = bytesOf(world, "target", promotion, promotion.targetVersion);
      expect(there, `reported as promoted: ${promotion.key}`).to.equal(
        bytesOf(world, "source", promotion, promotion.sourceVersionId),
      );
    }
    for (let n = 0; n < COUNT; n += 1) expect(textAt(world, "target", `k${n}`)).to.equal(`content ${n}`);
    expect(world.lines.filter(({ level }) => level === "warn").length, "attempts that failed").to.be.above(5);
  }

  for (const route of Object.keys(ROUTES) as Route[]) {
    seededIt(`A4 F4 a store that spoils, cuts short and then does well, ${route}`, (seed) =>
      reportsOnlyWhatIsEqual(seed, route),
    );

    seededIt(`A4 mutant: nothing is compared, ${route}`, async (seed) => {
      const check = () => reportsOnlyWhatIsEqual(seed, route, "what it should have written");

      expect(await caughtBy(check)).to.include("reported as promoted");
    });
  }

  it("A4 says what was wrong: other bytes, also where ETags prove nothing, and an object that was cut short", async () => {
    const codeOf = async (
      options: Parameters<typeof createWorld>[0],
      etag: string | undefined,
      around: "spoil" | "cut",
    ) => {
      const world = createWorld(options);
      const order = orderAbout(world.objects.plant(world.hop.source, "a", "right", { etag }));
      const deps = withHooks(world, ["objects"], async (call, run) => {
        const outcome = await run();
        if (around === "cut") return call === "objects.open" ? cutShort(outcome as OpenOutcome) : outcome;
        return call === "objects.copy" ? spoil(world, outcome as CopyOutcome, "a", "what it wrote") : outcome;
      });
      const error = await rejectionOf(promoteObject(deps, order));
      return "code" in error ? error.code : error;
    };

    expect(await codeOf({}, undefined, "spoil")).to.equal("copy-not-equal");
    expect(await codeOf({}, "x-2", "spoil")).to.equal("copy-not-equal");
    expect(await codeOf({ objects: { refusesCopies: true } }, undefined, "cut")).to.equal("object-cut-short");
  });

  it("A4 keeps content type, metadata and tags on every route", async () => {
    for (const route of Object.keys(ROUTES) as Route[]) {
      const world = createWorld(ROUTES[route]);
      const attributes = { contentType: "application/zip", cacheControl: "no-cache", metadata: { commit: "abc" } };
      const version = world.objects.plant(world.hop.source, "a", "hello", { attributes, tags: { team: "x" } });

      const result = await promoteObject(world, orderAbout(version));

      expect(result, route).to.have.nested.property("promotions[0].route", route);
      const copy = world.objects.history(world.hop.target, "a").at(-1);
      expect(copy, route).to.deep.include({ attributes, tags: { team: "x" } });
      expect(textAt(world, "target", "a"), route).to.equal("hello");
    }
  });
});

/** Mutant: takes away the part of the SDK that looks into the body of a 200; each command brings it along. */
function believeStatus({ middlewareStack }: S3Client): void {
  const concat = middlewareStack.concat.bind(middlewareStack);
  middlewareStack.concat = (ofCommand) => {
    ofCommand.remove("throw200ExceptionsMiddleware");
    return concat(ofCommand);
  };
}

describe("A4 F3 an answer of S3 that says 200 and means no", () => {
  const LIES: Readonly<Record<string, string>> = {
    "an error in its body":
      "<Error><Code>InternalError</Code><Message>We encountered an internal error</Message></Error>",
    "no body": "",
  };
  const lie = (body: string): Fault => ({ kind: "fail", status: 200, body, contentType: "application/xml" });

  /** Calls that are told of before they are carried out: each has to end in an error. */
  async function believesNoLie(body: string, believe = false): Promise<void> {
    const { store, client, close } = await startStubbedStore(() => lie(body));
    if (believe) believeStatus(client);
    const bucket = { name: "b", owner: "111111111111" };
    const upload = { target: bucket, key: "k", id: "u", checksum: "CRC64NVME" } as const;
    const condition = { kind: "absent" } as const;
    const calls = [
      store.copy({ source: { bucket, key: "k" }, target: bucket, condition }),
      store.completeUpload(upload, [{ number: 1, etag: "e", checksums: {} }], condition),
      store.copyPart(upload, { bucket, key: "k" }, { number: 1, first: 0, last: 1 }),
    ];
    const ends = await Promise.all(
      calls.map((call) =>
        call.then(
          ({ kind }) => kind,
          () => "failed",
        ),
      ),
    );
    await close();
    expect(ends).to.deep.equal(["failed", "failed", "failed"]);
  }

  for (const [what, body] of Object.entries(LIES)) {
    it(`A4 F3 with ${what} is no success`, () => believesNoLie(body));

    it(`A4 mutant: an answer with ${what} believed`, async () => {
      await caughtBy(() => believesNoLie(body, true));
    });
  }
});
