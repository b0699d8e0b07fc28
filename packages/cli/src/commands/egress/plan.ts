import { defineCommand } from "../../command";
import { addressOf, parseFlag } from "../../egress/flags";
import { plannedJson } from "../../egress/json";
import { openEgress } from "../../egress/open-egress";
import { requireMoment } from "../../egress/options";
import { deliveriesOf, renderPlanned } from "../../egress/planned";
import { exitCodes } from "../../exit-codes";
import { stackOption } from "../../stack/options";

export const command = defineCommand({
  describe: "Say what would be sent for a flag, and send nothing",
  mutates: false,
  positionals: {
    flag: {
      type: "string",
      demandOption: true,
      describe: "s3://bucket/folder/, or a folder in its own bucket; the flag need not be there",
    },
  },
  options: {
    ...stackOption,
    at: {
      type: "string",
      describe: "When it was or would be put, e.g. 2024-12-31T06:00:00Z",
      defaultDescription: "now",
    },
  },
  examples: [
    ["slipway egress plan dataegress/cbol/2024-12-31/ --stack production", "Before the flag is put"],
    ["slipway egress plan s3://reports/dwh/ --at 2024-12-31T06:00:00Z -s production", "As of a moment"],
  ],
  run: async ({ stack, flag, at }, context) => {
    const moment = requireMoment("at", at);
    const { client, name, sourceBucket } = await openEgress(stack, context);
    const { FLAG_NAME, targetOf } = await context.libraries.egress();
    const address = parseFlag(flag, FLAG_NAME, sourceBucket);
    const planned = await client.plan({ ...address, at: moment });
    const deliveries = deliveriesOf(planned, targetOf);
    return {
      schema: "slipway.egress-plan.v1",
      data: { stack, data_egress: name, flag: addressOf(address), ...plannedJson(planned, deliveries) },
      text: (style) => renderPlanned(planned, deliveries, style),
      exitCode: planned.kind === "plan" ? exitCodes.ok : exitCodes.refused,
    };
  },
});
