import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { isProps, type Props } from "./plain";

/** Stands for a value that a preview cannot know; `rpc.unknownValue` of `@pulumi/pulumi`. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** Key that marks a bag as an asset, an archive or a secret. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
/** Signatures of the special values, as in `@pulumi/pulumi/runtime/rpc`. */
export const SIGNATURES = {
  asset: "c44067f5952c0a294b673a41bacd8c17",
  archive: "0def7320c3a5731c473e5ecbe6d01bc7",
  secret: "1b47061264138c4ac30d75fd1eb44270",
} as const;

/** Whether a value is or holds an unknown. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isProps(value) && Object.values(value).some(hasUnknown);
}

/** The bag of a message; empty when the message has none. */
export function fromStruct(struct: Struct | undefined): Props {
  return struct === undefined ? {} : struct.toJavaScript();
}

/** A message from a bag. Absent values are left out, and so are dates and other classes' details (JSON rules). */
export function toStruct(props: Props): Struct {
  const json: Record<string, JavaScriptValue> = JSON.parse(JSON.stringify(props));
  return Struct.fromJavaScript(json);
}

/** A bag whose values are plain: what was marked as secret is there as itself. */
export function withoutSecrets(props: Props): Props {
  return Object.fromEntries(Object.entries(props).map(([name, value]) => [name, revealed(value)]));
}

function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (!isProps(value)) return value;
  return value[SIGNATURE] === SIGNATURES.secret ? revealed(value["value"]) : withoutSecrets(value);
}

/** Marks the named values of a bag as secrets. */
export function withSecrets(props: Props, names: readonly string[] = []): Props {
  const marked = names.filter((name) => props[name] !== undefined && props[name] !== UNKNOWN);
  const secrets = marked.map((name) => [name, { [SIGNATURE]: SIGNATURES.secret, value: props[name] }]);
  return { ...props, ...Object.fromEntries(secrets) };
}
