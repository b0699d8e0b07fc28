import type { BackfillJob, Promotion } from "@slipway/artefact-promotion/library";
import { backfillJson, promotionJson } from "../../artefacts/json";
import { openArtefacts } from "../../artefacts/open-artefacts";
import { defineCommand, type CommandResult } from "../../command";
import { requireCount } from "../../options/require-count";
import { firstPage, pageText, type Page } from "../../render/page";
import { size } from "../../render/size";
import { renderTable } from "../../render/table";
import { moment } from "../../render/time";
import { stackOption } from "../../stack/options";
import { limitOption } from "../../tracker/options";

export const command = defineCommand({
  describe: "List the promotions to an environment, or its backfills, newest first",
  mutates: false,
  options: {
    ...stackOption,
    ...limitOption,
    key: { type: "string", describe: "Only promotions of this artefact, however long ago" },
    days: { type: "number", conflicts: "key", defaultDescription: "30", describe: "How many days to look back" },
    // No default: one would count as given.
    backfills: { type: "boolean", conflicts: ["key", "days"], describe: "Backfills instead of promotions" },
  },
  examples: [
    ["slipway artefacts history --stack staging", "What was promoted there, when, and who asked"],
    ["slipway artefacts history --stack staging --key app/build.tgz", "The same of one artefact"],
    ["slipway artefacts history --stack staging --backfills", "Backfills, and which can be resumed"],
  ],
  run: async ({ stack, key, limit, days, backfills }, context) => {
    requireCount("limit", limit);
    requireCount("days", days);
    const { client } = await openArtefacts(stack, context);
    const now = context.clock.now();
    return backfills === true
      ? backfillsResult(stack, await firstPage(limit, (most) => client.listBackfills({ limit: most })), now)
      : promotionsResult(stack, await firstPage(limit, (most) => client.history({ key, limit: most, days })), now);
  },
});

const promotionsResult = (
  stack: string,
  { shown: promotions, complete }: Page<Promotion>,
  now: Date,
): CommandResult => ({
  schema: "slipway.artefact-promotions.v1",
  data: { stack, promotions: promotions.map(promotionJson), complete },
  text: (style) =>
    promotions.length === 0
      ? "nothing was promoted in that time"
      : pageText(
          renderTable(
            ["WHEN", "SIZE", "TRIGGER", "BY", "PROOF", "SOURCE VERSION", "KEY"],
            promotions.map((promotion) => [
              moment(promotion.promotedAt, now),
              promotion.size === undefined ? "" : size(promotion.size),
              promotion.trigger,
              promotion.requestedBy.name,
              promotion.proof.algorithm,
              promotion.sourceVersionId ?? "",
              promotion.key,
            ]),
            style,
          ),
          complete,
        ),
});

const backfillsResult = (
  stack: string,
  { shown: backfills, complete }: Page<BackfillJob>,
  now: Date,
): CommandResult => ({
  schema: "slipway.artefact-backfills.v1",
  data: { stack, backfills: backfills.map(backfillJson), complete },
  text: (style) =>
    backfills.length === 0
      ? "there was no backfill yet"
      : pageText(
          renderTable(
            ["STARTED", "STATUS", "BY", "COMPARED", "COPIED", "QUEUED", "PREFIX", "JOB"],
            backfills.map(({ id, status, startedAt, requestedBy, counts, prefix = "" }) => [
              moment(startedAt, now),
              status,
              requestedBy.name,
              ...[counts.scanned, counts.promoted, counts.queued].map(String),
              prefix,
              id,
            ]),
            style,
          ),
          complete,
        ),
});
