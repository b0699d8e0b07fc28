import { isLegal, timeOutOf, type Status } from "./status";

/** What is wished for, by people, apps and webhooks: where it cannot be done it is refused, and they are told. */
const WISHES = {
  "provision-requested": "Provision Request",
  "deploy-requested": "Queued",
  "deletion-requested": "Scheduled for Deletion",
} as const satisfies Readonly<Record<string, Status>>;

/** What functions report: where it does not fit it is late or double, and nobody's fault. */
const REPORTS = {
  "provisioning-started": "Provisioning",
  provisioned: "Ready for Deployment",
  "provisioning-failed": "Failed to Provision",
  "deploy-started": "Deploying",
  deployed: "Deployed",
  "deploy-failed": "Failed to Deploy",
  "deletion-started": "Deleting",
  "deletion-failed": "Failed to Delete",
  deleted: "Deleted",
} as const satisfies Readonly<Record<string, Status>>;

/** Reports that are about one build, and about no other one. */
const BUILD_REPORTS = ["deploy-started", "deployed", "deploy-failed"] as const;
type BuildReport = (typeof BUILD_REPORTS)[number];

/** Something that may move a pipeline. */
export type PipelineEvent =
  | { readonly kind: keyof typeof WISHES }
  | { readonly kind: Exclude<keyof typeof REPORTS, BuildReport> }
  | { readonly kind: BuildReport; readonly build: number }
  /** @param version Of the row that was found to last too long. */
  | { readonly kind: "timed-out"; readonly version: number };

/** What a decision needs to know of a pipeline. */
export interface PipelineState {
  readonly status: Status;
  readonly version: number;
  /** Number of the build that is queued or deploying. */
  readonly build?: number | undefined;
}

/** What an event amounts to. */
export type Decision =
  | { readonly kind: "move"; readonly from: Status; readonly to: Status }
  | { readonly kind: "ignore"; readonly reason: "duplicate" | "late" | "other-build" | "no-time-limit" | "held" }
  | { readonly kind: "reject"; readonly from: Status; readonly to?: Status };

/** All kinds of events. */
export const EVENT_KINDS: readonly PipelineEvent["kind"][] = [
  ...(Object.keys(WISHES) as (keyof typeof WISHES)[]),
  ...(Object.keys(REPORTS) as (keyof typeof REPORTS)[]),
  "timed-out",
];

/** The status that an event leads to. */
export const targetOf = (current: PipelineState, event: PipelineEvent): Status | undefined => {
  if (event.kind === "timed-out") return timeOutOf(current.status);
  const targets: Readonly<Record<string, Status>> = { ...WISHES, ...REPORTS };
  return Object.hasOwn(targets, event.kind) ? targets[event.kind] : undefined;
};

/** Decides what an event does to a pipeline. Pure and total: it has an answer even to what no sender should send. */
export function decide(current: PipelineState, event: PipelineEvent): Decision {
  const to = targetOf(current, event);
  if (event.kind === "timed-out") {
    if (event.version !== current.version) return { kind: "ignore", reason: "late" };
    return to === undefined ? { kind: "ignore", reason: "no-time-limit" } : { kind: "move", from: current.status, to };
  }
  if (to === undefined) return { kind: "reject", from: current.status };
  if (isBuildReport(event) && event.build !== current.build) return { kind: "ignore", reason: "other-build" };
  if (current.status === to) return { kind: "ignore", reason: "duplicate" };
  if (isLegal(current.status, to)) return { kind: "move", from: current.status, to };
  if (Object.hasOwn(REPORTS, event.kind)) return { kind: "ignore", reason: "late" };
  return { kind: "reject", from: current.status, to };
}

const isBuildReport = (event: PipelineEvent): event is Extract<PipelineEvent, { kind: BuildReport }> =>
  (BUILD_REPORTS as readonly string[]).includes(event.kind);
