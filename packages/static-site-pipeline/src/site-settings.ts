import { InvalidInputError } from "@slipway/core";
import type { BuildSettings, SiteSettings, SiteSource } from "./contract";
import { createHeaderRules } from "./core/cache-rules";
import type { StaticSiteArgs } from "./static-site";

const SOURCES = ["github", "bitbucket", "webhook", "code-push", "zip"];
const PROVIDERS = ["github", "gitlab", "bitbucket", "generic"];
/** Those that take commit statuses. */
const STATUS_PROVIDERS = ["github", "gitlab", "bitbucket"];
const DEFAULT_BRANCH = "main";

/** Refuses arguments that cannot work, before anything is made. @throws InvalidInputError naming the argument. */
export function checkSiteArgs(args: StaticSiteArgs, siteId: string): void {
  if (!/^[a-z0-9]([a-z0-9-]{0,34}[a-z0-9])?$/.test(siteId)) {
    throw new InvalidInputError("siteId", `${siteId} is no id`, "use lower-case letters, digits and -, up to 36");
  }
  const { source = "zip", repository, provider, domain, hostedZoneId } = args;
  if (!SOURCES.includes(source)) throw new InvalidInputError("source", `${source} is not one of ${SOURCES.join(", ")}`);
  if (source !== "zip" && !/^[a-z0-9.-]+\/[^\s/]+(\/[^\s/]+)+$/i.test(repository ?? "")) {
    throw new InvalidInputError("repository", `${repository ?? "nothing"} is no repository`, "write host/owner/repo");
  }
  if (source === "webhook" && !PROVIDERS.includes(provider ?? "")) {
    throw new InvalidInputError("provider", `${provider ?? "nothing"} is not one of ${PROVIDERS.join(", ")}`);
  }
  if (source === "code-push" && provider !== undefined && !STATUS_PROVIDERS.includes(provider)) {
    throw new InvalidInputError("provider", `${provider} is not one of ${STATUS_PROVIDERS.join(", ")}`);
  }
  if (domain !== undefined && hostedZoneId === undefined) {
    throw new InvalidInputError("hostedZoneId", "is not given, but domain is", "give the Route 53 zone of the domain");
  }
  createHeaderRules(args.cacheRules);
  checkNumber("buildTimeoutMinutes", args.buildTimeoutMinutes, [5, 480]);
  checkNumber("keepReleases", args.keepReleases, [1, 100]);
}

function checkNumber(field: string, value: number | undefined, [least, most]: readonly [number, number]): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw new InvalidInputError(field, `${value} is not between ${least} and ${most}`);
}

/** The settings of the row, in its words. */
export function settingsOf(args: StaticSiteArgs, siteId: string): SiteSettings {
  const { domain, keepReleases, spaFallback, errorPage, previewBranches } = args;
  return defined<SiteSettings>({
    name: args.siteName ?? siteId,
    domain,
    source: sourceOf(args),
    build: defined<BuildSettings>({
      install: args.install,
      build: args.build,
      test: args.test,
      output: args.output,
      environment: args.buildEnvironment,
      timeout_minutes: args.buildTimeoutMinutes,
    }),
    keep_releases: keepReleases,
    cache_rules: args.cacheRules?.map(({ glob, cacheControl }) => ({ glob, cache_control: cacheControl })),
    spa_fallback: spaFallback,
    error_page: errorPage,
    preview_branches: previewBranches,
  });
}

function sourceOf({ source: kind = "zip", ...args }: StaticSiteArgs): SiteSource {
  if (kind === "zip") return { kind };
  const { repository, branch = DEFAULT_BRANCH, provider, credentialsSecretId } = args;
  return defined<SiteSource>({
    kind,
    repository,
    branch,
    ...((kind === "webhook" || kind === "code-push") && { provider, credentials_secret_id: credentialsSecretId }),
  });
}

/** Without what is undefined. Its fields were checked by {@link checkSiteArgs}. */
const defined = <T extends object>(fields: Readonly<Record<string, unknown>>): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
