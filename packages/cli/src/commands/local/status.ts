import { defineCommand } from "../../command";
import { exitCodes, type ExitCode } from "../../exit-codes";
import { localStatusResult } from "../../local/status-result";
import { localDirectory } from "../../stack/local-directory";

const exitCodeByState: Readonly<Record<"running" | "stopped" | "broken", ExitCode>> = {
  running: exitCodes.ok,
  stopped: exitCodes.notFound,
  broken: exitCodes.attention,
};

export const command = defineCommand({
  describe: "Say whether the local AWS runs, where, and with which plugins",
  mutates: false,
  examples: [["slipway local status", "Exit code 5 when it is stopped, 7 when something died"]],
  run: async (_args, context) => {
    const { localStatus } = await context.libraries.local();
    const status = await localStatus({ directory: localDirectory(context) });
    return { ...localStatusResult(status), exitCode: exitCodeByState[status.state] };
  },
});
