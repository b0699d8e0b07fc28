/** A bucket and the account that it must belong to. */
export interface Bucket {
  readonly name: string;
  /** Account id, 12 digits. Calls say it, so that a bucket that changed hands is refused. */
  readonly owner: string;
}

/** Algorithms whose value S3 keeps with an object. */
export const CHECKSUM_ALGORITHMS = ["CRC64NVME", "SHA256", "SHA1", "CRC32C", "CRC32"] as const;

/** One of {@link CHECKSUM_ALGORITHMS}. */
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** A checksum that S3 keeps. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; a composite ends in `-<parts>`. */
  readonly value: string;
  /** `composite`: made of the parts' checksums, so it says nothing about an object with other parts. */
  readonly scope: "whole" | "composite";
}

/** What an object carries besides its bytes. */
export interface ObjectAttributes {
  readonly contentType?: string | undefined;
  readonly cacheControl?: string | undefined;
  readonly contentDisposition?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentLanguage?: string | undefined;
  /** As the header says it. */
  readonly expires?: string | undefined;
  readonly websiteRedirectLocation?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What tells one state of an object's bytes from another. */
export interface ObjectIdentity {
  /** Without quotes. */
  readonly etag: string;
  /** Absent where the bucket is not versioned. */
  readonly versionId?: string | undefined;
  readonly checksums: readonly Checksum[];
  /** Whether a KMS key or the customer's own encrypts it: then the ETag is no MD5. */
  readonly keyed: boolean;
}

/** An object as a request about it tells. */
export interface StoredObject extends ObjectIdentity {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly lastModified: Date;
  readonly attributes: ObjectAttributes;
  /** Absent when the answer did not say. */
  readonly tagCount?: number | undefined;
}

/** An object as a listing tells. */
export interface ListedObject {
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
  readonly size: number;
  readonly lastModified: Date;
}

/** One version of an object at the source. */
export interface ObjectVersion extends ListedObject {
  readonly versionId: string;
  readonly current: boolean;
}

/** What somebody saw of an object a while ago: an event or a listing. */
export interface Sighting {
  readonly etag: string;
  readonly size: number;
  readonly versionId?: string | undefined;
}

const MD5 = /^[0-9a-f]{32}$/;

/** The MD5 of an object's bytes where its ETag is one: written in one part and under no key. */
export const md5Of = ({ etag, keyed }: Pick<ObjectIdentity, "etag" | "keyed">): string | undefined =>
  !keyed && MD5.test(etag) ? etag : undefined;

/**
 * Objects that one process copies at once. More would not fit the function's memory when all of them are large and sent
 * through it.
 */
export const OBJECTS_AT_ONCE = 64;
