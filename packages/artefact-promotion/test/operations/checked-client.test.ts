import { inspect } from "node:util";
import { InvalidInputError } from "@slipway/core";
import { rejectionOf, withHooks } from "@slipway/testing";
import { expect } from "chai";
import { createArtefactClient } from "../../src/library-memory";
import type { ArtefactClient } from "../../src/library";
import { createWorld, PORTS } from "../support/world";

type Operation = keyof ArtefactClient;

const refused: readonly (readonly [Operation, unknown, string, string])[] = [
  ["listArtefacts", null, "input of listArtefacts", "must be an object"],
  ["listArtefacts", { side: "x" }, "side", 'must be "source" or "target"'],
  ["listArtefacts", { prefix: 1 }, "prefix", "must be a text"],
  ["listArtefacts", { limit: -1 }, "limit", "must be a whole number from 1"],
  ["listArtefacts", { limit: "10" }, "limit", "must be a whole number from 1"],
  ["listVersions", undefined, "input of listVersions", "is missing"],
  ["listVersions", { key: "" }, "key", "must not be empty"],
  ["listVersions", { key: "a", limit: 1.5 }, "limit", "must be a whole number from 1"],
  ["diffArtefacts", {}, "onDifference", "is missing"],
  ["diffArtefacts", { onDifference: "print" }, "onDifference", "must be a function"],
  ["diffArtefacts", { onDifference: () => undefined, signal: {} }, "signal", "must be an AbortSignal"],
  ["backfill", { queueAbove: -1 }, "queueAbove", "must be a whole number from 0"],
  ["backfill", { queueAbove: Number.NaN }, "queueAbove", "must be a whole number from 0"],
  ["backfill", { dryRun: "false" }, "dryRun", "must be true or false"],
  ["backfill", { resume: "" }, "resume", "must not be empty"],
  ["backfill", { confirm: true }, "confirm", "must be a function"],
  ["listBackfills", { limit: 0 }, "limit", "must be a whole number from 1"],
  ["promoteArtefact", { key: "" }, "key", "must not be empty"],
  ["promoteArtefact", { key: undefined }, "key", "is missing"],
  ["promoteArtefact", { key: "a", versionId: 3 }, "versionId", "must be a text"],
  ["promoteArtefact", { key: "a", reason: 3 }, "reason", "must be a text"],
  ["history", { limit: 0 }, "limit", "must be a whole number from 1"],
  // It would look through every day there ever was.
  ["history", { days: Infinity }, "days", "must be a whole number from 1"],
  ["redrive", { limit: 0 }, "limit", "must be a whole number from 1"],
  ["redrive", { dryRun: 1 }, "dryRun", "must be true or false"],
];

const taken: readonly (readonly [Operation, unknown])[] = [
  ["listArtefacts", undefined],
  ["listArtefacts", { side: "source", prefix: "", limit: Infinity }],
  ["diffArtefacts", { onDifference: () => undefined, signal: new AbortController().signal }],
  ["backfill", { queueAbove: 0, dryRun: true, prefix: undefined }],
  ["backfill", { queueAbove: Infinity }],
  ["listBackfills", {}],
  ["history", { days: 1, limit: Infinity }],
  ["redrive", undefined],
];

describe("what the operations take", () => {
  const call = (client: ArtefactClient, operation: Operation, input: unknown) =>
    (client[operation] as (input: unknown) => Promise<unknown>)(input);

  for (const [operation, input, field, problem] of refused) {
    it(`is not ${field} that ${problem}: ${operation}(${inspect(input)})`, async () => {
      const asked: string[] = [];
      const before = (port: string) => void asked.push(port);

      const client = createArtefactClient(withHooks(createWorld(), PORTS, { before }));

      const error = await rejectionOf(call(client, operation, input));

      expect(error).to.be.instanceOf(InvalidInputError);
      expect(error)
        .to.include({ field, problem })
        .and.to.have.property("hint")
        .that.matches(/^e\.g\. \{/);
      expect(asked).to.deep.equal([]);
    });
  }

  for (const [operation, input] of taken) {
    it(`is ${operation}(${inspect(input, { depth: 0 })})`, async () => {
      await call(createArtefactClient(createWorld()), operation, input);
    });
  }
});
