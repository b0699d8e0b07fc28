import type { Clock } from "@slipway/core";
import { createHash } from "node:crypto";
import { posix } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DELIVERY_HEADERS, MAX_ANSWER_LENGTH, type DeliveryOrder, type DestinationAnswer } from "../agent-contract";
import { SMALL_FILE, type Buffers } from "./buffers";
import { digestField, isSha256, problemOfContent, VerifiedContent, WrongContentError } from "./digest";
import { EXPECTATION_FAILED } from "./exchange";
import type { Disk, RecipientAnswer, Recipients } from "./ports";
import { codeOf, reasonOf } from "./reasons";
import { describeTarget, type Target } from "./routing";
import { writeDurably } from "./whole-file";

/** What sending needs. */
export interface SendDeps {
  readonly disk: Disk;
  readonly recipients: Recipients;
  readonly clock: Clock;
  readonly buffers: Buffers;
  /** Sent to recipients, where they want one. */
  readonly apiKey?: { readonly header: string; readonly value: string } | undefined;
}

/** How one try ended. `final`: no other try can end differently. */
export interface Try {
  readonly answer: DestinationAnswer;
  readonly final: boolean;
  /** Of the bytes that were read, when they were read to their end. */
  readonly sent?: { readonly sha256: string; readonly bytes: number } | undefined;
}

type Problem = Pick<DestinationAnswer, "reason" | "httpStatus" | "answer" | "receivedSha256">;

/** The file or its order is gone: nobody wants it sent any more. */
export class WithdrawnError extends Error {
  override readonly name = "WithdrawnError";
}

/** Sends a file to one target, once. Rejects only when it is aborted or the file is gone. */
export async function sendOnce(
  deps: SendDeps,
  order: DeliveryOrder,
  path: string,
  target: Target,
  attempts: number,
  signal: AbortSignal,
): Promise<Try> {
  const known = { destination: describeTarget(target), sentAs: target.sentAs, attempts };
  const failed = (problem: Problem, final = false): Try => ({
    answer: { ...known, status: "failed", ...problem },
    final,
  });
  const content = new VerifiedFile(deps, path, order);
  try {
    const said =
      target.action.kind === "write"
        ? await copy(deps.disk, content, posix.join(target.action.folder, target.sentAs), order.id)
        : await request(deps, order, content, target, order.mayBeThere === true || attempts > 1, signal);
    if (said.reason !== undefined) return failed(said);
    content.giveBack();
    const deliveredAt = deps.clock.now().toISOString();
    return { answer: { ...known, status: "delivered", ...said, deliveredAt }, final: true, sent: content.read };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const problem = content.problem ?? error;
    if (content.isGone) throw new WithdrawnError(path, { cause: error });
    return failed({ reason: reasonOf(problem) }, problem instanceof WrongContentError);
  }
}

/** The file of an order, read and proven as often as it is asked for. */
class VerifiedFile {
  read: Try["sent"];
  /** What went wrong with the file itself, where whoever read it only saw a stream that broke. */
  problem: Error | undefined;
  isGone = false;

  private buffer: Buffer | undefined;

  constructor(
    private readonly deps: Pick<SendDeps, "disk" | "buffers">,
    private readonly path: string,
    private readonly order: DeliveryOrder,
  ) {}

  /** A small file is proven before the first byte of it is out. */
  async open(): Promise<Readable> {
    try {
      return await (this.order.bytes <= SMALL_FILE ? this.openSmall() : this.openLarge());
    } catch (error) {
      this.isGone = codeOf(error) === "ENOENT";
      throw error;
    }
  }

  /** To be called when all of it is where it should be, so that nobody reads it any more. */
  giveBack(): void {
    if (this.buffer !== undefined) this.deps.buffers.giveBack(this.buffer);
    this.buffer = undefined;
  }

