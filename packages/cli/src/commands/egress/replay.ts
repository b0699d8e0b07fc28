import type { Replayed, ReplayInput } from "@slipway/data-egress/library";
import { InvalidInputError } from "@slipway/core";
import { defineCommand } from "../../command";
import type { CommandContext } from "../../context";
import { findJobs } from "../../egress/find-job";
import { addressOf } from "../../egress/flags";
import { jobJson, plannedJson } from "../../egress/json";
import { openEgress, type OpenEgress } from "../../egress/open-egress";
import { dayOptions, jobPosition } from "../../egress/options";
import { count, deliveriesOf, renderPlanned } from "../../egress/planned";
import { exitCodes } from "../../exit-codes";
import { createStyle } from "../../render/style";
import { stackOption } from "../../stack/options";

export const command = defineCommand({
  describe: "Have what was sent for a flag, or for a day, sent again, as a job of its own",
  mutates: true,
  positionals: jobPosition,
  options: { ...stackOption, ...dayOptions },
  examples: [
    ["slipway egress replay --pipeline cbol --date 2024-12-31 --stack production --dry-run", "What a day would send"],
    ["slipway egress replay dataegress/cbol/2024-12-31/ --stack production", "Show, ask, send it again"],
  ],
  run: async ({ stack, job, pipeline, date, dryRun, yes }, context) => {
    const egress = await openEgress(stack, context);
    const { client, name } = egress;
    const wanted = await wantedJob({ job, pipeline, date }, egress, context);
    const { targetOf } = await context.libraries.egress();
    const finish = ({ of, jobId, planned }: Replayed) => {
      const deliveries = deliveriesOf(planned, targetOf);
      const ending =
        jobId === undefined
          ? "nothing was sent"
          : `asked for as job ${jobId}; to see it: slipway egress status ${jobId} --stack ${stack}`;
      return {
        schema: "slipway.egress-replay.v1",
        data: {
          stack,
          data_egress: name,
          of: jobJson(of),
          job_id: jobId ?? null,
          ...plannedJson(planned, deliveries),
          dry_run: dryRun,
        },
        text: (style: ReturnType<typeof createStyle>) => `${renderPlanned(planned, deliveries, style)}\n${ending}`,
        exitCode: planned.kind === "plan" ? exitCodes.ok : exitCodes.refused,
      };
    };

    const found = await client.replay({ ...wanted, dryRun: true });
    // What would be refused is not worth asking the service, or anybody, for.
    if (dryRun || found.planned.kind === "refused") return finish(found);
    if (!yes) {
      const deliveries = deliveriesOf(found.planned, targetOf);
      context.progress.warn(renderPlanned(found.planned, deliveries, createStyle(false)));
      const what = `${count(deliveries.length, "delivery")} for ${addressOf(found.of.flag)}`;
      await context.ask.confirm({ action: `sending ${what} again`, yes });
    }
    return finish(await client.replay({ jobId: found.of.jobId }));
  },
});

interface Wanted {
  readonly job: string | undefined;
  readonly pipeline: string | undefined;
  readonly date: string | undefined;
}

async function wantedJob(
  { job, pipeline, date }: Wanted,
  egress: OpenEgress,
  context: CommandContext,
): Promise<ReplayInput> {
  const byDay = pipeline !== undefined || date !== undefined;
  if (job !== undefined && !byDay) {
    const { newest, sent = newest } = await findJobs(job, egress, context);
    return { jobId: sent };
  }
  if (job === undefined && pipeline !== undefined && date !== undefined) return { pipeline, date };
  const problem = job === undefined ? "is not given, nor are --pipeline and --date both" : "is given, and a day is too";
  throw new InvalidInputError("job", problem, "name a job or its flag, or else --pipeline and --date");
}
