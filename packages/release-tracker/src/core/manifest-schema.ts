import { z } from "zod";

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

const environmentFields = z.looseObject({
  id: identifier,
  name: z.string().min(1),
  stack: z.string().min(1).optional(),
  requires: identifier.optional(),
  soak_minutes: z.number().nonnegative().optional(),
  windows: z.array(windowSchema).optional(),
  freezes: z.array(freezeSchema).optional(),
  auto_rollback: z.boolean().optional(),
});

const environmentSchema = environmentFields.transform((environment) => ({
  ...environment,
  stack: environment.stack ?? environment.id,
}));

const projectSchema = z.looseObject({
  name: z.string().min(1),
  environments: z.array(environmentSchema),
  services: z.array(identifier).min(1).optional(),
});

/** The whole file: project ids to projects. */
export const manifestSchema = z.record(identifier, projectSchema);

/** When deployments are allowed: on these days, between these times of day; `to` before `from` runs past midnight. */
export type DeploymentWindow = z.infer<typeof windowSchema>;

/** When deployments are not allowed, whatever the windows say. ISO 8601 with offset. */
export type DeploymentFreeze = z.infer<typeof freezeSchema>;

/** One environment of a project. `stack` is the Pulumi stack, by default the id. */
export type ProjectEnvironment = z.infer<typeof environmentSchema>;

/** The keys that each level of a manifest may hold. */
export const MANIFEST_KEYS = {
  project: Object.keys(projectSchema.shape),
  environment: Object.keys(environmentFields.shape),
  window: Object.keys(windowSchema.shape),
  freeze: Object.keys(freezeSchema.shape),
} as const;

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