  private async openSmall(): Promise<Readable> {
    const room = (this.buffer ??= this.deps.buffers.take()).subarray(0, this.order.bytes + 1);
    const content = room.subarray(0, await this.deps.disk.readInto(this.path, room));
    const is = { sha256: createHash("sha256").update(content).digest("hex"), bytes: content.length };
    this.problem = problemOfContent(is, this.order);
    if (this.problem !== undefined) throw this.problem;
    this.read = is;
    return Readable.from([content]);
  }

  private async openLarge(): Promise<Readable> {
    const file = await this.deps.disk.open(this.path);
    const verified = new VerifiedContent(this.order);
    pipeline(file, verified).then(
      () => (this.read = { sha256: verified.sha256 ?? "", bytes: verified.bytes }),
      (error: unknown) => {
        if (error instanceof WrongContentError || file.errored === error) this.problem = error as Error;
      },
    );
    return verified;
  }
}

async function copy(disk: Disk, content: VerifiedFile, to: string, id: string): Promise<Problem> {
  await writeDurably(disk, to, await content.open(), id);
  return {};
}

async function request(
  { recipients, apiKey }: SendDeps,
  order: DeliveryOrder,
  content: VerifiedFile,
  { action, sentAs }: Target,
  mayBeThere: boolean,
  signal: AbortSignal,
): Promise<Problem> {
  if (action.kind !== "request") throw new TypeError("no request");
  const digest = digestField(order.sha256);
  const headers = {
    "content-type": "application/octet-stream",
    "content-digest": digest,
    "repr-digest": digest,
    [DELIVERY_HEADERS.id]: order.id,
    [DELIVERY_HEADERS.sha256]: order.sha256,
    [DELIVERY_HEADERS.name]: encodeURIComponent(sentAs),
    ...(apiKey !== undefined && { [apiKey.header]: apiKey.value }),
  };
  const { bytes } = order;
  const delivery = { url: action.url, headers, bytes, open: () => content.open() };
  let answer = await recipients.send({ ...delivery, mayBeThere }, signal);
  if (mayBeThere && saysNothing(answer, order.sha256)) {
    answer = await recipients.send({ ...delivery, mayBeThere: false }, signal);
  }
  const receivedSha256 = receivedBy(answer);
  const said = {
    httpStatus: answer.status,
    ...(answer.body !== "" && { answer: printable(answer.body) }),
    ...(receivedSha256 !== undefined && { receivedSha256 }),
  };
  const reason = problemOfAnswer(answer.status, receivedSha256, order.sha256, action.mustConfirm);
  return { ...said, ...(reason !== undefined && { reason }) };
}

/** SHA-256 of what the recipient says that it has. */
const receivedBy = ({ received, body }: RecipientAnswer): string | undefined =>
  [received, sha256OfBody(body)].find((each) => each !== undefined && isSha256(each));

const isSuccess = (status: number): boolean => status >= 200 && status <= 299;

/** Whether an answer leaves it open if the recipient has the file: only its digest proves that, when none was sent. */
const saysNothing = (answer: RecipientAnswer, sha256: string): boolean =>
  answer.status === EXPECTATION_FAILED ||
  (answer.isEarly === true && isSuccess(answer.status) && receivedBy(answer) !== sha256);

function problemOfAnswer(
  status: number,
  received: string | undefined,
  sent: string,
  mustConfirm: boolean,
): string | undefined {
  if (!isSuccess(status)) return `the recipient answered ${status}`;
  if (received !== undefined && received !== sent) return `the recipient has SHA-256 ${received}, ${sent} was sent`;
  if (received === undefined && mustConfirm) return "the recipient did not say what it has received";
  return undefined;
}

function sha256OfBody(body: string): string | undefined {
  try {
    const { sha256 } = JSON.parse(body) as { sha256?: unknown };
    return typeof sha256 === "string" ? sha256.toLowerCase() : undefined;
  } catch {
    return undefined;
  }
}

const printable = (text: string): string => text.replace(/[^\P{C}\n]/gu, "").slice(0, MAX_ANSWER_LENGTH);
