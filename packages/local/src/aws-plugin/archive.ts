import { InvalidInputError } from "@slipway/core";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { ZipFile } from "yazl";
import { isProps, type Props } from "./plain";

/** The same bytes for the same content, on every machine: no time stamps of files. */
const MODIFIED = new Date(Date.UTC(1980, 0, 1));
const FILE_MODE = 0o100644;
const EXECUTABLE_MODE = 0o100755;
const OWNER_EXECUTES = 0o100;

interface Entry {
  readonly path: string;
  readonly bytes: Buffer;
  readonly mode: number;
}

const unsupported = (what: string): InvalidInputError =>
  new InvalidInputError(
    "code",
    `${what} is not supported by the local stand-in`,
    "use a FileArchive, FileAsset or StringAsset",
  );

async function filesUnder(directory: string, prefix: string): Promise<Entry[]> {
  const children = await readdir(directory, { withFileTypes: true });
  const entries = children.map(async (child): Promise<Entry[]> => {
    const [source, path] = [join(directory, child.name), `${prefix}${child.name}`];
    return child.isDirectory() ? filesUnder(source, `${path}/`) : [await fileEntry(source, path)];
  });
  return (await Promise.all(entries)).flat();
}

async function fileEntry(source: string, path: string): Promise<Entry> {
  const [bytes, { mode }] = await Promise.all([readFile(source), stat(source)]);
  return { path, bytes, mode: (mode & OWNER_EXECUTES) === 0 ? FILE_MODE : EXECUTABLE_MODE };
}

/** Entries of one member of an archive: a text, a file, a folder, or an archive of these. */
async function entriesOf(value: Props, path: string): Promise<Entry[]> {
  const { text, path: source, assets } = value;
  if (typeof text === "string") return [{ path, bytes: Buffer.from(text), mode: FILE_MODE }];
  if (isProps(assets)) {
    const members = Object.entries(assets).map(([name, member]) => {
      if (!isProps(member)) throw unsupported(`archive member ${name}`);
      return entriesOf(member, path === "" ? name : `${path}/${name}`);
    });
    return (await Promise.all(members)).flat();
  }
  if (typeof source !== "string") throw unsupported("a remote asset or archive");
  const isFolder = (await stat(source)).isDirectory();
  return isFolder ? filesUnder(source, path === "" ? "" : `${path}/`) : [await fileEntry(source, path)];
}

async function zip(entries: readonly Entry[]): Promise<Buffer> {
  const file = new ZipFile();
  for (const { path, bytes, mode } of [...entries].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    file.addBuffer(bytes, path, { mtime: MODIFIED, mode });
  }
  file.end();
  return buffer(file.outputStream);
}

/**
 * The zip file of a Pulumi archive as the engine hands it over: a folder or members are packed, a `.zip` file is taken
 * as it is.
 * @throws InvalidInputError for remote assets and archives, and for archive files that are no zip.
 */
export async function zipOf(archive: Props): Promise<Buffer> {
  const { path } = archive;
  if (typeof path === "string" && !(await stat(path)).isDirectory()) {
    if (!/\.(zip|jar)$/.test(path)) throw unsupported(`archive file ${path}`);
    return readFile(path);
  }
  return zip(await entriesOf(archive, ""));
}
