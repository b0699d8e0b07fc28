import type { Clock, Sleeper } from "@slipway/core";
import { posix } from "node:path";
import type { DeliveryOrder, DeliveryReceipt, DestinationAnswer } from "../agent-contract";
import { delayBefore } from "./backoff";
import type { Retries, Route } from "./configuration";
import { problemOfName } from "./names";
import type { AgentReporter, DeliveryLabels, Disk, FileState } from "./ports";
import { describeTarget, planOf, type Target } from "./routing";
import { codeOf, reasonOf } from "./reasons";
import { sendOnce, WithdrawnError, type SendDeps, type Try } from "./send";
import { donePath, type Volume } from "./volume";

/** What a delivery needs. */
export interface DeliverDeps extends SendDeps {
  readonly volume: Volume;
  readonly reporter: AgentReporter;
  readonly clock: Clock;
  readonly sleeper: Sleeper;
  readonly retries: Retries;
}

/** One file that is to be sent. */
export interface Work {
  readonly order: DeliveryOrder;
  /** Undefined when no route takes it. */
  readonly route: Route | undefined;
  /** Nobody ordered the file, so that nobody waits for a receipt, and nobody else has it. */
  readonly isFound: boolean;
  /** An earlier agent has written the receipt. */
  readonly isEnded: boolean;
  /** An earlier agent, or an earlier try of this one, has written what the targets said so far. */
  readonly hasProgress: boolean;
}

/** Runs a try when a worker of the route is free. */
export type Slot = <T>(run: () => Promise<T>) => Promise<T>;

/** When a delivery is to end early. */
export interface Ends {
  /** No wait and no further try: what is being sent may come to its end. */
  readonly stop: AbortSignal;
  /** What is being sent is broken off. */
  readonly breakOff: AbortSignal;
}

/** Milliseconds between tries to write down what has happened, when the volume does not take it. */
const SETTLE_DELAY = 5_000;

/**
 * Brings one file to all its targets, each on its own, and ends the delivery. A delivery that was ended half way is
 * ended, and nothing is sent.
 *
 * Rejects with WithdrawnError when nobody wants it any more, and when it is aborted or the volume cannot be read: then it
 * goes on another time.
 */
export async function deliver(deps: DeliverDeps, work: Work, slot: Slot, ends: Ends): Promise<void> {
  const { order, isFound, isEnded } = work;
  // The file is with its recipients: it must be written down, or they get it again.
  const record = async (receipt: DeliveryReceipt): Promise<void> => {
    if (isFound) return;
    if (!(await deps.volume.hasOrder(order.id))) throw new WithdrawnError(order.id);
    await settle(deps, "write a receipt", () => deps.volume.writeReceipt(receipt), ends.stop);
  };
  const earlier = isEnded ? await deps.volume.receipt(order.id) : undefined;
  const receipt = earlier ?? (await sendAll(deps, work, slot, ends, record));
  await settle(deps, "put a sent file away", (isAgain) => putAway(deps, work, receipt, isAgain), ends.stop);
  const labels = labelsOf(work);
  if (receipt.status === "delivered") deps.reporter.delivered(labels, receipt);
  else deps.reporter.failed(labels, receipt);
}

const pathOf = ({ folder, name }: DeliveryOrder): string => posix.join(folder, name);

const labelsOf = ({ order, route }: Work): DeliveryLabels => ({
  route: route?.name ?? "none",
  folder: order.folder,
  name: order.name,
  recipient: order.recipient,
  correlationId: order.correlationId,
});

type RecordReceipt = (receipt: DeliveryReceipt) => Promise<void>;

/** Resolves when the receipt is recorded. */
async function sendAll(
  deps: DeliverDeps,
  work: Work,
  slot: Slot,
  ends: Ends,
  record: RecordReceipt,
): Promise<DeliveryReceipt> {
  const { order, route } = work;
  const notSent = async (problem: string): Promise<DeliveryReceipt> => {
    const receipt = toReceipt(deps, work, [], problem);
    await record(receipt);
    return receipt;
  };
  if (route === undefined) return notSent("no route takes a file of this folder and name");
  const state = await deps.volume.disk.state(pathOf(order));
  if (state === undefined) throw new WithdrawnError(order.id);
  if (!state.isFile) return notSent("what lies in the folder is no file");
  const plan = planOf(route, order.name);
  if ("problem" in plan) return notSent(plan.problem);
  return new Fanout(deps, work, plan.targets, slot, ends, record).run();
}

function toReceipt({ clock }: DeliverDeps, { order, route }: Work, tries: readonly Try[], problem?: string) {
  const destinations = tries.map(({ answer }) => answer);
  const failed = destinations.filter(({ status }) => status === "failed");
  const first = failed[0];
  const reason = problem ?? (first && `${first.destination}: ${first.reason ?? "failed"}`);
  const sent = tries.find((each) => each.sent !== undefined)?.sent ?? order;
  const receipt: DeliveryReceipt = {
    version: 1,
    id: order.id,
    jobId: order.jobId,
    folder: order.folder,
    name: order.name,
    ...(route !== undefined && { route: route.name }),
    sha256: sent.sha256,
    bytes: sent.bytes,
    status: reason === undefined ? "delivered" : "failed",
    ...(reason !== undefined && { reason }),
    destinations,
    finishedAt: clock.now().toISOString(),
  };
  return receipt;
}

/** All targets of one file, side by side: one that fails holds up no other. */
class Fanout {
  private readonly answers: (DestinationAnswer | undefined)[] = [];
  private writing = Promise.resolve();
  private recorded: DeliveryReceipt | undefined;

