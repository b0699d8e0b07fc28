import { isBlank, isProps, type Props } from "./plain";

const ROOT_ARN = /^arn:aws[\w-]*:iam::(\d{12}):root$/;

/** IAM reads a list as a set, and a list of one as its element. */
function canonicalSet(value: unknown): unknown {
  if (!Array.isArray(value)) return String(value);
  const items = [...new Set(value.map(String))].sort();
  return items.length === 1 ? items[0] : items;
}

function canonicalPrincipal(value: unknown): unknown {
  if (!isProps(value)) return { AWS: value };
  const entries = Object.entries(value).map(([type, ids]): [string, unknown] => {
    const list = (Array.isArray(ids) ? ids : [ids]).map((id) => String(id).replace(ROOT_ARN, "$1"));
    return [type, canonicalSet(list)];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b)));
}

function canonicalCondition(value: unknown): unknown {
  if (!isProps(value)) return canonicalSet(value);
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, canonicalCondition(inner)]);
  return Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b)));
}

const CANONICAL: Readonly<Record<string, (value: unknown) => unknown>> = {
  Action: canonicalSet,
  NotAction: canonicalSet,
  Resource: canonicalSet,
  NotResource: canonicalSet,
  Principal: canonicalPrincipal,
  NotPrincipal: canonicalPrincipal,
  Condition: canonicalCondition,
};

function canonicalStatement(statement: unknown): string {
  if (!isProps(statement)) return JSON.stringify(statement);
  const entries = Object.entries(statement)
    .filter(([, value]) => !isBlank(value))
    .map(([key, value]): [string, unknown] => [key, CANONICAL[key]?.(value) ?? value])
    .sort(([a], [b]) => a.localeCompare(b));
  return JSON.stringify(Object.fromEntries(entries));
}

function parseDocument(value: unknown): Props | undefined {
  if (typeof value !== "string") return isProps(value) ? value : undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return isProps(parsed) ? parsed : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function canonicalDocument(document: Props): string {
  const { Statement, ...rest } = document;
  const statements = (Array.isArray(Statement) ? Statement : [Statement]).map(canonicalStatement).sort();
  return JSON.stringify([Object.entries(rest).sort(([a], [b]) => a.localeCompare(b)), statements]);
}

/**
 * Whether two IAM policy documents grant the same: order of keys, statements and lists, a list of one against its
 * element, an account id against its root ARN, and `"*"` against `{"AWS": "*"}` make no difference.
 */
export function samePolicy(a: unknown, b: unknown): boolean {
  const [left, right] = [parseDocument(a), parseDocument(b)];
  if (left === undefined || right === undefined) return isBlank(a) && isBlank(b) ? true : a === b;
  return canonicalDocument(left) === canonicalDocument(right);
}
