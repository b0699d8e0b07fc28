import { DEFAULTS } from "./check";
import { overlay, same } from "./compare";
import { isBlank, isProps, type Props } from "./plain";
import { IMPORTED } from "./reconcile";
import { rulesOf, type AnyResourceType, type Rule } from "./resource-type";
import { hasUnknown } from "./wire";

/** One difference between what was deployed and what is wanted. */
export interface PropertyChange {
  /** Property path, e.g. `ttl.enabled` or `attributes[0].name`. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
}

/** All differences of a resource. */
export interface Difference {
  readonly changes: readonly PropertyChange[];
  /** Top-level inputs that force a replacement. */
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

const kindOf = (before: unknown, after: unknown): PropertyChange["kind"] =>
  isBlank(before) ? "add" : isBlank(after) ? "delete" : "update";

/** The innermost paths that differ. */
function paths(before: unknown, after: unknown, path: string, rule: Rule): Omit<PropertyChange, "replaces">[] {
  if (same(before, after, rule.kind)) return [];
  if (isProps(before) && isProps(after) && rule.kind !== "archive") {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => paths(before[key], after[key], `${path}.${key}`, rule));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, index) => paths(item, after[index], `${path}[${index}]`, rule));
  }
  return [{ path, kind: kindOf(before, after) }];
}

function isUnchanged(rule: Rule, before: unknown, after: unknown, imported: boolean): boolean {
  if (isBlank(after) && rule.computed === true) return true;
  if (imported && rule.carried === true) return true;
  if (imported && !isBlank(after) && overlay(after, before, rule.kind) !== undefined) return true;
  return same(before, after, rule.kind);
}

const forcesReplacement = ({ replaces }: Rule, news: Props): boolean =>
  typeof replaces === "function" ? replaces(news) : replaces === true;

function isSameIdentity(type: AnyResourceType, olds: Props, news: Props): boolean {
  const { identity } = type;
  if (identity === undefined) return false;
  const defaulted = news[DEFAULTS];
  return identity.every((name) => {
    // An automatic name is chosen anew for a replacement.
    const isAutomatic = name === type.autoName?.property && Array.isArray(defaulted) && defaulted.includes(name);
    return !isAutomatic && !hasUnknown(news[name]) && same(olds[name], news[name]);
  });
}

/**
 * Compares the inputs of the last deployment (as the last refresh found them) with the wanted ones.
 * @param regions Where the resource is, and where a resource without a `region` of its own would go now.
 */
export function diff(
  type: AnyResourceType,
  olds: Props,
  news: Props,
  regions: { readonly current?: string; readonly wanted?: string } = {},
): Difference {
  const imported = olds[IMPORTED] === true;
  const changes = Object.entries(rulesOf(type)).flatMap(([name, rule]): PropertyChange[] => {
    const isMove = name === "region" && regions.current !== undefined && regions.wanted !== undefined;
    const [before, after] = isMove ? [regions.current, regions.wanted] : [olds[name], news[name]];
    if (isUnchanged(rule, before, after, imported)) return [];
    return paths(before, after, name, rule).map((change) => ({ ...change, replaces: forcesReplacement(rule, news) }));
  });
  const replaces = [
    ...new Set(changes.filter((change) => change.replaces).map(({ path }) => path.split(/[.[]/)[0] ?? path)),
  ];
  return { changes, replaces, deleteBeforeReplace: replaces.length > 0 && isSameIdentity(type, olds, news) };
}
