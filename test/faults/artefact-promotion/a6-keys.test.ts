import {
  caughtBy,
  EventShim,
  eventFixture,
  s3Notification,
  seededIt,
  snsEnvelope,
  type BatchHandler,
} from "@slipway/testing";
import { expect } from "chai";
import fc from "fast-check";
import { createPromoteArtefacts } from "../../../packages/artefact-promotion/src/handlers/promote-artefacts";
import { createdObject, createWorld, textAt } from "../../../packages/artefact-promotion/test/support/world";

/** Longest key that S3 takes, in bytes of UTF-8. */
const LONGEST = 1024;
const isLegal = (key: string): boolean => key.length > 0 && Buffer.byteLength(key) <= LONGEST;

/** Keys that somebody has got wrong before. */
const TRICKY: readonly string[] = [
  " ",
  "a b",
  "a+b",
  "%2B",
  "a%2Bb%20c",
  "100%",
  "/",
  "//a",
  "dir/",
  ".",
  "..",
  "../a",
  "a/../../b",
  "é ü 日本 🎉",
  "e\u0301",
  "?q#f&=;:@,$!*'()",
  '\\ " < > | ^ ` { }',
  "\u0001\n\t\u007f",
  "k".repeat(LONGEST),
  "é".repeat(LONGEST / 2),
  "🎉".repeat(LONGEST / 4),
];

const anyKey = fc.oneof(
  fc.constantFrom(...TRICKY),
  fc.string({ unit: "binary", minLength: 1, maxLength: LONGEST }).filter(isLegal),
  fc.string({ unit: fc.constantFrom("a", " ", "+", "%", "2", "B", "/", ".", "é", "🎉"), minLength: 1, maxLength: 40 }),
);

type Change = (body: string) => string;
const asItIs: Change = (body) => body;

/** Mutant: keys are taken as they come. What they are decoded from here is their encoded form, encoded once more. */
const decodesNothing: Change = (body) =>
  body.replace(/("object":{"key":")([^"]*)/, (_all, before: string, key: string) => before + encodeURIComponent(key));

describe("A6 any legal key", () => {
  /** Puts objects under keys that exist side by side, and promotes them by events like those of S3. */
  const holds = (seed: number, change: Change = asItIs): Promise<void> => {
    const property = fc.asyncProperty(fc.uniqueArray(anyKey, { minLength: 1, maxLength: 10 }), async (keys) => {
      const world = createWorld();
      const shim = new EventShim(createPromoteArtefacts(world));
      for (const [n, key] of keys.entries()) {
        const version = world.objects.plant(world.hop.source, key, `${n}`);
        const body = change(s3Notification(createdObject(world.hop.source.name, version)));
        shim.send(n % 2 === 0 ? body : snsEnvelope(body));
      }

      await shim.drain();

      expect(shim.letters).to.deep.equal([]);
      for (const [n, key] of keys.entries()) expect(textAt(world, "target", key), `at ${key}`).to.equal(`${n}`);
    });
    return fc.assert(property, { seed, numRuns: 300, examples: [[[...TRICKY]]] });
  };

  seededIt("A6 with spaces, plus and percent signs, dots, slashes, any character, and 1,024 bytes", (seed) =>
    holds(seed),
  );

  seededIt("A6 mutant: keys that are not decoded", async (seed) => {
    expect(await caughtBy(() => holds(seed, decodesNothing))).to.include("at ");
  });
});

describe("A6 messages that are not about an object", () => {
  const fixture = (name: string): string => JSON.stringify(eventFixture(name));
  const FOREIGN: Readonly<Record<string, string>> = {
    "S3's test event": fixture("s3-test-event"),
    "S3's test event in SNS's envelope": fixture("sns-s3-test-event"),
    "somebody's own JSON": JSON.stringify({ hello: "world" }),
    "somebody's own JSON in SNS's envelope": snsEnvelope('{"hello":"world"}'),
    "somebody's own text in SNS's envelope": snsEnvelope("hello"),
    "a record of another service": JSON.stringify({ Records: [{ eventSource: "aws:ses", ses: {} }] }),
    "a list": "[]",
  };

  /** Each is acknowledged at once: it is neither delivered again nor a dead letter. */
  async function acknowledged(body: string, change = (handle: BatchHandler) => handle): Promise<void> {
    const world = createWorld();
    const shim = new EventShim(change(createPromoteArtefacts(world)));
    shim.send(body);

    await shim.drain();

    expect([shim.rounds, shim.letters], "deliveries and letters").to.deep.equal([1, []]);
    expect(world.lines.map(({ message }) => message)).to.deep.equal(["message ignored"]);
  }

  for (const [what, body] of Object.entries(FOREIGN)) it(`A6 acknowledges ${what}`, () => acknowledged(body));

  it("A6 mutant: what is not understood is delivered again", async () => {
    const again =
      (handle: BatchHandler): BatchHandler =>
      async (event) => {
        await handle(event);
        return { batchItemFailures: event.Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
      };

    for (const body of Object.values(FOREIGN)) {
      expect(await caughtBy(() => acknowledged(body, again))).to.include("deliveries and letters");
    }
  });
});
