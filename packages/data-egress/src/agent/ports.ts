import type { Readable } from "node:stream";
import type { DeliveryReceipt, DestinationAnswer } from "../agent-contract";

/** What a folder says of a name in it. Links are not followed. */
export interface FileState {
  readonly isFile: boolean;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
  /** Which file it is, however it is named. */
  readonly identity: string;
}

/**
 * Files below one folder. Paths are relative to it, with `/`. No call leaves it: one whose path goes through a symbolic
 * link, or upwards, fails with `PathRefusedError`. Other failures are the system's, with its `code` (ENOSPC and so on).
 */
export interface Disk {
  /** Sorted names; empty when there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  state(path: string): Promise<FileState | undefined>;
  /** Undefined when there is no such file. */
  read(path: string): Promise<string | undefined>;
  open(path: string): Promise<Readable>;
  /** Reads a file, or as much of it as there is room for. @returns bytes that were read. */
  readInto(path: string, buffer: Uint8Array): Promise<number>;
  /** Writes a file that nobody looks at yet, in a folder that is made where it is missing, and flushes it. */
  write(path: string, content: string | AsyncIterable<Uint8Array>): Promise<void>;
  /** Replaces what is there. The folder is made where it is missing. */
  rename(from: string, to: string): Promise<void>;
  /** Makes the names in a folder outlive the machine. */
  flush(folder: string): Promise<void>;
  /** A second name for a file; nothing happens when the name is there already. */
  link(from: string, to: string): Promise<void>;
  /** Nothing happens when there is no such file. */
  remove(path: string): Promise<void>;
}

/** One file on its way to a recipient. */
export interface Delivery {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: number;
  /** The recipient is asked first, and gets the content only if it wants it, or does not answer the question. @default false */
  readonly mayBeThere?: boolean | undefined;
  /** The content, from its beginning each time. A stream that fails must leave the recipient with less than `bytes`. */
  open(): Promise<Readable>;
}

/** What a recipient answered. */
export interface RecipientAnswer {
  readonly status: number;
  /** It came in answer to the question: nothing of the content was sent. @default false */
  readonly isEarly?: boolean | undefined;
  /** Of the headers, in lower case. */
  readonly received?: string | undefined;
  /** Beginning of the body. */
  readonly body: string;
}

/** Those who get files. */
export interface Recipients {
  /** Rejects when there is no whole answer: whether the recipient has the file is then unknown. */
  send(delivery: Delivery, signal: AbortSignal): Promise<RecipientAnswer>;
}

/** What an agent tells of a delivery while it works. */
export interface DeliveryLabels {
  readonly route: string;
  readonly folder: string;
  readonly name: string;
  readonly recipient: string;
  readonly correlationId: string;
}

/** Where the agent tells what happens: log, metrics. Never throws. */
export interface AgentReporter {
  delivered(labels: DeliveryLabels, receipt: DeliveryReceipt): void;
  failed(labels: DeliveryLabels, receipt: DeliveryReceipt): void;
  retrying(labels: DeliveryLabels, answer: DestinationAnswer, delay: number): void;
  /** Something that is not about one delivery, e.g. a full disk; alarmed on. */
  trouble(what: string, problem: string, details?: Readonly<Record<string, unknown>>): void;
}
