import { z } from "zod";
import { InvalidInputError } from "@slipway/core";
import { ProjectNotFoundError } from "./errors";

const identifier = z
  .string()
  .regex(/^[A-Za-z0-9_.-]+$/, "must be letters, digits, underscores, dots or dashes, since it is part of an SSM path");

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be HH:MM, 00:00 to 23:59");

const timezone = z.string().refine(isTimezone, "must be an IANA time zone, e.g. Europe/London");

/** Days of the week as deployment windows name them. */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const windowSchema = z.strictObject({
  days: z.array(z.enum(WEEKDAYS)).min(1),
  from: timeOfDay,
  to: timeOfDay,
  timezone: timezone.default("UTC"),
});

const freezeSchema = z.strictObject({
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  reason: z.string().min(1),
});

const environmentSchema = z
  .looseObject({
    id: identifier,
    name: z.string().min(1),
    stack: z.string().min(1).optional(),
    requires: identifier.optional(),
    soak_minutes: z.number().nonnegative().optional(),
    windows: z.array(windowSchema).optional(),
    freezes: z.array(freezeSchema).optional(),
    auto_rollback: z.boolean().optional(),
  })
  .transform((environment) => ({ ...environment, stack: environment.stack ?? environment.id }));

const projectSchema = z.looseObject({
  name: z.string().min(1),
  environments: z.array(environmentSchema),
  services: z.array(identifier).min(1).optional(),
});

const manifestSchema = z.record(identifier, projectSchema);

/** When deployments are allowed: on these days, between these times of day; `to` before `from` runs past midnight. */
export type DeploymentWindow = z.infer<typeof windowSchema>;

/** When deployments are not allowed, whatever the windows say. ISO 8601 with offset. */
export type DeploymentFreeze = z.infer<typeof freezeSchema>;

/** One environment of a project. `stack` is the Pulumi stack, by default the id. */
export type ProjectEnvironment = z.infer<typeof environmentSchema>;

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

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
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
  const dangling = environments.find(({ requires }) => requires !== undefined && !ids.includes(requires));
  if (dangling !== undefined) {
    const problem = `${projectId}.environments: ${dangling.id} requires ${dangling.requires}, which is not there`;
    throw new InvalidInputError(file, problem, `use one of: ${ids.join(", ")}`);
  }
}
