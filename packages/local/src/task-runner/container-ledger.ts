import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { ContainerSpec } from "./container";

/** What is remembered of a container; neither its environment nor its command, which may hold secrets. */
export type LedgerEntry = Pick<ContainerSpec, "id" | "name" | "image" | "imageDigest" | "labels" | "address">;

/**
 * A file that remembers which containers exist, so that a runner knows of those that ended with the one before it.
 * Without it the emulator would take them for running for ever: a container that is unknown has not exited.
 */
export interface ContainerLedger {
  add(spec: ContainerSpec): void;
  remove(id: string): void;
  /** Everything in the ledger now. */
  entries(): readonly LedgerEntry[];
}

/** Opens the ledger, empty if the file does not exist. The file is replaced as a whole at each change. */
export function openContainerLedger(path: string): ContainerLedger {
  const entries = new Map(readEntries(path).map((entry) => [entry.id, entry]));
  const save = () => {
    writeFileSync(`${path}.new`, JSON.stringify([...entries.values()]), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  };
  return {
    add({ id, name, image, imageDigest, labels, address }) {
      entries.set(id, { id, name, image, imageDigest, labels, address });
      save();
    },
    remove(id) {
      if (entries.delete(id)) save();
    },
    entries: () => [...entries.values()],
  };
}

function readEntries(path: string): LedgerEntry[] {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as LedgerEntry[]) : [];
}
