import type { RoleToAssume } from "@slipway/aws-runtime/assume-roles";

/** Where the static sites are: the component's output `connection`. */
export interface SitesConnection {
  readonly name: string;
  readonly region: string;
  /** Roles to act as, each assumed with the one before. @default the ambient credentials */
  readonly roles?: readonly RoleToAssume[] | undefined;
  /** Account id, 12 digits. */
  readonly account: string;
  readonly table: string;
  /** Name or ARN. */
  readonly eventBus: string;
  readonly executorQueueUrl: string;
  readonly deployQueueUrl: string;
  readonly provisionQueueUrl: string;
  readonly startTeardownQueueUrl: string;
  readonly teardownQueueUrl: string;
  readonly artefactBucket: string;
  readonly buildRoleArn: string;
  readonly buildImage?: string | undefined;
  readonly buildLogGroup?: string | undefined;
  readonly hostedZoneId?: string | undefined;
  readonly baseDomain?: string | undefined;
  readonly headersPolicyId?: string | undefined;
  readonly originAccessControlId: string;
  readonly viewerFunctionArn?: string | undefined;
  readonly previewFunctionArn?: string | undefined;
  readonly spaPreviewFunctionArn?: string | undefined;
  readonly githubAppSecret?: string | undefined;
  readonly bitbucketAppKey?: string | undefined;
  readonly bitbucketSecretPrefix: string;
  readonly gitSecretPrefix: string;
  /** Buckets of code pushes whose archives are built. @default none but those that code push told of */
  readonly sourceBuckets?: readonly string[] | undefined;
  /** Queues by name, with where their dead letters are. @default none: nothing can be sent back */
  readonly queues?: Readonly<Record<string, QueueConnection>> | undefined;
}

/** A queue and its dead letters. */
export interface QueueConnection {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}
