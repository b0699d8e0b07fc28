import type { Action, Route } from "./configuration";
import { problemOfName, quoted } from "./names";

/** One place that a file goes to, and its name there. */
export interface Target {
  readonly action: Exclude<Action, { kind: "rename" }>;
  readonly sentAs: string;
}

/** Where a file goes, or why it goes nowhere. */
export type Plan = { readonly targets: readonly Target[] } | { readonly problem: string };

/** The first route that takes a file of this folder. */
export const routeOf = (routes: readonly Route[], folder: string, name: string): Route | undefined =>
  routes.find((route) => route.folder === folder && route.filenameRegex.matches(name));

/** Goes through the actions of a route. A rename whose result is no name sends nothing at all. */
export function planOf({ name: routeName, actions }: Route, name: string): Plan {
  const targets: Target[] = [];
  let sentAs = name;
  for (const action of actions) {
    if (action.kind !== "rename") {
      targets.push({ action, sentAs });
      continue;
    }
    sentAs = action.regex.matcher(sentAs).replaceAll(action.replacement);
    const problem = problemOfName(sentAs);
    if (problem !== undefined) {
      return { problem: `route ${quoted(routeName)} renames ${quoted(name)} to ${quoted(sentAs)}, and ${problem}` };
    }
  }
  return { targets };
}

/** A target as receipts, logs and metrics name it: without a query, which may hold what nobody should read. */
export function describeTarget({ action }: Target): string {
  if (action.kind === "write") return action.folder;
  const { origin, pathname } = new URL(action.url);
  return `${origin}${pathname}`;
}
