import type { SlipwayError } from "@slipway/core";
import { up } from "@slipway/automation";
import { program } from "./program";

const [, , stack = "dev"] = process.argv;
const target = { stack, project: "automation-example", program: async () => ({ ...program() }) };
up(target, { createStack: true, signal: AbortSignal.timeout(600_000) }).then(
  ({ changes, outputs }) => process.stdout.write(`${JSON.stringify({ changes, outputs })}\n`),
  ({ code, message, hint }: SlipwayError) => {
    process.stderr.write(`${code}: ${message}; ${hint ?? "no hint"}\n`);
    process.exitCode = 1;
  },
);
