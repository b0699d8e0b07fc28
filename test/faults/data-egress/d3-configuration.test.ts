import { caughtBy, seededIt } from "@slipway/testing";
import { expect } from "chai";
import fc from "fast-check";
import { FLAG_NAME } from "../../../packages/data-egress/src/contract";
import { matchRows } from "../../../packages/data-egress/src/core/matching";
import { parseRow, type Row } from "../../../packages/data-egress/src/core/rows";
import {
  createWorld,
  newestJob,
  putData,
  row,
  sftRow,
  SOURCE,
  work,
  type World,
} from "../../../packages/data-egress/test/support/world";

type Items = readonly Record<string, unknown>[];

/** Configurations that must send nothing, with the code and words of the letter. */
const BAD: Readonly<Record<string, readonly [Items, string, string]>> = {
  "no row": [[], "no-row", "no row for s3://source/dataegress/cbol/2024-12-31/pipeline_success.flag"],
  "two rows of different pipelines": [
    [row(), row({ pipeline_name: "other" })],
    "ambiguous-rows",
    "rows of cbol and other both take dataegress/cbol/2024-12-31/",
  ],
  "an unknown transfer type": [[row({ transfer_type: "FTP" })], "bad-row", "[transfer_type] FTP is not one of S3, SFT"],
  "a blank bucket": [[row({ destination_bucket: " " })], "bad-row", "[destination_bucket] is blank"],
  "a blank prefix": [[row({ source_prefix: "" })], "bad-row", "[source_prefix] is blank"],
  "the whole bucket as a prefix": [[row({ source_prefix: "*" })], "bad-row", "[source_prefix] names the whole bucket"],
  "a bad row beside a good one": [
    [row(), sftRow({ destination_prefix: "/etc/" })],
    "bad-row",
    "[destination_prefix] /etc/ is no folder below /data-egress/",
  ],
  "an attribute that nobody knows": [
    [row({ decrypted: true })],
    "bad-row",
    "[decrypted] unknown field; did you mean decrypt?",
  ],
  "a number as a flag": [[row({ compress: 1 })], "bad-row", "[compress] is neither true nor false"],
};

describe("D3 bad or missing configuration sends nothing", () => {
  async function sendsNothing(
    [items, code, words]: readonly [Items, string, string],
    guard: (world: World) => Partial<World> = () => ({}),
  ): Promise<void> {
    const world = createWorld({ items });
    putData(world, { "a.csv": "secret" });

    await work({ ...world, ...guard(world) }, world);

    expect([...world.buckets.writes, ...world.folders.received.keys()], "what was sent").to.deep.equal([]);
    expect(world.queue.letters.map((letter) => letter.code)).to.deep.equal([code]);
    expect(world.queue.letters[0]?.reason)
      .to.include(words)
      .and.to.match(/ \(\w.*\)$/);
    expect(await newestJob(world)).to.include({ status: "Refused", code, attempts: 1 });
    expect(world.events.published.map(({ type, detail }) => [type, detail["final"]])).to.deep.equal([
      ["Data Not Sent", true],
    ]);
  }

  for (const [what, expected] of Object.entries(BAD)) it(`D3 ${what}`, () => sendsNothing(expected));

  it("D3 mutant: rows that cannot be used are passed over", async () => {
    const [items, ...told] = BAD["a bad row beside a good one"] ?? [[], "", ""];
    const passOver = ({ rows }: World) => ({ rows: { all: async () => (await rows.all()).filter(({ ok }) => ok) } });
    expect(await caughtBy(() => sendsNothing([items, ...told] as const, passOver))).to.include("what was sent");
  });

  it("D3 a flag that was refused is sent once its row is there and its letter comes back", async () => {
    const world = createWorld({ items: [] });
    putData(world, { "a.csv": "one" });
    await work(world, world);
    world.items.push(row());
    world.queue.push(...world.queue.letters.map(({ body }) => body));

    await work(world, world);

    expect(await newestJob(world)).to.include({ status: "Succeeded", attempts: 1 });
  });

  const part = fc.constantFrom("a", "b", "ab", "2024-12-31", "x.y");
  const folders = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `${parts.join("/")}/`);

  type Match = typeof matchRows;

  function longestWins(seed: number, match: Match = matchRows): void {
    const property = fc.property(
      fc.uniqueArray(folders, { minLength: 1, maxLength: 6 }),
      folders,
      (prefixes, folder) => {
        const rows = prefixes.map((prefix): Row => {
          const parsed = parseRow(row({ source_prefix: prefix, pipeline_name: `p ${prefix}` }));
          if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
          return parsed.row;
        });
        const longest = prefixes.filter((each) => folder.startsWith(each)).sort((a, b) => b.length - a.length)[0];
        const found = match(rows, { bucket: SOURCE, key: `${folder}${FLAG_NAME}` });
        expect(found.kind === "matched" ? found.matches.map(({ prefix }) => prefix) : found.kind).to.deep.equal(
          longest === undefined ? "none" : [longest],
        );
      },
    );
    fc.assert(property, { seed, numRuns: 1000 });
  }

  seededIt("D3 of overlapping prefixes the longest is meant, and never a folder whose name only begins alike", (seed) =>
    longestWins(seed),
  );

  seededIt("D3 mutant: the first prefix that fits", async (seed) => {
    const firstFits: Match = (rows, flag) => {
      const first = rows.find(({ sourcePrefix }) => flag.key.startsWith(sourcePrefix));
      return matchRows(first === undefined ? [] : [first], flag);
    };
    // fast-check wraps the expectation that failed; that it is one is what counts.
    const failure = await caughtBy(async () => {
      try {
        longestWins(seed, firstFits);
      } catch (error) {
        throw error instanceof Error && error.cause !== undefined ? error.cause : error;
      }
    });
    expect(failure).to.include("deeply equal");
  });
});
