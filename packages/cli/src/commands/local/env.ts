import { defineCommand } from "../../command";
import { LocalStoppedError } from "../../errors";
import { shellLines } from "../../local/shell";
import { localDirectory } from "../../stack/local-directory";

export const command = defineCommand({
  describe: "Print the variables of the local AWS for a shell",
  mutates: false,
  examples: [['eval "$(slipway local env)"', "pulumi, aws and slipway in this shell use the local AWS"]],
  run: async (_args, context) => {
    const directory = localDirectory(context);
    const { findLocal } = await context.libraries.local();
    const found = findLocal({ directory });
    if (!found) throw new LocalStoppedError(directory);
    const { env, unset } = found;
    return { schema: "slipway.local-env.v1", data: { env, unset }, text: () => shellLines(env, unset) };
  },
});
