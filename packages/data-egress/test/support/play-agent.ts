import { existsSync } from "node:fs";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { orderPath, receiptPath, VOLUME_FOLDERS, type DeliveryOrder } from "../../src/agent-contract";

/** Delivers everything that is ordered on a volume, as agent-contract.ts says. @returns `folder/name` of each. */
export async function playAgent(root: string): Promise<string[]> {
  const delivered: string[] = [];
  for (const file of await readdir(join(root, VOLUME_FOLDERS.orders))) {
    if (file.startsWith(".")) continue;
    const { id, jobId, folder, name, sha256, bytes } = JSON.parse(
      await readFile(join(root, VOLUME_FOLDERS.orders, file), "utf8"),
    ) as DeliveryOrder;
    const path = join(root, folder, name);
    if (!existsSync(path)) continue;
    const receipt = { version: 1, id, jobId, folder, name, sha256, bytes, status: "delivered" };
    const at = join(root, receiptPath(id));
    await writeFile(
      `${at}.tmp`,
      JSON.stringify({ ...receipt, destinations: [], finishedAt: new Date().toISOString() }),
    );
    await rename(`${at}.tmp`, at);
    await rm(path);
    await rm(join(root, orderPath(id)));
    delivered.push(`${folder}/${name}`);
  }
  return delivered;
}
