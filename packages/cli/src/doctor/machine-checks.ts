import { join } from "node:path";
import { failed, ok, warning, type Finding } from "./finding";
import type { Surroundings } from "./surroundings";

/** One thing that has to be right. */
export interface Check {
  /** What is checked, as the reader sees it. */
  readonly title: string;
  readonly check: (surroundings: Surroundings) => Promise<Finding>;
}

const useLocal = 'slipway local up, then eval "$(slipway local env)"';
const minimumNode = "20.19.0";
const minimumPulumi = "3.248.0";

/** Whether version `a` is `b` or newer; only major, minor and patch count. */
export function isAtLeast(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.replace(/^v/, "").split(/[.+-]/).slice(0, 3).map(Number));
  return (
    Number(left?.map((part) => String(part).padStart(6, "0")).join("")) >=
    Number(right?.map((part) => String(part).padStart(6, "0")).join(""))
  );
}

async function node({ nodeVersion }: Surroundings): Promise<Finding> {
  return isAtLeast(nodeVersion, minimumNode)
    ? ok(nodeVersion)
    : failed(`${nodeVersion} is too old`, `install Node ${minimumNode} or newer`);
}

async function pulumi({ output }: Surroundings): Promise<Finding> {
  const version = await output("pulumi", ["version"]);
  if (version === undefined) {
    return failed(
      "not on PATH",
      `install it from https://www.pulumi.com/docs/install/, or use the local one: ${useLocal}`,
    );
  }
  return isAtLeast(version, minimumPulumi)
    ? ok(version)
    : failed(`${version} is too old`, `install ${minimumPulumi} or newer, or use the local one: ${useLocal}`);
}

async function languageHost({ isOnPath }: Surroundings): Promise<Finding> {
  return isOnPath("pulumi-language-nodejs")
    ? ok("pulumi-language-nodejs is on PATH")
    : failed(
        "pulumi-language-nodejs is not on PATH",
        `it comes with the Pulumi CLI; or use the local one: ${useLocal}`,
      );
}

async function plugins({ env, home, list }: Surroundings): Promise<Finding> {
  const folder = join(env["PULUMI_HOME"] ?? join(home, ".pulumi"), "plugins");
  const names = list(folder).filter((name) => /^resource-awsx?-v[^.]+\.[^.]+\.[^.]+$/.test(name));
  const missing = ["aws", "awsx"].filter((name) => !names.some((each) => each.startsWith(`resource-${name}-`)));
  if (missing.length === 0) return ok(names.map((name) => name.replace("resource-", "")).join(", "));
  const what = `no ${missing.join(" and no ")} plugin in ${folder}`;
  return env["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"]
    ? failed(what, `run slipway local up, or unset PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION`)
    : warning(what, `Pulumi downloads it at the first use; where it can't, use the local one: ${useLocal}`);
}

/** What has to be on the machine. */
export const machineChecks: readonly Check[] = [
  { title: "Node", check: node },
  { title: "Pulumi CLI", check: pulumi },
  { title: "language host", check: languageHost },
  { title: "plugins", check: plugins },
];
