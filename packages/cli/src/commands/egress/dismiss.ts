import type { Dismissed } from "@slipway/data-egress/library";
import { InvalidInputError } from "@slipway/core";
import { defineCommand } from "../../command";
import { parseFlag } from "../../egress/flags";
import { jobJson, letterJson } from "../../egress/json";
import { openEgress } from "../../egress/open-egress";
import { count } from "../../egress/planned";
import { renderDismissal, renderJobs } from "../../egress/render-jobs";
import { renderLetters } from "../../egress/render-letters";
import { createStyle, type Style } from "../../render/style";
import { stackOption } from "../../stack/options";
import { reasonOption } from "../../tracker/options";

export const command = defineCommand({
  describe: "Lay to rest what was given up and need not be mended: the reason is kept, the dead letters go",
  mutates: true,
  positionals: {
    flag: {
      type: "string",
      describe: "s3://bucket/folder/, or a folder in its own bucket; or the id of a job, or of a letter without one",
    },
  },
  options: {
    ...stackOption,
    ...reasonOption,
    settled: { type: "boolean", default: false, describe: "All whose folder was sent since, in place of one" },
  },
  examples: [
    [
      'slipway egress dismiss reports/2024-12-31/ --reason "put again under new names" -s production',
      "Show, ask, do it",
    ],
    ['slipway egress dismiss wrong/folder/ --reason "a test" -s production --dry-run', "What would go"],
    ['slipway egress dismiss --settled --reason "sent since" -s production', "Ends the alarm of what needs nobody"],
  ],
  run: async ({ stack, flag: given, settled, reason, dryRun, yes }, context) => {
    if ((given !== undefined) === settled) {
      const problem = settled ? "is given, and --settled too" : "is not given, nor is --settled";
      throw new InvalidInputError("flag", problem, "name one, or take all that need nobody any more");
    }
    const { client, name, sourceBucket } = await openEgress(stack, context);
    const { FLAG_NAME } = await context.libraries.egress();
    const whatOf = (one: string) =>
      one.includes("/") ? { flag: parseFlag(one, FLAG_NAME, sourceBucket) } : { id: one };
    const what = given === undefined ? { settled } : whatOf(given);
    const now = context.clock.now();
    const told = ({ jobs, letters }: Dismissed, style: Style) =>
      [
        ...(jobs.length === 0 ? [] : [renderJobs(jobs, now, style)]),
        ...(letters.length === 0 ? [] : [renderLetters(letters, now, style)]),
      ].join("\n");
    const amount = ({ jobs, letters }: Dismissed) =>
      `${count(jobs.length, "job")} with ${count(letters.length, "dead letter")}`;
    const closing = (done: Dismissed): string => {
      if (isNothing(done) && done.already.length > 0) return "nothing was written";
      return dryRun ? `would dismiss ${amount(done)}; nothing was written` : `dismissed ${amount(done)}`;
    };
    const finish = (done: Dismissed) => ({
      schema: "slipway.egress-dismissal.v1",
      data: {
        stack,
        data_egress: name,
        reason,
        jobs: done.jobs.map(jobJson),
        already_dismissed: done.already.map(jobJson),
        letters: done.letters.map(letterJson),
        dry_run: dryRun,
      },
      text: (style: Style) =>
        [
          ...(isNothing(done) ? [] : [told(done, style)]),
          ...done.already.map((job) => renderDismissal(job, now)),
          closing(done),
        ].join("\n"),
    });

    if (dryRun || !yes) {
      const found = await client.dismiss({ ...what, reason, dryRun: true });
      if (dryRun || isNothing(found)) return finish(found);
      context.progress.warn(told(found, createStyle(false)));
      await context.ask.confirm({ action: `dismissing ${amount(found)} of ${name}`, yes });
    }
    return finish(await client.dismiss({ ...what, reason }));
  },
});

const isNothing = ({ jobs, letters }: Dismissed): boolean => jobs.length + letters.length === 0;
