import { execFile } from "node:child_process";
import { createHash, randomFillSync } from "node:crypto";
import { join } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { DeleteObjectCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import type { Bucket } from "../../../packages/artefact-promotion/src/core/objects";
import {
  ACCOUNTS,
  createBucket,
  createLedgerTable,
  createQueue,
  letRead,
  plant,
  s3Of,
  settingsOf,
} from "../../local/artefact-promotion/support";
import type { Measurement } from "../measure";
import type { CopyOrder, CopyReport } from "./copy-process";
import { listVersions } from "./many-objects";

const MEBIBYTE = 1024 ** 2;
const LARGE = 1024 * MEBIBYTE;
const WARM_UP = 64 * MEBIBYTE;
const GROWTH_BOUND = 32;

interface Route {
  readonly what: string;
  /** As the ledger names it. */
  readonly name: string;
  /** Account of the source. */
  readonly source: string;
  readonly wholeCopy?: number;
}

const ROUTES: readonly Route[] = [
  { what: "streamed between two accounts", name: "streamed-parts", source: ACCOUNTS.source },
  {
    what: "copied by the server in parts",
    name: "server-side-parts",
    source: ACCOUNTS.target,
    // The server copies up to 5 GiB in one piece, and then nothing is done here.
    wholeCopy: WARM_UP / 2,
  },
];

/**
 * How much the memory of a process grows by when it copies one object of 1 GiB, by each route on which the object's parts
 * are handled there.
 */
export async function measureLargeObject(): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  for (const route of ROUTES) measurements.push(await measureRoute(route));
  return measurements;
}

async function measureRoute({ what, name, source: account, wholeCopy }: Route): Promise<Measurement> {
  const [source, target] = [await createBucket(account, "source"), await createBucket(ACCOUNTS.target, "target")];
  await letRead(source, ACCOUNTS.target);
  await plantRandom(source, "warm-up", WARM_UP);
  const digest = await plantRandom(source, "large", LARGE);
  const report = await copyInProcess({ source, target, warmUp: "warm-up", key: "large", wholeCopy });
  const right = report.route === name && (await digestOf(target, "large")) === digest;
  await Promise.all([source, target].map(empty));
  return {
    what: `MiB that memory grows by with an object of 1 GiB, ${what}`,
    value: right ? (report.most - report.before) / MEBIBYTE : Number.POSITIVE_INFINITY,
    bound: GROWTH_BOUND,
    detail: describe(report, right),
  };
}

function describe({ before, most, milliseconds, route }: CopyReport, right: boolean): string {
  const memory = `${inMebibytes(before)} after a copy of ${inMebibytes(WARM_UP)}, ${inMebibytes(most)} at most`;
  return `${memory}; ${(milliseconds / 1000).toFixed(1)} s; ${route}, ${right ? "equal" : "WRONG"}`;
}

const inMebibytes = (bytes: number): string => `${(bytes / MEBIBYTE).toFixed(0)} MiB`;

interface Copy extends Omit<CopyOrder, "connection"> {
  readonly source: Bucket;
  readonly target: Bucket;
}

async function copyInProcess({ source, target, ...rest }: Copy): Promise<CopyReport> {
  const queueUrl = await createQueue(ACCOUNTS.target);
  const connection: CopyOrder["connection"] = {
    sourceEnvironment: "integration",
    targetEnvironment: "staging",
    source,
    target,
    ledgerTable: await createLedgerTable(ACCOUNTS.target),
    queueUrl,
    deadLetterQueueUrl: queueUrl,
  };
  const { accessKeyId, secretAccessKey } = settingsOf(ACCOUNTS.target).credentials;
  const env = { ...process.env, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const order: CopyOrder = { connection, ...rest };
  const args = ["--import=tsx", join(__dirname, "copy-process.ts"), JSON.stringify(order)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout) as CopyReport;
}

/** Puts an object of random bytes, which no repeated or swapped part could make. Returns their digest. */
async function plantRandom(bucket: Bucket, key: string, size: number): Promise<string> {
  const body = Buffer.allocUnsafe(size);
  for (let start = 0; start < size; start += WARM_UP) randomFillSync(body, start, WARM_UP);
  await plant(bucket, key, body);
  return createHash("sha256").update(body).digest("hex");
}

async function digestOf({ name, owner }: Bucket, key: string): Promise<string> {
  const { Body } = await s3Of(owner).send(new GetObjectCommand({ Bucket: name, Key: key }));
  const hash = createHash("sha256");
  if (Body instanceof Readable) for await (const chunk of Body) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** The emulator keeps everything in memory: what comes after this must not have it in its way. */
async function empty({ name, owner }: Bucket): Promise<void> {
  const client = s3Of(owner);
  for (const { key, versionId } of await listVersions(client, name)) {
    await client.send(new DeleteObjectCommand({ Bucket: name, Key: key, VersionId: versionId }));
  }
}
