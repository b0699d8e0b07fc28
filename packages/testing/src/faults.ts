import type { Around } from "./hooks";
import type { Fault, ProxiedRequest } from "./proxy";
import { pickOne, randomIndex, randomNumbers, type RandomNumbers } from "./seeds";
import { letOthersRun } from "./virtual-time";

/** What goes wrong, by the ids that tests name; beside each, what plays it. */
export const FAULTS = {
  /** `createWireFaults`, `createCallFaults` */
  F1: "fail before: 500, 503 SlowDown, 400 Throttling; nothing was done",
  /** `createWireFaults`, `createCallFaults` */
  F2: "lost acknowledgement: it was done, and the caller hears of a broken connection",
  /** `createWireFaults` */
  F3: "false success: 200 with an error in its body or with no body at all, done or not",
  /** `createWireFaults` */
  F4: "cut short: the connection breaks within the answer's body",
  /** `createWireFaults`, `createCallFaults` */
  F5: "too late: the caller's time is up, and it is done all the same",
  /** `createStaleReads` */
  F6: "stale read: the answer is an earlier one",
  /** `createEventShim` */
  F7: "events: repeated, reordered, late, lost and delivered again, worked on side by side",
  /** `crashSweep`, `runKilled` */
  F8: "crash: the process is killed before or after any of its calls",
  /** `createEventShim` */
  F9: "poison: a message that nobody can work on, within a good batch",
  /** `VirtualTime.clock` */
  F10: "clocks: an hour fast or slow, and set while work is under way",
} as const;

/** One of {@link FAULTS}. */
export type FaultId = keyof typeof FAULTS;

/** Faults that a proxy plays. */
export type WireFaultId = "F1" | "F2" | "F3" | "F4" | "F5";

/** Faults that a hook around ports plays. */
export type CallFaultId = "F1" | "F2" | "F5";

/** How often each fault was played: a test that met none has proven nothing. */
export type Injected<Id extends FaultId> = Readonly<Record<Id, number>>;

/** Faults for the requests to a proxy. */
export interface WireFaults {
  /** What `startProxy` asks for each request. */
  readonly choose: (request: ProxiedRequest) => Fault | undefined;
  readonly injected: Injected<WireFaultId>;
}

/** Which faults, and how many. */
export interface FaultOptions<Id extends FaultId> {
  readonly seed: number;
  /** Share of the calls that a fault meets, from 0 to 1. */
  readonly rate: number;
  readonly faults: readonly [Id, ...Id[]];
}

/** How an answer of AWS is written. */
type Protocol = "json" | "query" | "s3";

const protocolOf = ({ operation }: ProxiedRequest): Protocol => {
  if (operation === undefined) return "s3";
  return operation.includes(".") ? "json" : "query";
};

/** An error as a service of AWS answers it, without doing anything. @param code e.g. `ThrottlingException`. */
export function awsFailure(protocol: Protocol, status: number, code: string, message = "injected by a test"): Fault {
  if (protocol === "json") {
    const body = JSON.stringify({ __type: code, message });
    return { kind: "fail", status, body, contentType: "application/x-amz-json-1.1" };
  }
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  const body = protocol === "s3" ? error : `<ErrorResponse>${error}</ErrorResponse>`;
  return { kind: "fail", status, body, contentType: "application/xml" };
}

/** What each kind of service says of itself when it cannot; S3 never answers 400 for that. */
const FAILURES: Readonly<Record<Protocol, readonly [Fault, ...Fault[]]>> = {
  json: [
    awsFailure("json", 500, "InternalServerError"),
    awsFailure("json", 503, "ServiceUnavailable"),
    awsFailure("json", 400, "ThrottlingException"),
  ],
  query: [
    awsFailure("query", 500, "InternalFailure"),
    awsFailure("query", 503, "ServiceUnavailable"),
    awsFailure("query", 400, "Throttling"),
  ],
  s3: [awsFailure("s3", 500, "InternalError"), awsFailure("s3", 503, "SlowDown")],
};

/** Copies and completions: S3 sends the status before it knows how they end. */
const commitsLate = ({ operation, method, url, headers }: ProxiedRequest): boolean =>
  operation === undefined &&
  ((method === "PUT" && headers["x-amz-copy-source"] !== undefined) ||
    (method === "POST" && /[?&]uploadId=/.test(url)));

