import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyOf, passOn, reply, serveOnLoopback, type LoopbackServer, type PassedRequest } from "./pass-on";

/** A running stand-in for what the emulator lacks. */
export type ConditionalCopies = LoopbackServer;

interface Conditions {
  /** Bucket and key, as in the request. */
  readonly path: string;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/**
 * Passes requests on to the emulator, and answers copies whose condition on the target does not hold as S3 does.
 *
 * The emulator copies in spite of `If-None-Match` and `If-Match`. Copies onto one key go one after the other here, so
 * that nothing comes in between the look at the target and the copy.
 *
 * @param target Base URL of the emulator. Copies must be signed by the root of an account: the look at the target goes
 * by the copy's own signature, which the emulator does not check for a root.
 */
export async function startConditionalCopies(target: string): Promise<ConditionalCopies> {
  const turns = new Map<string, Promise<void>>();
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = "GET", url = "/", headers } = incoming;
    const asked: PassedRequest = { method, url, headers, body: await bodyOf(incoming) };
    const conditions = conditionsOf(asked);
    const forward = async (): Promise<void> => reply(outgoing, await passOn(target, asked));
    if (conditions === undefined) return forward();
    const before = turns.get(conditions.path) ?? Promise.resolve();
    const turn = before.then(async () => {
      if (await holds(conditions, target, asked)) return forward();
      outgoing.writeHead(412, { "content-type": "application/xml" });
      outgoing.end("<Error><Code>PreconditionFailed</Code><Message>a condition did not hold</Message></Error>");
    });
    const settled = turn.catch(() => undefined);
    turns.set(conditions.path, settled);
    try {
      return await turn;
    } finally {
      if (turns.get(conditions.path) === settled) turns.delete(conditions.path);
    }
  };
  return serveOnLoopback(handle);
}

function conditionsOf({ method, url, headers }: PassedRequest): Conditions | undefined {
  if (method !== "PUT" || headers["x-amz-copy-source"] === undefined || /[?&]partNumber=/.test(url)) return undefined;
  const [path = "/"] = url.split("?");
  return { path, ifMatch: headers["if-match"], ifNoneMatch: headers["if-none-match"] };
}

async function holds(
  { path, ifMatch, ifNoneMatch }: Conditions,
  target: string,
  { headers: { host, authorization } }: PassedRequest,
): Promise<boolean> {
  const signature = authorization === undefined ? {} : { authorization };
  const look = { method: "HEAD", url: path, headers: { host, ...signature }, body: Buffer.alloc(0) };
  const { status, headers } = await passOn(target, look);
  if (status === 404) return ifMatch === undefined;
  if (status !== 200) throw new Error(`a look at ${path} was answered with ${status}`);
  return ifNoneMatch === undefined && (ifMatch === undefined || ifMatch === headers.etag);
}
