import type { BuildRecord, SiteDetails } from "@slipway/static-site-pipeline/library";
import type { Format, Style } from "../render/style";
import { brief, renderTable } from "../render/table";
import { moment } from "../render/time";
import { addressOf } from "./json";

/** Colour of a status: what needs somebody is red, what is on its way yellow. */
export const statusFormat = (status: string): Format => {
  if (status.startsWith("Failed")) return "red";
  return status === "Deployed" ? "green" : "yellow";
};

/** A commit as people write it. */
export const shortCommit = (commit: string | undefined): string => commit?.slice(0, 12) ?? "";

/** All about a site: what it is, what is live, what one can go back to, and its builds. */
export function renderDetails(details: SiteDetails, now: Date, style: Style): string {
  const { site, releases, previews, builds } = details;
  return [
    renderTable([site.site_id, site.settings.name], factsOf(details, now, style), style),
    ...section(
      ["RELEASE", "LIVE SINCE", "BUILD", "COMMIT", "BY"],
      releases.map(({ release_id, published_at, build_number, commit, requested_by }, index) => [
        index === 0 ? style("green", release_id) : release_id,
        moment(published_at, now),
        String(build_number),
        shortCommit(commit),
        requested_by,
      ]),
      style,
    ),
    ...section(
      ["PREVIEW OF", "SINCE", "ADDRESS"],
      previews.map(({ branch, published_at, url = "-" }) => [
        branch,
        published_at === undefined ? "" : moment(published_at, now),
        url,
      ]),
      style,
    ),
    ...section(
      ["BUILD", "STATE", "TRIGGER", "COMMIT", "ASKED FOR", "BY", "REASON"],
      builds.map((build) => buildRow(build, now, style)),
      style,
    ),
  ].join("\n");
}

const section = (head: readonly string[], rows: readonly (readonly string[])[], style: Style): readonly string[] =>
  rows.length === 0 ? [] : ["", renderTable(head, rows, style)];

function factsOf({ site }: SiteDetails, now: Date, style: Style): readonly (readonly string[])[] {
  const { status, status_since, reason, settings, live, lock, delete_when_idle } = site;
  const { source } = settings;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["status", `${style(statusFormat(status), status)} since ${moment(status_since, now)}`],
    ["reason", reason],
    ["removal", delete_when_idle === true ? "asked for" : undefined],
    ["address", addressOf(site)],
    // Where visitors are sent to, and where a local AWS can be asked.
    ["distribution", site.resources.record_name && site.resources.distribution_domain],
    ["source", source.kind === "zip" ? "releases only" : `${source.kind} ${source.repository} ${source.branch}`],
    ["live", live && `release ${live.release_id} of build ${live.build_number} ${shortCommit(live.commit)}`.trim()],
    ["locked", lock && `by ${lock.locked_by} ${moment(lock.locked_at, now)}: ${lock.reason}`],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

const buildRow = (build: BuildRecord, now: Date, style: Style): readonly string[] => [
  String(build.number),
  build.state === "failed" ? style("red", build.state) : build.state,
  build.preview === undefined ? build.trigger : `${build.trigger}, preview of ${build.preview}`,
  shortCommit(build.commit),
  moment(build.requested_at, now),
  build.requested_by,
  brief(build.reason),
];
