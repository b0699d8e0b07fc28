import type * as aws from "@pulumi/aws";
import type {
  CacheBehavior,
  DefaultCacheBehavior,
  EventType,
  FunctionAssociation,
  Method,
  ViewerProtocolPolicy,
} from "@aws-sdk/client-cloudfront";
import type { Plain } from "../../plain";
import { items } from "./locate";

type Args = Plain<aws.cloudfront.DistributionArgs>;
type Behavior = Args["defaultCacheBehavior"];
type Ordered = NonNullable<Args["orderedCacheBehaviors"]>[number];

/** The fields of a behaviour that are honoured; those of the time before cache policies are not. */
export const BEHAVIOR_FIELDS = {
  allowedMethods: true,
  cachePolicyId: true,
  cachedMethods: true,
  compress: true,
  functionAssociations: { eventType: true, functionArn: true },
  originRequestPolicyId: true,
  responseHeadersPolicyId: true,
  targetOriginId: true,
  viewerProtocolPolicy: true,
} as const;

const associations = (given: Behavior["functionAssociations"]): FunctionAssociation[] =>
  (given ?? []).map(({ eventType, functionArn }) => ({ EventType: eventType as EventType, FunctionARN: functionArn }));

/** How CloudFront is asked to treat requests. */
export const toBehavior = (given: Behavior): DefaultCacheBehavior => ({
  TargetOriginId: given.targetOriginId,
  ViewerProtocolPolicy: given.viewerProtocolPolicy as ViewerProtocolPolicy,
  AllowedMethods: {
    Quantity: given.allowedMethods.length,
    Items: given.allowedMethods as Method[],
    CachedMethods: { Quantity: given.cachedMethods.length, Items: given.cachedMethods as Method[] },
  },
  Compress: given.compress ?? false,
  CachePolicyId: given.cachePolicyId,
  OriginRequestPolicyId: given.originRequestPolicyId,
  ResponseHeadersPolicyId: given.responseHeadersPolicyId,
  FunctionAssociations: items(associations(given.functionAssociations)),
  LambdaFunctionAssociations: { Quantity: 0 },
  SmoothStreaming: false,
  FieldLevelEncryptionId: "",
});

/** The same for a pattern of paths. */
export const toOrdered = (given: Ordered): CacheBehavior => ({ ...toBehavior(given), PathPattern: given.pathPattern });

/** How CloudFront says that it treats requests. */
export const fromBehavior = (found: DefaultCacheBehavior | undefined): Behavior => ({
  allowedMethods: found?.AllowedMethods?.Items ?? [],
  cachePolicyId: found?.CachePolicyId,
  cachedMethods: found?.AllowedMethods?.CachedMethods?.Items ?? [],
  compress: found?.Compress ?? false,
  functionAssociations: found?.FunctionAssociations?.Items?.map(({ EventType: eventType = "", FunctionARN }) => ({
    eventType,
    functionArn: FunctionARN ?? "",
  })),
  originRequestPolicyId: found?.OriginRequestPolicyId,
  responseHeadersPolicyId: found?.ResponseHeadersPolicyId,
  targetOriginId: found?.TargetOriginId ?? "",
  viewerProtocolPolicy: found?.ViewerProtocolPolicy ?? "",
});

/** The same for a pattern of paths. */
export const fromOrdered = (found: CacheBehavior): Ordered => ({
  ...fromBehavior(found as DefaultCacheBehavior),
  pathPattern: found.PathPattern ?? "",
});
