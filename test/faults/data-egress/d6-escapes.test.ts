import { caughtBy, rejectionOf, seededIt } from "@slipway/testing";
import { expect } from "chai";
import fc from "fast-check";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { AgentVolume } from "../../../packages/data-egress/src/adapters/agent-volume";
import { planOf, requestOf, type SourceFile } from "../../../packages/data-egress/src/core/plan";
import { parseRow } from "../../../packages/data-egress/src/core/rows";
import {
  createWorld,
  FOLDER,
  putData,
  row,
  sftRow,
  SOURCE,
  work,
  type World,
} from "../../../packages/data-egress/test/support/world";

/** Names below the flag's folder that must refuse the whole job. */
const HOSTILE = [
  "../other/a.csv",
  "x/../../a.csv",
  "./a.csv",
  "x/./a.csv",
  "/etc/passwd",
  "x//a.csv",
  "a\u0000.csv",
  "a\n.csv",
  "a\u007f.csv",
  "..",
  "a\\..\\b.csv",
  ".hidden",
  `${"n".repeat(256)}`,
  `${"ä".repeat(128)}`,
];

describe("D6 no key leaves its prefix or folder", () => {
  async function refuses(
    name: string,
    items: readonly Record<string, unknown>[],
    guard: (world: World) => Partial<World> = () => ({}),
  ): Promise<void> {
    const world = createWorld({ items });
    putData(world, { "good.csv": "good", [name]: "bad" });

    await work({ ...world, ...guard(world) }, world);

    expect([...world.buckets.writes, ...world.folders.received.keys()], "what was sent").to.deep.equal([]);
    expect(world.queue.letters.map(({ code }) => code)).to.deep.equal(["unsafe-name"]);
  }

  for (const name of HOSTILE) {
    const shown = JSON.stringify(name.length > 40 ? `${name.slice(0, 5)}... ${Buffer.byteLength(name)} bytes` : name);
    it(`D6 ${shown} refuses the job, loudly, on both ways`, async () => {
      await refuses(name, [row()]);
      await refuses(name, [sftRow()]);
    });
  }

  it("D6 mutant: bad names are left out, and the rest is sent", async () => {
    const leaveOut = ({ sources }: World) => ({
      sources: Object.assign(Object.create(sources) as typeof sources, {
        list: async (...args: Parameters<typeof sources.list>) =>
          (await sources.list(...args)).filter(({ key }) => !key.includes("..")),
      }),
    });
    expect(await caughtBy(() => refuses("../other/a.csv", [row()], leaveOut))).to.include("what was sent");
  });

  it("D6 two files that would have the same name refuse the job", async () => {
    const world = createWorld();
    putData(world, { "x/a.csv": "one", "y/a.csv": "two" });

    await work(world, world);

    expect(world.buckets.writes).to.deep.equal([]);
    expect(world.queue.letters[0]).to.include({ code: "name-collision" });
  });

  it("D6 a file named like the control file refuses the job", async () => {
    const world = createWorld({ items: [row({ control_file_prefix: "all.control" })] });
    putData(world, { "a.csv": "one", "all.control": "two" });

    await work(world, world);

    expect(world.buckets.writes).to.deep.equal([]);
    expect(world.queue.letters[0]).to.include({ code: "name-collision" });
  });

  seededIt("D6 whatever keys there are, no plan has a target outside its folder", (seed) => {
    const piece = fc.constantFrom("a", "..", ".", "", "b.csv", "\\", "\u0000", "$TODAYS_DATE", "%2e%2e", " ");
    const key = fc.array(piece, { minLength: 1, maxLength: 5 }).map((parts) => `${FOLDER}${parts.join("/")}`);
    const rows = [row(), sftRow()].map(parseRow);
    const flag = { bucket: SOURCE, key: `${FOLDER}pipeline_success.flag`, at: "2024-12-31T10:00:00Z" };
    const request = requestOf(flag, rows);
    if (request.kind === "refused") throw new Error(request.refusal.reason);
    const property = fc.property(fc.uniqueArray(key, { minLength: 1, maxLength: 4 }), (keys) => {
      const files = keys.map((each): SourceFile => ({ key: each, size: 1, etag: "e", lastModified: "" }));
      const planned = planOf(request, files);
      if (planned.kind === "refused") return;
      for (const { folder, names } of planned.plan.ways) {
        for (const name of names) {
          expect(posix.dirname(posix.normalize(`/${folder}${name}`))).to.equal(`/${folder.replace(/\/$/, "")}`);
        }
      }
    });
    fc.assert(property, { seed, numRuns: 2000 });
  });

  describe("on the volume", () => {
    let root: string;
    let elsewhere: string;
    beforeEach(() => {
      [root, elsewhere] = [mkdtempSync(join(tmpdir(), "slipway-v-")), mkdtempSync(join(tmpdir(), "slipway-e-"))];
    });
    afterEach(() => [root, elsewhere].forEach((folder) => rmSync(folder, { recursive: true })));

    const draft = {
      id: "0123456789abcdef0123456789abcdef",
      jobId: "j",
      correlationId: "c",
      folder: "warehouse/in",
      name: "a.csv",
      recipient: "r",
      keepOnFailure: true,
      orderedAt: "",
    };
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("x");
    }

    for (const [what, link] of [
      ["the folder", "warehouse/in"],
      ["a folder on the way", "warehouse"],
    ] as const) {
      it(`D6 ${what} is a link to somewhere else: nothing is written there`, async () => {
        if (link !== "warehouse") mkdirSync(join(root, "warehouse"));
        symlinkSync(elsewhere, join(root, link));
        const volume = new AgentVolume(root);

        const error = await rejectionOf(volume.order(draft, body()));
        volume.close();

        expect(error).to.have.property("code", "unsafe-folder");
        expect(readdirSync(elsewhere)).to.deep.equal([]);
      });
    }

    it("D6 a link in the file's place is taken for a file that waits", async () => {
      mkdirSync(join(root, "warehouse/in"), { recursive: true });
      symlinkSync(join(elsewhere, "target"), join(root, "warehouse/in/a.csv"));
      const volume = new AgentVolume(root);

      expect(await volume.order(draft, body())).to.equal("occupied");
      volume.close();
      expect(readdirSync(elsewhere)).to.deep.equal([]);
    });
  });
});
