import type { z } from "zod";
import { InvalidInputError } from "@slipway/core";
import { ProjectNotFoundError } from "./errors";
import { refuseMisspeltKeys } from "./manifest-keys";
import { manifestSchema, type ProjectEnvironment } from "./manifest-schema";

export { WEEKDAYS } from "./manifest-schema";
export type { DeploymentFreeze, DeploymentWindow, ProjectEnvironment } from "./manifest-schema";

/** One project of a manifest file. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly environments: readonly ProjectEnvironment[];
  /** Services that every release must hold, no more and no less. Absent: whatever the label holds. */
  readonly services?: readonly string[] | undefined;
}

/**
 * Checks the parsed content of a manifest file and picks one project of it.
 *
 * @param file Name for error messages.
 * @param content Parsed JSON or YAML.
 * @param projectId Needed when the file holds several projects.
 * @throws InvalidInputError naming the file and the field; ProjectNotFoundError.
 */
export function readProject(file: string, content: unknown, projectId?: string): Project {
  refuseMisspeltKeys(file, content);
  const parsed = manifestSchema.safeParse(content);
  if (!parsed.success) throw manifestError(file, parsed.error);
  const ids = Object.keys(parsed.data);
  const chosen = projectId ?? (ids.length === 1 ? ids[0] : undefined);
  if (chosen === undefined) throw ambiguousProject(file, ids);
  const project = parsed.data[chosen];
  if (project === undefined) throw new ProjectNotFoundError(chosen, file, ids);
  checkEnvironments(file, chosen, project.environments);
  const { name, environments, services } = project;
  return { id: chosen, name, environments, ...(services && { services: [...new Set(services)] }) };
}

function manifestError(file: string, error: z.ZodError): InvalidInputError {
  const issue = error.issues[0];
  const field = issue === undefined || issue.path.length === 0 ? "the file" : issue.path.join(".");
  return new InvalidInputError(
    file,
    `${field}: ${issue?.message ?? "is not a project manifest"}`,
    `a manifest looks like {"<project id>": {"name": "...", "environments": [{"id": "...", "name": "..."}]}}`,
  );
}

function ambiguousProject(file: string, ids: readonly string[]): InvalidInputError {
  return ids.length === 0
    ? new InvalidInputError(file, "the file: holds no project", "add one: its id is the top key")
    : new InvalidInputError(file, `holds several projects: ${ids.join(", ")}`, "choose one with the project id");
}

function checkEnvironments(file: string, projectId: string, environments: readonly ProjectEnvironment[]): void {
  const ids = environments.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) {
    throw new InvalidInputError(file, `${projectId}.environments: ${twice} appears twice`, "give each its own id");
  }
  const soaking = environments.find(({ requires, soak_minutes: soak }) => requires === undefined && (soak ?? 0) > 0);
  if (soaking !== undefined) {
    const problem = `${projectId}.environments: ${soaking.id} has soak_minutes, but nothing that it requires`;
    throw new InvalidInputError(file, problem, "name the environment before it in requires, or leave soak_minutes out");
  }
  const dangling = environments.find(({ requires }) => requires !== undefined && !ids.includes(requires));
  if (dangling !== undefined) {
    const problem = `${projectId}.environments: ${dangling.id} requires ${dangling.requires}, which is not there`;
    throw new InvalidInputError(file, problem, `use one of: ${ids.join(", ")}`);
  }
}
