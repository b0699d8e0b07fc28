import type { LocalPart, LocalStatus } from "@slipway/local";
import type { CommandResult } from "../command";
import type { Style } from "../render/style";
import { renderTable } from "../render/table";

/**
 * The state of the local environment.
 *
 * @param remark What to add in a dry run, e.g. `would be started`.
 */
export function localStatusResult(status: LocalStatus, remark?: string): CommandResult {
  const { state, directory, endpoint, emulator, taskRunner, accounts, toolchain, plugins } = status;
  return {
    schema: "slipway.local.v1",
    data: {
      state,
      directory,
      state_directory: status.stateDirectory,
      endpoint: endpoint ?? null,
      emulator: partJson(emulator),
      task_runner: partJson(taskRunner),
      accounts,
      toolchain: toolchain ?? null,
      plugins,
      dry_run: remark !== undefined,
    },
    text: (style) => [renderStatus(status, style), ...(remark ? [`dry run: ${remark}`] : [])].join("\n"),
  };
}

const partJson = ({ pid, running, detail }: LocalPart): Record<string, unknown> => ({
  pid: pid ?? null,
  running,
  detail,
});

function renderStatus(status: LocalStatus, style: Style): string {
  const { state, directory, endpoint, emulator, taskRunner, accounts, toolchain, plugins } = status;
  const part = ({ pid, detail }: LocalPart): string => (pid === undefined ? detail : `${detail} (pid ${pid})`);
  const rows = [
    ["state", style(state === "running" ? "green" : "yellow", state)],
    ["project", directory],
    ["endpoint", endpoint ?? "-"],
    ["emulator", part(emulator)],
    ["task and build runner", part(taskRunner)],
    ...(toolchain ? [["pulumi", `${toolchain.version} (${toolchain.pulumi})`]] : []),
    ...Object.entries(plugins).map(([name, { kind, reason }]) => [`plugin ${name}`, `${kind}: ${reason}`]),
    ...Object.entries(accounts).map(([name, account]) => [`account ${name}`, account]),
  ];
  const next = state === "running" ? '\nin this shell: eval "$(slipway local env)"' : "\nstart it: slipway local up";
  return renderTable(["WHAT", "HOW"], rows, style) + next;
}
