import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InvalidInputError } from "@slipway/core";
import { parse } from "yaml";
import { z } from "zod";

const assumedRole = z.looseObject({
  roleArn: z.string(),
  sessionName: z.string().optional(),
  externalId: z.string().optional(),
});

const projectSchema = z.looseObject({ stackConfigDir: z.string().optional() });

const stackSchema = z.looseObject({
  config: z
    .looseObject({
      "aws:region": z.string().optional(),
      "aws:assumeRoles": z.union([z.array(assumedRole), z.string().transform(parseRoles)]).optional(),
    })
    .nullish(),
});

/** A role that a stack's AWS provider assumes. */
export type AssumedRole = z.infer<typeof assumedRole>;

/** How a stack reaches AWS. */
export interface StackSettings {
  readonly region?: string | undefined;
  /** In the order in which they are assumed; empty when the ambient credentials are used. */
  readonly roles: readonly AssumedRole[];
}

/**
 * Reads the AWS settings of a stack from its `Pulumi.<stack>.yaml`.
 *
 * @param workDir Folder that holds `Pulumi.yaml`.
 * @throws InvalidInputError naming the file.
 */
export function readStackSettings(workDir: string, stack: string): StackSettings {
  const project = projectSchema.parse(readYaml(join(workDir, "Pulumi.yaml")) ?? {});
  const file = join(workDir, project.stackConfigDir ?? "", `Pulumi.${stack.split("/").at(-1)}.yaml`);
  const parsed = stackSchema.safeParse(readYaml(file) ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new InvalidInputError(file, `${issue?.path.join(".")}: ${issue?.message}`);
  }
  const config = parsed.data.config ?? {};
  return { region: config["aws:region"], roles: config["aws:assumeRoles"] ?? [] };
}

function readYaml(file: string): unknown {
  return existsSync(file) ? parse(readFileSync(file, "utf8")) : undefined;
}

function parseRoles(text: string): AssumedRole[] {
  return z.array(assumedRole).parse(parse(text));
}
