import type { CommandResult } from "../command";
import { defineCommand } from "../command";
import type { CommandContext } from "../context";
import { OutputNotFoundError, SecretOutputError } from "../errors";
import { outputsJson } from "../stack/operation-result";
import { stackOption, stackTarget } from "../stack/options";
import { plain, renderOutputs } from "../stack/render-changes";

export const command = defineCommand({
  describe: "Print the outputs of a stack, or one of them",
  mutates: false,
  positionals: { output: { type: "string", describe: "Print the bare value of this output" } },
  options: {
    ...stackOption,
    "show-secret": { type: "boolean", default: false, describe: "Print the named output although it is secret" },
  },
  examples: [
    ["slipway outputs --stack staging", "All outputs; secrets stay hidden"],
    ["slipway outputs url --stack staging", "One value, for a script"],
  ],
  run: async ({ stack, output, showSecret }, context) => {
    const { outputs } = await context.libraries.automation();
    const all = await outputs(stackTarget(stack, context), { signal: context.signal });
    if (output === undefined) {
      return {
        schema: "slipway.outputs.v1",
        data: { stack, outputs: outputsJson(all) },
        text: (style) => renderOutputs(all, style),
      };
    }
    const found = all[output];
    if (!found) throw new OutputNotFoundError(stack, output, Object.keys(all));
    if (found.secret && !showSecret) throw new SecretOutputError(stack, output);
    return oneOutput(stack, output, found.secret ? await reveal(stack, output, context) : found.value);
  },
});

const oneOutput = (stack: string, output: string, value: unknown): CommandResult => ({
  schema: "slipway.output.v1",
  data: { stack, output, value },
  text: () => plain(value),
  bare: true,
});

async function reveal(stack: string, output: string, context: CommandContext): Promise<unknown> {
  const { revealOutput } = await context.libraries.automation();
  return revealOutput(stackTarget(stack, context), output, { signal: context.signal });
}
