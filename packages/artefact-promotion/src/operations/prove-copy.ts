import { createHash } from "node:crypto";
import { CopyNotEqualError } from "../core/errors";
import type { Bucket, ObjectIdentity, Sighting, StoredObject } from "../core/objects";
import type { Written } from "../core/ports";
import { compareObjects, matchesSighting, type Proof, type Sameness } from "../core/sameness";
import type { CopyDependencies } from "./dependencies";

/** What names a state of an object: its version, or its ETag where there are no versions. */
export const stateOf = ({ versionId, etag }: Pick<ObjectIdentity, "versionId" | "etag">): string => versionId ?? etag;

/**
 * Whether source and target hold the same bytes. What S3 keeps about them settles it nearly always; else the ledger,
 * which remembers what was proven before; else both are read.
 */
export async function settleSameness(
  deps: CopyDependencies,
  source: StoredObject,
  target: StoredObject,
): Promise<Exclude<Sameness, { kind: "unknown" }>> {
  const told = compareObjects(source, target);
  if (told.kind !== "unknown") return told;
  const before = await deps.ledger.promotion(source.key, stateOf(target));
  if (before !== undefined && isAbout(before, source)) {
    return { kind: "same", proof: { ...before.proof, method: "ledger" } };
  }
  return compareByReading(deps, source, target);
}

const isAbout = (
  { sourceVersionId, sourceEtag }: { readonly sourceVersionId?: string | undefined; readonly sourceEtag: string },
  source: StoredObject,
): boolean => (source.versionId === undefined ? sourceEtag === source.etag : sourceVersionId === source.versionId);

/**
 * Proves that a copy of a state that was looked at holds its bytes.
 *
 * @throws CopyNotEqualError when it does not.
 */
export async function proveCopy(deps: CopyDependencies, source: StoredObject, written: Written): Promise<Proof> {
  const told = compareObjects(source, withoutSize(written));
  if (told.kind === "same") return told.proof;
  if (told.kind === "different") throw new CopyNotEqualError(source.key, written.versionId);
  const target = await deps.objects.head(deps.hop.target, source.key, written.versionId);
  if (target === undefined) throw new CopyNotEqualError(source.key, written.versionId);
  const known = compareObjects(source, target);
  const found = known.kind === "unknown" ? await compareByReading(deps, source, target) : known;
  if (found.kind === "same") return found.proof;
  throw new CopyNotEqualError(source.key, written.versionId);
}

/** What was copied without a look at the source first. */
export interface UnseenCopy {
  readonly key: string;
  readonly written: Written;
  readonly sourceVersionId?: string | undefined;
  readonly sighting?: Sighting | undefined;
}

/** The proof, and the source as far as it is known by now. */
export interface UnseenProof {
  readonly proof: Proof;
  readonly sourceEtag: string;
  readonly size?: number | undefined;
}

/**
 * Proves a copy that was made without a look at the source. What the event said of the version that was copied does,
 * where that is an MD5 of it; then no request is needed at all. Else the source is asked now.
 *
 * @throws CopyNotEqualError when the copy is not equal to it.
 */
export async function proveUnseenCopy(
  deps: CopyDependencies,
  { key, written, sourceVersionId, sighting }: UnseenCopy,
): Promise<UnseenProof> {
  const seen = sighting !== undefined && isOfVersion(sighting, sourceVersionId) ? sighting : undefined;
  const proof = seen && matchesSighting(seen, written);
  if (seen && proof) return { proof, sourceEtag: seen.etag, size: seen.size };
  const source = await deps.objects.head(deps.hop.source, key, sourceVersionId);
  if (source === undefined) throw new CopyNotEqualError(key, written.versionId);
  return { proof: await proveCopy(deps, source, written), sourceEtag: source.etag, size: source.size };
}

const isOfVersion = ({ versionId }: Sighting, copied: string | undefined): boolean =>
  versionId === undefined || versionId === copied;

const withoutSize = ({ etag, versionId, checksums, keyed }: Written): ObjectIdentity => ({
  etag,
  versionId,
  checksums,
  keyed,
});

async function compareByReading(
  deps: CopyDependencies,
  source: StoredObject,
  target: StoredObject,
): Promise<Exclude<Sameness, { kind: "unknown" }>> {
  const [mine, theirs] = await Promise.all([hash(deps, deps.hop.source, source), hash(deps, deps.hop.target, target)]);
  if (mine === undefined || mine !== theirs) return { kind: "different" };
  return { kind: "same", proof: { method: "read", algorithm: "SHA256", value: mine } };
}

/** Base64, or nothing when the object is not what it was. */
async function hash(
  { objects }: CopyDependencies,
  bucket: Bucket,
  { key, versionId, etag }: StoredObject,
): Promise<string | undefined> {
  const outcome = await objects.open({ bucket, key, versionId, etag });
  if (outcome.kind !== "open") return undefined;
  const digest = createHash("sha256");
  for await (const chunk of outcome.opened.body) digest.update(chunk);
  return digest.digest("base64");
}
