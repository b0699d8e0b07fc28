import { CHECKSUM_ALGORITHMS, md5Of, type Checksum, type ObjectIdentity, type Sighting } from "./objects";

/** How it is known that two objects hold the same bytes. */
export interface Proof {
  /** `checksum`: S3's own of both; `md5`: ETags that are one; `read`: both read and hashed; `ledger`: proven before. */
  readonly method: "checksum" | "md5" | "read" | "ledger";
  /** e.g. `CRC64NVME`. */
  readonly algorithm: string;
  /** The value that both have. */
  readonly value: string;
}

/** Whether two objects hold the same bytes, as far as what S3 tells about them goes. */
export type Sameness =
  { readonly kind: "same"; readonly proof: Proof } | { readonly kind: "different" } | { readonly kind: "unknown" };

interface Sized extends ObjectIdentity {
  readonly size?: number;
}

/**
 * Compares the bytes of two objects by what S3 keeps about them.
 *
 * Sizes that differ settle it; then checksums of one algorithm; then ETags, only where both are an MD5. Composite
 * checksums that differ prove nothing, since the parts may have been cut elsewhere.
 */
export function compareObjects(source: Sized, target: Sized): Sameness {
  if (source.size !== undefined && target.size !== undefined && source.size !== target.size) {
    return { kind: "different" };
  }
  const byChecksum = compareChecksums(source.checksums, target.checksums);
  if (byChecksum.kind !== "unknown") return byChecksum;
  const [mine, theirs] = [md5Of(source), md5Of(target)];
  if (mine === undefined || theirs === undefined) return { kind: "unknown" };
  return mine === theirs ? same("md5", "MD5", mine) : { kind: "different" };
}

/** Whether an object holds the bytes of an earlier sighting. Only an MD5 can tell; anything else is unknown. */
export function matchesSighting(sighting: Sighting, target: Pick<ObjectIdentity, "etag" | "keyed">): Proof | undefined {
  const value = md5Of(target);
  return value !== undefined && value === sighting.etag ? { method: "md5", algorithm: "MD5", value } : undefined;
}

function compareChecksums(source: readonly Checksum[], target: readonly Checksum[]): Sameness {
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const [mine, theirs] = [source, target].map((list) => list.find((each) => each.algorithm === algorithm));
    if (mine === undefined || theirs === undefined) continue;
    if (mine.value === theirs.value) return same("checksum", algorithm, mine.value);
    if (mine.scope === "whole" && theirs.scope === "whole") return { kind: "different" };
  }
  return { kind: "unknown" };
}

const same = (method: Proof["method"], algorithm: string, value: string): Sameness => ({
  kind: "same",
  proof: { method, algorithm, value },
});
