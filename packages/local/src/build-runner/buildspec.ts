import { parse, YAMLParseError } from "yaml";
import { PhaseFailedError } from "./errors";

/** Phases of a buildspec, in order. */
export const SPEC_PHASES = ["install", "pre_build", "build", "post_build"] as const;

/** One of {@link SPEC_PHASES}. */
export type SpecPhase = (typeof SPEC_PHASES)[number];

/** What a phase does. */
export interface PhaseSpec {
  readonly commands: readonly string[];
  /** Run after the commands, whatever became of them. */
  readonly finally: readonly string[];
  /** What a failure means; undefined: CodeBuild's own transitions. */
  readonly onFailure: "ABORT" | "CONTINUE" | undefined;
}

/** What is kept of the files that a build made. */
export interface ArtifactsSpec {
  /** Globs, relative to the base directory. */
  readonly files: readonly string[];
  readonly excluded: readonly string[];
  /** Relative to the source; may be a glob. */
  readonly baseDirectory: string | undefined;
  readonly discardPaths: boolean;
  readonly name: string | undefined;
}

/** A buildspec of version 0.2, as far as it is run locally. */
export interface Buildspec {
  readonly shell: "sh" | "bash";
  readonly variables: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly exported: readonly string[];
  readonly phases: Readonly<Partial<Record<SpecPhase, PhaseSpec>>>;
  readonly artifacts: ArtifactsSpec | undefined;
  /** Sections that are left out locally, e.g. `cache`. */
  readonly leftOut: readonly string[];
}

type Bag = Readonly<Record<string, unknown>>;

const KNOWN = ["version", "env", "phases", "artifacts"];

const refuse = (problem: string): never => {
  throw new PhaseFailedError("YAML_FILE_ERROR", problem);
};

const bag = (value: unknown, place: string): Bag => {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) return refuse(`${place} is not a mapping`);
  return value as Bag;
};

const texts = (value: unknown, place: string): readonly string[] => {
  if (value === undefined || value === null) return [];
  const list = Array.isArray(value) ? value : [value];
  return list.map((item: unknown) => {
    if (typeof item === "string" || typeof item === "number" || typeof item === "boolean") return String(item);
    return refuse(`${place} has an item that is no text; quote it`);
  });
};

const textMap = (value: unknown, place: string): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(bag(value, place)).map(([name, item]) => [name, String(item)]));

/**
 * Reads a buildspec, which is YAML or JSON.
 * @throws PhaseFailedError when CodeBuild would not take it.
 */
export function parseBuildspec(text: string): Buildspec {
  const spec = bag(parsed(text), "buildspec");
  const version = String(spec["version"]);
  if (version !== "0.2") refuse(`version ${version} of the buildspec is not run locally; use 0.2`);
  const env = bag(spec["env"], "env");
  const shell = env["shell"] ?? "sh";
  if (shell !== "sh" && shell !== "bash") return refuse(`env.shell ${String(shell)} is neither sh nor bash`);
  const phases = bag(spec["phases"], "phases");
  return {
    shell,
    variables: textMap(env["variables"], "env.variables"),
    parameters: textMap(env["parameter-store"], "env.parameter-store"),
    secrets: textMap(env["secrets-manager"], "env.secrets-manager"),
    exported: texts(env["exported-variables"], "env.exported-variables"),
    phases: Object.fromEntries(
      Object.entries(phases).map(([name, phase]) => [phaseName(name), phaseSpec(name, phase)]),
    ),
    artifacts: spec["artifacts"] === undefined ? undefined : artifactsSpec(bag(spec["artifacts"], "artifacts")),
    leftOut: Object.keys(spec).filter((section) => !KNOWN.includes(section)),
  };
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    return refuse(error.message);
  }
}

const phaseName = (name: string): SpecPhase => {
  const found = SPEC_PHASES.find((phase) => phase === name);
  return found ?? refuse(`Unknown phase ${name}`);
};

function phaseSpec(name: string, value: unknown): PhaseSpec {
  const phase = bag(value, `phases.${name}`);
  const onFailure = phase["on-failure"];
  return {
    commands: texts(phase["commands"], `phases.${name}.commands`),
    finally: texts(phase["finally"], `phases.${name}.finally`),
    // Locally nothing is tried again: a failure that lasts aborts in the end.
    onFailure: onFailure === undefined ? undefined : onFailure === "CONTINUE" ? "CONTINUE" : "ABORT",
  };
}

function artifactsSpec(artifacts: Bag): ArtifactsSpec {
  const [base, name] = [artifacts["base-directory"], artifacts["name"]];
  const files = texts(artifacts["files"], "artifacts.files");
  if (files.length === 0) return refuse("artifacts.files has none");
  return {
    files,
    excluded: texts(artifacts["exclude-paths"], "artifacts.exclude-paths"),
    baseDirectory: base === undefined || base === null ? undefined : String(base),
    discardPaths: artifacts["discard-paths"] === "yes" || artifacts["discard-paths"] === true,
    name: name === undefined || name === null ? undefined : String(name),
  };
}
