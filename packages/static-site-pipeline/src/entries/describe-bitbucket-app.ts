import { bitbucketApp } from "../connections/bitbucket";
import { createDescribeBitbucketApp } from "../handlers/describe-bitbucket-app";

/** Lambda: answers with the Bitbucket app's descriptor. */
export const handler = createDescribeBitbucketApp(bitbucketApp(process.env));
