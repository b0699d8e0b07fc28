import { readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Progress } from "../local-environment";
import { execute } from "../process/execute";
import { withHeartbeat } from "../progress";
import { cliDownloadUrl, isReachable } from "./reachable";
import { PULUMI_VERSION } from "./versions";

const DOWNLOAD_LIMIT_MS = 180_000;

/** Puts the official CLI and its language hosts into `folder`. Resolves with whether that worked; says why not. */
export async function downloadPulumi(folder: string, progress: Progress): Promise<boolean> {
  const url = cliDownloadUrl(PULUMI_VERSION);
  if (url === undefined || !(await isReachable(url))) {
    progress("the official download of Pulumi can't be reached from here");
    return false;
  }
  const result = await withHeartbeat(progress, `downloading Pulumi ${PULUMI_VERSION} (once per machine)`, () =>
    execute(process.execPath, [join(__dirname, "download-main.js"), folder, PULUMI_VERSION], {
      timeout: DOWNLOAD_LIMIT_MS,
    }),
  );
  if (result.ok) liftUp(folder);
  else progress(`the official download of Pulumi failed: ${result.summary}`);
  return result.ok;
}

/** The installer writes `<folder>/bin/*`; the cache keeps the programs in the folder itself. */
function liftUp(folder: string): void {
  const bin = join(folder, "bin");
  for (const name of readdirSync(bin)) renameSync(join(bin, name), join(folder, name));
  rmSync(bin, { recursive: true });
}
