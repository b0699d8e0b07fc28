import { isBlank, isProps, isUnsaid, type Props } from "./plain";
import { samePolicy } from "./policy-document";
import type { Kind } from "./resource-type";
import { UNKNOWN } from "./wire";

/** Parsed JSON, or undefined when the text is none. */
export function parseJson(text: unknown): unknown {
  if (typeof text !== "string") return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const isUnordered = (kind: Kind): boolean => kind !== "list" && kind !== "json";

function sameList(a: unknown[], b: unknown[], kind: Kind): boolean {
  if (a.length !== b.length) return false;
  if (!isUnordered(kind)) return a.every((item, index) => sameValue(item, b[index], kind));
  const left = [...b];
  return a.every((item) => {
    const found = left.findIndex((other) => sameValue(item, other, kind));
    if (found >= 0) left.splice(found, 1);
    return found >= 0;
  });
}

function sameValue(a: unknown, b: unknown, kind: Kind): boolean {
  if (isBlank(a) || isBlank(b)) return isBlank(a) && isBlank(b);
  if (Array.isArray(a)) return Array.isArray(b) && sameList(a, b, kind);
  if (!isProps(a)) return !isProps(b) && !Array.isArray(b) && String(a) === String(b);
  if (!isProps(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => sameValue(a[key], b[key], kind));
}

const contentHash = (value: unknown): unknown => (isProps(value) ? value["hash"] : undefined);

/** Whether two values of an input ask for the same thing. */
export function same(a: unknown, b: unknown, kind: Kind = "value"): boolean {
  if (a === UNKNOWN || b === UNKNOWN) return a === b;
  if (kind === "policy") return samePolicy(a, b);
  if (kind === "archive") return contentHash(a) === contentHash(b);
  if (kind !== "json") return sameValue(a, b, kind);
  const [left, right] = [parseJson(a), parseJson(b)];
  return left === undefined || right === undefined ? a === b : sameValue(left, right, kind);
}

const MISMATCH = Symbol("mismatch");

function overlayList(wanted: unknown[], actual: unknown[], kind: Kind): unknown {
  if (wanted.length !== actual.length) return MISMATCH;
  const left = [...actual];
  const merged = wanted.map((item) => {
    const found = isUnordered(kind) ? left.findIndex((other) => overlayValue(item, other, kind) !== MISMATCH) : 0;
    return found < 0 ? MISMATCH : overlayValue(item, left.splice(found, 1)[0], kind);
  });
  return merged.includes(MISMATCH) ? MISMATCH : merged;
}

function overlayProps(wanted: Props, actual: Props, kind: Kind): unknown {
  const merged: Props = { ...actual };
  for (const [key, value] of Object.entries(wanted)) {
    const field = overlayValue(value, actual[key], kind);
    if (field === MISMATCH) return MISMATCH;
    merged[key] = field;
  }
  return merged;
}

function overlayValue(wanted: unknown, actual: unknown, kind: Kind): unknown {
  if (isUnsaid(wanted) && isBlank(actual)) return wanted;
  if (isBlank(wanted)) return kind === "map" ? MISMATCH : actual;
  if (Array.isArray(wanted)) return Array.isArray(actual) ? overlayList(wanted, actual, kind) : MISMATCH;
  if (isProps(wanted)) return isProps(actual) ? overlayProps(wanted, actual, kind) : MISMATCH;
  return !isProps(actual) && String(wanted) === String(actual) ? wanted : MISMATCH;
}

/**
 * Holds what AWS reports against what was asked for. When it is as asked, answers the asked value completed with the
 * nested fields that AWS filled in; undefined when it is not.
 */
export function overlay(wanted: unknown, actual: unknown, kind: Kind = "value"): unknown {
  if (kind === "policy") return samePolicy(wanted, actual) ? wanted : undefined;
  if (kind === "map") return sameValue(wanted, actual, kind) ? wanted : undefined;
  if (kind === "json") {
    return overlayValue(parseJson(wanted), parseJson(actual), kind) === MISMATCH ? undefined : wanted;
  }
  const merged = overlayValue(wanted, actual, kind);
  return merged === MISMATCH ? undefined : merged;
}
