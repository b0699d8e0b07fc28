// Writes schema.json of every package with a PulumiPlugin.yaml: what programs in other languages see of its components.
// With --check it writes nothing and fails when a committed file is out of date.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ComponentResource } from "@pulumi/pulumi";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer.js";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema.js";
import prettier from "prettier";
import { stepOnSources } from "./fingerprint.mjs";
import { repositoryRoot } from "./root.mjs";

const require = createRequire(import.meta.url);

/** As the engine's plugin runner makes it: the same analysis, without a language host that can run plugins. */
function schemaOf(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const [, namespace, name] = /^@([^/]+)\/(.+)$/.exec(manifest.name);
  const components = Object.entries(require(folder))
    .filter(([, value]) => value.prototype instanceof ComponentResource)
    .map(([exported]) => exported);
  const {
    components: found,
    typeDefinitions,
    dependencies,
  } = new Analyzer(folder, name, manifest, new Set(components)).analyze();
  return generateSchema(name, manifest.version, manifest.description, found, typeDefinitions, dependencies, namespace);
}

const packages = join(repositoryRoot, "packages");
const plugins = readdirSync(packages).filter((name) => existsSync(join(packages, name, "PulumiPlugin.yaml")));
const schemaFile = (name) => join(packages, name, "schema.json");

/** Each package anew parses all of @pulumi/aws, which takes a while. */
const step = stepOnSources("plugin-schema");
const check = process.argv.includes("--check");
for (const name of check && step.isDone ? [] : plugins) {
  const file = schemaFile(name);
  const text = await prettier.format(JSON.stringify(schemaOf(join(packages, name))), {
    ...(await prettier.resolveConfig(file)),
    parser: "json",
  });
  if (text.includes("[object Object]")) {
    // The analysis of a text with {@link ...} in it.
    console.error(`packages/${name}/schema.json: a documented text has a {@link}, which no other language can read`);
    process.exitCode = 1;
  }
  if (!check) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
    console.error(`packages/${name}/schema.json is out of date: run node scripts/plugin-schema.mjs`);
    process.exitCode = 1;
  }
}
if (!process.exitCode) step.done();
