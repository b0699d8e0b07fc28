import * as aws from "@pulumi/aws";
import { DataEgress } from "@slipway/data-egress";

/** What differs between the places that the program runs in. */
export interface ReportSettings {
  /** URI of the service's image. */
  readonly serviceImage: string;
  readonly partnerBucket: string;
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
}

/** One pipeline: a day's reports go to a partner's bucket, then a list of their names. */
export function reports({ serviceImage, partnerBucket, subnetIds, securityGroupIds }: ReportSettings) {
  const cluster = new aws.ecs.Cluster("reports");
  const { sourceBucketName, taskRoleArn, connection } = new DataEgress("reports", {
    clusterArn: cluster.arn,
    subnetIds,
    securityGroupIds,
    serviceImage,
    rows: [
      {
        sourcePrefix: "reports/$TODAYS_DATE/",
        pipelineName: "reports",
        transferType: "S3",
        destinationBucket: partnerBucket,
        destinationPrefix: "incoming/$TODAYS_DATE/",
        recipientName: "Partner",
        controlFileName: "reports-$TODAYS_DATE.control",
        expectedBy: "06:00",
      },
    ],
  });
  // `slipway egress` looks for `dataEgress`; the partner's bucket policy needs the role.
  return { sourceBucketName, taskRoleArn, dataEgress: connection };
}
