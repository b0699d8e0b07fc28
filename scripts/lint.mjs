// Style, types of the tests, formatting, and the schemas that are generated from the sources.
import { join } from "node:path";
import { stepOnSources } from "./fingerprint.mjs";
import { repositoryRoot } from "./root.mjs";
import { runOrExit } from "./run.mjs";

const bin = (...path) => join(repositoryRoot, "node_modules", ...path);

const types = stepOnSources("types");
if (!types.isDone) await runOrExit(process.execPath, [bin("typescript", "bin", "tsc"), "-p", "tsconfig.json"]);
types.done();
await runOrExit(process.execPath, [
  // The types of @pulumi/aws alone take most of Node's default heap.
  "--max-old-space-size=4096",
  bin("eslint", "bin", "eslint.js"),
  ".",
  "--max-warnings",
  "0",
  "--cache",
  "--cache-location",
  "node_modules/.cache/eslint/",
]);
await runOrExit(process.execPath, [
  bin("prettier", "bin", "prettier.cjs"),
  "--check",
  "--log-level",
  "warn",
  "--cache",
  ".",
]);
await runOrExit(process.execPath, [join(repositoryRoot, "scripts", "plugin-schema.mjs"), "--check"]);
