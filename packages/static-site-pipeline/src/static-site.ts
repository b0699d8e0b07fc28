import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createPrivateBucket, refuseUnknownArguments } from "@slipway/lambda";
import { InvalidInputError } from "@slipway/core";
import { DEFAULT_BUILD_IMAGE, type SiteSettings } from "./contract";
import { BUILDSPEC, DEFAULT_BUILD } from "./core/buildspec";
import type { Readers } from "./core/distribution";
import { hasPreviews, previewHosts } from "./core/preview-address";
import {
  bucketNameOf,
  distributionCommentOf,
  previewCommentOf,
  projectNameOf,
  type DistributionRole,
} from "./core/site-names";
import { liveBucketPolicy } from "./policies";
import { createAliases, createCertificate } from "./site-certificate";
import { createSiteDistribution } from "./site-distribution";
import { createRow } from "./site-row";
import { checkSiteArgs, settingsOf } from "./site-settings";
import type { StaticSitePipelineOutput } from "./static-site-pipeline";

/** How long copies of some files may be kept. */
export interface StaticSiteCacheRule {
  /** Which files, e.g. `assets/**`, relative to the site. */
  glob: string;
  /** Value of their header Cache-Control, e.g. `public, max-age=3600`. */
  cacheControl: string;
}

/** Arguments of {@link StaticSite}. */
export interface StaticSiteArgs {
  /** Output `connection` of the StaticSitePipeline that builds and deploys the site. */
  connection: pulumi.Input<StaticSitePipelineOutput>;
  /** Id of the site: lower-case letters, digits and `-`. @default the component's name */
  siteId?: string;
  /** Name for people. @default the id */
  siteName?: string;
  /** Domain of the site; needs `hostedZoneId`. @default the distribution's own name */
  domain?: string;
  /** Id of the Route 53 zone of the domain. */
  hostedZoneId?: pulumi.Input<string>;
  /** Where the source is: `github` and `bitbucket` for the apps, `webhook`, `code-push`, or `zip` for releases only. @default "zip" */
  source?: string;
  /** `host/owner/repo`; for every source but `zip`. */
  repository?: string;
  /** @default "main" */
  branch?: string;
  /**
   * Who sends the webhooks of a `webhook` source: `github`, `gitlab`, `bitbucket` or `generic`. Of a `code-push` source
   * whose API takes commit statuses. @default for `code-push` by the host, where it is one of theirs
   */
  provider?: string;
  /**
   * Secret with the credentials that a `webhook` source is fetched with, and commit statuses of `webhook` and `code-push`
   * sources are told with; one of the pipeline's `sourceSecretArns`. @default none: a public repository, nothing is told
   */
  credentialsSecretId?: string;
  /** Command that installs what the build needs. @default "npm ci" */
  install?: string;
  /** Command that builds the site. @default "npm run build" */
  build?: string;
  /** Command that gates the deployment. @default none */
  test?: string;
  /** Folder with the built site. @default "dist" */
  output?: string;
  /** Variables of the build; no secrets. @default none */
  buildEnvironment?: Record<string, string>;
  /** Minutes that a build may take, 5 to 480. @default 20 */
  buildTimeoutMinutes?: number;
  /** Releases whose assets are kept, for roll-backs and open browsers. @default 5 */
  keepReleases?: number;
  /**
   * Cache headers by glob; the first that fits wins. @default files with a hash in their name for a year, all others are
   * asked for each time
   */
  cacheRules?: StaticSiteCacheRule[];
  /** Whether paths without an object show index.html. @default false */
  spaFallback?: boolean;
  /** Key of the page for what is not there. @default "404.html" */
  errorPage?: string;
  /**
   * Globs of branches that get a preview with a URL of its own: `https://<branch>.preview.<domain>`, or a folder of a
   * distribution of their own where the site has no domain. @default none
   */
  previewBranches?: string[];
  /** Whether the bucket refuses deletion. @default true; false only for development */
  protect?: boolean;
}

/**
 * A static site that is declared rather than provisioned at run time; a StaticSitePipeline builds and deploys it.
 *
 * Creates: the live bucket (private, versioned, encrypted, TLS only), a CloudFront distribution that alone may read it
 * (HTTPS, TLS 1.2 or newer, security headers) and another one for previews where there are any, for a domain the
 * certificate in us-east-1 and the records, a CodeBuild project unless it has releases only, and its row among the
 * pipelines. The row is the pipeline's; what changes in the program reaches it through the site's declaration, with the
 * next deployment or within minutes.
 *
 * @example
 * new StaticSite("docs", { connection: sites.connection, source: "github", repository: "github.com/acme/docs" });
 *
 * @throws InvalidInputError naming the argument that cannot be used.
 */
