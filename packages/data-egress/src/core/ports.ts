import type { DeliveryOrder, DeliveryReceipt } from "../agent-contract";
import type { Flag } from "./flags";
import type { Dismissal, Ending, Failure, Job, Lease, PlanSummary, Receipt } from "./job";
import type { Plan, SourceFile } from "./plan";
import type { ParsedRow } from "./rows";
import type { Status } from "./status";

/** The rows. */
export interface RowStore {
  /** All of them, from all pages. */
  all(): Promise<readonly ParsedRow[]>;
}

/** A job before anybody worked on it. */
export interface NewJob {
  readonly jobId: string;
  readonly flag: Flag;
  readonly correlationId: string;
  readonly requestedBy?: string | undefined;
}

/** Jobs, their plans and their receipts. Writes name the lease that they are made under, and are refused to others. */
export interface JobLedger {
  find(jobId: string): Promise<Job | undefined>;
  /**
   * Takes a job: makes it, or takes over what was seen. @returns undefined when it is no longer as it was seen.
   *
   * @param seen The job as it was found; undefined when there was none.
   */
  claim(job: NewJob, seen: Job | undefined, owner: string): Promise<Job | undefined>;
  /** Says that the holder is alive. @returns false when somebody else holds the job. */
  renew(jobId: string, lease: Lease): Promise<boolean>;
  /** Fixes the plan. @returns undefined when somebody else holds the job. */
  savePlan(jobId: string, lease: Lease, plan: Plan): Promise<PlanSummary | undefined>;
  plan(jobId: string, planId: string): Promise<Plan>;
  /** Keeps receipts; those that are there already stay as they are. */
  record(jobId: string, receipts: readonly Receipt[]): Promise<void>;
  receipts(jobId: string): Promise<readonly Receipt[]>;
  /** Ends an attempt. @returns false when somebody else holds the job. */
  finish(jobId: string, lease: Lease, status: Exclude<Status, "Running">, ending?: Ending): Promise<boolean>;
  /**
   * Lays a job that failed or was refused to rest; what was said first stays.
   *
   * @returns the job as it is then; undefined when it is in another status.
   */
  dismiss(jobId: string, dismissal: Dismissal): Promise<Job | undefined>;
  /** The newest first. @param options `limit`: jobs at most. `before`: only those made before this time. */
  list(options: { readonly limit: number; readonly before?: string | undefined }): Promise<readonly Job[]>;
}

/** What an object carries besides its bytes. */
export interface Description {
  /** `x-amz-meta-*`, in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly contentType?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentDisposition?: string | undefined;
  readonly contentLanguage?: string | undefined;
  readonly cacheControl?: string | undefined;
}

/** A file that is being read. */
export interface OpenedFile extends Description {
  /** Ends with an error when the bytes are not those of the plan. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Where the data is. */
export interface SourceStore {
  /**
   * The files below a prefix as they were at a time: of each key the newest version that is not newer. From all pages.
   *
   * @param at ISO 8601.
   */
  list(bucket: string, prefix: string, at: string): Promise<readonly SourceFile[]>;
  /** @throws SourceChangedError when that version is gone or is another one now. */
  describe(bucket: string, file: SourceFile): Promise<Description>;
  /** @throws SourceChangedError likewise. */
  open(bucket: string, file: SourceFile): Promise<OpenedFile>;
}

/** A place in a destination bucket. */
export interface TargetPlace {
  readonly bucket: string;
  readonly key: string;
  /** Role to write with. @default the service's own */
  readonly roleArn?: string | undefined;
}

/** An object that was written. */
export interface Written {
  /** Hexadecimal; what S3 itself says it has, or has checked. */
  readonly sha256: string;
  readonly bytes: number;
  /** Version and ETag. */
  readonly answer: string;
}

/** Where data goes, for rows of type S3. */
export interface TargetStore {
  /** What this delivery has put there before, if it has. */
  find(place: TargetPlace, deliveryId: string): Promise<Written | undefined>;
  /**
   * Copies without the bytes coming here, and proves that they are the same.
   *
   * @returns undefined when S3 would not copy from there to here; then nothing was written.
   */
  copy(
    from: { readonly bucket: string; readonly file: SourceFile },
    place: TargetPlace,
    described: Description,
    deliveryId: string,
  ): Promise<Written | undefined>;
  /** Writes a stream in parts, each of which S3 checks; nothing is visible before the last one is. */
  write(
    place: TargetPlace,
    body: AsyncIterable<Uint8Array>,
    described: Description,
    deliveryId: string,
  ): Promise<Written>;
}

/** What an order says besides what is known only when the file is written. */
export type OrderDraft = Omit<DeliveryOrder, "version" | "sha256" | "bytes">;

/** The volume that is shared with the agent; see agent-contract.ts. */
export interface AgentFolders {
  /** Removes what an earlier process left half written. */
  sweep(): Promise<void>;
  /** Whether the order and its file are there, and the agent's turn it is. */
  isOrdered(id: string): Promise<boolean>;
  /**
   * Writes a file and orders its delivery.
   *
   * @returns `occupied` when another file of that name waits there; nothing was changed then.
   */
  order(draft: OrderDraft, body: AsyncIterable<Uint8Array>): Promise<"ordered" | "occupied">;
  receipt(id: string): Promise<DeliveryReceipt | undefined>;
  /** Waits until there may be news, or a second. */
  news(signal: AbortSignal): Promise<void>;
  /** Forgets a receipt, unless its order is still there. */
  forget(id: string): Promise<void>;
  /** Takes an order back with its file, unless there is a receipt; nothing happens where there is no order. */
  withdraw(id: string): Promise<void>;
}

/** A key of a recipient's. */
export interface RecipientKey {
  readonly keyId: string;
  /** PEM. */
  readonly publicKey: string;
}

/** Keys that data keys are encrypted with. */
export interface DataKeys {
  /**
   * @param keyId Of the key that HTME names; undefined for what Amazon's client encrypted.
   * @param context KMS encryption context of the latter.
   * @throws when the key is not the one, or may not be used.
   */
  decrypt(
    ciphertext: Uint8Array,
    keyId: string | undefined,
    context?: Readonly<Record<string, string>>,
  ): Promise<Uint8Array>;
  /** A new one, and the same encrypted under a key of KMS. */
  create(keyId: string): Promise<{ readonly plain: Uint8Array; readonly ciphertext: Uint8Array }>;
  /** @param parameter Name in SSM. */
  recipientKey(parameter: string): Promise<RecipientKey>;
}

/** A message that was received. */
export interface ReceivedMessage {
  readonly id: string;
  readonly body: string;
  /** For this receive only. */
  readonly receipt: string;
}

/** The queue of flags. */
export interface FlagQueue {
  /** Waits for a while; undefined when there is none. */
  receive(signal: AbortSignal): Promise<ReceivedMessage | undefined>;
  /** Hides a message for so many seconds from now. */
  hide(message: ReceivedMessage, seconds: number): Promise<void>;
  delete(message: ReceivedMessage): Promise<void>;
  /** Puts a copy among the dead letters, with the reason. */
  giveUp(message: ReceivedMessage, failure: Failure, jobId: string | undefined): Promise<void>;
}
