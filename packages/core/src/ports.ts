/** Source of the current time. Core code takes one; only entries and the CLI pass the real one. */
export interface Clock {
  now(): Date;
}

/** Source of unique identifiers (UUID v4 text). */
export interface IdSource {
  next(): string;
}

/** Pause used by polling loops, so that tests need not wait. */
export interface Sleeper {
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Time that only ever goes forward, in milliseconds since some fixed moment; unlike a clock nobody can set it. */
export interface Stopwatch {
  elapsed(): number;
}

/** Something that happened, for EventBridge. */
export interface SlipwayEvent<Type extends string = string> {
  /** The `detail-type`. */
  readonly type: Type;
  /** JSON. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Where events go. */
export interface EventPublisher<Type extends string = string> {
  /** Never throws, since the event tells of something that has happened already: returns why it could not be sent. */
  publish(event: SlipwayEvent<Type>): Promise<string | undefined>;
}

/** Who asked for something. */
export interface Requester {
  /** Stable identity, e.g. the ARN that STS reports. */
  readonly id: string;
  /** Name for people: of the user or of the session, or `root`. */
  readonly name: string;
}

/** Who is asking. */
export interface Identity {
  whoami(): Promise<Requester>;
}

/** One message that a queue has given up. */
export interface DeadLetter {
  readonly messageId: string;
  readonly body: string;
  /** For this receive only. */
  readonly receipt: string;
  /** When it was first sent, ISO 8601. */
  readonly sentAt?: string | undefined;
}

/** Messages that a queue has given up. */
export interface DeadLetters {
  /** Takes up to ten, which nobody else sees for a while. Empty when there is none. */
  receive(): Promise<readonly DeadLetter[]>;
  /** Puts letters back as they were. */
  putBack(letters: readonly DeadLetter[]): Promise<void>;
  /** Sends letters to the queue once more, and only then removes them here. */
  redrive(letters: readonly DeadLetter[]): Promise<void>;
  /** Removes letters for good. */
  remove(letters: readonly DeadLetter[]): Promise<void>;
}
