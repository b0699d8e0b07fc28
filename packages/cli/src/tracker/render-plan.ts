import type { DeploymentPlan, ImageChange, Refusal } from "@slipway/release-tracker/library";
import type { Format, Style } from "../render/style";
import { renderTable } from "../render/table";
import { duration } from "../render/time";
import { counts } from "../stack/render-changes";

const formats: Readonly<Record<ImageChange["change"], Format>> = {
  added: "green",
  changed: "yellow",
  unchanged: "dim",
  "not-in-release": "dim",
};

/** `repo:tag@sha256:0123456789ab`: enough of a digest to tell two apart. The full one is in the JSON form. */
export const shortImage = (uri: string | undefined): string =>
  uri === undefined ? "-" : uri.replace(/@(sha256:[0-9a-f]{12})[0-9a-f]+$/, "@$1").replace(/^.*\//, "");

/** What a deployment would do: service, old and new image, commit and age where they are known, then the stack. */
export function renderPlan({ images, stack, release, environment }: DeploymentPlan, now: Date, style: Style): string {
  const rows = images.map(({ service, change, from, to, commit, message, pushedAt }) => [
    service,
    style(formats[change], change),
    shortImage(from),
    shortImage(to),
    [commit?.slice(0, 8), message].filter((part) => part !== undefined).join(" "),
    pushedAt === undefined ? "" : duration(now.getTime() - new Date(pushedAt).getTime()),
  ]);
  return [
    `release ${release.release_id} to ${environment.name} (${environment.id})`,
    renderTable(["SERVICE", "CHANGE", "OLD IMAGE", "NEW IMAGE", "COMMIT", "AGE"], rows, style),
    ...(stack === undefined ? [] : [`stack: ${counts(stack.changes)}`]),
  ].join("\n");
}

const sentences: { readonly [K in Refusal["kind"]]: (refusal: Extract<Refusal, { kind: K }>) => string } = {
  rejected: ({ releaseId, by, reason }) => `release ${releaseId} was rejected by ${by.name}: ${reason}`,
  pinned: ({ environmentId, by, reason }) => `${environmentId} is pinned by ${by.name}: ${reason}`,
  frozen: ({ environmentId, until, reason }) => `${environmentId} is frozen until ${until}: ${reason}`,
  "outside-window": ({ environmentId, windows }) => `${environmentId} takes deployments only ${windows.join(" or ")}`,
  order: ({ environmentId, requires, releaseId }) =>
    `${environmentId} needs a successful deployment of release ${releaseId} in ${requires} first`,
  soak: ({ requires, until }) => `the release has to stay in ${requires} until ${until}`,
};

/** Why a deployment is not allowed, in one sentence. */
export function refusalSentence(refusal: Refusal): string {
  const sentence = sentences[refusal.kind] as (refusal: Refusal) => string;
  return sentence(refusal);
}

const mends: Readonly<Record<Refusal["kind"], string>> = {
  rejected: "deploy another release",
  pinned: "let it go with: slipway release unpin",
  frozen: "wait until then",
  "outside-window": "wait for the window",
  order: "deploy it there first",
  soak: "wait until then",
};

/** How to mend a refusal. */
export const refusalMend = ({ kind }: Refusal): string => mends[kind];
