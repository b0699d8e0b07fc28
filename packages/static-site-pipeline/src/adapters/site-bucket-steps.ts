import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type BucketLocationConstraint,
  type S3Client,
} from "@aws-sdk/client-s3";
import { callAws, isAwsError } from "@slipway/aws-runtime";
import { bucketPolicy, type Readers } from "../core/distribution";
import { StepFailedError } from "../core/errors";
import { bucketNameOf, tagsOf, type SitePlace } from "../core/site-names";

/** Pages of versions that one run removes at most; a site with more of them takes several runs. */
const PAGES = 50;

/** A site's bucket: private, versioned, encrypted, owned by its account alone. */
export class SiteBuckets {
  constructor(
    private readonly s3: S3Client,
    private readonly place: SitePlace,
  ) {}

  /** Makes it, or brings it to what it should be. */
  async ensure(siteId: string): Promise<string> {
    const Bucket = bucketNameOf(this.place, siteId);
    const own = { Bucket, ExpectedBucketOwner: this.place.account };
    await this.create(Bucket);
    const blocked = {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    };
    const rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const } }];
    const abort = { ID: "abort-uploads", Status: "Enabled" as const, Filter: { Prefix: "" } };
    const TagSet = Object.entries(tagsOf(this.place, siteId)).map(([Key, Value]) => ({ Key, Value }));
    await this.call("PutPublicAccessBlock", Bucket, () =>
      this.s3.send(new PutPublicAccessBlockCommand({ ...own, PublicAccessBlockConfiguration: blocked })),
    );
    await this.call("PutBucketOwnershipControls", Bucket, () =>
      this.s3.send(
        new PutBucketOwnershipControlsCommand({
          ...own,
          OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
        }),
      ),
    );
    await this.call("PutBucketVersioning", Bucket, () =>
      this.s3.send(new PutBucketVersioningCommand({ ...own, VersioningConfiguration: { Status: "Enabled" } })),
    );
    await this.call("PutBucketEncryption", Bucket, () =>
      this.s3.send(new PutBucketEncryptionCommand({ ...own, ServerSideEncryptionConfiguration: { Rules: rules } })),
    );
    await this.call("PutBucketLifecycleConfiguration", Bucket, () =>
      this.s3.send(
        new PutBucketLifecycleConfigurationCommand({
          ...own,
          LifecycleConfiguration: { Rules: [{ ...abort, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }] },
        }),
      ),
    );
    await this.call("PutBucketTagging", Bucket, () =>
      this.s3.send(new PutBucketTaggingCommand({ ...own, Tagging: { TagSet } })),
    );
    return Bucket;
  }

  /** Lets distributions, and nobody else, read what they serve. */
  async serveTo(siteId: string, readers: Readers): Promise<void> {
    const Bucket = bucketNameOf(this.place, siteId);
    const Policy = bucketPolicy(Bucket, this.place.account, readers);
    await this.call("PutBucketPolicy", Bucket, () =>
      this.s3.send(new PutBucketPolicyCommand({ Bucket, Policy, ExpectedBucketOwner: this.place.account })),
    );
  }

  /** Empties it of all versions and removes it. @returns whether it is gone; if not, there is more of it. */
  async remove(siteId: string): Promise<boolean> {
    const Bucket = bucketNameOf(this.place, siteId);
    try {
      for (let page = 0; page < PAGES; page += 1) {
        if (!(await this.removePage(Bucket))) {
          await this.call("DeleteBucket", Bucket, () =>
            this.s3.send(new DeleteBucketCommand({ Bucket, ExpectedBucketOwner: this.place.account })),
          );
          return true;
        }
      }
      return false;
    } catch (error) {
      if (isAwsError(error, "NoSuchBucket")) return true;
      throw error;
    }
  }

  /** Whether there was anything. The first page each time, since what it had is gone then. */
  private async removePage(Bucket: string): Promise<boolean> {
    const own = { Bucket, ExpectedBucketOwner: this.place.account };
    const { Versions = [], DeleteMarkers = [] } = await this.call("ListObjectVersions", Bucket, () =>
      this.s3.send(new ListObjectVersionsCommand(own)),
    );
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key = "", VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return false;
    const { Errors = [] } = await this.call("DeleteObjects", Bucket, () =>
      this.s3.send(new DeleteObjectsCommand({ ...own, Delete: { Objects, Quiet: true } })),
    );
    const [first] = Errors;
    if (first !== undefined) throw new StepFailedError("bucket", `${first.Key}: ${first.Message ?? first.Code}`);
    return true;
  }

  private async create(Bucket: string): Promise<void> {
    const { region } = this.place;
    const where =
      region === "us-east-1"
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
    try {
      await this.call("CreateBucket", Bucket, () => this.s3.send(new CreateBucketCommand({ Bucket, ...where })));
    } catch (error) {
      if (isAwsError(error, "BucketAlreadyOwnedByYou")) return;
      if (!isAwsError(error, "BucketAlreadyExists")) throw error;
      throw new StepFailedError("bucket", `${Bucket} is somebody else's`, { cause: error, retryable: false });
    }
  }

  private call<T>(operation: string, bucket: string, run: () => Promise<T>): Promise<T> {
    return callAws(`s3:${operation} ${bucket}`, run);
  }
}
