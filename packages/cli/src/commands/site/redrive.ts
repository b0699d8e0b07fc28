import { InvalidInputError } from "@slipway/core";
import type { LostMessage } from "@slipway/static-site-pipeline/library";
import { defineCommand } from "../../command";
import { requireCount } from "../../options/require-count";
import { LOOK, runRedrive, type Redrive } from "../../redrive/run-redrive";
import type { Style } from "../../render/style";
import { renderTable } from "../../render/table";
import { moment } from "../../render/time";
import { openSites } from "../../site/open-sites";
import { siteOptions } from "../../site/options";

export const command = defineCommand({
  describe: "Send messages that the functions gave up back to their queues, and tell why they did",
  mutates: true,
  options: {
    ...siteOptions,
    queue: { type: "string", describe: "Only of this queue", defaultDescription: "all" },
    limit: { type: "number", describe: "At most so many", defaultDescription: `all; a list shows ${LOOK}` },
  },
  examples: [
    ["slipway site redrive --stack tools --dry-run", "What was given up, and why"],
    ["slipway site redrive --queue executor --stack tools", "Show, ask, send it back"],
  ],
  run: async ({ stack, queue, limit, dryRun, yes }, context) => {
    requireCount("limit", limit);
    const { client, name, queues } = await openSites(stack, context);
    if (queue !== undefined && !queues.includes(queue)) {
      throw new InvalidInputError("--queue", `${queue} is none of ${queues.join(", ")}`);
    }
    const now = context.clock.now();
    const redrive: Redrive<LostMessage> = {
      schema: "slipway.site-redrive.v1",
      about: { stack, static_sites: name },
      name,
      redrive: (options) => client.redrive({ ...options, queue }),
      json: letterJson,
      render: (letters, style) => renderLetters(letters, now, style),
    };
    return runRedrive(redrive, { limit, dryRun, yes }, context);
  },
});

const letterJson = ({ queue, messageId, body, sentAt, failure }: LostMessage): Record<string, unknown> => ({
  queue,
  message_id: messageId,
  sent_at: sentAt ?? null,
  body,
  failure: failure ?? null,
});

const SHOWN = 80;

const renderLetters = (letters: readonly LostMessage[], now: Date, style: Style): string =>
  renderTable(
    ["SENT", "QUEUE", "MESSAGE", "ATTEMPTS", "REASON"],
    letters.map(({ queue, body, sentAt, failure }) => [
      sentAt === undefined ? "" : moment(sentAt, now),
      queue,
      // Whoever sent it may have put anything into it, line feeds and codes for terminals too.
      JSON.stringify(body).slice(1, -1).slice(0, SHOWN),
      failure === undefined ? "" : String(failure.attempts),
      failure?.reason ?? "not recorded",
    ]),
    style,
  );
