// Benchmarks: ratios against a peer or a floor, measured in one run. `npm run bench` runs all, `npm run bench -- releases` one.
import { join } from "node:path";
import { repositoryRoot } from "./root.mjs";
import { run } from "./run.mjs";
import { setUp } from "./setup.mjs";

await setUp();
const runner = join(repositoryRoot, "test", "bench", "main.ts");
process.exitCode = await run(process.execPath, ["--import=tsx", runner, ...process.argv.slice(2)]);
