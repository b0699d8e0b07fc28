import { InvalidInputError } from "@slipway/core";
import type { LostMessage } from "@slipway/static-site-pipeline/library";
import { defineCommand } from "../../command";
import { exitCodes } from "../../exit-codes";
import { requireCount } from "../../options/require-count";
import { createStyle, type Style } from "../../render/style";
import { renderTable } from "../../render/table";
import { moment } from "../../render/time";
import { openSites } from "../../site/open-sites";
import { siteOptions } from "../../site/options";

/** Letters that are looked at when nobody said how many: nobody else sees those for a while. */
const LOOK = 100;

export const command = defineCommand({
  describe: "Send messages that the functions gave up back to their queues",
  mutates: true,
  options: {
    ...siteOptions,
    queue: { type: "string", describe: "Only of this queue", defaultDescription: "all" },
    limit: { type: "number", describe: "At most so many", defaultDescription: `all; a list shows ${LOOK}` },
  },
  examples: [
    ["slipway site redrive --stack tools --dry-run", "What was given up"],
    ["slipway site redrive --queue executor --stack tools", "Show, ask, send it back"],
  ],
  run: async ({ stack, queue, limit, dryRun, yes }, context) => {
    requireCount("limit", limit);
    const { client, name, queues } = await openSites(stack, context);
    if (queue !== undefined && !queues.includes(queue)) {
      throw new InvalidInputError("--queue", `${queue} is none of ${queues.join(", ")}`);
    }
    const { ask, progress, signal } = context;
    const now = context.clock.now();
    const finish = (letters: readonly LostMessage[], redriven: number) => ({
      schema: "slipway.site-redrive.v1",
      data: { stack, static_sites: name, letters: letters.map(letterJson), redriven, dry_run: dryRun },
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
      const { letters } = await client.redrive({ dryRun: true, queue, limit: limit ?? LOOK, signal });
      if (dryRun || letters.length === 0 || signal.aborted) return finish(letters, 0);
      progress.end();
      progress.warn(renderLetters(letters, now, createStyle(false)));
      await ask.confirm({ action: `sending ${letter(letters.length)} of ${name} back`, yes });
      progress.begin(`sending dead letters of ${name} back`);
    }
    const { letters, redriven } = await client.redrive({ queue, limit, signal });
    return finish(letters, redriven);
  },
});

const letter = (amount: number): string => `${amount} dead letter${amount === 1 ? "" : "s"}`;

const letterJson = ({ queue, messageId, body, sentAt }: LostMessage): Record<string, unknown> => ({
  queue,
  message_id: messageId,
  sent_at: sentAt ?? null,
  body,
});

const SHOWN = 80;

const renderLetters = (letters: readonly LostMessage[], now: Date, style: Style): string =>
  renderTable(
    ["SENT", "QUEUE", "MESSAGE"],
    letters.map(({ queue, body, sentAt }) => [
      sentAt === undefined ? "" : moment(sentAt, now),
      queue,
      // Whoever sent it may have put anything into it, line feeds and codes for terminals too.
      JSON.stringify(body).slice(1, -1).slice(0, SHOWN),
    ]),
    style,
  );
