import { defineCommand } from "../../command";
import { localStatusResult } from "../../local/status-result";
import { localDirectory } from "../../stack/local-directory";

export const command = defineCommand({
  describe: "Stop the local AWS and delete its data with the Pulumi state that describes it",
  mutates: true,
  examples: [["slipway local down", "Nothing is left running; fine to repeat"]],
  run: async ({ dryRun }, context) => {
    const directory = localDirectory(context);
    const { localDown, localStatus } = await context.libraries.local();
    if (dryRun) return localStatusResult(await localStatus({ directory }), "would be stopped and deleted");
    const { stopped, deletedState } = await localDown({ directory, progress: context.progress.note });
    const did = stopped.length > 0 ? `stopped ${stopped.join(" and ")}` : "nothing was running";
    return {
      schema: "slipway.local-down.v1",
      data: { directory, stopped, deleted_state: deletedState },
      text: () => `${did}${deletedState ? ", deleted its data" : ""}`,
    };
  },
});
