import { allow, policyDocument, type PolicyDocument } from "@slipway/core";
import {
  bucketsOf,
  distributionsOf,
  hand,
  keepPipelines,
  projectsOf,
  secretsBelow,
  tell,
  type QueueArns,
  type SitesScope,
} from "./policies";

/** CloudFront takes certificates from there alone. */
const certificatesOf = ({ partition, account }: SitesScope): string =>
  `arn:${partition}:acm:us-east-1:${account}:certificate/*`;

/** For the function that makes what a site consists of. */
export const provisionPolicy = (scope: SitesScope, queues: Pick<QueueArns, "provision" | "executor">): PolicyDocument =>
  policyDocument(
    ...keepPipelines(scope),
    ...tell(scope),
    ...hand([queues.provision, queues.executor]),
    ...allow(
      "MakeBuckets",
      [
        "s3:CreateBucket",
        "s3:PutBucketOwnershipControls",
        "s3:PutBucketPolicy",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketTagging",
        "s3:PutBucketVersioning",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
      ],
      [bucketsOf(scope)],
    ),
    ...allow(
      "MakeDistributions",
      ["cloudfront:CreateDistribution", "cloudfront:GetDistribution", "cloudfront:TagResource"],
      [distributionsOf(scope)],
    ),
    // AWS lists all of them or none.
    ...allow("FindDistributions", ["cloudfront:ListDistributions"], ["*"]),
    ...certificateStatements(scope, ["acm:AddTagsToCertificate", "acm:RequestCertificate"]),
    ...recordStatements(scope),
    ...allow("MakeProjects", ["codebuild:CreateProject", "codebuild:UpdateProject"], [projectsOf(scope)]),
    {
      Sid: "GiveProjectsTheirRole",
      Effect: "Allow",
      Action: ["iam:PassRole"],
      Resource: [scope.buildRoleArn],
      Condition: { StringEquals: { "iam:PassedToService": "codebuild.amazonaws.com" } },
    },
  );

/** For the function that disables a distribution and waits. */
export const startTeardownPolicy = (
  scope: SitesScope,
  { startTeardown, teardown }: Pick<QueueArns, "startTeardown" | "teardown">,
): PolicyDocument =>
  policyDocument(
    ...keepPipelines(scope),
    ...tell(scope),
    ...hand([startTeardown, teardown]),
    ...allow(
      "DisableDistributions",
      ["cloudfront:GetDistribution", "cloudfront:UpdateDistribution"],
      [distributionsOf(scope)],
    ),
    ...allow("FindDistributions", ["cloudfront:ListDistributions"], ["*"]),
  );

/** For the function that removes a site. */
export const teardownPolicy = (scope: SitesScope, { teardown }: Pick<QueueArns, "teardown">): PolicyDocument =>
  policyDocument(
    ...keepPipelines(scope),
    ...allow("FindBuilds", ["dynamodb:Query"], [scope.tableArn]),
    ...tell(scope),
    ...hand([teardown]),
    ...recordStatements(scope),
    ...allow(
      "RemoveDistributions",
      // One that is enabled still, since the first function died before it came to that, is disabled first.
      ["cloudfront:DeleteDistribution", "cloudfront:GetDistribution", "cloudfront:UpdateDistribution"],
      [distributionsOf(scope)],
    ),
    ...allow("FindDistributions", ["cloudfront:ListDistributions"], ["*"]),
    ...certificateStatements(scope, ["acm:DeleteCertificate"]),
    ...allow("RemoveProjects", ["codebuild:DeleteProject"], [projectsOf(scope)]),
    ...allow("EmptyBuckets", ["s3:DeleteBucket", "s3:ListBucketVersions"], [bucketsOf(scope)]),
    ...allow("EmptySites", ["s3:DeleteObject", "s3:DeleteObjectVersion"], [`${bucketsOf(scope)}/*`]),
    ...allow("ForgetCredentials", ["secretsmanager:DeleteSecret"], [secretsBelow(scope, scope.gitSecretPrefix)]),
  );

const certificateStatements = (scope: SitesScope, actions: readonly string[]) =>
  scope.hostedZoneId === undefined
    ? []
    : [
        ...allow(
          "KeepCertificates",
          ["acm:DescribeCertificate", "acm:ListTagsForCertificate", ...actions],
          [certificatesOf(scope)],
        ),
        ...allow("FindCertificates", ["acm:ListCertificates"], ["*"]),
      ];

const recordStatements = ({ partition, hostedZoneId }: SitesScope) =>
  allow(
    "KeepRecords",
    ["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"],
    hostedZoneId === undefined ? [] : [`arn:${partition}:route53:::hostedzone/${hostedZoneId}`],
  );
