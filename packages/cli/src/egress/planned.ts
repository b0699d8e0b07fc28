import type { Planned } from "@slipway/data-egress/library";
import type { EgressLibrary } from "../libraries";
import { size } from "../render/size";
import type { Style } from "../render/style";
import { renderTable } from "../render/table";
import type { PlannedDelivery } from "./json";

/** Every file of a plan, for every recipient, in the order of sending; files that are made come last. */
export function deliveriesOf(planned: Planned, targetOf: EgressLibrary["targetOf"]): readonly PlannedDelivery[] {
  if (planned.kind === "refused") return [];
  const { files, ways } = planned.plan;
  return ways.flatMap(({ row, folder, names, controlFile, manifestFile }) => {
    const to = { pipeline: row.pipeline, recipient: row.recipient };
    const target = (name: string): string => targetOf({ row, folder, name });
    const made = { control: controlFile, manifest: manifestFile };
    return [
      ...files.map(({ key, size: bytes }, index) => ({
        ...to,
        source: key,
        target: target(names[index] ?? ""),
        bytes,
      })),
      ...Object.entries(made).flatMap(([source, name]) =>
        name === undefined ? [] : [{ ...to, source, target: target(name) }],
      ),
    ];
  });
}

/** A plan for people, or why there is none. */
export function renderPlanned(planned: Planned, deliveries: readonly PlannedDelivery[], style: Style): string {
  if (planned.kind === "refused") {
    const { code, reason, hint } = planned.refusal;
    return `${style("red", "would be refused")} (${code}): ${reason}; to mend it: ${hint}`;
  }
  const { pipeline, moment, files } = planned.plan;
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  return [
    renderTable(
      ["RECIPIENT", "SOURCE", "SIZE", "TARGET"],
      deliveries.map(({ recipient, source, target, bytes: own }) => [
        recipient,
        source,
        own === undefined ? "made" : size(own),
        target,
      ]),
      style,
    ),
    `${pipeline} of ${moment.date}: ${count(files.length, "file")}, ${size(bytes)}, in ${count(deliveries.length, "delivery")}`,
  ].join("\n");
}

/** `1 file`, `2 files`, `2 deliveries` */
export const count = (amount: number, what: string): string =>
  `${amount} ${amount === 1 ? what : `${what}s`.replace(/ys$/, "ies")}`;
