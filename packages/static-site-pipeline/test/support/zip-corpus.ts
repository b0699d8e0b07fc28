import { crc32, deflateRawSync } from "node:zlib";
import type { ZipProblem } from "../../src/core/deploy-errors";
import { writeZip, type HandEntry } from "./zip-writer";

/** A zip that must be refused, and what for. */
export interface HostileZip {
  readonly zip: Buffer;
  readonly problem: ZipProblem;
}

const index: HandEntry = { name: "index.html", content: "<html>" };
const named = (name: string | Buffer, more: Partial<HandEntry> = {}): Buffer =>
  writeZip([index, { name, content: "x", ...more }]);

/** Unicode Path extra field: another name for whoever reads it. */
function unicodePath(raw: string, name: string): Buffer {
  const data = Buffer.concat([Buffer.from([1]), Buffer.alloc(4), Buffer.from(name)]);
  data.writeUInt32LE(crc32(raw), 1);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(0x7075, 0);
  head.writeUInt16LE(data.length, 2);
  return Buffer.concat([head, data]);
}

/** Bytes that hardly pack. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(Math.imul(at, 2654435761) >>> 0, at);
  return bytes;
}

/** Many entries that are all the same bytes: a small zip that is large unpacked. */
function sharedBytes(count: number): Buffer {
  const kernel = noise(900_000);
  const packed = deflateRawSync(kernel);
  const first: HandEntry = { name: "f0.txt", packed, crc: crc32(kernel), size: kernel.length };
  const rest = Array.from({ length: count }, (_, at): HandEntry => ({ ...first, name: `f${at + 1}.txt`, at: 0 }));
  return writeZip([first, ...rest]);
}

/** Entries whose content is the next ones' headers and contents: as in "a better zip bomb". */
function quotedHeaders(count: number): Buffer {
  const kernel = Buffer.alloc(500_000, "z");
  const packed = deflateRawSync(kernel);
  const base = writeZip(
    Array.from({ length: count }, (_, at) => ({ name: `${at}`.padStart(6, "0"), packed, crc: 0, size: kernel.length })),
  );
  // Each entry claims all bytes up to the end of the last one.
  for (let at = base.indexOf("PK\x01\x02", 0, "latin1"); at !== -1; at = base.indexOf("PK\x01\x02", at + 4, "latin1")) {
    const offset = base.readUInt32LE(at + 42);
    base.writeUInt32LE(Math.max(packed.length, base.length - offset - 30 - 6 - count * 52 - 22), at + 20);
  }
  return base;
}

/** Says that it is small, and is not. */
function lying(size: number): Buffer {
  return writeZip([index, { name: "lie.txt", content: noise(2_000_000), size }]);
}

function flipped(zip: Buffer, at: number): Buffer {
  const copy = Buffer.from(zip);
  copy.writeUInt8(copy.readUInt8(at) ^ 0xff, at);
  return copy;
}

const plain = writeZip([index, { name: "a.txt", content: "hello ".repeat(40) }]);
const nested = writeZip([{ name: "x", content: "y" }]);

