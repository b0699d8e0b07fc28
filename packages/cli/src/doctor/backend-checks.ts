import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { configuredStacks, findPulumiProject } from "../stack/project";
import { failed, ok, warning, type Finding } from "./finding";
import type { Check } from "./machine-checks";
import type { Surroundings } from "./surroundings";

async function project({ cwd }: Surroundings): Promise<Finding> {
  const directory = findPulumiProject(cwd);
  if (!directory) return failed("no Pulumi.yaml here or above", "change to the folder of your Pulumi project");
  return ok(`${directory}, stacks: ${configuredStacks(directory).join(", ") || "none configured"}`);
}

async function backend(surroundings: Surroundings): Promise<Finding> {
  const url = surroundings.env["PULUMI_BACKEND_URL"] ?? loggedInTo(surroundings);
  if (url === undefined) return failed("no backend", "set PULUMI_BACKEND_URL or run pulumi login");
  if (url.startsWith("file://") && url !== "file://~" && surroundings.list(fileURLToPath(url)).length === 0) {
    return warning(`${hideUser(url)} is empty`, "right for a first use; otherwise check PULUMI_BACKEND_URL");
  }
  return ok(hideUser(url));
}

function loggedInTo({ env, home, read }: Surroundings): string | undefined {
  const file = read(join(env["PULUMI_HOME"] ?? join(home, ".pulumi"), "credentials.json"));
  return file === undefined ? undefined : /"current":\s*"([^"]+)"/.exec(file)?.[1];
}

const hideUser = (url: string): string => url.replace(/\/\/[^/@]*@/, "//");

async function passphrase({ cwd, env, read }: Surroundings): Promise<Finding> {
  const directory = findPulumiProject(cwd);
  const salted = directory
    ? configuredStacks(directory).filter((stack) =>
        read(join(directory, `Pulumi.${stack}.yaml`))?.includes("encryptionsalt"),
      )
    : [];
  if (salted.length === 0) return ok("not needed by any stack");
  const file = env["PULUMI_CONFIG_PASSPHRASE_FILE"];
  if (env["PULUMI_CONFIG_PASSPHRASE"] !== undefined) return ok("PULUMI_CONFIG_PASSPHRASE is set");
  if (file && read(file) !== undefined) return ok(`in ${file}`);
  return failed(
    file ? `PULUMI_CONFIG_PASSPHRASE_FILE names ${file}, which is not there` : `stacks ${salted.join(", ")} need one`,
    "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
  );
}

/** Where Pulumi's state is, and whether it can be opened. */
export const backendChecks: readonly Check[] = [
  { title: "project", check: project },
  { title: "backend", check: backend },
  { title: "passphrase", check: passphrase },
];
