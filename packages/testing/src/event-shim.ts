import { randomIndex, randomNumbers, type RandomNumbers } from "./seeds";

/** A message as Lambda gets it from a queue. */
export interface QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: {
    readonly ApproximateReceiveCount: string;
    readonly SentTimestamp: string;
    readonly SenderId: string;
    readonly ApproximateFirstReceiveTimestamp: string;
  };
  readonly messageAttributes: Readonly<Record<string, never>>;
  readonly md5OfBody: string;
  readonly eventSource: "aws:sqs";
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

/** A function behind a queue, with partial batch failures. */
export type BatchHandler = (event: {
  readonly Records: readonly QueueRecord[];
}) => Promise<{ readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] }>;

/** How a queue behaves. Without options it is one in good order. */
export interface EventShimOptions {
  /** What is left to chance goes by it. @default 0 */
  readonly seed?: number;
  /** Messages of a batch at most. @default 10 */
  readonly batchSize?: number;
  /** Receives after which a message is a dead letter. @default 5 */
  readonly maxReceives?: number;
  /** Times that a message is sent at most, e.g. 5. @default 1 */
  readonly copies?: number;
  /** Whether messages come in any order. @default false */
  readonly shuffle?: boolean;
  /** Rounds by which a message may be late. @default 0 */
  readonly late?: number;
  /** Share of batches that come to nothing: one half is never worked on, of the other half the answer is lost. @default 0 */
  readonly lost?: number;
  /** Batches that are worked on side by side. @default 1 */
  readonly workers?: number;
  /** Messages that nobody can work on; each comes in a batch of good ones first. @default none */
  readonly poison?: readonly string[];
}

interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly receives: number;
  readonly visibleAt: number;
}

interface Batch {
  readonly messages: readonly Message[];
  readonly fate: "worked" | "dropped" | "unanswered";
}

const MOST_ROUNDS = 100_000;

/**
 * A queue and the poller between it and a function, as bad as SQS and Lambda may be (F7, F9): a message is delivered at
 * least once, in any order, late, and again whenever the function failed or was not heard of.
 *
 * @example
 * const shim = new EventShim(handler, { seed, copies: 5, shuffle: true, late: 3, lost: 0.1, workers: 4 });
 * shim.send(...bodies);
 * await shim.drain();
 * expect(shim.letters).to.deep.equal([]);
 */
export class EventShim {
  private readonly random: RandomNumbers;
  private readonly poison: string[];
  private readonly given: { readonly messageId: string; readonly body: string }[] = [];
  private readonly problems: unknown[] = [];
  private waiting: Message[] = [];
  private sent = 0;
  private round = 0;

  constructor(
    private readonly handle: BatchHandler,
    private readonly options: EventShimOptions = {},
  ) {
    this.random = randomNumbers(options.seed ?? 0);
    this.poison = [...(options.poison ?? [])];
  }

  /** Messages that were given up. */
  get letters(): readonly { readonly messageId: string; readonly body: string }[] {
    return this.given;
  }

  /** What the function threw; a whole batch each time. */
  get errors(): readonly unknown[] {
    return this.problems;
  }

  /** Rounds so far: one when everything went well at once. */
  get rounds(): number {
    return this.round;
  }

  /** Puts messages on the queue. */
  send(...bodies: readonly string[]): void {
    for (const body of bodies) {
      const copies = 1 + randomIndex(this.random, this.options.copies ?? 1);
      for (let copy = 0; copy < copies; copy += 1) {
        this.waiting.push({ messageId: `m${(this.sent += 1)}`, body, receives: 0, visibleAt: this.soon() });
      }
    }
  }

  /** Hands out as many batches as there are workers, and takes back what failed. */
  async deliver(): Promise<void> {
    this.round += 1;
    const batches = this.takeBatches();
    await Promise.all(batches.map((batch) => this.work(batch)));
  }

  /** Delivers until nothing waits. */
  async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      if (this.round >= MOST_ROUNDS) throw new Error(`${this.waiting.length} messages never get done`);
      await this.deliver();
    }
  }

  private soon(): number {
    return this.round + 1 + randomIndex(this.random, (this.options.late ?? 0) + 1);
  }

  private takeBatches(): readonly Batch[] {
    const { batchSize = 10, workers = 1 } = this.options;
    const visible = this.waiting.filter(({ visibleAt }) => visibleAt <= this.round);
    const ordered = this.options.shuffle === true ? shuffled(this.random, visible) : visible;
    const batches: Batch[] = [];
    while (ordered.length > 0 && batches.length < workers) {
      const poison = batchSize > 1 ? this.poison.shift() : undefined;
      const messages = ordered.splice(0, poison === undefined ? batchSize : batchSize - 1);
      const taken = new Set(messages);
      this.waiting = this.waiting.filter((each) => !taken.has(each));
      if (poison !== undefined) messages.splice(randomIndex(this.random, messages.length + 1), 0, this.spoilt(poison));
      batches.push({ messages: messages.map(received), fate: this.drawFate() });
    }
    return batches;
  }

  private spoilt(body: string): Message {
    return { messageId: `m${(this.sent += 1)}`, body, receives: 0, visibleAt: this.round };
  }

  private drawFate(): Batch["fate"] {
    if (this.random() >= (this.options.lost ?? 0)) return "worked";
    return this.random() < 0.5 ? "dropped" : "unanswered";
  }

  private async work({ messages, fate }: Batch): Promise<void> {
    const failed = fate === "dropped" ? undefined : await this.call(messages);
    for (const message of messages) {
      if (fate === "worked" && failed?.has(message.messageId) === false) continue;
      if (message.receives >= (this.options.maxReceives ?? 5)) this.given.push(message);
      else this.waiting.push({ ...message, visibleAt: this.soon() });
    }
  }

  /** The messages that the function could not work on: all of them where it threw. */
  private async call(messages: readonly Message[]): Promise<ReadonlySet<string>> {
    try {
      const { batchItemFailures } = await this.handle({ Records: messages.map(queueRecord) });
      return new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    } catch (error) {
      this.problems.push(error);
      return new Set(messages.map(({ messageId }) => messageId));
    }
  }
}

const received = (message: Message): Message => ({ ...message, receives: message.receives + 1 });

/** The same things in any order (Fisher and Yates). */
export function shuffled<T>(random: RandomNumbers, things: readonly T[]): T[] {
  const mixed = [...things];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = randomIndex(random, last + 1);
    [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
  }
  return mixed;
}

const SENT = String(Date.parse("2026-11-21T10:00:00Z"));

/** A message as the function behind a queue gets it. @param message `receives`: how often it was received by now. */
export const queueRecord = ({ messageId, body, receives }: Omit<Message, "visibleAt">): QueueRecord => ({
  messageId,
  receiptHandle: `${messageId}-${receives}`,
  body,
  attributes: {
    ApproximateReceiveCount: `${receives}`,
    SentTimestamp: SENT,
    SenderId: "AIDAEXAMPLE",
    ApproximateFirstReceiveTimestamp: SENT,
  },
  messageAttributes: {},
  md5OfBody: "",
  eventSource: "aws:sqs",
  eventSourceARN: "arn:aws:sqs:eu-west-2:123456789012:queue",
  awsRegion: "eu-west-2",
});
