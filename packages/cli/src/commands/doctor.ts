import { defineCommand } from "../command";
import { backendChecks } from "../doctor/backend-checks";
import { examine, type Diagnosis } from "../doctor/examine";
import { libraryChecks } from "../doctor/library-checks";
import { machineChecks } from "../doctor/machine-checks";
import { realSurroundings } from "../doctor/surroundings";
import { targetChecks } from "../doctor/target-checks";
import { exitCodes } from "../exit-codes";
import type { Style } from "../render/style";

export const command = defineCommand({
  describe: "Say what is missing, and how to mend it",
  mutates: false,
  examples: [["slipway doctor", "Exit code 7 when something that Slipway needs is missing"]],
  run: async (_args, context) => {
    const checks = [...machineChecks, ...backendChecks, ...targetChecks, ...libraryChecks(context)];
    context.progress.begin("looking");
    const surroundings = realSurroundings(context.cwd, context.env);
    const diagnoses = await examine(checks, surroundings, (current) => context.progress.update({ done: 0, current }));
    const healthy = diagnoses.every(({ status }) => status !== "failed");
    return {
      schema: "slipway.doctor.v1",
      data: {
        healthy,
        checks: diagnoses.map(({ title, status, detail, mend }) => ({ title, status, detail, mend: mend ?? null })),
      },
      text: (style) => render(diagnoses, healthy, style),
      exitCode: healthy ? exitCodes.ok : exitCodes.attention,
    };
  },
});

const marks = { ok: ["green", "ok"], warning: ["yellow", "note"], failed: ["red", "MISSING"] } as const;

function render(diagnoses: readonly Diagnosis[], healthy: boolean, style: Style): string {
  const lines = diagnoses.flatMap(({ title, status, detail, mend }) => {
    const [format, word] = marks[status];
    const line = `${style(format, word.padEnd(8))} ${title.padEnd(14)} ${detail}`;
    return mend === undefined ? [line] : [line, `${" ".repeat(24)}to mend it: ${mend}`];
  });
  return [...lines, healthy ? "nothing is missing" : "mend what is marked MISSING"].join("\n");
}
