import type { Stopwatch } from "@slipway/core";
import type { ReplayMessage } from "../contract";
import type { Failure } from "../core/job";
import type { FlagQueue, ReceivedMessage } from "../core/ports";

interface Held {
  readonly id: string;
  readonly body: string;
  receives: number;
  visibleAt: number;
}

/** A message that was given up. */
export interface MemoryLetter extends Failure {
  readonly body: string;
  readonly jobId?: string | undefined;
}

const HIDDEN = 120_000;

/** The queue of flags in memory, with visibility by a stopwatch. */
export class MemoryFlagQueue implements FlagQueue {
  private readonly held = new Map<string, Held>();
  readonly letters: MemoryLetter[] = [];
  private sent = 0;

  constructor(private readonly stopwatch: Stopwatch) {}

  /** Messages that are there, hidden or not. */
  get depth(): number {
    return this.held.size;
  }

  push(...bodies: readonly string[]): void {
    for (const body of bodies) {
      const id = `m${(this.sent += 1)}`;
      this.held.set(id, { id, body, receives: 0, visibleAt: 0 });
    }
  }

  /** Shows everything that is hidden. */
  expire(): void {
    for (const message of this.held.values()) message.visibleAt = 0;
  }

  async receive(_signal?: AbortSignal): Promise<ReceivedMessage | undefined> {
    const now = this.stopwatch.elapsed();
    const message = [...this.held.values()].find(({ visibleAt }) => visibleAt <= now);
    if (message === undefined) return undefined;
    message.receives += 1;
    message.visibleAt = now + HIDDEN;
    return { id: message.id, body: message.body, receipt: `${message.id} ${message.receives}` };
  }

  async hide({ id, receipt }: ReceivedMessage, seconds: number): Promise<void> {
    const message = this.held.get(id);
    // An old receipt moves nothing any more.
    if (message === undefined || receipt !== `${id} ${message.receives}`) return;
    message.visibleAt = this.stopwatch.elapsed() + seconds * 1000;
  }

  async delete({ id }: ReceivedMessage): Promise<void> {
    this.held.delete(id);
  }

  async giveUp(message: ReceivedMessage, failure: Failure, jobId: string | undefined): Promise<void> {
    this.letters.push({ ...failure, body: message.body, jobId });
    await this.delete(message);
  }

  async replay(request: ReplayMessage): Promise<void> {
    this.push(JSON.stringify(request));
  }
}
