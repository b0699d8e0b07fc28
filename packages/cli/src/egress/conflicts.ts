import type { Overlap } from "@slipway/data-egress/library";

/** Two rows that take the same folder, for people. */
export const describeConflict = ({ first, second }: Overlap): string =>
  `${first.pipeline} and ${second.pipeline} both take s3://${second.sourceBucket}/${second.sourcePrefix}: every flag there is refused; ` +
  "to mend it: keep one of them, or name them alike up to a #";

/** The same as JSON. */
export const conflictJson = ({ first, second }: Overlap): Record<string, unknown> => ({
  source_bucket: second.sourceBucket,
  rows: [first, second].map(({ sourcePrefix, pipeline }) => ({ source_prefix: sourcePrefix, pipeline_name: pipeline })),
});
