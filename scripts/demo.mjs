// One true story, told by the real command line on a local AWS; any step that is not as expected ends it with exit code 1.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./root.mjs";
import { elapsed, say } from "./run.mjs";
import { setUp } from "./setup.mjs";

const start = performance.now();
say(
  "Slipway demo: the first run on a machine takes about ten minutes (dependencies, engine, emulator), later ones under four.",
);
await setUp();

const { tellStory } = await import("./demo/story.mjs");
const { createProject } = await import("@slipway/testing");
const directory = join(repositoryRoot, ".slipway", `demo-${process.pid}`);
mkdirSync(directory, { recursive: true });
createProject(directory);

const { localDown } = await import("@slipway/local");
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
process.once("SIGTERM", () => stop.abort());
try {
  await tellStory({ directory, signal: stop.signal });
  say(`\nThe whole story took ${elapsed(start)}. Nothing is left running.`);
} catch (error) {
  say(`\nThe demo stopped: ${error instanceof Error ? error.message : error}`);
  process.exitCode = stop.signal.aborted ? 130 : 1;
} finally {
  await localDown({ directory });
  rmSync(directory, { recursive: true, force: true });
}