export class StaticSite extends pulumi.ComponentResource {
  /** Where the site is, with `https://`. */
  readonly url: pulumi.Output<string>;
  readonly bucketName: pulumi.Output<string>;
  readonly distributionId: pulumi.Output<string>;
  readonly distributionDomain: pulumi.Output<string>;

  constructor(name: string, args: StaticSiteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("static-site-pipeline:index:StaticSite", name, args, opts);
    refuseUnknownArguments(__dirname, "static-site-pipeline:index:StaticSite", args);
    const siteId = args.siteId ?? name;
    checkSiteArgs(args, siteId);
    const settings = settingsOf(args, siteId);
    const connection = pulumi.output(args.connection);
    const guarded = args.protect ?? true;

    const zone = zoneOf(args);
    const withPreviews = hasPreviews(settings);
    const previewZone = withPreviews && zone !== undefined ? { ...zone, domain: previewHosts(zone.domain) } : undefined;
    const others = previewZone === undefined ? {} : { [`${name}-previews-proof`]: previewZone.domain };
    const certificateArn = zone && createCertificate(name, zone, others, this);
    const [readers, setReaders] = pulumi.deferredOutput<Readers>();
    const bucket = createPrivateBucket(
      name,
      {
        bucketName: connection.apply((place) => bucketNameOf(place, siteId)),
        guarded,
        policy: (arn) =>
          pulumi.all([readers, connection]).apply(([wanted, { account }]) => liveBucketPolicy(arn, wanted, account)),
      },
      this,
    );
    const distributionOf = (role: DistributionRole, domain: string | undefined) => {
      const comment = connection.apply((place) =>
        role === "live" ? distributionCommentOf(place, siteId) : previewCommentOf(place, siteId),
      );
      return createSiteDistribution(
        name,
        { connection, bucket, comment, settings, domain, certificateArn, role },
        this,
      );
    };
    const distribution = distributionOf("live", args.domain);
    const previews = withPreviews ? distributionOf("previews", previewZone?.domain) : undefined;
    setReaders(
      pulumi
        .all([distribution.arn, previews?.arn])
        .apply(([liveArn, previewsArn]) => (previewsArn === undefined ? { liveArn } : { liveArn, previewsArn })),
    );
    if (zone !== undefined) createAliases(name, zone, distribution, this);
    if (previewZone !== undefined && previews !== undefined) {
      createAliases(`${name}-previews`, previewZone, previews, this);
    }
    const project =
      settings.source.kind === "zip" ? undefined : createProject(name, siteId, settings, connection, this);
    const made = { bucket, distribution, previews, project, certificateArn };
    createRow(name, { siteId, settings, connection, ...made }, this);

    this.bucketName = bucket.bucket;
    this.distributionId = distribution.id;
    this.distributionDomain = distribution.domainName;
    this.url = pulumi.interpolate`https://${args.domain ?? distribution.domainName}`;
    this.registerOutputs({
      url: this.url,
      bucketName: this.bucketName,
      distributionId: this.distributionId,
      distributionDomain: this.distributionDomain,
    });
  }
}

function zoneOf({ domain, hostedZoneId }: StaticSiteArgs) {
  if (domain === undefined) return undefined;
  if (hostedZoneId === undefined) throw new InvalidInputError("hostedZoneId", "is not given, but domain is");
  return { domain, zoneId: hostedZoneId };
}

function createProject(
  name: string,
  siteId: string,
  settings: SiteSettings,
  connection: pulumi.Output<StaticSitePipelineOutput>,
  parent: pulumi.Resource,
): aws.codebuild.Project {
  return new aws.codebuild.Project(
    `${name}-project`,
    {
      name: connection.apply((place) => projectNameOf(place, siteId)),
      description: `Builds the static site ${siteId}`,
      serviceRole: connection.buildRoleArn,
      source: { type: "NO_SOURCE", buildspec: BUILDSPEC },
      artifacts: { type: "NO_ARTIFACTS" },
      environment: {
        type: "LINUX_CONTAINER",
        computeType: "BUILD_GENERAL1_SMALL",
        image: connection.apply(({ buildImage }) => buildImage ?? DEFAULT_BUILD_IMAGE),
      },
      buildTimeout: settings.build?.timeout_minutes ?? DEFAULT_BUILD.timeoutMinutes,
      queuedTimeout: 30,
      logsConfig: { cloudwatchLogs: { groupName: connection.buildLogGroup } },
    },
    { parent },
  );
}
