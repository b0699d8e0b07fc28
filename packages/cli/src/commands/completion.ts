import { defineCommand } from "../command";
import { completionScripts } from "../completion/scripts";
import { UsageError } from "../errors";

export const command = defineCommand({
  describe: "Print the completion script of a shell, with values of this project",
  mutates: false,
  positionals: { shell: { choices: ["bash", "zsh"], describe: "Default: the shell of $SHELL" } },
  examples: [
    ['eval "$(slipway completion bash)"', "In ~/.bashrc"],
    ['eval "$(slipway completion zsh)"', "In ~/.zshrc, after compinit"],
  ],
  run: async ({ shell }, { env }) => {
    const name = shell ?? env["SHELL"]?.replace(/^.*\//, "");
    const script = name === undefined ? undefined : completionScripts[name];
    if (script === undefined) throw new UsageError("which shell? bash and zsh are known", "slipway completion");
    return { schema: "slipway.completion-script.v1", data: { shell: name, script }, text: () => script };
  },
});
