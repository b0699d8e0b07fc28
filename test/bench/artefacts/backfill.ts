import { CopyObjectCommand } from "@aws-sdk/client-s3";
import { LOCAL_ACCOUNTS } from "@slipway/local";
import { openArtefacts } from "@slipway/artefact-promotion/library";
import pMap from "p-map";
import type { Bucket } from "../../../packages/artefact-promotion/src/core/objects";
import { DEFAULT_LIMITS } from "../../../packages/artefact-promotion/src/operations";
import { createBucket, createLedgerTable, createQueue, s3Of } from "../../local/artefact-promotion/support";
import { startDistance } from "../distance";
import { describePairs, inPairs, type Measurement, type Pairs } from "../measure";
import { installAwsCli, type AwsCli } from "./aws-cli";
import { countWrong, plantMany, type PlantedObject } from "./many-objects";

const PAIRS = 5;
/** As many as the library copies at once. */
const { objectsAtOnce: AT_ONCE } = DEFAULT_LIMITS;

interface Setting {
  /**
   * Milliseconds that each request takes longer. With none the processor decides, and the emulator takes half of it; with
   * more of them round trips do. S3 itself takes tens of milliseconds for a small request; source:
   * https://docs.aws.amazon.com/whitepapers/latest/s3-optimizing-performance-best-practices/timeouts-and-retries-for-latency-sensitive-applications.html
   */
  readonly latency: number;
  readonly objects: number;
}

/** With latency fewer objects do: aws-cli would take a minute for each 10,000. */
const SETTINGS = {
  aws: [
    { latency: 0, objects: 10_000 },
    { latency: 20, objects: 2000 },
    { latency: 50, objects: 2000 },
  ],
  loop: [
    { latency: 0, objects: 10_000 },
    { latency: 20, objects: 2000 },
  ],
} as const;
const AGAINST_AWS = 1 / 3;
const AGAINST_LOOP = 1.7;

/** The account of the ambient credentials; both buckets are in it, so the server does the copying. */
const ACCOUNT = LOCAL_ACCOUNTS.tools;

/** Objects at the source, and what copies them from there. */
interface Ground {
  readonly source: Bucket;
  readonly planted: readonly PlantedObject[];
  readonly aws: AwsCli;
  /** Where requests go. */
  readonly endpoint: string;
}

/** Copies everything at the source to an empty bucket. */
type Copier = (target: Bucket) => Promise<unknown>;

/** Gets a copier ready; what that takes is not measured. */
type Contestant = (ground: Ground) => Promise<Copier> | Copier;

/**
 * How long a backfill by the library takes, against `aws s3 cp --recursive`, and against a bare loop of copies that
 * knows every key beforehand and writes nothing down.
 */
export async function measureBackfill(endpoint: string): Promise<readonly Measurement[]> {
  const aws = await installAwsCli(ACCOUNT);
  const againstAws = { bound: AGAINST_AWS, theirs: byAws, peer: `${aws.version}, s3 cp --recursive` };
  const againstLoop = { bound: AGAINST_LOOP, theirs: byLoop, peer: `a loop of ${AT_ONCE} copies at once` };
  const measurements: Measurement[] = [];
  for (const setting of SETTINGS.aws) measurements.push(await compareIn(setting, { aws, endpoint }, againstAws));
  for (const setting of SETTINGS.loop) measurements.push(await compareIn(setting, { aws, endpoint }, againstLoop));
  return measurements;
}

async function prepare(count: number, given: Pick<Ground, "aws" | "endpoint">): Promise<Ground> {
  const source = await createBucket(ACCOUNT, "source");
  return { ...given, source, planted: await plantMany(s3Of(ACCOUNT), source, count) };
}

interface Comparison {
  readonly bound: number;
  readonly theirs: Contestant;
  /** The peer, in words. */
  readonly peer: string;
}

async function compareIn(
  { latency, objects }: Setting,
  given: Pick<Ground, "aws" | "endpoint">,
  { bound, theirs, peer }: Comparison,
): Promise<Measurement> {
  const ground = await prepare(objects, given);
  const distance = latency === 0 ? undefined : await startDistance(ground.endpoint, latency);
  try {
    const { pairs, wrong } = await runPairs({ ...ground, endpoint: distance?.url ?? ground.endpoint }, theirs);
    const counts = `${PAIRS} pairs of ${objects} objects, ${wrong} wrong`;
    return {
      what: `time of a backfill at ${latency} ms latency, against ${peer}`,
      value: wrong === 0 ? pairs.ratio : Number.POSITIVE_INFINITY,
      bound,
      detail: `${counts}: ${describePairs(pairs)}; cold ${pairs.cold.toFixed(2)}`,
    };
  } finally {
    await distance?.close();
  }
}

async function runPairs(ground: Ground, peer: Contestant): Promise<{ readonly pairs: Pairs; readonly wrong: number }> {
  const targets = await Promise.all(Array.from({ length: 2 * (PAIRS + 1) }, () => createBucket(ACCOUNT, "target")));
  const empty = targets.values();
  const [ours, theirs] = [await bySlipway(ground), await peer(ground)];
  const pairs = await inPairs(
    PAIRS,
    () => ours(next(empty)),
    () => theirs(next(empty)),
  );
  return { pairs, wrong: await countWrongAt(targets, ground) };
}

async function countWrongAt(targets: readonly Bucket[], { planted }: Ground): Promise<number> {
  const client = s3Of(ACCOUNT);
  let wrong = 0;
  for (const target of targets) wrong += await countWrong(client, target, planted);
  return wrong;
}

/** The library as anybody opens it: it learns from the environment where AWS is and who is there. */
async function bySlipway({ source, endpoint }: Ground): Promise<Copier> {
  const [ledgerTable, queueUrl] = [await createLedgerTable(ACCOUNT), await createQueue(ACCOUNT)];
  const hop = { sourceEnvironment: "integration", targetEnvironment: "staging", source };
  return async (target) => {
    const { AWS_ENDPOINT_URL: before = "" } = process.env;
    process.env["AWS_ENDPOINT_URL"] = endpoint;
    try {
      const artefacts = openArtefacts({ ...hop, target, ledgerTable, queueUrl, deadLetterQueueUrl: queueUrl });
      await artefacts.backfill({ queueAbove: Number.POSITIVE_INFINITY });
    } finally {
      process.env["AWS_ENDPOINT_URL"] = before;
    }
  };
}

function byAws({ source, aws, endpoint }: Ground): Copier {
  const options = ["--recursive", "--only-show-errors"];
  return (target) => aws.run(endpoint, "s3", "cp", ...options, `s3://${source.name}`, `s3://${target.name}`);
}

function byLoop({ source, planted, endpoint }: Ground): Copier {
  const client = s3Of(ACCOUNT, endpoint);
  return (target) => pMap(planted, ({ key }) => client.send(copyOf(source, target, key)), { concurrency: AT_ONCE });
}

/** The request that the library makes for a new object. */
const copyOf = (source: Bucket, target: Bucket, key: string): CopyObjectCommand =>
  new CopyObjectCommand({
    Bucket: target.name,
    Key: key,
    ExpectedBucketOwner: target.owner,
    CopySource: encodeURIComponent(`${source.name}/${key}`),
    ExpectedSourceBucketOwner: source.owner,
    IfNoneMatch: "*",
  });

function next<T>(values: Iterator<T, undefined>): T {
  const { value } = values.next();
  if (value === undefined) throw new RangeError("there is no bucket left");
  return value;
}
