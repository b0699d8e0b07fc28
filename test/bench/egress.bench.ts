import { measureLargeFile } from "./egress/large-file";
import { measureManyFiles } from "./egress/many-files";
import type { Measurement } from "./measure";

/** What it costs to send files by the agent: against less than it must do, and in memory. Needs no emulator. */
export async function run(): Promise<readonly Measurement[]> {
  return [...(await measureLargeFile()), ...(await measureManyFiles())];
}
