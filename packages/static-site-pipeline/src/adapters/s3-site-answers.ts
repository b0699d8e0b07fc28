import type { _Error as DeleteFailure, ListObjectVersionsOutput } from "@aws-sdk/client-s3";
import { AccessDeniedError, isAwsError, ServiceUnreachableError, statusOf } from "@slipway/aws-runtime";
import type { SlipwayError } from "@slipway/core";
import type { SiteVersion, TextCondition } from "../core/deploy-ports";

/** The object or the version is not there. */
export const isMissing = (error: unknown): boolean => isAwsError(error, "NoSuchKey", "NoSuchVersion", "NotFound");

/** A condition did not hold, or somebody else was writing at the same moment. */
export const isConflict = (error: unknown): boolean =>
  statusOf(error) === 412 || isAwsError(error, "PreconditionFailed", "ConditionalRequestConflict", "OperationAborted");

/** A copy of the current version over itself. */
export const isSelfCopy = (error: unknown): boolean =>
  isAwsError(error, "InvalidRequest") && /copy an object to itself/i.test(error.message);

/** The condition on a write. */
export function conditionFields(condition: TextCondition | undefined): { IfNoneMatch?: string; IfMatch?: string } {
  if (condition === undefined) return {};
  return condition.kind === "absent" ? { IfNoneMatch: "*" } : { IfMatch: condition.etag };
}

/** A version as the source of a copy. */
export const copySource = (bucket: string, key: string, versionId: string): string =>
  `${encodeURIComponent(`${bucket}/${key}`)}?versionId=${encodeURIComponent(versionId)}`;

/** Versions and markers of one page. */
export const toVersions = ({ Versions = [], DeleteMarkers = [] }: ListObjectVersionsOutput): readonly SiteVersion[] => [
  ...Versions.map((each) => ({ ...common(each), marker: false })),
  ...DeleteMarkers.map((each) => ({ ...common(each), marker: true })),
];

const common = ({
  Key = "",
  VersionId = "",
  IsLatest = false,
}: {
  Key?: string;
  VersionId?: string;
  IsLatest?: boolean;
}) => ({ key: Key, versionId: VersionId, latest: IsLatest });

/** What a request that removes several objects says of those that it did not remove. */
export function failureOf(bucket: string, failures: readonly DeleteFailure[]): SlipwayError | undefined {
  const [failure] = failures.filter(({ Code }) => Code !== "NoSuchKey" && Code !== "NoSuchVersion");
  if (failure === undefined) return undefined;
  const detail = `${failure.Key}: ${failure.Message ?? failure.Code}`;
  return failure.Code === "AccessDenied"
    ? new AccessDeniedError(`s3:DeleteObjects ${bucket}`, detail)
    : new ServiceUnreachableError(`s3:DeleteObjects ${bucket}`, detail);
}
