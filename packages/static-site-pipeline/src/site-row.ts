import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DECLARATION_ENTRY, PIPELINE_ENTRY, SITES_TABLE, type SiteSettings } from "./contract";
import { previewDomainOf } from "./core/preview-address";
import { toItem } from "./dynamo-item";
import type { StaticSitePipelineOutput } from "./static-site-pipeline";

/** What a declared site consists of. */
export interface RowParts {
  readonly siteId: string;
  readonly settings: SiteSettings;
  readonly connection: pulumi.Output<StaticSitePipelineOutput>;
  readonly bucket: aws.s3.Bucket;
  readonly distribution: aws.cloudfront.Distribution;
  /** The previews' own, where there are any. */
  readonly previews: aws.cloudfront.Distribution | undefined;
  readonly project: aws.codebuild.Project | undefined;
  readonly certificateArn: pulumi.Output<string> | undefined;
}

/**
 * Creates the site's row, ready for its first deployment, and its declaration. The row is the pipeline's from then on; what
 * changes in the program changes the declaration, which the pipeline follows.
 */
export function createRow(name: string, parts: RowParts, parent: pulumi.Resource): void {
  const { siteId, settings, connection } = parts;
  const declared = resourcesOf(parts).apply((resources) => {
    const digest = createHash("sha256")
      .update(JSON.stringify([settings, resources]))
      .digest("hex");
    return { digest, settings, resources };
  });
  const table = { tableName: connection.table, hashKey: SITES_TABLE.partitionKey, rangeKey: SITES_TABLE.sortKey };
  const keyOf = (entry: string) => ({ [SITES_TABLE.partitionKey]: siteId, [SITES_TABLE.sortKey]: entry });
  new aws.dynamodb.TableItem(
    `${name}-declaration`,
    { ...table, item: declared.apply((values) => toItem({ ...keyOf(DECLARATION_ENTRY), ...values })) },
    { parent },
  );
  new aws.dynamodb.TableItem(
    `${name}-row`,
    {
      ...table,
      item: declared.apply(({ digest, resources }) =>
        toItem({ ...keyOf(PIPELINE_ENTRY), ...rowOf(siteId, settings), declaration: digest, resources }),
      ),
    },
    { parent, ignoreChanges: ["item"] },
  );
}

const resourcesOf = ({ settings, bucket, distribution, previews, project, certificateArn }: RowParts) =>
  pulumi.output({
    live_bucket: bucket.bucket,
    distribution_id: distribution.id,
    distribution_arn: distribution.arn,
    distribution_domain: distribution.domainName,
    ...(certificateArn === undefined ? {} : { certificate_arn: certificateArn }),
    ...(settings.domain === undefined ? {} : { record_name: settings.domain }),
    ...(previews === undefined
      ? {}
      : {
          preview_distribution_id: previews.id,
          preview_distribution_arn: previews.arn,
          preview_domain: previews.domainName,
          ...(settings.domain === undefined ? {} : { preview_record_name: previewDomainOf(settings.domain) }),
        }),
    ...(project === undefined ? {} : { build_project: project.name }),
  });

function rowOf(siteId: string, settings: SiteSettings) {
  const now = new Date().toISOString();
  const { source } = settings;
  return {
    [SITES_TABLE.indexes.kind.partitionKey]: "pipeline",
    ...(source.kind === "zip" ? {} : { [SITES_TABLE.indexes.source.partitionKey]: source.repository.toLowerCase() }),
    site_id: siteId,
    status: "Ready for Deployment",
    version: 1,
    write_id: `declared-${siteId}`,
    status_since: now,
    created_at: now,
    updated_at: now,
    correlation_id: `declared-${siteId}`,
    settings,
    last_build_number: 0,
    waiting: [],
    recent: [],
  };
}
