import type { LocalLogLine } from "@slipway/local";
import { defineCommand } from "../../command";
import { localDirectory } from "../../stack/local-directory";

export const command = defineCommand({
  describe: "Print what the parts of the local AWS and the running services wrote",
  mutates: false,
  options: {
    source: {
      choices: ["emulator", "task-runner", "task", "build"],
      describe: "Only these logs; task: the services, build: what CodeBuild runs",
    },
    follow: { type: "boolean", default: false, alias: "f", describe: "Wait for more until Ctrl-C" },
  },
  examples: [["slipway local logs --source task --follow", "What the services print"]],
  run: async ({ source, follow }, context) => {
    const { localLogs } = await context.libraries.local();
    const lines = localLogs({
      directory: localDirectory(context),
      follow,
      signal: context.signal,
      ...(source === undefined ? {} : { source }),
    });
    return { schema: "slipway.log-line.v1", data: {}, stream: textLines(lines) };
  },
});

async function* textLines(lines: AsyncIterable<LocalLogLine>) {
  for await (const line of lines) yield { record: { ...line }, text: `${line.file}: ${line.text}` };
}
