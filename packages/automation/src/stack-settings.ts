import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InvalidInputError } from "@slipway/core";
import { parse, YAMLParseError } from "yaml";
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
      "aws:assumeRoles": z
        .union([z.array(assumedRole), z.string().transform(parseRoles).pipe(z.array(assumedRole))])
        .optional(),
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
  const { stackConfigDir = "" } = readFile(join(workDir, "Pulumi.yaml"), projectSchema);
  const { config } = readFile(join(workDir, stackConfigDir, `Pulumi.${stack.split("/").at(-1)}.yaml`), stackSchema);
  return { region: config?.["aws:region"], roles: config?.["aws:assumeRoles"] ?? [] };
}

function readFile<T>(file: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(readYaml(file) ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join(".") || "what it holds";
  throw new InvalidInputError(file, `${place}: ${issue?.message}`, "correct that in the file");
}

function readYaml(file: string): unknown {
  if (!existsSync(file)) return undefined;
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    const [problem, hint] =
      error instanceof YAMLParseError
        ? [`is no YAML: ${firstLine(error)}`, "mend the syntax"]
        : [`cannot be read: ${firstLine(error)}`, "put a readable file in its place"];
    throw new InvalidInputError(file, problem, hint, { cause: error });
  }
}

function parseRoles(text: string, context: z.RefinementCtx<string>): unknown {
  try {
    return parse(text);
  } catch (error) {
    context.addIssue(`is no YAML: ${firstLine(error)}`);
    return z.NEVER;
  }
}

// The parser's first line ends with a colon: the place follows.
function firstLine(error: unknown): string {
  const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n", 1);
  return line.replace(/:$/, "");
}
