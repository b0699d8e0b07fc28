import type { ClientRequest, IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { DELIVERY_HEADERS, MAX_ANSWER_LENGTH } from "../agent-contract";
import type { Delivery, RecipientAnswer } from "./ports";

/** Status of a recipient that does not answer the question. */
export const EXPECTATION_FAILED = 417;

function answerTo(sent: ClientRequest): Promise<IncomingMessage> {
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.on("response", resolve);
    sent.on("error", reject);
    sent.on("close", () => reject(new Error("the connection was closed without an answer")));
  });
  answered.catch(() => undefined);
  return answered;
}

/** What a question goes by. */
interface Question {
  /** Resolves when there is a connection. */
  readonly connected: Promise<unknown>;
  /** Milliseconds. */
  readonly questionTimeout: number;
  readonly signal: AbortSignal;
}

/**
 * Waits until a recipient that was asked (`Expect: 100-continue`) wants the body, answers without it, or says nothing for
 * some time; then it gets the body.
 *
 * @returns `isDeaf`: it said nothing to the question at all.
 */
export async function askFirst(
  sent: ClientRequest,
  delivery: Delivery,
  { connected, questionTimeout, signal }: Question,
): Promise<{ readonly answer: RecipientAnswer; readonly isDeaf: boolean }> {
  const answered = answerTo(sent);
  const said = await reactionTo(sent, answered, connected, questionTimeout);
  if (said === "answer") return { answer: { ...(await readAnswer(await answered)), isEarly: true }, isDeaf: false };
  let isDeaf = said === "silence";
  sent.once("continue", () => (isDeaf = false));
  return { answer: await sendBody(sent, answered, delivery, signal), isDeaf };
}

/** Sends the body and waits for the whole answer. */
export const sendAtOnce = (sent: ClientRequest, delivery: Delivery, signal: AbortSignal): Promise<RecipientAnswer> =>
  sendBody(sent, answerTo(sent), delivery, signal);

/** What a recipient does that is asked whether it wants the body. The time runs from when the question can be on its way. */
async function reactionTo(
  sent: ClientRequest,
  answered: Promise<unknown>,
  connected: Promise<unknown>,
  timeout: number,
): Promise<"continue" | "answer" | "silence"> {
  const ending = new AbortController();
  const silence = async () => {
    await connected;
    await pause(timeout, undefined, { signal: ending.signal });
    return "silence" as const;
  };
  const wanted = new Promise<"continue">((resolve) => sent.once("continue", () => resolve("continue")));
  try {
    return await Promise.race([wanted, answered.then(() => "answer" as const), silence()]);
  } finally {
    ending.abort();
  }
}

async function sendBody(
  sent: ClientRequest,
  answered: Promise<IncomingMessage>,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<RecipientAnswer> {
  const written = pipeline(await delivery.open(), sent, { signal });
  // A recipient may refuse a file before it has all of it: then its answer counts, and not the pipe that broke.
  const unlessRefused = written.catch((error: unknown) => answered.catch(() => Promise.reject(error)));
  const answer = await readAnswer(await Promise.race([answered, unlessRefused.then(() => answered)]));
  // Whoever refuses a file does not read the rest of it; of one that is taken the last bytes are on their way.
  if (answer.status <= 299 || sent.writableEnded) await unlessRefused;
  return answer;
}

/** Characters of an answer that are read, so that no recipient fills the memory. */
const LONGEST_ANSWER = 16 * MAX_ANSWER_LENGTH;

/** Rejects when the answer ends before its end. */
async function readAnswer(response: IncomingMessage): Promise<RecipientAnswer> {
  const { statusCode = 0, headers } = response;
  response.setEncoding("utf8");
  let body = "";
  for await (const chunk of response) {
    body += String(chunk);
    if (body.length > LONGEST_ANSWER) break;
  }
  const received = headers[DELIVERY_HEADERS.received];
  return { status: statusCode, body, ...(typeof received === "string" && { received: received.toLowerCase() }) };
}
