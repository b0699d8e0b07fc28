import { promotionJson } from "../artefacts/json";
import type { BuildRecord } from "@slipway/static-site-pipeline/library";
import { shortRef } from "../push/options";
import type { Style } from "../render/style";
import { renderTable } from "../render/table";
import { moment } from "../render/time";
import { buildJson, summaryJson } from "../site/json";
import { shortImage } from "../tracker/render-plan";
import { noticesOf } from "./trace-commit";
import type { Part, Trace, TracedEnvironment } from "./trace";

type Row = readonly [step: string, where: string, when: string, what: string];

/** A commit's way, one line for each step; steps that were not taken say so. */
export function renderTrace(trace: Trace, now: Date, style: Style): string {
  const { commit, pushes } = trace;
  const [push] = pushes.found;
  const title = push === undefined ? "" : `: ${push.message} (${push.author.replace(/ <.*$/, "")})`;
  const steps = [pushedRows, promotedRows, builtRows, releasedRows, deployedRows, runningRows, siteRows];
  const rows = steps.flatMap((step) => step(trace, now)).map((row) => paint(row, style));
  return [`commit ${style("bold", commit)}${title}`, renderTable(["STEP", "WHERE", "WHEN", "WHAT"], rows, style)].join(
    "\n",
  );
}

const MISSING = /^(?:not |it is not known)/;
const paint = ([step, where, when, what]: Row, style: Style): readonly string[] => [
  step,
  where,
  when,
  MISSING.test(what) ? style("yellow", what) : what,
];

/** Rows of a part; one that says what is missing when it has none. */
function rowsOf<T>(step: string, { found, notice }: Part<T>, missing: string, row: (each: T) => Row): readonly Row[] {
  const rows = found.map(row);
  if (notice !== undefined) return [...rows, [step, "", "", `it is not known: ${notice}`]];
  return rows.length > 0 ? rows : [[step, "", "", missing]];
}

const pushedRows = ({ pushes }: Trace, now: Date): readonly Row[] =>
  rowsOf("pushed", pushes, "not pushed", ({ repository, ref, pushed_at: at, key }) => [
    "pushed",
    `${repository} ${shortRef(ref)}`,
    moment(at, now),
    key,
  ]);

const promotedRows = ({ hops, hopsNotice }: Trace, now: Date): readonly Row[] => [
  ...(hopsNotice === undefined ? [] : [["promoted", "", "", `it is not known: ${hopsNotice}`] as const]),
  ...hops.flatMap((part) =>
    rowsOf("promoted", part, "not promoted", ({ promotedAt, key }) => [
      "promoted",
      part.hop,
      moment(promotedAt, now),
      key,
    ]).map(([step, where, when, what]): Row => [step, where === "" ? part.hop : where, when, what]),
  ),
];

const builtRows = ({ images }: Trace, now: Date): readonly Row[] =>
  rowsOf("built", images, "not built: no image names it", ({ service, uri, pushedAt, latest }) => [
    "built",
    service,
    pushedAt === undefined ? "" : moment(pushedAt, now),
    `${shortImage(uri)}${latest ? " (latest)" : ""}`,
  ]);

const releasedRows = ({ images, releases }: Trace, now: Date): readonly Row[] =>
  rowsOf("released", { found: releases, notice: images.notice }, "not released", ({ release, services }) => [
    "released",
    release.release_id,
    moment(release.date_created, now),
    [services.join(", "), release.description].filter((part) => part !== "").join(": "),
  ]);

const deployedRows = ({ environments }: Trace, now: Date): readonly Row[] =>
  environments.flatMap(({ environment, deployments }): readonly Row[] =>
    deployments.length === 0
      ? [["deployed", environment, "", "not deployed"]]
      : deployments.map(({ date_created: at, kind, release_id: id, status, requested_by: by }) => [
          "deployed",
          environment,
          moment(at, now),
          `${kind} of ${id} ${status}, by ${by.name}`,
        ]),
  );

const runningRows = ({ environments }: Trace): readonly Row[] =>
  environments.map(({ environment, running, notice }) => ["runs", environment, "now", whatRuns(running, notice)]);

function whatRuns(running: TracedEnvironment["running"], notice: string | undefined): string {
  if (notice !== undefined) return `it is not known: ${notice}`;
  return running.length === 0 ? "not running" : running.join(", ");
}

const siteRows = ({ sites }: Trace, now: Date): readonly Row[] => [
  ...sites.found.flatMap(({ site, builds, live }): readonly Row[] => [
    ...builds.map((build) => siteRow(site.site_id, build, now)),
    ["live", site.site_id, "now", live ? (site.address ?? "live") : "not live"],
  ]),
  ...(sites.notice === undefined ? [] : [["site", "", "", `it is not known: ${sites.notice}`] as const]),
];

const siteRow = (siteId: string, { number, state, reason, preview, ...build }: BuildRecord, now: Date): Row => [
  "site",
  preview === undefined ? siteId : `${siteId}, preview of ${preview}`,
  moment(build.updated_at, now),
  `${build.trigger} ${number} ${state}${reason === undefined ? "" : `: ${reason}`}, by ${build.requested_by}`,
];

/** The same as JSON. */
export const traceJson = (trace: Trace) => ({
  commit: trace.commit,
  pushes: trace.pushes.found.map((push) => ({ ...push })),
  promotions: trace.hops.map(({ hop, stack, found, notice = null }) => ({
    hop,
    stack,
    promotions: found.map(promotionJson),
    notice,
  })),
  images: trace.images.found.map(({ service, uri, digest = null, pushedAt = null, latest }) => ({
    service,
    uri,
    digest,
    pushed_at: pushedAt,
    latest,
  })),
  releases: trace.releases.map(({ release, services }) => ({
    release_id: release.release_id,
    date_created: release.date_created,
    description: release.description,
    requested_by: release.requested_by,
    services,
  })),
  environments: trace.environments.map(({ environment, deployments, running, notice = null }) => ({
    environment,
    deployments,
    running: notice === null ? running : null,
    notice,
  })),
  sites: trace.sites.found.map(({ site, builds, live }) => ({
    ...summaryJson(site),
    builds: builds.map(buildJson),
    is_live: live,
  })),
  notices: noticesOf(trace),
});
