import type * as Artefacts from "@slipway/artefact-promotion/library";
import type * as Automation from "@slipway/automation";
import type * as Push from "@slipway/code-push/library";
import type * as Egress from "@slipway/data-egress/library";
import type * as Local from "@slipway/local";
import type * as Tracker from "@slipway/release-tracker/library";
import type * as Sites from "@slipway/static-site-pipeline/library";

/** What the CLI uses of `@slipway/artefact-promotion/library`. */
export type ArtefactsLibrary = Pick<typeof Artefacts, "openArtefacts" | "parseConnection">;
/** What the CLI uses of `@slipway/automation`. */
export type AutomationLibrary = Pick<
  typeof Automation,
  | "destroy"
  | "history"
  | "inspect"
  | "outputs"
  | "preview"
  | "readStackSettings"
  | "recover"
  | "refresh"
  | "revealOutput"
  | "unlock"
  | "up"
>;
/** What the CLI uses of `@slipway/data-egress/library`. */
export type EgressLibrary = Pick<typeof Egress, "findConflicts" | "FLAG_NAME" | "openEgress" | "targetOf">;
/** What the CLI uses of `@slipway/local`. */
export type LocalLibrary = Pick<
  typeof Local,
  "findLocal" | "localDown" | "localLogs" | "localReset" | "localStatus" | "localUp" | "pushLocalImage"
>;
/** What the CLI uses of `@slipway/code-push/library`. */
export type PushLibrary = Pick<typeof Push, "CREDENTIALS_VARIABLE" | "openCodePush" | "pushOnce">;
/** What the CLI uses of `@slipway/static-site-pipeline/library`. */
export type SitesLibrary = Pick<typeof Sites, "openSites">;
/** What the CLI uses of `@slipway/release-tracker/library`. */
export type TrackerLibrary = Pick<typeof Tracker, "findProject" | "openReleaseTracker">;

/** Slipway's libraries, each loaded on first use and replaceable in tests. */
export interface Libraries {
  artefacts(): Promise<ArtefactsLibrary>;
  automation(): Promise<AutomationLibrary>;
  egress(): Promise<EgressLibrary>;
  local(): Promise<LocalLibrary>;
  push(): Promise<PushLibrary>;
  sites(): Promise<SitesLibrary>;
  tracker(): Promise<TrackerLibrary>;
}

/** The real ones. */
export const libraries: Libraries = {
  artefacts: () => import("@slipway/artefact-promotion/library"),
  automation: () => import("@slipway/automation"),
  egress: () => import("@slipway/data-egress/library"),
  local: () => import("@slipway/local"),
  push: () => import("@slipway/code-push/library"),
  sites: () => import("@slipway/static-site-pipeline/library"),
  tracker: () => import("@slipway/release-tracker/library"),
};
