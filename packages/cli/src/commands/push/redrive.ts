import type { LostPush } from "@slipway/code-push/library";
import { defineCommand } from "../../command";
import { exitCodes } from "../../exit-codes";
import { requireCount } from "../../options/require-count";
import { openPush } from "../../push/open-push";
import { shortRef, shortSha } from "../../push/options";
import { createStyle, type Style } from "../../render/style";
import { renderTable } from "../../render/table";
import { moment } from "../../render/time";
import { stackOption } from "../../stack/options";

/** Letters that are looked at when nobody said how many: nobody else sees those for a while. */
const LOOK = 100;

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
    const { ask, progress, signal } = context;
    const now = context.clock.now();
    const finish = (letters: readonly LostPush[], redriven: number) => ({
      schema: "slipway.push-redrive.v1",
      data: { stack, code_push: name, letters: letters.map(letterJson), redriven, dry_run: dryRun },
      text: (style: Style) =>
        [...(letters.length === 0 ? [] : [renderLetters(letters, now, style)]), ending(letters.length, redriven)].join(
          "\n",
        ),
      exitCode: signal.aborted ? exitCodes.interrupted : exitCodes.ok,
    });
    const ending = (found: number, redriven: number): string => {
      if (found === 0) return `${name} has no dead letters`;
      return dryRun ? `would send ${letter(found)} back; nothing was written` : `sent ${letter(redriven)} back`;
    };

    progress.begin(`looking for dead letters of ${name}`);
    if (dryRun || !yes) {
      const { letters } = await client.redrive({ dryRun: true, limit: limit ?? LOOK, signal });
      if (dryRun || letters.length === 0 || signal.aborted) return finish(letters, 0);
      progress.end();
      progress.warn(renderLetters(letters, now, createStyle(false)));
      await ask.confirm({ action: `sending ${letter(letters.length)} of ${name} back`, yes });
      progress.begin(`sending dead letters of ${name} back`);
    }
    const { letters, redriven } = await client.redrive({ limit, signal });
    return finish(letters, redriven);
  },
});

const letter = (amount: number): string => `${amount} dead letter${amount === 1 ? "" : "s"}`;

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
