import { ObjectCutShortError } from "../core/errors";
import type { CopyRoute } from "../core/ledger";
import type { ChecksumAlgorithm, StoredObject } from "../core/objects";
import { planParts, type PartRange } from "../core/parts";
import type {
  Conflict,
  CopySource,
  NewObject,
  OpenObject,
  PartedUpload,
  PartOutcome,
  WriteCondition,
  Written,
} from "../core/ports";
import { copyInParts } from "./copy-in-parts";
import type { CopyDependencies } from "./dependencies";

/** One state of an object that is to be copied, if the target is still as expected. */
export interface CopyTask {
  readonly source: StoredObject;
  /** Copy the version even when it is not the current one any more. */
  readonly pinned: boolean;
  readonly condition: WriteCondition;
  /** Whether the server refused to copy this object a moment ago. */
  readonly refused?: Refusal | undefined;
}

/** What a server said when it would not copy. */
export interface Refusal {
  readonly always: boolean;
}

/** How a copy ended. `conflict`: source or target are not as they were; look at both again. */
export type CopyResult = { readonly kind: "copied"; readonly written: Written; readonly route: CopyRoute } | Conflict;

const COPIED_PARTS_AT_ONCE = 8;
const SENT_PARTS_AT_ONCE = 2;

/** Copies one state of an object: by the server where it does so, else through this process. */
export async function copyState(deps: CopyDependencies, task: CopyTask): Promise<CopyResult> {
  let { refused } = task;
  if (refused === undefined && !deps.routes.serverSideRefused) {
    const outcome = await copyByServer(deps, task);
    if (outcome.kind !== "refused") return outcome;
    refused = outcome;
  }
  const outcome = await copyThroughHere(deps, task);
  // Only a copy that did work the other way shows that the refusal was about the route and not about the object.
  if (outcome.kind === "copied" && refused?.always === true) deps.routes.serverSideRefused = true;
  return outcome;
}

type ServerOutcome = CopyResult | ({ readonly kind: "refused" } & Refusal);

async function copyByServer(deps: CopyDependencies, task: CopyTask): Promise<ServerOutcome> {
  const { hop, objects, limits } = deps;
  if (task.source.size > limits.wholeCopy) return copyPartsByServer(deps, task);
  const outcome = await objects.copy({ source: sourceOf(deps, task), target: hop.target, condition: task.condition });
  switch (outcome.kind) {
    case "written":
      return { kind: "copied", written: outcome.written, route: "server-side" };
    case "source-missing":
      return { kind: "conflict", retried: false };
    case "too-large":
      return copyPartsByServer(deps, task);
    case "conflict":
    case "refused":
      return outcome;
  }
}

async function copyPartsByServer(deps: CopyDependencies, task: CopyTask): Promise<ServerOutcome> {
  const { objects, limits } = deps;
  const source = sourceOf(deps, task);
  const outcome = await copyInParts(deps, {
    key: task.source.key,
    made: await newObject(deps, task.source),
    ranges: planParts(task.source.size, limits.copiedPart, limits.mostParts),
    atOnce: COPIED_PARTS_AT_ONCE,
    condition: task.condition,
    part: (upload, range) => objects.copyPart(upload, source, range),
  });
  return outcome.kind === "written"
    ? { kind: "copied", written: outcome.written, route: "server-side-parts" }
    : outcome;
}

async function copyThroughHere(deps: CopyDependencies, task: CopyTask): Promise<CopyResult> {
  const { source, condition } = task;
  if (source.size > deps.limits.sentPart) return sendInParts(deps, task);
  const outcome = await deps.objects.open(sourceOf(deps, task));
  if (outcome.kind !== "open") return { kind: "conflict", retried: false };
  const body = await collect(outcome.opened, source.size);
  const made = await newObject(deps, outcome.opened.object);
  const sent = await deps.objects.put(deps.hop.target, source.key, body, made, condition);
  return sent.kind === "written" ? { kind: "copied", written: sent.written, route: "streamed" } : sent;
}

async function sendInParts(deps: CopyDependencies, task: CopyTask): Promise<CopyResult> {
  const { source, condition } = task;
  // Used over and over: new ones for each part would pile up faster than they are collected.
  const buffers: Buffer[] = [];
  const outcome = await copyInParts(deps, {
    key: source.key,
    made: await newObject(deps, source),
    ranges: planParts(source.size, deps.limits.sentPart, deps.limits.mostParts),
    atOnce: SENT_PARTS_AT_ONCE,
    condition,
    part: (upload, range) => sendPart(deps, task, { upload, range, buffers }),
  });
  if (outcome.kind === "refused") return { kind: "conflict", retried: false };
  return outcome.kind === "written" ? { kind: "copied", written: outcome.written, route: "streamed-parts" } : outcome;
}

interface SentPart {
  readonly upload: PartedUpload;
  readonly range: PartRange;
  /** Buffers that nobody uses at the moment. */
  readonly buffers: Buffer[];
}

async function sendPart(
  deps: CopyDependencies,
  task: CopyTask,
  { upload, range, buffers }: SentPart,
): Promise<PartOutcome> {
  const outcome = await deps.objects.open(sourceOf(deps, task), range);
  if (outcome.kind !== "open") return { kind: "conflict", retried: false };
  const size = range.last - range.first + 1;
  const free = buffers.pop();
  // Only the last part has another size, and it may come to its end first.
  const buffer = free !== undefined && free.length >= size ? free : Buffer.allocUnsafe(size);
  const body = await collect(outcome.opened, size, buffer);
  const part = await deps.objects.sendPart(upload, range.number, body);
  buffers.push(buffer);
  return { kind: "part", part };
}

/** The current object, as long as it is the one that was looked at; never another one that came after it. */
const sourceOf = ({ hop }: CopyDependencies, { source, pinned }: CopyTask): CopySource => ({
  bucket: hop.source,
  key: source.key,
  etag: source.etag,
  ...(pinned && { versionId: source.versionId }),
});

/** What the server takes over by itself in a copy of a whole object, and in no other. */
async function newObject({ objects, hop }: CopyDependencies, source: StoredObject): Promise<NewObject> {
  const tags = source.tagCount === 0 ? {} : await objects.tags(hop.source, source.key, source.versionId);
  return { attributes: source.attributes, tags, checksum: wholeAlgorithm(source) };
}

const wholeAlgorithm = ({ checksums }: StoredObject): ChecksumAlgorithm | undefined =>
  checksums.find(({ scope }) => scope === "whole")?.algorithm;

/** Bytes go straight to their place: keeping the chunks until the end would take twice the memory. */
async function collect(
  { body, object }: OpenObject,
  expected: number,
  buffer: Buffer = Buffer.allocUnsafe(expected),
): Promise<Uint8Array> {
  const bytes = buffer.subarray(0, expected);
  let received = 0;
  for await (const chunk of body) {
    if (received + chunk.length <= expected) bytes.set(chunk, received);
    received += chunk.length;
  }
  if (received !== expected) throw new ObjectCutShortError(object.key, expected, received);
  return bytes;
}
