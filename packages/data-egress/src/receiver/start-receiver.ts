import { S3Client } from "@aws-sdk/client-s3";
import { createLog } from "@slipway/aws-runtime/telemetry";
import { realSleeper } from "@slipway/aws-runtime";
import { InvalidInputError } from "@slipway/core";
import { mkdirSync } from "node:fs";
import { reasonOf } from "../agent/reasons";
import { RECEIVER_ENVIRONMENT, RECEIVER_PATH, RECEIVER_PORT } from "../receiver-contract";
import type { TlsMaterial } from "../tls/material";
import { tlsFromVariables, type Variables } from "../tls/source";
import { FolderInbox } from "./folder-inbox";
import type { Inbox } from "./inbox";
import { startReceiver, type Receiver } from "./receiver";
import { S3Inbox } from "./s3-inbox";

/** Milliseconds between two looks at the files of certificates. */
const LOOK_EVERY = 5_000;

/**
 * Starts the receiver that the variables describe.
 *
 * @throws InvalidInputError
 */
export async function startStubReceiver(variables: Variables): Promise<Pick<Receiver, "port" | "stop">> {
  const tls = tlsFromVariables(variables);
  const material = await tls.current();
  const log = createLog("stub-receiver");
  const write = ({ message, level, ...fields }: Readonly<Record<string, unknown>>) =>
    level === "INFO" ? log.info(String(message), fields) : log.warn(String(message), fields);
  const receiver = await startReceiver({
    inbox: inboxOf(variables),
    tls: material.options,
    clients: listOf(variables[RECEIVER_ENVIRONMENT.clients]),
    paths: listOf(variables[RECEIVER_ENVIRONMENT.paths]) ?? [RECEIVER_PATH],
    port: portOf(variables[RECEIVER_ENVIRONMENT.port]),
    host: variables[RECEIVER_ENVIRONMENT.host] || variables["HOST"] || undefined,
    log: write,
  });
  log.info("listening", { port: receiver.port });
  const stopping = new AbortController();
  let current: TlsMaterial = material;
  const watching = (async () => {
    for (; !stopping.signal.aborted; await realSleeper.sleep(LOOK_EVERY, stopping.signal)) {
      try {
        const next = await tls.current();
        if (next !== current) receiver.useTls(next.options);
        current = next;
      } catch (error) {
        log.error("could not read the certificates", { reason: reasonOf(error) });
      }
    }
  })();
  return {
    port: receiver.port,
    stop: async () => {
      stopping.abort();
      await Promise.all([watching, receiver.stop()]);
    },
  };
}

function inboxOf(variables: Variables): Inbox {
  const { bucket, bucketOwner, prefix, folder } = RECEIVER_ENVIRONMENT;
  const [name, owner, path] = [variables[bucket], variables[bucketOwner], variables[folder]];
  if (path !== undefined && path !== "") {
    mkdirSync(path, { recursive: true });
    return new FolderInbox(path);
  }
  if (name === undefined || name === "") {
    throw new InvalidInputError(bucket, "is not given", `give a bucket in it, or a folder in ${folder}`);
  }
  if (owner === undefined || !/^\d{12}$/.test(owner)) {
    throw new InvalidInputError(bucketOwner, "is no account id", "give the 12 digits of the bucket's account");
  }
  return new S3Inbox(new S3Client({ forcePathStyle: true }), { name, owner, prefix: variables[prefix] ?? "" });
}

function listOf(text: string | undefined): readonly string[] | undefined {
  const found = (text ?? "").split(",").flatMap((each) => each.trim() || []);
  return found.length === 0 ? undefined : found;
}

function portOf(text: string | undefined): number {
  if (text === undefined || text === "") return RECEIVER_PORT;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidInputError(RECEIVER_ENVIRONMENT.port, `${JSON.stringify(text)} is no port`);
}
