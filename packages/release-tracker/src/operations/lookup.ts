import { EnvironmentNotFoundError, ReleaseNotFoundError } from "../core/errors";
import type { Project, ProjectEnvironment } from "../core/manifest";
import type { Release } from "../core/release";
import type { TrackerDependencies } from "./dependencies";

/** The project's environment of this id. @throws EnvironmentNotFoundError */
export function findEnvironment(project: Project, environmentId: string): ProjectEnvironment {
  const environment = project.environments.find(({ id }) => id === environmentId);
  if (environment !== undefined) return environment;
  throw new EnvironmentNotFoundError(
    environmentId,
    project.environments.map(({ id }) => id),
  );
}

/** The project's release of this id, or its newest one for `latest`. @throws ReleaseNotFoundError */
export async function findRelease(
  { project, releases }: Pick<TrackerDependencies, "project" | "releases">,
  releaseId: string,
): Promise<Release> {
  const release = releaseId === "latest" ? (await releases.latest(project.id, 1))[0] : await releases.get(releaseId);
  if (release !== undefined && release.project_id === project.id) return release;
  throw new ReleaseNotFoundError(project.id, releaseId);
}
