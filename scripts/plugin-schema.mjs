// Writes schema.json of every package with a PulumiPlugin.yaml: what programs in other languages see of its components.
// With --check it writes nothing and fails when a committed file is out of date.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ComponentResource } from "@pulumi/pulumi";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer.js";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema.js";
import prettier from "prettier";
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

/** Changes with everything that a schema is made of: each package anew parses all of @pulumi/aws, which takes a while. */
function fingerprint() {
  const hash = createHash("sha256");
  const sources = readdirSync(packages).flatMap((name) => {
    const src = join(packages, name, "src");
    const found = existsSync(src) ? readdirSync(src, { recursive: true }).sort() : [];
    return [...found.map((file) => join(src, file)), join(packages, name, "package.json")];
  });
  const others = [...plugins.map(schemaFile), join(repositoryRoot, "package-lock.json"), import.meta.filename];
  for (const file of [...sources.filter((path) => /\.(ts|json)$/.test(path)), ...others]) {
    hash.update(`${file}\0`).update(existsSync(file) ? readFileSync(file) : "none");
  }
  return hash.digest("hex");
}

/** Fingerprint of the last check that passed. */
const PASSED = join(repositoryRoot, "node_modules", ".cache", "plugin-schema");
const check = process.argv.includes("--check");
const isKnown = check && existsSync(PASSED) && readFileSync(PASSED, "utf8") === fingerprint();
for (const name of isKnown ? [] : plugins) {
  const file = schemaFile(name);
  const text = await prettier.format(JSON.stringify(schemaOf(join(packages, name))), {
    ...(await prettier.resolveConfig(file)),
    parser: "json",
  });
  if (!check) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
    console.error(`packages/${name}/schema.json is out of date: run node scripts/plugin-schema.mjs`);
    process.exitCode = 1;
  }
}
if (!process.exitCode) {
  mkdirSync(dirname(PASSED), { recursive: true });
  writeFileSync(PASSED, fingerprint());
}
