import { ArtefactSource } from "@slipway/artefact-promotion";
import { BUCKET_PATTERN } from "../naming";

/** What the team that makes artefacts may set. */
export interface SourceOptions {
  /** Roles of the target's account whose people may look into the bucket, with `slipway artefacts` or the library. @default none */
  readonly operatorRoleArns?: string[] | undefined;
  /** Whether the bucket refuses deletion. @default true */
  readonly protect?: boolean | undefined;
}

/** The team that makes artefacts: a bucket for its build jobs, and who may take what is in it. */
export function source(targetAccount: string, { operatorRoleArns = [], protect = true }: SourceOptions = {}) {
  const { bucketName, topicArn } = new ArtefactSource("artefacts", {
    environment: "integration",
    bucketPattern: BUCKET_PATTERN,
    targets: [{ environment: "staging", account: targetAccount, operatorRoleArns }],
    protect,
  });
  return { bucketName, topicArn };
}
