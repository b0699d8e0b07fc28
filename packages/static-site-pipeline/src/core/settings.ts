import { InvalidInputError, nearestWord } from "@slipway/core";
import { textAt } from "@slipway/code-push/webhooks";
import * as z from "zod";
import type { SiteSettings } from "../contract";

const SITE_ID = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const REPOSITORY = /^[a-z0-9.-]+(?::\d{1,5})?(?:\/(?!\.+(?:\/|$))[\w.-]+){2,}$/i;
const BRANCH = /^(?!-)(?!.*(?:\.\.|@\{|\/\/|[\x00-\x20~^:?*[\\\x7f]))[^/].{0,243}$/;
const FOLDER = /^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[\w./@+-]{1,200}$/;

const repository = z.string().max(400).regex(REPOSITORY, "is not host/owner/repo");
const branch = z.string().regex(BRANCH, "is no branch");
const command = z.string().min(1).max(4000);
const origin = { repository, branch };

const SOURCES = {
  github: z.strictObject({
    kind: z.literal("github"),
    ...origin,
    installation_id: z.string().regex(/^\d+$/).optional(),
  }),
  bitbucket: z.strictObject({
    kind: z.literal("bitbucket"),
    ...origin,
    client_key: z.string().min(1).max(256).optional(),
  }),
  webhook: z.strictObject({
    kind: z.literal("webhook"),
    provider: z.enum(["github", "gitlab", "bitbucket", "generic"]),
    ...origin,
    credentials_secret_id: z.string().min(1).max(2048).optional(),
  }),
  "code-push": z.strictObject({
    kind: z.literal("code-push"),
    ...origin,
    code_push: z.string().min(1).max(128).optional(),
    provider: z.enum(["github", "gitlab", "bitbucket"]).optional(),
    credentials_secret_id: z.string().min(1).max(2048).optional(),
  }),
  zip: z.strictObject({ kind: z.literal("zip") }),
};

const { github, bitbucket, webhook, zip } = SOURCES;
const source = z.discriminatedUnion("kind", [github, bitbucket, webhook, SOURCES["code-push"], zip]);

const cacheRule = z.strictObject({ glob: z.string().min(1).max(400), cache_control: z.string().min(1).max(200) });

const build = z.strictObject({
  install: command.optional(),
  build: command.optional(),
  test: command.optional(),
  output: z.string().regex(FOLDER, "is no folder in the checkout").optional(),
  environment: z
    .record(z.string().regex(/^(?!SLIPWAY_|CODEBUILD_|AWS_)[A-Za-z_]\w{0,99}$/), z.string().max(4000))
    .optional(),
  timeout_minutes: z.int().min(5).max(60).optional(),
});

const settings = z.strictObject({
  name: z.string().min(1).max(120),
  domain: z.string().regex(DOMAIN, "is no domain").optional(),
  source,
  build: build.optional(),
  keep_releases: z.int().min(1).max(50).optional(),
  cache_rules: z.array(cacheRule).max(50).optional(),
  spa_fallback: z.boolean().optional(),
  error_page: z.string().regex(FOLDER, "is no key").optional(),
  preview_branches: z.array(z.string().min(1).max(200)).max(50).optional(),
});

/** Reads a site's settings. @throws InvalidInputError naming the field that is wrong */
export function requireSettings(value: unknown): SiteSettings {
  const read = settings.safeParse(value);
  if (read.success) return read.data as SiteSettings;
  throw errorOf(value, read.error.issues[0]);
}

function errorOf(value: unknown, issue: z.core.$ZodIssue | undefined): InvalidInputError {
  const path = issue?.path.join(".") ?? "";
  if (issue?.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    const known = keysAt(value, issue.path);
    const meant = nearestWord(key, known);
    const hint = `${meant === undefined ? "" : `did you mean ${meant}? `}there are: ${known.join(", ")}`;
    return new InvalidInputError(path === "" ? key : `${path}.${key}`, "is no setting", hint);
  }
  if (issue?.code === "invalid_union" && path === "source.kind") {
    return new InvalidInputError(path, "is none that there is", `there are: ${Object.keys(SOURCES).join(", ")}`);
  }
  return new InvalidInputError(path || "settings", issue?.message ?? "cannot be read");
}

/** Names that settings, or a part of them, may have. */
function keysAt(value: unknown, [first]: readonly PropertyKey[]): readonly string[] {
  const kind = textAt(value, "source", "kind") ?? "";
  if (first === "source") return Object.keys(Object.entries(SOURCES).find(([name]) => name === kind)?.[1].shape ?? {});
  if (first === "cache_rules") return Object.keys(cacheRule.shape);
  return Object.keys(first === "build" ? build.shape : settings.shape);
}

/** Reads a site's id, which names of buckets and hosts are made of. @throws InvalidInputError */
export function requireSiteId(id: string): string {
  if (SITE_ID.test(id)) return id;
  const hint = "lower-case letters, digits and hyphens, 40 at most";
  throw new InvalidInputError("site", `${JSON.stringify(id)} is no id of a site`, hint);
}
