import { UnreadableMessageError } from "./errors";

/** The JSON of a message. @throws UnreadableMessageError */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new UnreadableMessageError("it is no JSON");
  }
}
