import type { Requester } from "@slipway/core";
/** An environment as a deployment names it. */
export interface EnvironmentRef {
  readonly id: string;
  readonly name: string;
}

/** Service id to image URI. */
export type Images = Readonly<Record<string, string>>;

/** How a release came to be: what `release_manifest` holds as JSON. */
export interface ReleaseManifest {
  /** Label the images were read from. */
  readonly from_label: string;
  /** Release it was made from, when it is an update of another one. */
  readonly from_release?: string | undefined;
  /** Services taken from elsewhere: service id to label or image URI, as asked for. */
  readonly overrides: Readonly<Record<string, string>>;
  /** Version of the SSM parameter that each image was read from. */
  readonly parameter_versions: Readonly<Record<string, number>>;
}

/** A set of services at known versions. Never changes once written, but for `last_date_deployed`. */
export interface Release {
  /** UUID v4. */
  readonly release_id: string;
  readonly project_id: string;
  readonly project_name: string;
  /** UTC without a zone, microseconds, e.g. `2019-07-10T10:44:02.272898`. */
  readonly date_created: string;
  /** Same moment as `date_created`, in Unix seconds. */
  readonly created_at: number;
  /** Same form as `date_created`, which it equals until the first deployment. */
  readonly last_date_deployed: string;
  readonly release_manifest: ReleaseManifest;
  readonly description: string;
  readonly requested_by: Requester;
  readonly images: Images;
}

/** One entry of `deployments` in a {@link ReleaseDocument}. */
export interface DeploymentDocument {
  readonly date_created: string;
  readonly description: string;
  readonly environment: EnvironmentRef;
  readonly requested_by: Requester;
}

/** A release as it is printed: these keys, in this order, and no others. */
export interface ReleaseDocument {
  readonly date_created: string;
  readonly deployments: readonly DeploymentDocument[];
  readonly description: string;
  readonly images: Images;
  readonly last_date_deployed: string;
  readonly project_id: string;
  readonly project_name: string;
  readonly release_id: string;
  readonly requested_by: Requester;
}

/** How one service differs between two releases. */
export interface ReleaseChange {
  readonly service: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly change: "added" | "removed" | "changed" | "unchanged";
}

/** Builds the printed form of a release. Deployments come oldest first. */
export function toReleaseDocument(release: Release, deployments: readonly DeploymentDocument[]): ReleaseDocument {
  return {
    date_created: release.date_created,
    deployments: deployments.map(({ date_created, description, environment, requested_by }) => ({
      date_created,
      description,
      environment: { id: environment.id, name: environment.name },
      requested_by: { id: requested_by.id, name: requested_by.name },
    })),
    description: release.description,
    images: release.images,
    last_date_deployed: release.last_date_deployed,
    project_id: release.project_id,
    project_name: release.project_name,
    release_id: release.release_id,
    requested_by: { id: release.requested_by.id, name: release.requested_by.name },
  };
}

/** UTC without a zone and with microseconds, the form that sorts as text and that releases have always used. */
export const toTimestamp = (date: Date): string => `${date.toISOString().slice(0, -1)}000`;

/** The moment that {@link toTimestamp} wrote. */
export const fromTimestamp = (timestamp: string): Date => new Date(`${timestamp.slice(0, 23)}Z`);
