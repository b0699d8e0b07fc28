// The only esbuild call of the repository: packages/*/src/entries/*.ts -> packages/*/dist/lambda/<entry>/index.js.
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { stepOnSources } from "./fingerprint.mjs";
import { repositoryRoot } from "./root.mjs";

const entryPoints = () =>
  readdirSync(join(repositoryRoot, "packages")).flatMap((name) => {
    const entries = join(repositoryRoot, "packages", name, "src", "entries");
    if (!existsSync(entries)) return [];
    return readdirSync(entries)
      .filter((file) => file.endsWith(".ts"))
      .map((file) => ({
        source: join(entries, file),
        target: join(repositoryRoot, "packages", name, "dist", "lambda", basename(file, ".ts"), "index.js"),
      }));
  });

/** Bundles every Lambda entry. Output is byte-stable, so that an unchanged handler never redeploys. */
export async function bundleLambdas() {
  const step = stepOnSources("bundles", ["packages", "scripts"]);
  const entries = entryPoints();
  if (step.isDone && entries.every(({ target }) => existsSync(target))) return;
  await Promise.all(
    entries.map(({ source, target }) =>
      build({
        entryPoints: [source],
        outfile: target,
        absWorkingDir: repositoryRoot,
        bundle: true,
        platform: "node",
        target: "node22",
        format: "cjs",
        minify: true,
        keepNames: true,
        legalComments: "none",
        logLevel: "warning",
      }),
    ),
  );
  step.done();
}
