import { at, textAt } from "@slipway/code-push/webhooks";
import type { AppEventMessage } from "../contract";
import { UnreadableMessageError } from "./errors";
import { parseJson } from "./parse-json";
import { requireSettings } from "./settings";

/** Reads a message of the apps team. @throws UnreadableMessageError, InvalidInputError */
export function parseAppEvent(body: string): AppEventMessage {
  const outer = parseJson(body);
  // The apps team's queue may be fed by a topic or by a bus.
  const inner = textAt(outer, "Message");
  const event = inner === undefined ? outer : parseJson(inner);
  const value = at(event, "detail") ?? event;
  const [type, app_id] = [textAt(value, "type") ?? textAt(event, "detail-type"), textAt(value, "app_id")];
  if (type !== "Created" && type !== "Deleted") throw new UnreadableMessageError("its type is not Created or Deleted");
  if (app_id === undefined) throw new UnreadableMessageError("it has no app_id");
  const correlation = textAt(value, "correlation_id");
  const settings = type === "Created" ? { settings: requireSettings(at(value, "settings")) } : {};
  return { type, app_id, ...settings, ...(correlation !== undefined && { correlation_id: correlation }) };
}
