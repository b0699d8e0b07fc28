import { CreateInvalidationCommand, type CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { callAws, isAwsError } from "@slipway/aws-runtime";
import type { Distribution, InvalidationOutcome } from "../core/deploy-ports";

/** A distribution, on CloudFront. */
export class CloudFrontDistribution implements Distribution {
  constructor(
    private readonly client: CloudFrontClient,
    private readonly id: string,
  ) {}

  async invalidate(reference: string, paths: readonly string[]): Promise<InvalidationOutcome> {
    const command = new CreateInvalidationCommand({
      DistributionId: this.id,
      InvalidationBatch: { CallerReference: reference, Paths: { Quantity: paths.length, Items: [...paths] } },
    });
    try {
      await callAws(`cloudfront:CreateInvalidation ${this.id}`, () => this.client.send(command));
      return "accepted";
    } catch (error) {
      if (isAwsError(error, "TooManyInvalidationsInProgress")) return "busy";
      throw error;
    }
  }
}
