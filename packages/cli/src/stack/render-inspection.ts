import type { StackInspection } from "@slipway/automation";

/** What was found about a stack, one sentence a line. */
export const renderFindings = ({ stack, findings }: StackInspection): string =>
  findings.length === 0 ? `${stack}: nothing is wrong` : findings.map((finding) => `${stack}: ${finding}`).join("\n");

/** The same as JSON. */
export const inspectionJson = (found: StackInspection): Record<string, unknown> => ({
  backend: found.backend,
  locks: found.locks?.map(({ user, host, pid, lockedAt, state }) => ({
    user,
    host,
    pid,
    locked_at: lockedAt.toISOString(),
    state,
  })),
  pending_operations: found.pendingOperations,
  resources: found.resources,
  findings: found.findings,
});
