import { buffer, text } from "node:stream/consumers";
import { promisify } from "node:util";
import { type Entry, fromBuffer, type ZipFile as OpenZip } from "yauzl";
import { ZipFile } from "yazl";

/** A zip file of texts. */
export function zipped(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  return buffer(zip.outputStream);
}

/** The texts in a zip file. */
export async function unzipped(bytes: Buffer): Promise<Record<string, string>> {
  const zip = await promisify<Buffer, { lazyEntries: true }, OpenZip>(fromBuffer)(bytes, { lazyEntries: true });
  const open = promisify(zip.openReadStream.bind(zip)) as (entry: Entry) => Promise<NodeJS.ReadableStream>;
  const files: Record<string, string> = {};
  return new Promise((resolve, reject) => {
    zip.on("entry", (entry: Entry) => {
      const keep = async () => void (files[entry.fileName] = await text(await open(entry)));
      keep().then(() => zip.readEntry(), reject);
    });
    zip.on("end", () => resolve(files));
    zip.on("error", reject);
    zip.readEntry();
  });
}
