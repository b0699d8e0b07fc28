// Builds every workspace that has a tsconfig.json, then the Lambda bundles. A new package needs no line here.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { bundleLambdas } from "./bundle.mjs";
import { repositoryRoot } from "./root.mjs";

const folders = ["packages", "examples"].flatMap((parent) =>
  readdirSync(join(repositoryRoot, parent)).map((child) => join(parent, child)),
);
const projects = [...folders, "stacks"].filter((folder) => existsSync(join(repositoryRoot, folder, "tsconfig.json")));

const tsc = join(repositoryRoot, "node_modules", "typescript", "bin", "tsc");
const { status } = spawnSync(process.execPath, ["--max-old-space-size=4096", tsc, "-b", ...projects], {
  cwd: repositoryRoot,
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);
await bundleLambdas();
