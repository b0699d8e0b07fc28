import { PointerContendedError } from "../core/errors";
import { decideLatest, parsePointer, type Pointer } from "../core/latest";
import type { TextCondition } from "../core/ports";
import type { Repository } from "../core/repositories";
import type { PushDependencies } from "./dependencies";

/** Which pointer is meant. */
export interface PointerPlace {
  readonly repository: Repository;
  readonly ref: string;
  readonly key: string;
}

/** What a pointer is to say, once it may. */
export type PointerTarget = Pick<Pointer, "sha" | "key" | "version_id" | "commit_time">;

const ATTEMPTS = 6;

/** A pointer as it is, and what must hold for it to be written. */
interface ReadPointer {
  readonly pointer: Pointer | undefined;
  readonly condition: TextCondition;
}

/** Reads a ref's pointer. */
export async function readPointer({ archives }: PushDependencies, key: string): Promise<ReadPointer> {
  const stored = await archives.readText(key);
  if (stored === undefined) return { pointer: undefined, condition: { kind: "absent" } };
  return { pointer: parsePointer(stored.text), condition: { kind: "etag", etag: stored.etag } };
}

/**
 * Moves a ref's pointer to a commit if the remote is there now.
 *
 * The pointer is read before the remote is asked, and written on the condition that it is still what was read. So every
 * move goes to a state of the remote that is younger than the one before: a late push never takes it back.
 *
 * @returns The pointer when it is at the commit, nothing when the remote is elsewhere.
 */
export async function settleLatest(
  deps: PushDependencies,
  place: PointerPlace,
  target: PointerTarget,
): Promise<Pointer | undefined> {
  return changePointer(deps, place, target.sha, (pointer) => ({
    repository: place.repository.id,
    ref: place.ref,
    ...target,
    sequence: (pointer?.sequence ?? 0) + 1,
    considered: target.sha,
    announced: false,
  }));
}

/** Notes that the remote's commit has nothing to push, so that nobody looks for it again. */
export async function noteConsidered(deps: PushDependencies, place: PointerPlace, sha: string): Promise<void> {
  await changePointer(deps, place, sha, (pointer) => pointer && { ...pointer, considered: sha });
}

async function changePointer(
  deps: PushDependencies,
  { repository, ref, key }: PointerPlace,
  sha: string,
  change: (pointer: Pointer | undefined) => Pointer | undefined,
): Promise<Pointer | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { pointer, condition } = await readPointer(deps, key);
    const head = (await deps.git.refs(repository, ref))[0]?.sha;
    const decision = decideLatest(pointer, head, sha);
    if (decision.kind === "stay") return decision.isLatest ? pointer : undefined;
    const changed = change(pointer);
    if (changed === undefined) return undefined;
    if ((await deps.archives.writeText(key, toText(changed), condition)) === "written") return changed;
  }
  throw new PointerContendedError(key);
}

/** Notes that the event about a move was published; a pointer that moved on meanwhile has an event of its own to come. */
export async function noteAnnounced(deps: PushDependencies, key: string, sha: string): Promise<void> {
  const { pointer, condition } = await readPointer(deps, key);
  if (pointer === undefined || pointer.sha !== sha || pointer.announced) return;
  await deps.archives.writeText(key, toText({ ...pointer, announced: true }), condition);
}

const toText = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;
