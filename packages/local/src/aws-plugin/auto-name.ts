import { createHash, randomBytes } from "node:crypto";
import type { Props } from "./plain";
import type { AutoName } from "./resource-type";

const SUFFIX_DIGITS = 7;

/** What the engine says about naming one resource. */
export interface Naming {
  readonly logicalName: string;
  /** Same seed, same digits; absent or empty: random. */
  readonly seed?: Uint8Array;
  /** The engine's own proposal, from the `pulumi:autonaming` setting. */
  readonly proposal?: { readonly name: string; readonly mode: "propose" | "enforce" | "disable" };
}

function digits(seed: Uint8Array | undefined): string {
  const source = seed === undefined || seed.length === 0 ? randomBytes(32) : seed;
  return createHash("sha256").update(source).digest("hex").slice(0, SUFFIX_DIGITS);
}

/**
 * The name of a resource whose program gives none: logical name, dash, 7 hexadecimal digits, cut to what AWS takes.
 * @returns undefined when the stack's settings forbid automatic names.
 */
export function autoName(rule: AutoName, naming: Naming, inputs: Props): string | undefined {
  const { proposal } = naming;
  if (proposal?.mode === "disable") return undefined;
  if (proposal?.mode === "enforce") return proposal.name;
  const [prefix, suffix] = [rule.prefix ?? "", rule.suffix?.(inputs) ?? ""];
  const room = rule.maxLength - prefix.length - suffix.length;
  const cased = (name: string): string => (rule.lowerCase === true ? name.toLowerCase() : name);
  if (proposal !== undefined && proposal.name.length <= room) return `${prefix}${cased(proposal.name)}${suffix}`;
  const stem = cased(naming.logicalName.slice(0, room - SUFFIX_DIGITS - 1));
  return `${prefix}${stem}-${digits(naming.seed)}${suffix}`;
}
