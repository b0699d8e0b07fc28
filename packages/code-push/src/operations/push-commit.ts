import { EVENT_TYPES, type PushMessage, type SourcePushedDetail, type SourceRemovedDetail } from "../contract";
import { PushNotAnnouncedError, UnknownRepositoryError } from "../core/errors";
import { parseReceipt, type Pointer, type Receipt } from "../core/latest";
import { isNoSha, refOf, type RefName } from "../core/refs";
import { acceptedRef, type Repository } from "../core/repositories";
import { keysOf, type PushDependencies, type RefKeys } from "./dependencies";
import { noteAnnounced, noteConsidered, readPointer, settleLatest } from "./latest";
import { storeCommit } from "./store-commit";

/** How a push ended. */
export type PushResult =
  /** The archive is there, and everybody was told. `uploaded`: by this run. */
  | { readonly kind: "pushed"; readonly receipt: Receipt; readonly latest: boolean; readonly uploaded: boolean }
  /** All of it was done before. */
  | { readonly kind: "unchanged"; readonly receipt: Receipt; readonly latest: boolean }
  /** The ref is gone, and everybody was told. */
  | { readonly kind: "removed" }
  | { readonly kind: "ignored"; readonly reason: string };

interface Push {
  readonly message: PushMessage;
  readonly repository: Repository;
  readonly ref: RefName;
  readonly keys: RefKeys;
}

/**
 * Does what a work event asks for: the archive of that commit is in the bucket, the ref's pointer is where the remote is,
 * and both were told.
 *
 * Any step may have been done by an earlier try, or be under way in another one. The receipt is written last, so only a
 * push that is complete is skipped; the pointer is looked at even then, since a force push may have brought it back.
 */
export async function pushCommit(deps: PushDependencies, message: PushMessage): Promise<PushResult> {
  const repository = (await deps.directory.repositories()).byId(message.repository);
  if (repository === undefined) throw new UnknownRepositoryError(message.repository);
  const ref = acceptedRef(repository, message.ref);
  if (ref === undefined) return { kind: "ignored", reason: "filters leave the ref out" };
  if (isNoSha(message.sha)) return announceRemoval(deps, message, ref);
  const push: Push = { message, repository, ref, keys: keysOf(deps, repository, ref) };
  const complete = await readReceipt(deps, push, message.sha);
  if (complete !== undefined) return finish(deps, push, complete, { complete: true, uploaded: false });

  await deps.statuses.tell(repository, message.sha, { state: "pending", description: "Being archived" });
  const { pointer } = await readPointer(deps, push.keys.pointer);
  const outcome = await storeCommit(deps, { repository, message, key: push.keys.archive, pointer });
  if (outcome.kind === "filtered") {
    await noteConsidered(deps, placeOf(push), message.sha);
    return { kind: "ignored", reason: "no file changed that the filters name" };
  }
  const { receipt, uploaded } = outcome;
  return finish(deps, push, receipt, { complete: false, uploaded });
}

const placeOf = ({ repository, ref, keys }: Push) => ({ repository, ref: refOf(ref), key: keys.pointer });

async function readReceipt({ archives }: PushDependencies, { keys }: Push, sha: string): Promise<Receipt | undefined> {
  const found = await archives.readText(keys.receipt(sha));
  return found && parseReceipt(found.text);
}

/** Moves the pointer, tells, and writes down that it is done. */
async function finish(
  deps: PushDependencies,
  push: Push,
  receipt: Receipt,
  { complete, uploaded }: { readonly complete: boolean; readonly uploaded: boolean },
): Promise<PushResult> {
  const { sha, key, version_id: version, commit_time: time } = receipt;
  const target = { sha, key, ...(version !== undefined && { version_id: version }), commit_time: time };
  const pointer = await settleLatest(deps, placeOf(push), target);
  const latest = pointer !== undefined;
  if (complete && pointer?.announced !== false) return { kind: "unchanged", receipt, latest };

  await announce(deps, push, receipt, pointer);
  const text = `${JSON.stringify(receipt, undefined, 2)}\n`;
  if (!complete) await deps.archives.writeText(push.keys.receipt(sha), text, { kind: "absent" });
  if (latest) await noteAnnounced(deps, push.keys.pointer, sha);
  await deps.statuses.tell(push.repository, sha, { state: "success", description: "Archived" });
  return { kind: "pushed", receipt, latest, uploaded };
}

/** Archives of what is gone stay, for those who deployed them. */
async function announceRemoval(
  { events, name }: PushDependencies,
  { correlation_id, repository, ref, trigger, received_at }: PushMessage,
  { name: ref_name, kind: ref_kind }: RefName,
): Promise<PushResult> {
  const told = { correlation_id, repository, ref, ref_name, ref_kind, trigger };
  const detail: SourceRemovedDetail = { code_push: name, ...told, removed_at: received_at };
  const problem = await events.publish({ type: EVENT_TYPES.sourceRemoved, detail: { ...detail } });
  if (problem !== undefined) throw new PushNotAnnouncedError(problem);
  return { kind: "removed" };
}

async function announce(
  { events, name }: PushDependencies,
  { message, ref, keys }: Push,
  receipt: Receipt,
  pointer: Pointer | undefined,
): Promise<void> {
  const { pushed_at: _at, correlation_id: _first, ...told } = receipt;
  const detail: SourcePushedDetail = {
    code_push: name,
    correlation_id: message.correlation_id,
    ...told,
    ref_name: ref.name,
    ref_kind: ref.kind,
    latest: pointer !== undefined,
    latest_key: keys.pointer,
    trigger: message.trigger,
  };
  const problem = await events.publish({ type: EVENT_TYPES.sourcePushed, detail: { ...detail } });
  if (problem !== undefined) throw new PushNotAnnouncedError(problem);
}