function falseSuccess(random: RandomNumbers): Fault {
  const kind = pickOne(random, ["fail", "answer"] as const);
  const body = pickOne(random, ["", "<Error><Code>InternalError</Code><Message>injected by a test</Message></Error>"]);
  return { kind, status: 200, body, contentType: "application/xml" };
}

/**
 * Seeded faults for a proxy, at random requests. Requests come in the order in which the network brings them, so a seed
 * repeats the faults but not always the requests that they meet.
 *
 * @param options `late`: milliseconds that F5 takes; more than the client waits. @default 1000
 */
export function createWireFaults(options: FaultOptions<WireFaultId> & { readonly late?: number }): WireFaults {
  const { rate, faults, late = 1000 } = options;
  const random = randomNumbers(options.seed);
  const injected = { F1: 0, F2: 0, F3: 0, F4: 0, F5: 0 };
  const play: Readonly<Record<WireFaultId, (request: ProxiedRequest) => Fault>> = {
    F1: (request) => pickOne(random, FAILURES[protocolOf(request)]),
    F2: () => ({ kind: "lose-answer" }),
    F3: () => falseSuccess(random),
    F4: () => ({ kind: "truncate", bytes: randomIndex(random, 16) }),
    F5: () => ({ kind: "delay", milliseconds: late }),
  };
  const choose = (request: ProxiedRequest): Fault | undefined => {
    if (random() >= rate) return undefined;
    const id = pickOne(random, faults);
    if (id === "F3" && !commitsLate(request)) return undefined;
    injected[id] += 1;
    return play[id](request);
  };
  return { choose, injected };
}

/** One fault at the n-th request, counted from 1, and nothing else: for a sweep over all requests of a piece of work. */
export function faultAt(n: number, fault: Fault): { readonly choose: WireFaults["choose"]; happened(): boolean } {
  let seen = 0;
  return { choose: () => ((seen += 1) === n ? fault : undefined), happened: () => seen >= n };
}

/** What a call that met a fault fails with. */
export class InjectedFault extends Error {
  override readonly name = "InjectedFault";

  constructor(
    readonly fault: CallFaultId,
    readonly call: string,
  ) {
    super(`${fault} at ${call}`);
  }
}

/** Faults for calls of ports. */
export interface CallFaults {
  /** For `withHooks`. */
  readonly around: Around;
  readonly injected: Injected<CallFaultId>;
  /** Resolves when everything that came too late (F5) is done. */
  settled(): Promise<void>;
}

/** Turns of the event loop after which a call that was too late is done, at most. */
const LATEST = 30;

/** Seeded faults for ports in memory, at random calls. The same seed meets the same calls with the same faults. */
export function createCallFaults({ seed, rate, faults }: FaultOptions<CallFaultId>): CallFaults {
  const random = randomNumbers(seed);
  const injected = { F1: 0, F2: 0, F5: 0 };
  const late: Promise<unknown>[] = [];
  const around: Around = async (call, run) => {
    if (random() >= rate) return run();
    const id = pickOne(random, faults);
    injected[id] += 1;
    if (id === "F2") await run();
    // Nobody is there any more to hear how it ends.
    if (id === "F5")
      late.push(
        letOthersRun(1 + randomIndex(random, LATEST))
          .then(run)
          .catch(() => undefined),
      );
    throw new InjectedFault(id, call);
  };
  return { around, injected, settled: async () => void (await Promise.all(late)) };
}

/** Seeded stale reads (F6) of some calls, named like `ledger.hold`: a call with the same arguments gets an old answer. */
export function createStaleReads(
  calls: readonly string[],
  { seed, rate }: Pick<FaultOptions<FaultId>, "seed" | "rate">,
): { readonly around: Around; stale(): number } {
  const random = randomNumbers(seed);
  const answers = new Map<string, unknown>();
  let stale = 0;
  const around: Around = async (call, run, args) => {
    if (!calls.includes(call)) return run();
    const id = JSON.stringify([call, args]);
    if (answers.has(id) && random() < rate) {
      stale += 1;
      return answers.get(id);
    }
    const answer = await run();
    answers.set(id, answer);
    return answer;
  };
  return { around, stale: () => stale };
}
