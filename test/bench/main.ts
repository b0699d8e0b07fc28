import { localDown, localUp, type LocalEnvironment } from "@slipway/local";
import { createProject } from "@slipway/testing";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { idleCheck, type Measurement } from "./measure";

/** What a file `<name>.bench.ts` exports. */
interface Benchmark {
  readonly run: (environment: LocalEnvironment) => Promise<readonly Measurement[]>;
}

const say = (line: string) => process.stderr.write(`${line}\n`);
const available = readdirSync(__dirname).flatMap((file) => /^(.+)\.bench\.ts$/.exec(file)?.[1] ?? []);

function report(measurement: Measurement): boolean {
  const { what, value, bound, detail } = measurement;
  const kept = value <= bound;
  process.stdout.write(
    `${kept ? "kept  " : "MISSED"} ${value.toFixed(2).padStart(8)} <= ${bound.toFixed(2)}  ${what} (${detail})\n`,
  );
  return kept;
}

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !available.includes(name));
  if (unknown.length > 0) {
    say(`unknown benchmark: ${unknown.join(", ")}; choose from ${available.join(", ")}`);
    return 2;
  }
  const idle = idleCheck();
  say(`${idle.cores} cores, Node ${process.versions.node}; a fixed loop varies by ${(idle.spread * 100).toFixed(1)} %`);
  if (!idle.steady) say("The machine is busy: counts hold, times may not.");

  const directory = createProject(mkdtempSync(join(tmpdir(), "slipway-bench-")));
  try {
    const environment = await localUp({ directory, progress: say });
    Object.assign(process.env, environment.env);
    for (const name of environment.unset) delete process.env[name];
    let missed = 0;
    for (const name of names.length > 0 ? names : available) {
      say(`\n${name}`);
      const { run } = (await import(`./${name}.bench`)) as Benchmark;
      for (const measurement of await run(environment)) if (!report(measurement)) missed++;
    }
    return missed === 0 ? 0 : 1;
  } finally {
    await localDown({ directory });
    rmSync(directory, { recursive: true });
  }
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  },
);
