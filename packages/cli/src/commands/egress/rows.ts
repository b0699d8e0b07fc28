import type { ParsedRow, Row } from "@slipway/data-egress/library";
import { defineCommand } from "../../command";
import { conflictJson, describeConflict } from "../../egress/conflicts";
import { badRowJson, rowJson } from "../../egress/json";
import { openEgress } from "../../egress/open-egress";
import { exitCodes } from "../../exit-codes";
import { renderTable } from "../../render/table";
import { stackOption } from "../../stack/options";

export const command = defineCommand({
  describe: "List what is sent where, and the rows that cannot be used",
  mutates: false,
  options: stackOption,
  examples: [["slipway egress rows --stack production", "Every row of the table"]],
  run: async ({ stack }, context) => {
    const { client, name } = await openEgress(stack, context);
    const items = await client.rows();
    const rows = items.flatMap((item) => (item.ok ? [item.row] : []));
    const bad = items.flatMap((item) => (item.ok ? [] : [item]));
    const { findConflicts } = await context.libraries.egress();
    const conflicts = findConflicts(rows);
    return {
      schema: "slipway.egress-rows.v1",
      data: {
        stack,
        data_egress: name,
        rows: rows.map(rowJson),
        bad_rows: bad.map(badRowJson),
        conflicts: conflicts.map(conflictJson),
      },
      text: (style) =>
        [
          rows.length === 0
            ? `${name} has no rows that can be used`
            : renderTable(
                ["PIPELINE", "SOURCE", "TYPE", "RECIPIENT", "DESTINATION", "DUE", "HOW"],
                rows.map(cells),
                style,
              ),
          ...bad.map((each) => `${style("red", "bad row")} ${describeBad(each)}`),
          ...conflicts.map((each) => `${style("red", "conflict")} ${describeConflict(each)}`),
        ].join("\n"),
      exitCode: bad.length + conflicts.length === 0 ? exitCodes.ok : exitCodes.attention,
    };
  },
});

const cells = (row: Row): readonly string[] => [
  row.pipeline,
  `s3://${row.sourceBucket}/${row.sourcePrefix}`,
  row.transferType,
  row.recipient,
  row.transferType === "S3" ? `s3://${row.destinationBucket}/${row.destinationPrefix}` : row.destinationPrefix,
  row.expectedBy ?? "",
  howOf(row),
];

/** What becomes of files on their way. */
const howOf = (row: Row): string =>
  [
    row.decrypt && "decrypted",
    row.rewrapDataKey && "key re-wrapped",
    row.compression,
    row.timestampFiles && "dated",
    row.controlFile && "control file",
    row.manifestFile && [row.manifestEncryption, "manifest"].filter(Boolean).join(" "),
  ]
    .filter(Boolean)
    .join(", ");

const describeBad = ({ name, problems }: Extract<ParsedRow, { ok: false }>): string =>
  `${name}: ${problems.map(({ field, problem }) => `[${field}] ${problem}`).join("; ")}`;
