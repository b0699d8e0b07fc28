import type { ProgressEvent, ResourceOperation, ResourceProgress } from "@slipway/automation";
import type { Progress } from "../progress/progress";
import { counts } from "./render-changes";

const doing: Readonly<Record<ResourceOperation, string>> = {
  create: "creating",
  update: "updating",
  replace: "replacing",
  delete: "deleting",
  same: "checking",
  read: "reading",
  import: "importing",
  refresh: "refreshing",
  discard: "discarding",
};

/** How engine events are told. */
export interface EngineProgressSettings {
  /** Number of resources to expect, where a preview has told. */
  readonly total?: number | undefined;
  /** Whether each resource gets a line of its own; not in a preview, whose result lists them. @default true */
  readonly lines?: boolean;
}

/**
 * Turns engine events into progress: counts and the present resource on the live line, a line for each resource that
 * was changed or failed, and every warning and error.
 */
export function engineProgress(
  progress: Progress,
  { total, lines = true }: EngineProgressSettings = {},
): (event: ProgressEvent) => void {
  // The engine tells some resources twice, e.g. a component when it is registered and when its outputs are.
  const done = new Set<string>();
  const standing = (current: string): void =>
    progress.update({ done: done.size, total: total === undefined ? undefined : Math.max(total, done.size), current });
  const onResource = ({ phase, name, type, operation, urn }: ResourceProgress): void => {
    const isNews = phase !== "started" && !done.has(urn);
    if (isNews) done.add(urn);
    if (isNews && lines && phase === "finished" && operation !== "same")
      progress.step(`  ${operation} ${name} (${type})`);
    if (isNews && phase === "failed") progress.note(`  failed to ${operation} ${name} (${type})`);
    standing(`${doing[operation]} ${name}`);
  };
  return (event) => {
    if (event.kind === "resource") onResource(event);
    if (event.kind === "diagnostic" && event.severity !== "info")
      progress.note(`  ${event.severity}: ${event.message}`);
    if (event.kind === "summary" && lines) progress.step(`  ${counts(event.changes)}`);
    if (event.kind === "cancelling") progress.note(event.gracefully ? "  ending gracefully" : "  ending at once");
  };
}
