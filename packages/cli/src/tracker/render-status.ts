import type { EnvironmentStatus, ServiceStatus } from "@slipway/release-tracker/library";
import type { Style } from "../render/style";
import { renderTable } from "../render/table";
import { moment } from "../render/time";
import { shortImage } from "./render-plan";

/** Whether label, record and running digest differ anywhere, or the latest deployment needs a person. */
export const needsAttention = ({ services, latest }: EnvironmentStatus): boolean =>
  services.some(({ drift }) => drift.length > 0) || latest?.status === "needs-attention";

/** `api:v2 (changed)`: one cell of the matrix. */
function cell(status: ServiceStatus | undefined, style: Style): string {
  if (!status) return "-";
  const image = shortImage(status.released ?? status.label).replace(/@sha256:/, " ");
  if (status.drift.length === 0 && status.running === undefined) return `${image} (not verified)`;
  return status.drift.length === 0 ? image : `${image} ${style("red", `drift: ${status.drift.join(", ")}`)}`;
}

/** Services down, environments across. */
export function renderMatrix(environments: readonly EnvironmentStatus[], now: Date, style: Style): string {
  const services = [...new Set(environments.flatMap((each) => each.services.map(({ service }) => service)))].sort();
  const rows = services.map((service) => [
    service,
    ...environments.map((each) =>
      cell(
        each.services.find((status) => status.service === service),
        style,
      ),
    ),
  ]);
  const head = ["SERVICE", ...environments.map(({ environment }) => environment.id)];
  return [renderTable(head, rows, style), "", ...environments.flatMap((each) => notes(each, now, style))].join("\n");
}

function notes(status: EnvironmentStatus, now: Date, style: Style): readonly string[] {
  const { environment, latest, pin, deploying, notice } = status;
  const last = latest
    ? `${latest.kind} of ${latest.release_id} ${latest.status}, ${moment(latest.date_created, now)} by ${latest.requested_by.name}`
    : "nothing was deployed yet";
  return [
    `${style("bold", environment.id)}: ${last}`,
    ...(pin ? [`  pinned by ${pin.pinned_by.name}: ${pin.reason}`] : []),
    ...(deploying ? [`  ${deploying.holder} deploys since ${deploying.since}`] : []),
    ...(notice ? [`  ${notice}`] : []),
  ];
}

/** An environment's status as JSON. */
export const statusJson = (status: EnvironmentStatus): Record<string, unknown> => ({
  environment: status.environment,
  drift: status.services.some(({ drift }) => drift.length > 0),
  released: status.released ?? null,
  latest: status.latest ?? null,
  pin: status.pin ?? null,
  deploying: status.deploying ?? null,
  notice: status.notice ?? null,
  services: status.services.map(({ service, released, label, running, drift }) => ({
    service,
    released: released ?? null,
    label: label ?? null,
    running: running ?? null,
    drift,
  })),
});
