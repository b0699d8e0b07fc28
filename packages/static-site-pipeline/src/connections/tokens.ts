import { processStopwatch, systemClock } from "@slipway/aws-runtime";
import { BitbucketTokens } from "../adapters/bitbucket-tokens";
import { SourceTokens } from "../adapters/source-tokens";
import type { SitesBase } from "./base";
import type { SitesConnection } from "./connection";

/** Tokens for the sites' Git hosts. */
export const connectTokens = (
  { bitbucketAppKey: appKey, githubAppSecret }: SitesConnection,
  { json, pipelines, secrets }: SitesBase,
): SourceTokens =>
  new SourceTokens({
    aws: json,
    stopwatch: processStopwatch,
    installations: pipelines,
    secrets,
    githubAppSecret,
    bitbucket: appKey === undefined ? undefined : new BitbucketTokens(appKey, systemClock),
  });
