import { LocalStartError } from "../errors";
import { stateLayout } from "../layout";
import type { LocalEnvironment } from "../local-environment";
import { localDown } from "./down";
import { readRecord } from "./record";
import { localUp, type LocalUpOptions } from "./up";

/** Addresses that clear an emulator's data: ministack's, then LocalStack's. */
const CLEAR_PATHS = ["/_ministack/reset", "/_localstack/state/reset"] as const;

/**
 * Starts from nothing: no data, no Pulumi state, the same endpoint, so that shells that were set up stay right.
 * Errors as `localDown` and `localUp`.
 */
export async function localReset(options: Omit<LocalUpOptions, "port">): Promise<LocalEnvironment> {
  const record = readRecord(stateLayout(options.directory));
  if (record?.managed === false) await clearForeign(record.endpoint);
  await localDown(options);
  const port = record?.managed === true ? { port: Number(new URL(record.endpoint).port) } : {};
  return localUp({ ...options, ...port });
}

/** An emulator of the reader's own is not restarted but told to forget. */
async function clearForeign(endpoint: string): Promise<void> {
  for (const path of CLEAR_PATHS) {
    const response = await fetch(`${endpoint}${path}`, { method: "POST" });
    await response.arrayBuffer();
    if (response.ok) return;
  }
  throw new LocalStartError("emulator", `at ${endpoint} offers no way to clear its data`, "");
}
