// The whole test suite, from a fresh clone: set-up, lint, tests without an emulator, tests on an emulator.
// `npm test -- unit` runs a part of it, `npm test -- unit parts` two.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { repositoryRoot } from "./root.mjs";
import { elapsed, run, say } from "./run.mjs";
import { setUp } from "./setup.mjs";

/** Tests of what is local itself. */
const PARTS = ["aws-plugin", "awsx-plugin", "automation", "build-runner", "emulator", "task-runner"];
/** Tests of releases and of the command line. */
const RELEASES = ["cli", "release-tracker", "stacks", "life-cycle"];
/** The component that takes as long as all others, and no secret of any. What else needs an emulator is a component. */
const SITES = ["static-site-pipeline", "secrets"];
const filesOf = (names) => `test/local/@(${names.join("|")}){/**/*,}.test.ts`;
const WITH_EMULATOR = ["--require", "test/local/environment.ts"];

/**
 * Arguments of mocha by suite. All run side by side: those with an emulator wait more than they compute, and have one
 * each, so that none sees what another leaves in an account.
 */
const SUITES = {
  unit: [
    "packages/*/test/**/*.test.ts",
    "examples/*/test/**/*.test.ts",
    "stacks/test/**/*.test.ts",
    "test/architecture/**/*.test.ts",
    "test/faults/**/*.test.ts",
  ],
  parts: [...WITH_EMULATOR, filesOf(PARTS)],
  releases: [...WITH_EMULATOR, filesOf(RELEASES)],
  sites: [...WITH_EMULATOR, filesOf(SITES)],
  components: [...WITH_EMULATOR, "--ignore", filesOf([...PARTS, ...RELEASES, ...SITES]), "test/local/**/*.test.ts"],
};

/** Marks whatever the tests start, however far down. */
const RUN_VARIABLE = "SLIPWAY_TEST_RUN";
const marker = `${RUN_VARIABLE}=${process.pid}`;
/** Plugins look once a second whether their engine is still there. */
const SECONDS_TO_END = 5;

/** Runs one mocha process; what it prints comes out in one piece, and its closing lines are read for the counts. */
function mocha(name, args) {
  const started = performance.now();
  const runner = join(repositoryRoot, "node_modules", "mocha", "bin", "mocha.js");
  const child = spawn(process.execPath, [runner, ...args], {
    cwd: repositoryRoot,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, [RUN_VARIABLE]: String(process.pid) },
  });
  // What needs no emulator fills what those that wait for one leave of the processor.
  if (name === "unit") setPriority(child.pid, 3);
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
  const stillRunning = setInterval(() => say(`... ${name} tests: ${elapsed(started)}`), 30_000);
  const count = (word) => Number(new RegExp(`^\\s*(\\d+) ${word}`, "m").exec(printed)?.[1] ?? 0);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(stillRunning);
      process.stdout.write(printed);
      say(`The ${name} tests took ${elapsed(started)}.`);
      resolve({ code: code ?? 1, passed: count("passing"), failed: count("failing"), skipped: count("pending") });
    });
  });
}

/** The language host of an engine that a test killed looks after five minutes whether it is still there. */
const LANGUAGE_HOST = "pulumi-language-nodejs";

/** What the tests left running; nothing where the system does not tell. */
function leftovers() {
  if (!existsSync("/proc/self/environ")) return [];
  const read = (pid, file) => {
    try {
      return readFileSync(join("/proc", pid, file), "utf8").split("\0");
    } catch {
      return []; // It has ended, or is somebody else's.
    }
  };
  const ours = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && read(pid, "environ").includes(marker));
  return ours.map((pid) => ({ pid: Number(pid), command: read(pid, "cmdline").join(" ").trim() }));
}

/** Waits for what ends by itself, and ends what nobody waits for. */
async function leftRunning() {
  const deadline = performance.now() + SECONDS_TO_END * 1000;
  let left = leftovers();
  while (left.length > 0 && performance.now() < deadline) {
    for (const { pid, command } of left) if (command.includes(LANGUAGE_HOST)) end(pid);
    await pause(100);
    left = leftovers();
  }
  return left;
}

function end(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

const start = performance.now();
const wanted = process.argv.slice(2);
const names = ["lint", ...Object.keys(SUITES)];
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  say(`unknown part of the test suite: ${unknown.join(", ")}; choose from ${names.join(", ")}`);
  process.exit(2);
}
const runs = (name) => wanted.length === 0 || wanted.includes(name);

await setUp();
const lint = () =>
  run(process.execPath, [join(repositoryRoot, "scripts", "lint.mjs")], { onStart: ({ pid }) => setPriority(pid, 10) });
const suites = Object.entries(SUITES).filter(([name]) => runs(name));
say(`Running ${wanted.length === 0 ? "everything" : wanted.join(" and ")} ...`);
const [lintCode, ...results] = await Promise.all([
  runs("lint") ? lint() : 0,
  ...suites.map(([name, args]) => mocha(name, args)),
]);
const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
const left = await leftRunning();
for (const { pid, command } of left) say(`The tests left this running: ${pid} ${command}`);
if (lintCode !== 0) say("Style or types are not as they should be: the lines above say where.");
say(`All of it took ${elapsed(start)}.`);
if (results.length > 0) {
  process.stdout.write(`${total("passed")} passed, ${total("failed")} failed, ${total("skipped")} skipped\n`);
}
const ranNothing = results.length > 0 && total("passed") === 0;
process.exitCode = lintCode !== 0 || total("code") !== 0 || left.length > 0 || ranNothing ? 1 : 0;
