import { crc32, deflateRawSync } from "node:zlib";

/** One entry of a zip that is written by hand; what is not given is as it should be. */
export interface HandEntry {
  readonly name: string | Buffer;
  readonly content?: Buffer | string;
  readonly stored?: boolean;
  /** Bytes in place of the packed content. */
  readonly packed?: Buffer;
  readonly flags?: number;
  readonly method?: number;
  readonly mode?: number;
  readonly crc?: number;
  readonly size?: number;
  readonly extra?: Buffer;
  /** What the local header says otherwise. */
  readonly local?: { readonly name?: string; readonly size?: number; readonly crc?: number; readonly method?: number };
  /** Offset of the local header in place of the true one; the entry itself is not written then. */
  readonly at?: number;
}

/** Settings of the end of a zip. */
export interface HandEnd {
  readonly count?: number;
  readonly zip64?: boolean;
}

const UTF8 = 0x0800;

/** Writes a zip, hostile ones as well: nothing is checked. */
export function writeZip(entries: readonly HandEntry[], end: HandEnd = {}): Buffer {
  const bodies: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const parts = partsOf(entry);
    central.push(centralHeader(parts, entry.at ?? offset), parts.name, parts.extra);
    if (entry.at !== undefined) continue;
    const name = Buffer.from(entry.local?.name ?? parts.name);
    const body = Buffer.concat([localHeader(parts, entry, name.length), name, parts.packed]);
    bodies.push(body);
    offset += body.length;
  }
  const directory = Buffer.concat(central);
  const count = end.count ?? entries.length;
  const tail = end.zip64 === true ? zip64End(count, directory.length, offset) : Buffer.alloc(0);
  return Buffer.concat([...bodies, directory, tail, endRecord(count, directory.length, offset, end.zip64 === true)]);
}

function partsOf(entry: HandEntry) {
  const content = Buffer.from(entry.content ?? "");
  const name = Buffer.from(entry.name);
  const packed = entry.packed ?? (entry.stored === true ? content : deflateRawSync(content));
  return {
    name,
    packed,
    extra: entry.extra ?? Buffer.alloc(0),
    flags: entry.flags ?? UTF8,
    method: entry.method ?? (entry.stored === true ? 0 : 8),
    crc: entry.crc ?? crc32(content),
    size: entry.size ?? content.length,
    mode: entry.mode ?? 0o100644,
  };
}

type Parts = ReturnType<typeof partsOf>;

function localHeader(parts: Parts, { local = {} }: HandEntry, nameLength: number): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(parts.flags, 6);
  header.writeUInt16LE(local.method ?? parts.method, 8);
  header.writeUInt32LE(local.crc ?? parts.crc, 14);
  header.writeUInt32LE(parts.packed.length, 18);
  header.writeUInt32LE(local.size ?? parts.size, 22);
  header.writeUInt16LE(nameLength, 26);
  return header;
}

function centralHeader(parts: Parts, offset: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE((3 << 8) | 20, 4);
  header.writeUInt16LE(20, 6);
  header.writeUInt16LE(parts.flags, 8);
  header.writeUInt16LE(parts.method, 10);
  header.writeUInt32LE(parts.crc, 16);
  header.writeUInt32LE(parts.packed.length, 20);
  header.writeUInt32LE(parts.size, 24);
  header.writeUInt16LE(parts.name.length, 28);
  header.writeUInt16LE(parts.extra.length, 30);
  header.writeUInt32LE((parts.mode << 16) >>> 0, 38);
  header.writeUInt32LE(offset, 42);
  return header;
}

function endRecord(count: number, size: number, offset: number, zip64: boolean): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(zip64 ? 0xffff : Math.min(count, 0xffff), 8);
  end.writeUInt16LE(zip64 ? 0xffff : Math.min(count, 0xffff), 10);
  end.writeUInt32LE(zip64 ? 0xffffffff : size, 12);
  end.writeUInt32LE(zip64 ? 0xffffffff : offset, 16);
  return end;
}

function zip64End(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(76);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(offset + size), 64);
  record.writeUInt32LE(1, 72);
  return record;
}
