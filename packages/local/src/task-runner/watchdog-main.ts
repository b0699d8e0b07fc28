import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { signalGroup } from "./container";
import type { WatchdogMessage } from "./watchdog";

const groups = new Set<number>();
const folders = new Set<string>();

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const message = JSON.parse(line) as WatchdogMessage;
    if ("started" in message) groups.add(message.started);
    else if ("ended" in message) groups.delete(message.ended);
    else folders.add(message.folder);
  })
  .on("close", () => {
    for (const group of groups) signalGroup(group, "SIGKILL");
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
