import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { s3Of } from "./support";

/** A running stand-in for what the emulator lacks. */
export interface ConditionalCopies {
  readonly url: string;
  close(): Promise<void>;
}

interface Conditions {
  readonly bucket: string;
  readonly key: string;
  readonly account: string;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/**
 * Passes requests on to the emulator, and answers copies whose condition on the target does not hold as S3 does.
 *
 * The emulator copies in spite of `If-None-Match` and `If-Match`. Copies onto one key go one after the other here, so
 * that nothing comes in between the look at the target and the copy.
 */
export async function startConditionalCopies(target: string): Promise<ConditionalCopies> {
  const turns = new Map<string, Promise<void>>();
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await bodyOf(incoming);
    const conditions = conditionsOf(incoming);
    if (conditions === undefined) return forward(target, incoming, body, outgoing);
    const id = `${conditions.bucket}/${conditions.key}`;
    const turn = (turns.get(id) ?? Promise.resolve()).then(async () => {
      if (await holds(conditions, target)) return forward(target, incoming, body, outgoing);
      outgoing.writeHead(412, { "content-type": "application/xml" });
      outgoing.end("<Error><Code>PreconditionFailed</Code><Message>a condition did not hold</Message></Error>");
    });
    turns.set(
      id,
      turn.catch(() => undefined),
    );
    return turn;
  };
  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => close(server) };
}

function conditionsOf({ method, url = "/", headers }: IncomingMessage): Conditions | undefined {
  if (method !== "PUT" || headers["x-amz-copy-source"] === undefined || /[?&]partNumber=/.test(url)) return undefined;
  const [, bucket = "", ...key] = (url.split("?")[0] ?? "").split("/");
  const account = /Credential=([^/]+)\//.exec(headers.authorization ?? "")?.[1] ?? "";
  return {
    bucket,
    key: decodeURIComponent(key.join("/")),
    account,
    ifMatch: headers["if-match"],
    ifNoneMatch: headers["if-none-match"],
  };
}

async function holds({ bucket, key, account, ifMatch, ifNoneMatch }: Conditions, target: string): Promise<boolean> {
  try {
    const { ETag } = await s3Of(account, target).send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return ifNoneMatch === undefined && (ifMatch === undefined || ifMatch === ETag);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "NotFound") throw error;
    return ifMatch === undefined;
  }
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** The Host header stays as the client signed it. */
function forward(
  target: string,
  { url = "/", method, headers }: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
) {
  return new Promise<void>((resolve, reject) => {
    const passed = request(new URL(url, target), { method, headers }, (answer) => {
      bodyOf(answer).then((received) => {
        const { "transfer-encoding": _chunked, ...rest } = answer.headers;
        outgoing.writeHead(answer.statusCode ?? 502, { "content-length": String(received.length), ...rest });
        outgoing.end(received);
        resolve();
      }, reject);
    });
    passed.on("error", reject);
    passed.end(body);
  });
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
