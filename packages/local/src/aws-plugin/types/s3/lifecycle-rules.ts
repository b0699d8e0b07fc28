import type * as aws from "@pulumi/aws";
import type { LifecycleRule } from "@aws-sdk/client-s3";
import type { Plain } from "../../plain";

type Rule = NonNullable<Plain<aws.s3.BucketLifecycleConfigurationArgs>["rules"]>[number];

/** A rule as S3 wants it. */
export function lifecycleRule(rule: Rule): LifecycleRule {
  const { abortIncompleteMultipartUpload: abort, expiration, noncurrentVersionExpiration: noncurrent } = rule;
  return {
    ID: rule.id,
    Status: rule.status as "Enabled",
    Filter: { Prefix: rule.filter?.prefix ?? "" },
    AbortIncompleteMultipartUpload: abort && { DaysAfterInitiation: abort.daysAfterInitiation },
    Expiration: expiration && {
      Days: expiration.days,
      ExpiredObjectDeleteMarker: expiration.expiredObjectDeleteMarker,
    },
    NoncurrentVersionExpiration: noncurrent && {
      NoncurrentDays: noncurrent.noncurrentDays,
      NewerNoncurrentVersions: noncurrent.newerNoncurrentVersions,
    },
  };
}

/** A rule as a program writes it. */
export function describedRule(rule: LifecycleRule): Rule {
  const { AbortIncompleteMultipartUpload: abort, Expiration, NoncurrentVersionExpiration: noncurrent } = rule;
  return {
    id: rule.ID ?? "",
    status: rule.Status ?? "",
    filter: { prefix: rule.Filter?.Prefix ?? "" },
    abortIncompleteMultipartUpload: abort && { daysAfterInitiation: abort.DaysAfterInitiation },
    expiration: Expiration && {
      days: Expiration.Days,
      expiredObjectDeleteMarker: Expiration.ExpiredObjectDeleteMarker,
    },
    noncurrentVersionExpiration: noncurrent && {
      noncurrentDays: noncurrent.NoncurrentDays ?? 0,
      newerNoncurrentVersions: noncurrent.NewerNoncurrentVersions,
    },
  };
}
