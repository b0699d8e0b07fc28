import { ClaimLostError, SiteBusyError } from "../core/deploy-errors";
import type { SiteLayout } from "../core/deploy-layout";
import {
  dirtyPaths,
  EMPTY_STATE,
  parseState,
  stateText,
  withBeat,
  withClaim,
  type ClaimRequest,
  type SiteState,
} from "../core/deploy-state";
import type { TextCondition } from "../core/deploy-ports";
import type { DeployDependencies } from "./deploy-dependencies";

/** The pointer as it was read. */
export interface ReadState {
  readonly state: SiteState;
  readonly condition: TextCondition;
}

/** Reads the pointer. */
export async function readState({ store }: DeployDependencies, layout: SiteLayout): Promise<ReadState> {
  const found = await store.readText(layout.pointer);
  if (found === undefined) return { state: EMPTY_STATE, condition: { kind: "absent" } };
  return { state: parseState(layout.pointer, found.text), condition: { kind: "etag", etag: found.etag } };
}

/** What somebody who looked at the site wants: to be done with it, or to change it. */
export type Decision<T> =
  { readonly kind: "outcome"; readonly outcome: T } | { readonly kind: "claim"; readonly request: ClaimRequest };

/** How asking for the site ended. */
export type Acquired<T> =
  { readonly kind: "outcome"; readonly outcome: T } | { readonly kind: "session"; readonly session: ClaimSession };

/**
 * Takes the site for one change. Another holder is waited for; one that shows no sign of life for the length of a
 * lease, on this process's own watch, is taken over, with whatever it left undone.
 *
 * @param decide Looks at the pointer, each time that it changed. What it decided last is what holds.
 * @param first The pointer, when it was read just now.
 * @throws SiteBusyError
 */
export async function acquire<T>(
  deps: DeployDependencies,
  layout: SiteLayout,
  decide: (state: SiteState) => Decision<T>,
  first?: ReadState,
): Promise<Acquired<T>> {
  const { limits, stopwatch, sleeper } = deps;
  const started = stopwatch.elapsed();
  let watched = { mark: "", since: started };
  for (let known = first; ; known = undefined) {
    const read = known ?? (await readState(deps, layout));
    const { claim, mark } = read.state;
    const decision = decide(read.state);
    if (decision.kind === "outcome") return decision;
    if (claim?.id === decision.request.id) return session(deps, layout, read);
    if (watched.mark !== mark) watched = { mark, since: stopwatch.elapsed() };
    if (claim === undefined || stopwatch.elapsed() - watched.since >= limits.lease) {
      const before = dirtyPaths(read.state);
      const claimed = new ClaimSession(deps, layout, read, before);
      if (await claimed.take(decision.request)) return { kind: "session", session: claimed };
      continue;
    }
    if (stopwatch.elapsed() - started > limits.patience) throw new SiteBusyError(claim.holder);
    await sleeper.sleep(limits.poll);
  }
}

const session = (deps: DeployDependencies, layout: SiteLayout, read: ReadState): Acquired<never> => ({
  kind: "session",
  session: new ClaimSession(deps, layout, read, dirtyPaths(read.state)),
});

/** The site in the hands of one holder. Every write is conditional: once it was taken over, none succeeds any more. */
export class ClaimSession {
  private id = "";
  private lastWrite: number;
  private beating: Promise<void> | undefined;

  constructor(
    private readonly deps: DeployDependencies,
    readonly layout: SiteLayout,
    private read: ReadState,
    /** Paths that may not hold what the pointer tells. */
    readonly dirty: ReadonlySet<string>,
  ) {
    this.id = read.state.claim?.id ?? "";
    this.lastWrite = deps.stopwatch.elapsed();
  }

  get state(): SiteState {
    return this.read.state;
  }

  /** Puts the claim where none is, or in a dead one's place. False: the pointer changed meanwhile. */
  async take(request: ClaimRequest): Promise<boolean> {
    this.id = request.id;
    const next = { ...withClaim(this.state, request), mark: this.deps.ids.next() };
    return this.attempt(next);
  }

  /** Changes the pointer. What others changed that is not ours to decide, such as the lock, stays. @throws ClaimLostError */
  async write(change: (state: SiteState) => SiteState): Promise<void> {
    for (;;) {
      const next = { ...change(this.state), mark: this.deps.ids.next() };
      if (await this.attempt(next)) return;
      const found = await readState(this.deps, this.layout);
      this.read = found;
      // The answer to our own write was lost.
      if (found.state.mark === next.mark) return;
      if (found.state.claim?.id !== this.id) throw new ClaimLostError(found.state.claim?.holder);
    }
  }

  /** Gives a sign of life when it is time for one. @throws ClaimLostError */
  async beat(): Promise<void> {
    const { stopwatch, limits } = this.deps;
    if (stopwatch.elapsed() - this.lastWrite < limits.lease / 3) return;
    this.beating ??= this.write(withBeat).finally(() => (this.beating = undefined));
    await this.beating;
  }

  private async attempt(next: SiteState): Promise<boolean> {
    const { store, stopwatch } = this.deps;
    const started = stopwatch.elapsed();
    const outcome = await store.writeText(this.layout.pointer, stateText(next), this.read.condition);
    if (outcome.kind === "conflict") return false;
    this.read = { state: next, condition: { kind: "etag", etag: outcome.etag } };
    this.lastWrite = started;
    return true;
  }
}
