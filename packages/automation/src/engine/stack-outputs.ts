import type { JsonValue, StackOutput, StackOutputs } from "../results";

// https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
// What a preview shows for a value that is only known after the update (sdk/go/common/resource/plugin/rpc.go).
const UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Turns the outputs of a stack resource, as events and state show them, into plain values without any secret. */
export function readStackOutputs(raw: Record<string, JsonValue>): StackOutputs {
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, readOutput(value)]));
}

function readOutput(value: JsonValue): StackOutput {
  if (contains(value, isSecret)) return { value: undefined, secret: true };
  return { value: contains(value, (part) => part === UNKNOWN_VALUE) ? undefined : value, secret: false };
}

function isSecret(value: JsonValue): boolean {
  return (
    value !== null && typeof value === "object" && !Array.isArray(value) && value[SIGNATURE_KEY] === SECRET_SIGNATURE
  );
}

function contains(value: JsonValue, matches: (part: JsonValue) => boolean): boolean {
  if (matches(value)) return true;
  if (value === null || typeof value !== "object") return false;
  return Object.values(value).some((part) => contains(part, matches));
}
