import type { DeploymentStatus } from "./deployment-status";

/** What a long operation tells while it runs. */
export type TrackerProgress =
  /** The deployment moved to another status. */
  | { readonly kind: "status"; readonly status: DeploymentStatus; readonly deploymentId: string }
  /** Labels of the environment are being written. */
  | { readonly kind: "labels"; readonly label: string; readonly services: readonly string[] }
  /** Something that the engine did to a resource of the stack. */
  | { readonly kind: "stack"; readonly message: string; readonly urn?: string | undefined }
  /** How a service stands while waiting for it to be stable. */
  | { readonly kind: "service"; readonly service: string; readonly message: string }
  /** Anything else worth a line. */
  | { readonly kind: "notice"; readonly message: string };
