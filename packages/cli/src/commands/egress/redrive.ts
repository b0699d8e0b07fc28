import type { LostFlag } from "@slipway/data-egress/library";
import { defineCommand } from "../../command";
import { letterJson } from "../../egress/json";
import { openEgress } from "../../egress/open-egress";
import { renderLetters } from "../../egress/render-letters";
import { requireCount } from "../../options/require-count";
import { LOOK, runRedrive, type Redrive } from "../../redrive/run-redrive";
import { stackOption } from "../../stack/options";

export const command = defineCommand({
  describe: "Send flags that were given up back to the queue, and tell why they were",
  mutates: true,
  options: {
    ...stackOption,
    limit: { type: "number", describe: "At most so many", defaultDescription: `all; a list shows ${LOOK}` },
  },
  examples: [
    ["slipway egress redrive --stack production --dry-run", "What was given up, and why"],
    ["slipway egress redrive --stack production", "Show, ask, send it back"],
  ],
  run: async ({ stack, limit, dryRun, yes }, context) => {
    requireCount("limit", limit);
    const { client, name } = await openEgress(stack, context);
    const now = context.clock.now();
    const redrive: Redrive<LostFlag> = {
      schema: "slipway.egress-redrive.v1",
      about: { stack, data_egress: name },
      name,
      redrive: (options) => client.redrive(options),
      json: letterJson,
      render: (letters, style) => renderLetters(letters, now, style),
    };
    return runRedrive(redrive, { limit, dryRun, yes }, context);
  },
});
