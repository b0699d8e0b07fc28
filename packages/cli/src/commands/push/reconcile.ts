import type { ReconcileReport } from "@slipway/code-push/library";
import { defineCommand } from "../../command";
import { exitCodes } from "../../exit-codes";
import { openPush } from "../../push/open-push";
import { repositoryOption, shortRef, shortSha } from "../../push/options";
import type { Style } from "../../render/style";
import { renderTable } from "../../render/table";
import { stackOption } from "../../stack/options";

export const command = defineCommand({
  describe: "Compare the remotes with what was pushed, and queue what is missing",
  mutates: true,
  options: { ...stackOption, ...repositoryOption },
  examples: [
    ["slipway push reconcile --stack tools", "Webhooks were lost: make up for them now"],
    ["slipway push reconcile --stack tools --dry-run", "Only say what is missing"],
  ],
  run: async ({ stack, repository, dryRun }, context) => {
    const { client, name } = await openPush(stack, context);
    context.progress.begin(`asking the remotes of ${name}`);
    const report = await client.reconcile({ repository, dryRun });
    const { repositories, refs, missed, unreachable, complete } = report;
    return {
      schema: "slipway.push-reconciliation.v1",
      data: { stack, code_push: name, repositories, refs, missed, unreachable, complete, dry_run: dryRun },
      text: (style) => renderReport(report, dryRun, style),
      exitCode: unreachable.length === 0 ? exitCodes.ok : exitCodes.attention,
    };
  },
});

const count = (amount: number, what: string): string => `${amount} ${what}${amount === 1 ? "" : "s"}`;

function renderReport(report: ReconcileReport, dryRun: boolean, style: Style): string {
  const { missed, unreachable, refs, repositories, unsent } = report;
  const table = renderTable(
    ["REPOSITORY", "REF", "COMMIT"],
    missed.map(({ repository, ref, sha }) => [repository, shortRef(ref), shortSha(sha)]),
    style,
  );
  const said = `${dryRun ? "would queue" : "queued"} ${count(missed.length, "push").replace(/hs$/, "hes")}`;
  const compared = `compared ${count(refs, "ref")} of ${count(repositories, "repository").replace(/ys$/, "ies")}`;
  return [
    ...(missed.length === 0 ? [] : [table]),
    ...unreachable.map(({ repository, reason }) => `${style("red", "cannot ask")} ${repository}: ${reason}`),
    ...(unsent === undefined ? [] : [unsent]),
    `${compared}; ${missed.length === 0 ? "nothing is missing" : said}`,
  ].join("\n");
}
