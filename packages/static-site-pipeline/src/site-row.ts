import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { PIPELINE_ENTRY, SITES_TABLE, type SiteSettings } from "./contract";
import { toItem } from "./dynamo-item";
import type { StaticSitePipelineOutput } from "./static-site-pipeline";

/** What a declared site consists of. */
export interface RowParts {
  readonly siteId: string;
  readonly settings: SiteSettings;
  readonly connection: pulumi.Output<StaticSitePipelineOutput>;
  readonly bucket: aws.s3.Bucket;
  readonly distribution: aws.cloudfront.Distribution;
  readonly project: aws.codebuild.Project | undefined;
  readonly certificateArn: pulumi.Output<string> | undefined;
}

/** Creates the site's row, ready for its first deployment. What the pipeline writes into it later is left alone. */
export function createRow(name: string, parts: RowParts, parent: pulumi.Resource): void {
  const { siteId, settings, connection, bucket, distribution, project, certificateArn } = parts;
  const resources = pulumi.output({
    live_bucket: bucket.bucket,
    distribution_id: distribution.id,
    distribution_arn: distribution.arn,
    distribution_domain: distribution.domainName,
    ...(certificateArn === undefined ? {} : { certificate_arn: certificateArn }),
    ...(settings.domain === undefined ? {} : { record_name: settings.domain }),
    ...(project === undefined ? {} : { build_project: project.name }),
  });
  const now = new Date().toISOString();
  const { source } = settings;
  new aws.dynamodb.TableItem(
    `${name}-row`,
    {
      tableName: connection.table,
      hashKey: SITES_TABLE.partitionKey,
      rangeKey: SITES_TABLE.sortKey,
      item: resources.apply((made) =>
        toItem({
          [SITES_TABLE.partitionKey]: siteId,
          [SITES_TABLE.sortKey]: PIPELINE_ENTRY,
          [SITES_TABLE.indexes.kind.partitionKey]: "pipeline",
          ...(source.kind === "zip"
            ? {}
            : { [SITES_TABLE.indexes.source.partitionKey]: source.repository.toLowerCase() }),
          site_id: siteId,
          status: "Ready for Deployment",
          version: 1,
          write_id: `declared-${siteId}`,
          status_since: now,
          created_at: now,
          updated_at: now,
          correlation_id: `declared-${siteId}`,
          settings,
          resources: made,
          last_build_number: 0,
          waiting: [],
          recent: [],
        }),
      ),
    },
    { parent, ignoreChanges: ["item"] },
  );
}
