import * as aws from "@pulumi/aws";
import { CodePush } from "@slipway/code-push";

/** What differs between the places that the program runs in. */
export interface SourceSettings {
  /** `github.com/owner/repo` of a public repository. */
  readonly repository: string;
  /** ARN of a layer with git; undefined where functions find git on their machine, as locally. */
  readonly gitLayerArn: string | undefined;
}

/** One public repository of GitHub, whose pushes become archives. */
export function source({ repository, gitLayerArn }: SourceSettings) {
  // Only the place for the value: it is put there by hand, so that it is in no state and in no program.
  const webhookSecret = new aws.secretsmanager.Secret("github-webhook", {
    description: `Webhook secret of ${repository}`,
  });
  const { webhookUrls, bucketName, connection } = new CodePush("source", {
    repositories: [{ id: repository, provider: "github", url: `https://${repository}.git` }],
    webhookSecretArns: { github: webhookSecret.arn },
    ...(gitLayerArn === undefined ? { machineGit: true } : { gitLayerArns: [gitLayerArn] }),
  });
  // `slipway push` looks for `codePush`.
  return { webhookUrls, webhookSecretArn: webhookSecret.arn, bucketName, codePush: connection };
}
