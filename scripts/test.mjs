// The whole test suite, from a fresh clone: set-up, lint, tests without an emulator, tests on an emulator.
// `npm test -- unit` runs a part of it, `npm test -- unit parts` two.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { repositoryRoot } from "./root.mjs";
import { elapsed, run, say } from "./run.mjs";
import { setUp } from "./setup.mjs";

/** Tests of what is local itself; whatever else needs an emulator is a story, the tests of a new package too. */
const PARTS = ["aws-plugin", "awsx-plugin", "automation", "build-runner", "task-runner"].map(
  (name) => `test/local/${name}/**/*.test.ts`,
);
const WITH_EMULATOR = ["--require", "test/local/environment.ts"];

/** Arguments of mocha by suite. Suites of one stage run side by side; each stage waits for the one before. */
const STAGES = [
  {
    unit: [
      "packages/*/test/**/*.test.ts",
      "examples/*/test/**/*.test.ts",
      "stacks/test/**/*.test.ts",
      "test/architecture/**/*.test.ts",
    ],
  },
  // One emulator each, so that neither sees what the other leaves in an account.
  {
    parts: [...WITH_EMULATOR, ...PARTS],
    stories: [...WITH_EMULATOR, ...PARTS.flatMap((glob) => ["--ignore", glob]), "test/local/**/*.test.ts"],
  },
];

/** Runs one mocha process; what it prints comes out in one piece, and its closing lines are read for the counts. */
function mocha(name, args) {
  const started = performance.now();
  const runner = join(repositoryRoot, "node_modules", "mocha", "bin", "mocha.js");
  const child = spawn(process.execPath, [runner, ...args], { cwd: repositoryRoot, stdio: ["ignore", "pipe", "pipe"] });
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

const start = performance.now();
const wanted = process.argv.slice(2);
const names = ["lint", ...STAGES.flatMap(Object.keys)];
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  say(`unknown part of the test suite: ${unknown.join(", ")}; choose from ${names.join(", ")}`);
  process.exit(2);
}
const runs = (name) => wanted.length === 0 || wanted.includes(name);

await setUp();
const lint = async () => {
  say("Checking style and types ...");
  return run(process.execPath, [join(repositoryRoot, "scripts", "lint.mjs")]);
};
const results = [];
let lintCode = 0;
for (const stage of STAGES) {
  const suites = Object.entries(stage).filter(([name]) => runs(name));
  if (suites.length > 0) say(`Running the ${suites.map(([name]) => name).join(" and ")} tests ...`);
  // The linter keeps one core busy, and so do the tests without an emulator.
  const linting = stage === STAGES[0] && runs("lint") ? lint() : Promise.resolve(0);
  results.push(...(await Promise.all(suites.map(([name, args]) => mocha(name, args)))));
  lintCode ||= await linting;
}
const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
if (lintCode !== 0) say("Style or types are not as they should be: the lines above say where.");
say(`All of it took ${elapsed(start)}.`);
if (results.length > 0) {
  process.stdout.write(`${total("passed")} passed, ${total("failed")} failed, ${total("skipped")} skipped\n`);
}
const ranNothing = results.length > 0 && total("passed") === 0;
process.exitCode = lintCode !== 0 || total("code") !== 0 || ranNothing ? 1 : 0;