  constructor(
    private readonly deps: DeliverDeps,
    private readonly work: Work,
    private readonly targets: readonly Target[],
    private readonly slot: Slot,
    private readonly ends: Ends,
    private readonly record: RecordReceipt,
  ) {}

  async run(): Promise<DeliveryReceipt> {
    const { order, hasProgress } = this.work;
    const before = hasProgress ? await this.deps.volume.progress(order.id) : [];
    const ended = await Promise.allSettled(this.targets.map((target, index) => this.bring(target, index, before)));
    // Nothing of a delivery goes on when it has ended, even if it was broken off.
    await this.writing;
    const tries = ended.map((each) => {
      if (each.status === "rejected") throw each.reason;
      return each.value;
    });
    return this.recorded ?? this.end(tries);
  }

  private async end(tries: readonly Try[]): Promise<DeliveryReceipt> {
    const receipt = toReceipt(this.deps, this.work, tries);
    await this.record(receipt);
    this.recorded = receipt;
    return receipt;
  }

  /** Sends to one target until it has the file or is given up. */
  private async bring(target: Target, index: number, before: readonly DestinationAnswer[]): Promise<Try> {
    const { deps, work } = this;
    const { stop, breakOff } = this.ends;
    const { destination, sentAs } = { destination: describeTarget(target), sentAs: target.sentAs };
    const known = before.find((each) => each.destination === destination && each.sentAs === sentAs);
    if (known?.status === "delivered") return { answer: known, final: true };
    for (let attempts = (known?.attempts ?? 0) + 1; ; attempts += 1) {
      const tried = await this.slot(async () => {
        stop.throwIfAborted();
        const sent = await sendOnce(deps, work.order, pathOf(work.order), target, attempts, breakOff);
        this.answers[index] = sent.answer;
        // A worker takes the next file when this one is written down: a kill leaves one of each to be asked for.
        if (sent.answer.status === "delivered")
          await (this.targets.length === 1 ? this.end([sent]) : this.keepProgress());
        return sent;
      });
      const delay = tried.final ? undefined : delayBefore(attempts, deps.retries);
      const isKept = tried.answer.status === "delivered" || (delay === undefined && this.targets.length === 1);
      if (!isKept) await this.keepProgress();
      if (delay === undefined) return tried;
      deps.reporter.retrying(labelsOf(work), tried.answer, delay);
      await deps.sleeper.sleep(delay, stop);
      stop.throwIfAborted();
    }
  }

  /** One write after the other. What cannot be written is only lost to an agent that is killed now. */
  private keepProgress(): Promise<void> {
    const answers = this.answers.filter((each) => each !== undefined);
    const { volume, reporter } = this.deps;
    this.writing = this.writing.then(() =>
      volume.writeProgress(this.work.order.id, answers).catch((error: unknown) => {
        reporter.trouble("keep the progress of a delivery", reasonOf(error));
      }),
    );
    return this.writing;
  }
}

/**
 * Takes the file out of its folder before anything is forgotten. It goes to a name of this delivery's own: where that
 * name is there, a file in the folder is another one. What is kept has its second name before it loses the first.
 */
async function putAway({ volume }: DeliverDeps, work: Work, receipt: DeliveryReceipt, isAgain: boolean): Promise<void> {
  const { disk } = volume;
  const { order } = work;
  const [path, done] = [pathOf(order), donePath(order.id)];
  const kept = keptIn(work, receipt.status);
  // Only an earlier agent, or an earlier try, can have taken it out; only of what is kept something must be known.
  const isOut = (work.isEnded || isAgain) && (await disk.state(done)) !== undefined;
  const there = kept === undefined ? undefined : await disk.state(isOut ? done : path);
  if (kept !== undefined && there !== undefined) {
    await disk.link(isOut ? done : path, await freeName(disk, kept, order, there));
  }
  if (!isOut) await unlessGone(disk.rename(path, done));
  // What is written of its progress is written by now: a receipt with several destinations, or tries, has had some.
  const { destinations } = receipt;
  const hadProgress = destinations.length > 1 || destinations.some(({ attempts }) => attempts > 1);
  await volume.forget(order.id, work.hasProgress || hadProgress);
}

async function unlessGone(call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

/** Folder for a file that is not simply deleted. */
function keptIn({ order, route, isFound }: Work, status: DeliveryReceipt["status"]): string | undefined {
  if (status === "delivered") return route?.deleteOnSend === false ? posix.join(order.folder, ".sent") : undefined;
  if (!order.keepOnFailure) return undefined;
  // A file that was ordered can be had again; of one that was found there may be no other.
  return route?.errorFolder ?? (isFound ? posix.join(order.folder, ".error") : undefined);
}

/** Its own name, or one with the delivery's id when another file has that. */
async function freeName(disk: Disk, folder: string, { id, name }: DeliveryOrder, file: FileState): Promise<string> {
  const path = posix.join(folder, name);
  const there = await disk.state(path);
  if (there === undefined || there.identity === file.identity) return path;
  const longer = `${id}.${name}`;
  return posix.join(folder, problemOfName(longer) === undefined ? longer : id);
}

async function settle(
  deps: DeliverDeps,
  what: string,
  action: (isAgain: boolean) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  for (let isAgain = false; ; isAgain = true) {
    try {
      await action(isAgain);
      return;
    } catch (error) {
      deps.reporter.trouble(what, reasonOf(error));
    }
    await deps.sleeper.sleep(SETTLE_DELAY, signal);
    signal.throwIfAborted();
  }
}