/** What must be refused. Made when asked for: some are large. */
export const HOSTILE: Readonly<Record<string, () => HostileZip>> = {
  "a path that goes up": () => ({ zip: named("../x"), problem: "unsafe-path" }),
  "a path that goes up inside": () => ({ zip: named("a/../../x"), problem: "unsafe-path" }),
  "a path that goes up with backslashes": () => ({ zip: named("..\\x"), problem: "unsafe-path" }),
  "an absolute path": () => ({ zip: named("/abs"), problem: "unsafe-path" }),
  "a drive letter": () => ({ zip: named("C:\\x"), problem: "unsafe-path" }),
  "a drive letter with a slash": () => ({ zip: named("C:/x"), problem: "unsafe-path" }),
  "a network path": () => ({ zip: named("\\\\host\\x"), problem: "unsafe-path" }),
  "a NUL": () => ({ zip: named("a\0.html"), problem: "unsafe-path" }),
  "a line break": () => ({ zip: named("a\nb"), problem: "unsafe-path" }),
  "an empty name": () => ({ zip: named(""), problem: "unsafe-path" }),
  "bytes that are no UTF-8": () => ({ zip: named(Buffer.from([0x61, 0xff, 0xfe])), problem: "unsafe-path" }),
  "a folder of git": () => ({ zip: named(".git/hooks/post-checkout"), problem: "unsafe-path" }),
  "a folder of git, in capitals": () => ({ zip: named("a/.GIT/config"), problem: "unsafe-path" }),
  "a name of 1,025 bytes": () => ({ zip: named("n".repeat(1025)), problem: "unsafe-path" }),
  "a link": () => ({ zip: named("link", { content: "/etc/passwd", mode: 0o120777 }), problem: "link" }),
  "a link, then a file through it": () => ({
    zip: writeZip([index, { name: "l", content: "/tmp", mode: 0o120777 }, { name: "l/x", content: "x" }]),
    problem: "link",
  }),
  "a device": () => ({ zip: named("dev", { mode: 0o020644 }), problem: "link" }),
  "a name twice": () => ({ zip: writeZip([index, index]), problem: "duplicate" }),
  "names that differ in case": () => ({ zip: named("INDEX.html"), problem: "duplicate" }),
  "names that differ in their normal form": () => ({
    zip: writeZip([index, { name: "\u00e9" }, { name: "e\u0301" }]),
    problem: "duplicate",
  }),
  "a file that is a folder, too": () => ({
    zip: writeZip([index, { name: "a", content: "x" }, { name: "a/b", content: "x" }]),
    problem: "duplicate",
  }),
  "another name in the local header": () => ({
    zip: named("a.txt", { local: { name: "b.txt" } }),
    problem: "mismatch",
  }),
  "another size in the local header": () => ({ zip: named("a.txt", { local: { size: 7 } }), problem: "mismatch" }),
  "another checksum in the local header": () => ({ zip: named("a.txt", { local: { crc: 7 } }), problem: "mismatch" }),
  "another method in the local header": () => ({ zip: named("a.txt", { local: { method: 0 } }), problem: "mismatch" }),
  "another name in an extra field": () => ({
    zip: named("a.txt", { extra: unicodePath("a.txt", "../x") }),
    problem: "mismatch",
  }),
  "a wrong checksum": () => ({ zip: named("a.txt", { crc: 1 }), problem: "corrupt" }),
  "a size that is told too small": () => ({ zip: lying(1000), problem: "corrupt" }),
  "a size that is told too large": () => ({ zip: lying(2_000_001), problem: "corrupt" }),
  "a folder with content": () => ({ zip: named("folder/"), problem: "mismatch" }),
  "a ratio of more than 100": () => ({
    zip: named("a", { content: Buffer.alloc(20_000_000) }),
    problem: "too-compressed",
  }),
  "small files whose ratio is, taken together": () => ({
    zip: writeZip(Array.from({ length: 40 }, (_, at) => ({ name: `${at}`, content: Buffer.alloc(900_000) }))),
    problem: "too-compressed",
  }),
  "a size beyond the limit": () => ({ zip: named("a", { size: 0xfffffff0 }), problem: "too-large" }),
  "more than 50,000 entries": () => ({
    zip: writeZip(
      Array.from({ length: 50_001 }, (_, at) => ({ name: `${at}.txt`, stored: true })),
      { zip64: true },
    ),
    problem: "too-many-entries",
  }),
  "a count of entries that is a lie": () => ({ zip: writeZip([index], { count: 40_000 }), problem: "corrupt" }),
  "an encrypted entry": () => ({ zip: named("a", { flags: 0x0801 }), problem: "encrypted" }),
  "an unknown method": () => ({ zip: named("a", { method: 12 }), problem: "unknown-method" }),
  "entries that share bytes": () => ({ zip: sharedBytes(2000), problem: "overlap" }),
  "entries that quote the next ones": () => ({ zip: quotedHeaders(200), problem: "overlap" }),
  "a half": () => ({ zip: plain.subarray(0, plain.length / 2), problem: "not-a-zip" }),
  "a start that is missing": () => ({ zip: plain.subarray(40), problem: "corrupt" }),
  "a directory that is broken": () => ({
    zip: flipped(plain, plain.indexOf("PK\x01\x02", 0, "latin1")),
    problem: "corrupt",
  }),
  "packed bytes that are broken": () => ({ zip: flipped(plain, 30 + 10 + 2), problem: "corrupt" }),
  "no zip": () => ({ zip: Buffer.from("<html>this is no zip</html>".repeat(10)), problem: "not-a-zip" }),
  nothing: () => ({ zip: Buffer.alloc(0), problem: "not-a-zip" }),
};

/** What must be taken. */
export const HARMLESS: Readonly<Record<string, () => Buffer>> = {
  "plain files": () => plain,
  "files without compression": () => writeZip([index, { name: "a.txt", content: "hello", stored: true }]),
  "folders, and files in them": () =>
    writeZip([index, { name: "a/", mode: 0o040755, stored: true }, { name: "a/b.txt" }]),
  "a zip inside, which stays a file": () => writeZip([index, { name: "download.zip", content: nested, stored: true }]),
  "a zip64": () => writeZip([index, { name: "a.txt", content: "hello" }], { zip64: true }),
  "names of all kinds": () =>
    writeZip([index, { name: "é 日本 🎉 +%.txt" }, { name: ".well-known/x" }, { name: "..a" }]),
};
