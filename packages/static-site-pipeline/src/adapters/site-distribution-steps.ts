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
import { distributionConfig, type DistributionParts } from "../core/distribution";
import { bucketNameOf, distributionCommentOf, tagsOf, type SitePlace } from "../core/site-names";

/** What all distributions have in common. */
export type SharedParts = Pick<DistributionParts, "originAccessControlId" | "headersPolicyId" | "viewerFunctionArn">;

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

  /** Makes it once. */
  async ensure(row: Pipeline, domain: string | undefined): Promise<FoundDistribution> {
    const known = row.resources.distribution_id ?? (await this.find(row.site_id));
    if (known !== undefined) {
      const there = await this.get(known);
      if (there?.Distribution !== undefined) return toFound(there.Distribution);
    }
    const parts: DistributionParts = {
      ...this.shared,
      // A site that is made anew after its removal is another distribution.
      reference: `${distributionCommentOf(this.place, row.site_id)} ${row.created_at}`,
      comment: distributionCommentOf(this.place, row.site_id),
      origin: `${bucketNameOf(this.place, row.site_id)}.s3.${this.place.region}.amazonaws.com`,
      domain,
      certificateArn: row.resources.certificate_arn,
    };
    const Items = Object.entries(tagsOf(this.place, row.site_id)).map(([Key, Value]) => ({ Key, Value }));
    const command = new CreateDistributionWithTagsCommand({
      DistributionConfigWithTags: { DistributionConfig: distributionConfig(parts, row.settings), Tags: { Items } },
    });
    const { Distribution } = await this.call("CreateDistribution", () => this.client.send(command));
    return toFound(Distribution ?? {});
  }

  /** Disables it. @returns whether that is so everywhere, or it is gone */
  async disable(row: Pipeline): Promise<boolean> {
    const id = row.resources.distribution_id ?? (await this.find(row.site_id));
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
  async remove(row: Pipeline): Promise<boolean> {
    const id = row.resources.distribution_id ?? (await this.find(row.site_id));
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

  /** One that was made by a run that died before it wrote that down. */
  private async find(siteId: string): Promise<string | undefined> {
    const comment = distributionCommentOf(this.place, siteId);
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
