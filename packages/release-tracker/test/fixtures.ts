import { randomUUID } from "node:crypto";
import type { Clock } from "@slipway/core";
import type { Deployment } from "../src/core/deployment";
import type { Lease } from "../src/core/lease";
import type { Project } from "../src/core/manifest";
import { toTimestamp } from "../src/core/release";
import type { Release } from "../src/core/release";

/** A digest that differs with `n`. */
export const digest = (n: number): string => `sha256:${n.toString(16).padStart(64, "0")}`;

/** An ECR image URI without a digest. */
export const ecr = (service: string, tag: string): string =>
  `000000000000.dkr.ecr.eu-west-2.amazonaws.com/${service}:${tag}`;

/** A clock that moves by a second with each look, so that everything has its own time. */
export function tickingClock(
  start = "2026-11-21T10:00:00Z",
): Clock & { readonly advance: (milliseconds: number) => void } {
  let now = new Date(start).getTime();
  return {
    now: () => new Date((now += 1000)),
    advance: (milliseconds) => {
      now += milliseconds;
    },
  };
}

/** A project with two environments. */
export const project: Project = {
  id: "shop",
  name: "Shop",
  environments: [
    { id: "stage", name: "Staging", stack: "stage" },
    { id: "prod", name: "Production", stack: "prod", requires: "stage" },
  ],
};

/** A release; give what matters. */
export function aRelease(parts: Partial<Release> = {}): Release {
  return {
    release_id: randomUUID(),
    project_id: "shop",
    project_name: "Shop",
    date_created: "2026-11-21T10:00:00.000000",
    created_at: 1795341600,
    last_date_deployed: "2026-11-21T10:00:00.000000",
    release_manifest: { from_label: "latest", overrides: {}, parameter_versions: { cart: 1 } },
    description: "first",
    requested_by: { id: "arn:aws:iam::000000000000:user/ada", name: "ada" },
    images: { cart: `${ecr("cart", "1")}@${digest(1)}` },
    ...parts,
  };
}

/** A lease; give what matters. */
export const aLease = (parts: Partial<Lease> = {}): Lease => ({
  projectId: "shop",
  environmentId: "stage",
  holderId: randomUUID(),
  holderName: "ada",
  fencing: 1,
  since: toTimestamp(new Date("2026-11-21T10:00:00Z")),
  milliseconds: 30_000,
  ...parts,
});

/** A deployment; give what matters. */
export function aDeployment(parts: Partial<Deployment> = {}): Deployment {
  return {
    deployment_id: randomUUID(),
    project_id: "shop",
    release_id: randomUUID(),
    date_created: "2026-11-21T11:00:00.000000",
    description: "",
    environment: { id: "stage", name: "Staging" },
    requested_by: { id: "ada", name: "ada" },
    status: "requested",
    kind: "deploy",
    fencing: 1,
    images: { cart: `${ecr("cart", "1")}@${digest(1)}` },
    previous_labels: {},
    correlation_id: "c",
    ...parts,
  };
}
