import {
  CreateDistributionWithTagsCommand,
  DeleteDistributionCommand,
  GetDistributionCommand,
  paginateListDistributions,
  UpdateDistributionCommand,
  type CloudFrontClient,
} from "@aws-sdk/client-cloudfront";
import { callAws, isAwsError } from "@slipway/aws-runtime";
import type { Pipeline } from "../core/pipeline";
import { distributionConfig, previewDistributionConfig, type DistributionParts } from "../core/distribution";
import {
  bucketNameOf,
  distributionCommentOf,
  previewCommentOf,
  tagsOf,
  type DistributionRole,
  type SitePlace,
} from "../core/site-names";

/** What all distributions have in common. */
export interface SharedParts extends Pick<
  DistributionParts,
  "originAccessControlId" | "headersPolicyId" | "viewerFunctionArn"
> {
  readonly previewFunctionArn?: string | undefined;
  readonly spaPreviewFunctionArn?: string | undefined;
}

/** A distribution as far as the steps look at it. */
export interface FoundDistribution {
  readonly id: string;
  readonly arn: string;
  readonly domain: string;
  readonly deployed: boolean;
}

/** Distributions of sites. */
export class SiteDistributions {
  constructor(
    private readonly client: CloudFrontClient,
    private readonly place: SitePlace,
    private readonly shared: SharedParts,
  ) {}

  /** Makes it once. @param domain Alias; of previews the one of all their hosts. */
  async ensure(row: Pipeline, domain: string | undefined, role: DistributionRole): Promise<FoundDistribution> {
    const known = await this.idOf(row, role);
    if (known !== undefined) {
      const there = await this.get(known);
      if (there?.Distribution !== undefined) return toFound(there.Distribution);
    }
    const Items = Object.entries(tagsOf(this.place, row.site_id)).map(([Key, Value]) => ({ Key, Value }));
    const DistributionConfig = this.configOf(row, domain, role);
    const command = new CreateDistributionWithTagsCommand({
      DistributionConfigWithTags: { DistributionConfig, Tags: { Items } },
    });
    const { Distribution } = await this.call("CreateDistribution", () => this.client.send(command));
    return toFound(Distribution ?? {});
  }

  private configOf(
    { site_id, created_at, resources, settings }: Pipeline,
    domain: string | undefined,
    role: DistributionRole,
  ) {
    const comment = this.commentOf(site_id, role);
    const parts: DistributionParts = {
      ...this.shared,
      // A site that is made anew after its removal is another distribution.
      reference: `${comment} ${created_at}`,
      comment,
      origin: `${bucketNameOf(this.place, site_id)}.s3.${this.place.region}.amazonaws.com`,
      domain,
      certificateArn: resources.certificate_arn,
    };
    if (role === "live") return distributionConfig(parts, settings);
    const { previewFunctionArn, spaPreviewFunctionArn } = this.shared;
    const viewerFunctionArn = settings.spa_fallback === true ? spaPreviewFunctionArn : previewFunctionArn;
    return previewDistributionConfig({ ...parts, viewerFunctionArn });
  }

  /** Disables it. @returns whether that is so everywhere, or it is gone */
  async disable(row: Pipeline, role: DistributionRole): Promise<boolean> {
    const id = await this.idOf(row, role);
    const there = id === undefined ? undefined : await this.get(id);
    if (id === undefined || there === undefined) return true;
    const { DistributionConfig: config, Status } = there.Distribution ?? {};
    if (config?.Enabled === false) return Status === "Deployed";
    if (config === undefined) return true;
    const command = new UpdateDistributionCommand({
      Id: id,
      IfMatch: there.ETag,
      DistributionConfig: { ...config, Enabled: false },
    });
    // Even where the answer says that it is deployed already: that is what the next look is for.
    await this.call("UpdateDistribution", () => this.client.send(command));
    return false;
  }

  /** Removes it, once it is disabled. What it is by now is asked anew, since a deletion must name it. */
  async remove(row: Pipeline, role: DistributionRole): Promise<boolean> {
    const id = await this.idOf(row, role);
    const there = id === undefined ? undefined : await this.get(id);
    if (id === undefined || there === undefined) return true;
    try {
      await this.call("DeleteDistribution", () =>
        this.client.send(new DeleteDistributionCommand({ Id: id, IfMatch: there.ETag })),
      );
      return true;
    } catch (error) {
      if (isAwsError(error, "NoSuchDistribution")) return true;
      if (isAwsError(error, "DistributionNotDisabled", "PreconditionFailed", "InvalidIfMatchVersion")) return false;
      throw error;
    }
  }

  private commentOf(siteId: string, role: DistributionRole): string {
    return role === "live" ? distributionCommentOf(this.place, siteId) : previewCommentOf(this.place, siteId);
  }

  private async idOf({ site_id, resources }: Pipeline, role: DistributionRole): Promise<string | undefined> {
    const known = role === "live" ? resources.distribution_id : resources.preview_distribution_id;
    return known ?? (await this.find(this.commentOf(site_id, role)));
  }

  /** One that was made by a run that died before it wrote that down. */
  private async find(comment: string): Promise<string | undefined> {
    for await (const { DistributionList } of paginateListDistributions({ client: this.client }, {})) {
      const found = (DistributionList?.Items ?? []).find(({ Comment }) => Comment === comment);
      if (found?.Id !== undefined) return found.Id;
    }
    return undefined;
  }

  private async get(Id: string) {
    try {
      return await this.call("GetDistribution", () => this.client.send(new GetDistributionCommand({ Id })));
    } catch (error) {
      if (isAwsError(error, "NoSuchDistribution")) return undefined;
      throw error;
    }
  }

  private call<T>(operation: string, run: () => Promise<T>): Promise<T> {
    return callAws(`cloudfront:${operation}`, run);
  }
}

function toFound(found: {
  readonly Id?: string | undefined;
  readonly ARN?: string | undefined;
  readonly DomainName?: string | undefined;
  readonly Status?: string | undefined;
}): FoundDistribution {
  const { Id, ARN, DomainName, Status } = found;
  if (Id === undefined || ARN === undefined || DomainName === undefined) {
    throw new TypeError("cloudfront answered with an incomplete distribution");
  }
  return { id: Id, arn: ARN, domain: DomainName, deployed: Status === "Deployed" };
}
