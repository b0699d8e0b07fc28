import { ACMClient } from "@aws-sdk/client-acm";
import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { CodeBuildClient } from "@aws-sdk/client-codebuild";
import { Route53Client } from "@aws-sdk/client-route-53";
import { S3Client } from "@aws-sdk/client-s3";
import { createSiteInfrastructure } from "../adapters/aws-site-infrastructure";
import { SiteBuckets } from "../adapters/site-bucket-steps";
import { SiteCertificates } from "../adapters/site-certificate-steps";
import { SiteDistributions } from "../adapters/site-distribution-steps";
import { Route53Records } from "../adapters/site-dns-steps";
import { SiteProjects } from "../adapters/site-project-steps";
import { OwnSecrets } from "../adapters/site-secrets";
import { DEFAULT_BUILD_IMAGE } from "../contract";
import { clientSettings, s3Settings, type SitesBase } from "./base";
import type { SitesConnection } from "./connection";

/** Where CloudFront's certificates are. */
const GLOBAL_REGION = "us-east-1";

/** What sites are made of. */
export function connectInfrastructure(connection: SitesConnection, { json }: Pick<SitesBase, "json">) {
  const { name, account, region, hostedZoneId, baseDomain, originAccessControlId } = connection;
  const { headersPolicyId, viewerFunctionArn, buildRoleArn, buildImage = DEFAULT_BUILD_IMAGE } = connection;
  const settings = clientSettings(connection);
  const place = { name, account, region, hostedZoneId, baseDomain };
  const dns = hostedZoneId === undefined ? undefined : new Route53Records(new Route53Client(settings), hostedZoneId);
  const project = { roleArn: buildRoleArn, image: buildImage, logGroup: connection.buildLogGroup };
  const gitSecrets = new OwnSecrets(json, connection.gitSecretPrefix);
  const { previewFunctionArn, spaPreviewFunctionArn } = connection;
  const functions = { viewerFunctionArn, previewFunctionArn, spaPreviewFunctionArn };
  const shared = { originAccessControlId, headersPolicyId, ...functions };
  return createSiteInfrastructure({
    place,
    buckets: new SiteBuckets(new S3Client(s3Settings(connection)), place),
    distributions: new SiteDistributions(new CloudFrontClient(settings), place, shared),
    projects: new SiteProjects(new CodeBuildClient(settings), place, project, gitSecrets),
    dns,
    certificates: dns && new SiteCertificates(new ACMClient({ ...settings, region: GLOBAL_REGION }), dns, place),
  });
}
