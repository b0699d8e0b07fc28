import { pipeline, Readable, type Transform } from "node:stream";
import { createDeflate, createGzip } from "node:zlib";
import type { Compression } from "../contract";
import { decryptionOf, rewrapOf, withoutEncryption } from "../core/encryption";
import type { DataKeys, Description, OpenedFile } from "../core/ports";
import type { Row } from "../core/rows";
import { decryptStream, unwrapKey, wrapForRecipient } from "./decrypt";

/** What is sent in place of what is at the source. */
export interface Prepared {
  readonly body: AsyncIterable<Uint8Array>;
  readonly description: Description;
}

/** Whether a file can go as it is, so that its bytes need not come here. */
export const goesAsItIs = (row: Row, { metadata }: Description): boolean =>
  row.compression === undefined && decryptionOf(row, metadata) === undefined && !rewrapOf(row, metadata);

/**
 * Decrypts and compresses a file as its row says, or has its data key encrypted for the recipient. A file that cannot be is
 * closed: nobody would read it, and its connection would be held for good.
 */
export async function prepare(keys: DataKeys, key: string, row: Row, opened: OpenedFile): Promise<Prepared> {
  try {
    return await transformed(keys, key, row, opened);
  } catch (error) {
    await discard(opened.body);
    throw error;
  }
}

/** A stream that was not begun does not hear that it is to end. */
async function discard(body: AsyncIterable<Uint8Array>): Promise<void> {
  const begun = body[Symbol.asyncIterator]();
  try {
    await begun.next();
    await begun.return?.();
  } catch {
    // It has ended by itself.
  }
}

async function transformed(keys: DataKeys, key: string, row: Row, opened: OpenedFile): Promise<Prepared> {
  const { body, ...description } = opened;
  const encryption = decryptionOf(row, description.metadata);
  if (encryption !== undefined) {
    const dataKey = await unwrapKey(keys, key, encryption);
    const plain = decryptStream(key, body, encryption, dataKey);
    return compressed(plain, withMetadata(description, withoutEncryption(description.metadata)), row.compression);
  }
  if (rewrapOf(row, description.metadata)) {
    return compressed(
      body,
      withMetadata(description, await wrapForRecipient(keys, key, row, description.metadata)),
      row.compression,
    );
  }
  return compressed(body, description, row.compression);
}

const withMetadata = (description: Description, metadata: Description["metadata"]): Description => ({
  ...description,
  metadata,
});

const COMPRESSORS: Readonly<Record<Compression, { readonly type: string; readonly create: () => Transform }>> = {
  gz: { type: "application/gzip", create: () => createGzip() },
  z: { type: "application/zlib", create: () => createDeflate() },
};

function compressed(
  body: AsyncIterable<Uint8Array>,
  description: Description,
  compression: Compression | undefined,
): Prepared {
  if (compression === undefined) return { body, description };
  const { type, create } = COMPRESSORS[compression];
  const compressor = create();
  // An error of the source destroys the compressor, and whoever reads that sees it.
  pipeline(Readable.from(body), compressor, () => undefined);
  return { body: compressor, description: { ...description, contentType: type, contentEncoding: undefined } };
}
