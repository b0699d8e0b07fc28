import { SlipwayError } from "@slipway/core";
import type { CommandContext } from "../context";
import { configuredStacks, findPulumiProject } from "../stack/project";
import { failed, ok, warning, type Finding } from "./finding";
import { describeGates } from "./gates";
import type { Check } from "./machine-checks";

async function manifest({ cwd, libraries }: CommandContext): Promise<Finding> {
  const { findProject } = await libraries.tracker();
  try {
    const { file, project, foreignKeys } = findProject({ directory: cwd });
    const environments = project.environments.map(({ id }) => id).join(", ");
    const detail = `${file}: ${project.id}, environments ${environments}; ${describeGates(project)}`;
    if (foreignKeys.length === 0) return ok(detail);
    return warning(
      `${detail}; ignored: ${foreignKeys.join(", ")}`,
      "nothing to mend if other tools read these keys; Slipway has no such key",
    );
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const report = error.code === "manifest-not-found" ? warning : failed;
    return report(error.message, `needed by slipway release; ${error.hint ?? "mend the file"}`);
  }
}

async function locks({ cwd, libraries, signal }: CommandContext): Promise<Finding> {
  const workDir = findPulumiProject(cwd);
  if (workDir === undefined) return ok("no project, no locks");
  const { inspect } = await libraries.automation();
  const findings: string[] = [];
  for (const stack of configuredStacks(workDir)) {
    try {
      const found = await inspect({ stack, workDir }, { signal });
      findings.push(...found.findings.map((finding) => `${stack}: ${finding}`));
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      if (error.code !== "stack-not-found") return failed(`${stack}: ${error.message}`, error.hint ?? "see above");
    }
  }
  return findings.length === 0
    ? ok("no stack is locked, nothing is pending")
    : warning(findings.join("; "), "slipway unlock --stack <stack> --dry-run tells more");
}

async function local({ cwd, libraries }: CommandContext): Promise<Finding> {
  const { localStatus } = await libraries.local();
  const { state, endpoint } = await localStatus({ directory: findPulumiProject(cwd) ?? cwd });
  if (state === "broken") return failed("something of it died", "run slipway local up");
  return ok(state === "running" ? `runs at ${endpoint ?? "an unknown address"}` : "stopped");
}

/** What Slipway's libraries know of the project. */
export const libraryChecks = (context: CommandContext): readonly Check[] => [
  { title: "manifest", check: () => manifest(context) },
  { title: "locks", check: () => locks(context) },
  { title: "local AWS", check: () => local(context) },
];
