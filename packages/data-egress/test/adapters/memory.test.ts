import { systemClock } from "@slipway/aws-runtime";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { AgentVolume } from "../../src/adapters/agent-volume";
import { MemoryAgent, MemoryBuckets, MemoryLedger } from "../../src/library-memory";
import { foldersContract } from "../contracts/agent-folders";
import { bucketsContract, NOWHERE } from "../contracts/buckets";
import { ledgerContract } from "../contracts/ledger";
import { playAgent } from "../support/play-agent";

/** A clock of which no two times are alike. */
const strict = () => {
  let at = Date.parse("2024-12-31T10:00:00Z");
  return { now: () => new Date((at += 1)) };
};

ledgerContract("in memory", async () => new MemoryLedger(strict()));

bucketsContract(
  "in memory",
  async () => {
    const clock = strict();
    const buckets = new MemoryBuckets(clock, { absent: [NOWHERE] });
    return {
      source: "source",
      target: "target",
      sources: buckets,
      targets: buckets,
      put: async (...args) => void buckets.put(...args),
      delete: async (...args) => buckets.delete(...args),
      text: async (bucket, key) => buckets.texts(bucket)[key],
      tick: async () => clock.now().toISOString(),
    };
  },
  2500,
);

foldersContract("in memory", async () => {
  let works = false;
  const agent = new MemoryAgent(systemClock, () => (works ? { status: "delivered" } : undefined));
  return {
    folders: agent,
    deliver: async () => {
      works = true;
      await agent.news();
      works = false;
    },
    waiting: async () => [...agent.files.keys()],
  };
});

describe("on a disk", () => {
  const open: { root: string; volume: AgentVolume }[] = [];
  after(() => {
    for (const { root, volume } of open) {
      volume.close();
      rmSync(root, { recursive: true });
    }
  });

  foldersContract("on a disk", async () => {
    const root = mkdtempSync(join(tmpdir(), "slipway-volume-"));
    const volume = new AgentVolume(root);
    open.push({ root, volume });
    return {
      folders: volume,
      deliver: async () => void (await playAgent(root)),
      waiting: async () => {
        const folder = join(root, "ris");
        if (!existsSync(folder)) return [];
        return readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map(({ parentPath, name }) => relative(root, join(parentPath, name)));
      },
    };
  });
});
