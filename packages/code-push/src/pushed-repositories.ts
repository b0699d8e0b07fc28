import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "@slipway/core";
import { DEFAULT_KEY_TEMPLATE, type RepositorySetting } from "./contract";
import { keyPrefix, requireTemplate } from "./core/keys";
import { createRepositories, parseRepository, type Repository } from "./core/repositories";

/** A repository whose pushes are archived. */
export interface PushedRepository {
  /** `host/owner/repo`, as the host writes it, without `.git`; the owner may have several parts. */
  id: string;
  /** Who sends its webhooks: `github`, `gitlab`, `bitbucket` or `generic`. */
  provider: string;
  /** `https://...` or `ssh://...`, without credentials in it; plain `http` only to this machine. */
  url: string;
  /** ARN of a secret with the credentials that it is fetched with. @default none: a public repository */
  credentialsSecretArn?: pulumi.Input<string>;
  /** Globs of branch names. @default every branch */
  branches?: string[];
  /** Globs of tag names. @default every tag */
  tags?: string[];
  /** Globs of files: a push that changes none of them is not archived. @default every file */
  paths?: string[];
  /** What a submodule does: `refuse`, `ignore` or `include`, which takes only those that are listed here. @default "refuse" */
  submodules?: string;
  /** Whether the host may have a private address. @default false */
  privateNetwork?: boolean;
  /** Where its archives go, with `{branch|tag}` and `{sha}`. @default the general template */
  keyTemplate?: string;
  /** Whether the host is told how a commit fares; needs a token among the credentials. @default false */
  commitStatus?: boolean;
}

/** What one parameter of SSM's standard tier holds. */
const LONGEST_SETTING = 4096;

/**
 * Refuses repositories that the functions could not read, or whose archives could overwrite each other's.
 *
 * @throws InvalidInputError naming the field, e.g. `repositories[0].url`.
 */
export function checkRepositories(repositories: readonly PushedRepository[], keyTemplate: string | undefined): void {
  if (repositories.length === 0) throw new InvalidInputError("repositories", "has none", "list what may be pushed");
  const general = requireTemplate(keyTemplate ?? DEFAULT_KEY_TEMPLATE, "all");
  const parsed = repositories.map((repository, index) => checkRepository(`repositories[${index}]`, repository));
  within("repositories", () => createRepositories(parsed));
  refuseSharedKeys(parsed.map((each) => ({ id: each.id, prefix: keyPrefix(each.keyTemplate ?? general, each) })));
}

function checkRepository(field: string, repository: PushedRepository): Repository {
  const { credentialsSecretArn, commitStatus } = repository;
  if (commitStatus === true && credentialsSecretArn === undefined) {
    throw new InvalidInputError(`${field}.commitStatus`, "is true, but there is no credentialsSecretArn with a token");
  }
  if (typeof credentialsSecretArn === "string") requireSecretArn(`${field}.credentialsSecretArn`, credentialsSecretArn);
  return within(field, () => parseRepository(repository));
}

/** What the functions would say, with the place of it. */
function within<T>(place: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new InvalidInputError(`${place}.${error.field}`, error.problem, error.hint, { cause: error });
  }
}

/** Where one repository's keys begin, no other's may: whatever their refs are called, the two then never meet. */
function refuseSharedKeys(all: readonly { readonly id: string; readonly prefix: string }[]): void {
  for (const [index, { id, prefix }] of all.entries()) {
    const other = all.find((each, at) => at !== index && each.prefix.startsWith(prefix));
    if (other === undefined) continue;
    throw new InvalidInputError(
      `repositories[${index}].keyTemplate`,
      `archives of ${id} and ${other.id} would overwrite each other: both begin with ${JSON.stringify(prefix)}`,
      "put {owner} and {repo} in front of {branch|tag}",
    );
  }
}

/** @throws InvalidInputError when a text is no ARN of a secret. */
export function requireSecretArn(field: string, arn: string): void {
  if (!/^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:.+$/.test(arn)) {
    throw new InvalidInputError(
      field,
      "is no ARN of a secret",
      "values stay in Secrets Manager: give the secret's ARN",
    );
  }
}

/** Creates one parameter for each repository, below the path that the functions read. */
export function createRepositoryParameters(
  name: string,
  path: string,
  repositories: readonly PushedRepository[],
  parent: pulumi.Resource,
): aws.ssm.Parameter[] {
  return repositories.map((repository) => {
    const slug = slugOf(repository.id);
    return new aws.ssm.Parameter(
      `${name}-repository-${slug}`,
      {
        name: `${path}/${slug}`,
        type: "String",
        description: `Pushes of ${repository.id}`,
        // Not a secret: a preview shows what changes.
        insecureValue: settingOf(repository).apply((setting) => serialised(repository.id, setting)),
      },
      { parent },
    );
  });
}

function settingOf({ credentialsSecretArn, ...rest }: PushedRepository): pulumi.Output<RepositorySetting> {
  return pulumi
    .output(credentialsSecretArn)
    .apply((arn) => ({
      ...(rest as Omit<RepositorySetting, "credentialsSecretId">),
      ...(arn === undefined ? {} : { credentialsSecretId: arn }),
    }));
}

function serialised(id: string, setting: RepositorySetting): string {
  const text = JSON.stringify(setting);
  if (Buffer.byteLength(text) > LONGEST_SETTING) {
    throw new InvalidInputError("repositories", `the settings of ${id} are longer than ${LONGEST_SETTING} bytes`);
  }
  return text;
}

/** A name for one parameter: readable, and different for ids that only punctuation tells apart. */
function slugOf(id: string): string {
  const digest = createHash("sha256").update(id).digest("hex").slice(0, 8);
  return `${id.replaceAll(/[^A-Za-z0-9.-]/g, "-")}-${digest}`;
}
