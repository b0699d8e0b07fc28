import pMap from "p-map";
import { SlipwayError } from "@slipway/core";
import { EVENT_TYPES, PUSH_MESSAGE, type PushMessage } from "../contract";
import type { RemoteRef } from "../core/ports";
import { acceptedRef, type Repository } from "../core/repositories";
import type { MissedPush, ReconcileReport, UnreachableRepository } from "../push-client";
import { keysOf, type PushDependencies } from "./dependencies";
import { readPointer } from "./latest";

/** How a comparison is done. */
export interface ReconcileInput {
  /** Only this repository. @default all */
  readonly repository?: string | undefined;
  /** Only tell what would be queued. @default false */
  readonly dryRun?: boolean | undefined;
  /** Milliseconds after which what is missing is looked at again: by then a push that was under way is done. @default 60,000 */
  readonly grace?: number | undefined;
  /** Whether there is time for another repository. @default always */
  readonly hasTime?: (() => boolean) | undefined;
  readonly correlationId?: string | undefined;
}

interface Compared {
  readonly refs: number;
  readonly missed: readonly (MissedPush & { readonly from: Repository })[];
  readonly unreachable?: UnreachableRepository | undefined;
}

const REPOSITORIES_AT_ONCE = 4;
const POINTERS_AT_ONCE = 16;
const EXAMPLES = 10;
const DEFAULT_GRACE = 60_000;

/** Compares the remotes' refs with what was pushed, and queues what is missing. A ref that is gone is left alone. */
export async function reconcile(deps: PushDependencies, input: ReconcileInput = {}): Promise<ReconcileReport> {
  const { dryRun = false, grace = DEFAULT_GRACE, correlationId = deps.ids.next() } = input;
  const repositories = await choose(deps, input.repository);
  const asked = await pMap(
    repositories,
    async (each) => ((input.hasTime?.() ?? true) ? compare(deps, each) : undefined),
    { concurrency: REPOSITORIES_AT_ONCE },
  );
  const compared = asked.filter((each) => each !== undefined);
  const missed = await stillMissed(
    deps,
    compared.flatMap((each) => each.missed),
    grace,
  );
  if (!dryRun) await deps.queue.send(missed.map((each) => toMessage(deps, each, correlationId)));
  const found = {
    repositories: compared.length,
    refs: compared.reduce((sum, { refs }) => sum + refs, 0),
    missed: missed.map(({ repository, ref, sha }) => ({ repository, ref, sha })),
    unreachable: compared.flatMap(({ unreachable }) => (unreachable === undefined ? [] : [unreachable])),
    complete: compared.length === repositories.length,
  };
  return { ...found, unsent: dryRun ? undefined : await tell(deps, found, correlationId) };
}

/** Begins elsewhere each time, so that no repository is always the one that time ran out for. */
async function choose({ directory, clock }: PushDependencies, id: string | undefined): Promise<readonly Repository[]> {
  const { all, byId } = await directory.repositories();
  if (id !== undefined) return [byId(id)].filter((each) => each !== undefined);
  const start = all.length === 0 ? 0 : Math.floor(clock.now().getTime() / 60_000) % all.length;
  return [...all.slice(start), ...all.slice(0, start)];
}

async function compare(deps: PushDependencies, repository: Repository): Promise<Compared> {
  try {
    const refs = (await deps.git.refs(repository)).filter(({ ref }) => acceptedRef(repository, ref) !== undefined);
    const missed = await pMap(refs, (each) => isMissed(deps, repository, each), { concurrency: POINTERS_AT_ONCE });
    const found = refs.filter((_, index) => missed[index] === true);
    return {
      refs: refs.length,
      missed: found.map((each) => ({ ...each, repository: repository.id, from: repository })),
    };
  } catch (error) {
    const code = error instanceof SlipwayError ? error.code : "unexpected";
    const reason = error instanceof Error ? error.message : String(error);
    return { refs: 0, missed: [], unreachable: { repository: repository.id, code, reason } };
  }
}

async function isMissed(deps: PushDependencies, repository: Repository, { ref, sha }: RemoteRef): Promise<boolean> {
  const name = acceptedRef(repository, ref);
  if (name === undefined) return false;
  const { pointer } = await readPointer(deps, keysOf(deps, repository, name).pointer);
  if (pointer === undefined) return true;
  return pointer.considered !== sha || (pointer.sha === sha && !pointer.announced);
}

/** A push that came a moment ago is no missed one: it has its message, and time to be done. */
async function stillMissed(
  deps: PushDependencies,
  missed: Compared["missed"],
  grace: number,
): Promise<Compared["missed"]> {
  if (missed.length === 0 || grace === 0) return missed;
  await deps.sleeper.sleep(grace);
  const still = await pMap(missed, (each) => isMissed(deps, each.from, each), { concurrency: POINTERS_AT_ONCE });
  return missed.filter((_, index) => still[index] === true);
}

const toMessage = (
  { clock }: PushDependencies,
  { from, ref, sha }: Compared["missed"][number],
  correlationId: string,
): PushMessage => ({
  type: PUSH_MESSAGE,
  repository: from.id,
  ref,
  sha,
  provider: from.provider,
  trigger: "reconcile",
  correlation_id: correlationId,
  received_at: clock.now().toISOString(),
});

async function tell(
  { events, name }: PushDependencies,
  { missed, unreachable, refs, repositories }: Omit<ReconcileReport, "unsent">,
  correlationId: string,
): Promise<string | undefined> {
  if (missed.length + unreachable.length === 0) return undefined;
  const detail = {
    code_push: name,
    correlation_id: correlationId,
    repositories,
    compared: refs,
    missed: missed.length,
    refs: missed.slice(0, EXAMPLES),
    failed: unreachable.slice(0, EXAMPLES),
  };
  return events.publish({ type: EVENT_TYPES.missedFound, detail });
}
