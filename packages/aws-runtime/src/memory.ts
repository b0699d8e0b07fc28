import type { DeadLetter, DeadLetters, EventPublisher, SlipwayEvent } from "@slipway/core";

/** A message in memory, as a function behind a queue gets it. */
export interface MemoryMessage {
  readonly messageId: string;
  readonly body: string;
  /** Times that it was received, this one included. */
  readonly receives: number;
}

/** A queue and its dead letters in memory. */
export class MemoryQueue<Message extends object = object> implements DeadLetters {
  private waiting: MemoryMessage[] = [];
  private inWork: MemoryMessage[] = [];
  private readonly dead: DeadLetter[] = [];
  private hidden: DeadLetter[] = [];
  private sent = 0;

  /** @param maxReceives Receives after which a message is a dead letter. */
  constructor(private readonly maxReceives = 5) {}

  /** Messages that wait. */
  get messages(): readonly MemoryMessage[] {
    return this.waiting;
  }

  /** Messages that were given up. */
  get letters(): readonly DeadLetter[] {
    return [...this.dead, ...this.hidden];
  }

  /** Puts any text on the queue. */
  push(...bodies: readonly string[]): void {
    for (const body of bodies) this.waiting.push({ messageId: `m${(this.sent += 1)}`, body, receives: 0 });
  }

  async send(messages: readonly Message[]): Promise<void> {
    this.push(...messages.map((message) => JSON.stringify(message)));
  }

  /** A consumer's own copy of a message among the dead letters. @returns its id */
  giveUp(body: string): string {
    const messageId = `m${(this.sent += 1)}`;
    this.dead.push({ messageId, body, receipt: messageId });
    return messageId;
  }

  async backlog(): Promise<number> {
    return this.waiting.length + this.inWork.length;
  }

  /** Hands a batch to a consumer and puts back what it says has failed, or gives it up. */
  async deliver(size: number, consume: (batch: readonly MemoryMessage[]) => Promise<readonly string[]>): Promise<void> {
    const batch = this.waiting.splice(0, size).map((message) => ({ ...message, receives: message.receives + 1 }));
    this.inWork.push(...batch);
    const failed = new Set(await consume(batch));
    this.inWork = this.inWork.filter((message) => !batch.includes(message));
    this.takeBack(batch.filter(({ messageId }) => failed.has(messageId)));
  }

  /** Ends the visibility time-out: messages and letters that somebody took and says nothing about come again. */
  expire(): void {
    this.takeBack(this.inWork.splice(0));
    this.dead.push(...this.hidden.splice(0));
  }

  private takeBack(messages: readonly MemoryMessage[]): void {
    for (const message of messages) {
      if (message.receives < this.maxReceives) this.waiting.push(message);
      else this.dead.push({ messageId: message.messageId, body: message.body, receipt: message.messageId });
    }
  }

  async receive(): Promise<readonly DeadLetter[]> {
    const taken = this.dead.splice(0, 10);
    this.hidden.push(...taken);
    return taken;
  }

  async putBack(letters: readonly DeadLetter[]): Promise<void> {
    this.forget(letters);
    this.dead.push(...letters);
  }

  async redrive(letters: readonly DeadLetter[]): Promise<void> {
    this.push(...letters.map(({ body }) => body));
    this.forget(letters);
  }

  async remove(letters: readonly DeadLetter[]): Promise<void> {
    this.forget(letters);
  }

  private forget(letters: readonly DeadLetter[]): void {
    const receipts = new Set(letters.map(({ receipt }) => receipt));
    this.hidden = this.hidden.filter(({ receipt }) => !receipts.has(receipt));
  }
}

/** Events in memory, in the order in which they were published. */
export class MemoryEvents<Type extends string = string> implements EventPublisher<Type> {
  readonly published: SlipwayEvent<Type>[] = [];

  async publish(event: SlipwayEvent<Type>): Promise<string | undefined> {
    this.published.push(event);
    return undefined;
  }
}
