import { ArtefactSource } from "@slipway/artefact-promotion";
import { BUCKET_PATTERN } from "../naming";

/** The team that makes artefacts: a bucket for its build jobs, and who may take what is in it. */
export function source(targetAccount: string) {
  const { bucketName, topicArn } = new ArtefactSource("artefacts", {
    environment: "integration",
    bucketPattern: BUCKET_PATTERN,
    targets: [{ environment: "staging", account: targetAccount }],
  });
  return { bucketName, topicArn };
}
