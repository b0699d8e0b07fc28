import type { ProxiedRequest } from "@slipway/testing";

/** Requests to S3 that do not say whose bucket it must be: of a copy also those that name no owner of the source. */
export const unowned = (requests: readonly ProxiedRequest[]): readonly string[] =>
  requests
    .filter(({ operation }) => operation === undefined)
    .filter(
      ({ headers }) =>
        headers["x-amz-expected-bucket-owner"] === undefined ||
        (headers["x-amz-copy-source"] !== undefined && headers["x-amz-source-expected-bucket-owner"] === undefined),
    )
    .map(({ method, url }) => `${method} ${url}`);
