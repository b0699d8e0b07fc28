import { defineCommand } from "../../command";
import { localStatusResult } from "../../local/status-result";
import { localDirectory } from "../../stack/local-directory";

export const command = defineCommand({
  describe: "Start the local AWS from nothing: no data, no Pulumi state, the same address",
  mutates: true,
  examples: [["slipway local reset --yes", "Forget everything that was deployed locally"]],
  run: async ({ dryRun, yes }, context) => {
    const directory = localDirectory(context);
    const { localReset, localStatus } = await context.libraries.local();
    if (dryRun) return localStatusResult(await localStatus({ directory }), "would be emptied");
    await context.ask.confirm({ action: "emptying the local AWS and its Pulumi state", yes });
    context.progress.begin("local reset");
    const { signal, forceSignal, progress } = context;
    await localReset({ directory, progress: progress.note, signal, forceSignal });
    return localStatusResult(await localStatus({ directory }));
  },
});
