import type { LostPush } from "@slipway/code-push/library";
import { defineCommand } from "../../command";
import { requireCount } from "../../options/require-count";
import { openPush } from "../../push/open-push";
import { shortRef, shortSha } from "../../push/options";
import { LOOK, runRedrive, type Redrive } from "../../redrive/run-redrive";
import type { Style } from "../../render/style";
import { renderTable } from "../../render/table";
import { moment } from "../../render/time";
import { stackOption } from "../../stack/options";

export const command = defineCommand({
  describe: "Send pushes that were given up back to the queue, and tell why they were",
  mutates: true,
  options: {
    ...stackOption,
    limit: { type: "number", describe: "At most so many", defaultDescription: `all; a list shows ${LOOK}` },
  },
  examples: [
    ["slipway push redrive --stack tools --dry-run", "What was given up, and why"],
    ["slipway push redrive --stack tools", "Show, ask, send it back"],
  ],
  run: async ({ stack, limit, dryRun, yes }, context) => {
    requireCount("limit", limit);
    const { client, name } = await openPush(stack, context);
    const now = context.clock.now();
    const redrive: Redrive<LostPush> = {
      schema: "slipway.push-redrive.v1",
      about: { stack, code_push: name },
      name,
      redrive: (options) => client.redrive(options),
      json: letterJson,
      render: (letters, style) => renderLetters(letters, now, style),
    };
    return runRedrive(redrive, { limit, dryRun, yes }, context);
  },
});

const letterJson = ({ messageId, message, problem, failure, sentAt }: LostPush): Record<string, unknown> => ({
  message_id: messageId,
  sent_at: sentAt ?? null,
  problem: problem ?? null,
  failure: failure ?? null,
  push: message ?? null,
});

const renderLetters = (letters: readonly LostPush[], now: Date, style: Style): string =>
  renderTable(
    ["SENT", "REPOSITORY", "REF", "COMMIT", "ATTEMPTS", "REASON"],
    letters.map(({ messageId, message, problem, failure, sentAt }) => [
      sentAt === undefined ? "" : moment(sentAt, now),
      message?.repository ?? `message ${messageId}`,
      message === undefined ? "" : shortRef(message.ref),
      message === undefined ? "" : shortSha(message.sha),
      failure === undefined ? "" : String(failure.attempts),
      failure?.reason ?? problem ?? "not recorded",
    ]),
    style,
  );
