import { PUSH_MESSAGE, type PushMessage, type PushTrigger } from "../contract";
import { UnreadableMessageError } from "./errors";
import { textAt } from "./payload";
import { providerNamed } from "./providers";
import { isSha, parseRef } from "./refs";

const TRIGGERS: readonly string[] = ["webhook", "reconcile", "command"] satisfies readonly PushTrigger[];

/** Reads a message of the queue. @throws UnreadableMessageError */
export function parseMessage(body: string): PushMessage {
  const value = parseJson(body);
  const text = (field: keyof PushMessage): string => textAt(value, field) ?? "";
  if (text("type") !== PUSH_MESSAGE) throw new UnreadableMessageError(`its type is not ${PUSH_MESSAGE}`);
  const [sha, ref, provider, trigger] = [text("sha"), text("ref"), providerNamed(text("provider")), text("trigger")];
  if (!isSha(sha)) throw new UnreadableMessageError("its sha is no commit id");
  if (parseRef(ref) === undefined) throw new UnreadableMessageError("its ref is no branch and no tag");
  if (provider === undefined) throw new UnreadableMessageError("its provider is none of ours");
  if (!TRIGGERS.includes(trigger)) throw new UnreadableMessageError("its trigger is none of ours");
  if (text("repository") === "") throw new UnreadableMessageError("it names no repository");
  const delivery = textAt(value, "delivery_id");
  return {
    type: PUSH_MESSAGE,
    repository: text("repository"),
    ref,
    sha,
    provider,
    trigger: trigger as PushTrigger,
    ...(delivery !== undefined && { delivery_id: delivery }),
    correlation_id: text("correlation_id") || "none",
    received_at: text("received_at"),
  };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new UnreadableMessageError("it is no JSON");
  }
}
