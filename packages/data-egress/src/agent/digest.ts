import { createHash } from "node:crypto";
import { Transform, type TransformCallback } from "node:stream";

const HEX = /^[0-9a-f]{64}$/;
/** RFC 9530: a dictionary of algorithm and byte sequence, as `sha-256=:base64:`. */
const DIGEST_FIELD = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/;

/** Content-Digest (and Repr-Digest, of a body that nothing encodes) of a hexadecimal SHA-256. */
export const digestField = (sha256: string): string => `sha-256=:${Buffer.from(sha256, "hex").toString("base64")}:`;

/** Hexadecimal SHA-256 of such a field; undefined when it has none. */
export function readDigestField(field: string): string | undefined {
  const base64 = DIGEST_FIELD.exec(field)?.[1];
  return base64 === undefined ? undefined : Buffer.from(base64, "base64").toString("hex");
}

/** Whether a text is a hexadecimal SHA-256. */
export const isSha256 = (text: string): boolean => HEX.test(text);

/** A stream had other bytes than were announced. */
export class WrongContentError extends Error {
  override readonly name = "WrongContentError";
}

/** What {@link VerifiedContent} expects. */
export interface ExpectedContent {
  /** Hexadecimal. */
  readonly sha256?: string | undefined;
  readonly bytes?: number | undefined;
}

/** Why a content is not what was announced; undefined when it is. */
export function problemOfContent(
  is: { readonly sha256: string; readonly bytes: number },
  { sha256, bytes }: ExpectedContent,
): WrongContentError | undefined {
  if (bytes !== undefined && is.bytes > bytes) return moreThan(bytes);
  if (bytes !== undefined && is.bytes !== bytes) {
    return new WrongContentError(`${is.bytes} bytes where ${bytes} were announced`);
  }
  if (sha256 === undefined || is.sha256 === sha256) return undefined;
  return new WrongContentError(`SHA-256 is ${is.sha256} where ${sha256} was announced`);
}

const moreThan = (bytes: number) => new WrongContentError(`more than the ${bytes} bytes that were announced`);

/**
 * Passes a stream on and makes its SHA-256. The last piece is held back until all of it is proven: a stream with other
 * bytes than expected fails before its end, so that whoever reads it never takes it for whole.
 */
export class VerifiedContent extends Transform {
  /** Bytes so far. */
  bytes = 0;
  /** Hexadecimal; undefined until the end. */
  sha256: string | undefined;
  private readonly hash = createHash("sha256");
  private held: Buffer | undefined;

  constructor(private readonly expected: ExpectedContent = {}) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.hash.update(chunk);
    this.bytes += chunk.length;
    const { bytes } = this.expected;
    if (bytes !== undefined && this.bytes > bytes) {
      done(moreThan(bytes));
      return;
    }
    if (this.held !== undefined) this.push(this.held);
    this.held = chunk;
    done();
  }

  override _flush(done: TransformCallback): void {
    this.sha256 = this.hash.digest("hex");
    const problem = problemOfContent({ sha256: this.sha256, bytes: this.bytes }, this.expected);
    if (problem === undefined && this.held !== undefined) this.push(this.held);
    done(problem);
  }
}
