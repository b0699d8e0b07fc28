import { parseFailure, type PushFailure } from "../core/failure";
import { failureKey } from "../core/keys";
import type { PushDependencies } from "./dependencies";

type Archives = Pick<PushDependencies, "archives">;

/** Keeps why a message could not be done, in place of what was kept of an earlier try. */
export async function keepFailure({ archives }: Archives, failure: PushFailure): Promise<void> {
  const key = failureKey(failure.message_id);
  const before = await archives.readText(key);
  const condition =
    before === undefined ? ({ kind: "absent" } as const) : ({ kind: "etag", etag: before.etag } as const);
  // Who was faster told of the same message, a moment ago.
  await archives.writeText(key, `${JSON.stringify(failure, undefined, 2)}\n`, condition);
}

/** Why a message was given up; nothing when it is not known. */
export async function findFailure({ archives }: Archives, messageId: string): Promise<PushFailure | undefined> {
  const found = await archives.readText(failureKey(messageId));
  return found && parseFailure(found.text);
}
