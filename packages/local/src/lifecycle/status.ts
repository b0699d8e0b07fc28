import { LOCAL_ACCOUNTS } from "../accounts";
import { EMULATOR_VERSION } from "../emulator/install-emulator";
import { type StateLayout, stateLayout } from "../layout";
import type { LocalOptions } from "../local-environment";
import type { LocalPart, LocalState, LocalStatus } from "../local-status";
import { isRunning, type ProcessIdentity } from "../process/identity";
import type { Toolchain } from "../toolchain/tool";
import { type Condition, inspect } from "./condition";
import { type LocalRecord, readProcesses } from "./record";

const STATES: Readonly<Record<Condition["kind"], LocalState>> = {
  none: "stopped",
  running: "running",
  "without-runner": "broken",
  lost: "broken",
};

/** What is there, asked of each part. Starts, stops and changes nothing. */
export async function localStatus({ directory }: LocalOptions): Promise<LocalStatus> {
  const layout = stateLayout(directory);
  const condition = await inspect(layout);
  const record = "record" in condition ? condition.record : undefined;
  return {
    state: STATES[condition.kind],
    directory: layout.directory,
    stateDirectory: layout.state,
    endpoint: record?.endpoint,
    ...describeParts(layout, condition, record),
    accounts: LOCAL_ACCOUNTS,
    toolchain: record && describeToolchain(record.toolchain),
    plugins: record?.plugins ?? {},
  };
}

function describeParts(
  layout: StateLayout,
  condition: Condition,
  record: LocalRecord | undefined,
): { emulator: LocalPart; taskRunner: LocalPart } {
  if (record?.managed === false) {
    const emulator = { pid: undefined, running: true, detail: `your own, at ${record.endpoint}` };
    return { emulator, taskRunner: { pid: undefined, running: false, detail: "not used with your own emulator" } };
  }
  const { emulator, taskRunner } = readProcesses(layout);
  const problem = condition.kind === "lost" ? condition.reason : "not running";
  return {
    emulator: describePart(emulator, `ministack ${EMULATOR_VERSION}`, problem),
    taskRunner: describePart(taskRunner, layout.taskSocket, "not running"),
  };
}

function describePart(identity: ProcessIdentity | undefined, detail: string, problem: string): LocalPart {
  if (identity === undefined || !isRunning(identity)) return { pid: undefined, running: false, detail: problem };
  return { pid: identity.pid, running: true, detail };
}

const describeToolchain = ({ pulumi, languageHost }: Toolchain): NonNullable<LocalStatus["toolchain"]> => ({
  pulumi: pulumi.path,
  languageHost: languageHost.path,
  version: pulumi.version,
});
