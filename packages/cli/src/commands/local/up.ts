import { InvalidInputError } from "@slipway/core";
import { defineCommand } from "../../command";
import { localDirectory } from "../../stack/local-directory";
import { localStatusResult } from "../../local/status-result";

export const command = defineCommand({
  describe: "Start the local AWS of this project; the first time installs what it needs",
  mutates: true,
  options: { port: { type: "number", describe: "Port of the emulator", defaultDescription: "a free one" } },
  examples: [['slipway local up && eval "$(slipway local env)"', "Then plain pulumi works too"]],
  run: async ({ port, dryRun }, context) => {
    if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
      throw new InvalidInputError("--port", `${port} is not a port`, "give a number from 1 to 65535");
    }
    const directory = localDirectory(context);
    const { localStatus, localUp } = await context.libraries.local();
    if (!dryRun) {
      const { signal, forceSignal, progress } = context;
      progress.begin("local up");
      await localUp({
        directory,
        progress: progress.note,
        signal,
        forceSignal,
        ...(port === undefined ? {} : { port }),
      });
    }
    return localStatusResult(await localStatus({ directory }), dryRun ? "would be started" : undefined);
  },
});
