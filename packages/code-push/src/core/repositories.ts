import { InvalidInputError } from "@slipway/core";
import picomatch from "picomatch";
import type { Provider, RepositorySetting } from "../contract";
import { requireTemplate } from "./keys";
import { at, listAt, textAt } from "./payload";
import { providerNamed } from "./providers";
import { parseRef, type RefName } from "./refs";
import { parseRemoteUrl, type RemoteUrl } from "./remote-url";

/** A repository that may be pushed, read and found usable. */
export interface Repository {
  readonly id: string;
  readonly host: string;
  /** May have several parts, apart by `/`. */
  readonly owner: string;
  readonly repo: string;
  readonly provider: Provider;
  readonly url: RemoteUrl;
  readonly credentialsSecretId?: string | undefined;
  readonly branches: readonly string[];
  readonly tags: readonly string[];
  readonly paths?: readonly string[] | undefined;
  readonly submodules: "refuse" | "ignore" | "include";
  readonly privateNetwork: boolean;
  readonly keyTemplate?: string | undefined;
  readonly commitStatus: boolean;
}

const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/;
const PART = /^[^\x00-\x20\x7f/\\]+$/;
const EVERYTHING = ["**"];

/** Takes `host/owner/repo` apart. @throws InvalidInputError */
export function parseRepositoryId(id: string): Pick<Repository, "host" | "owner" | "repo"> {
  const [host = "", ...path] = id.split("/");
  const usable = HOST.test(host) && path.length >= 2 && path.every((part) => PART.test(part) && !/^\.+$/.test(part));
  if (!usable || id.length > 400) throw new InvalidInputError("id", `${JSON.stringify(id)} is not host/owner/repo`);
  return { host, owner: path.slice(0, -1).join("/"), repo: path.at(-1) ?? "" };
}

/**
 * Reads one repository's setting.
 *
 * @throws InvalidInputError naming the field that is missing or wrong.
 */
export function parseRepository(value: unknown): Repository {
  const id = textAt(value, "id") ?? "";
  const provider = providerNamed(textAt(value, "provider"));
  if (provider === undefined) throw new InvalidInputError("provider", `of ${JSON.stringify(id)} is none of ours`);
  const submodules = textAt(value, "submodules") ?? "refuse";
  if (!isSubmodules(submodules)) throw new InvalidInputError("submodules", `of ${id} is ${JSON.stringify(submodules)}`);
  const template = textAt(value, "keyTemplate");
  return {
    id,
    ...parseRepositoryId(id),
    provider,
    url: parseRemoteUrl(textAt(value, "url") ?? ""),
    credentialsSecretId: textAt(value, "credentialsSecretId"),
    branches: globs(value, "branches") ?? EVERYTHING,
    tags: globs(value, "tags") ?? EVERYTHING,
    paths: globs(value, "paths"),
    submodules,
    privateNetwork: at(value, "privateNetwork") === true,
    keyTemplate: template === undefined ? undefined : requireTemplate(template, "one"),
    commitStatus: at(value, "commitStatus") === true,
  };
}

const isSubmodules = (text: string): text is NonNullable<RepositorySetting["submodules"]> =>
  ["refuse", "ignore", "include"].includes(text);

function globs(value: unknown, field: "branches" | "tags" | "paths"): readonly string[] | undefined {
  if (at(value, field) === undefined) return undefined;
  const list = listAt(value, field)?.filter((each): each is string => typeof each === "string");
  if (list === undefined || list.length === 0) throw new InvalidInputError(field, "is no list of globs");
  return list;
}

/** The repositories that may be pushed. */
export interface Repositories {
  readonly all: readonly Repository[];
  byId(id: string): Repository | undefined;
  /** The one that a webhook is about. @param host As the payload tells it. */
  match(provider: Provider, host: string | undefined, path: string): Repository | undefined;
}

/**
 * Puts repositories together. Git hosts do not tell paths apart by case, so two that differ in nothing else are refused.
 *
 * @throws InvalidInputError
 */
export function createRepositories(all: readonly Repository[]): Repositories {
  const byId = new Map<string, Repository>();
  for (const repository of all) {
    const id = repository.id.toLowerCase();
    if (byId.has(id)) throw new InvalidInputError("id", `${repository.id} is there twice`);
    byId.set(id, repository);
  }
  return {
    all,
    byId: (id) => byId.get(id.toLowerCase()),
    match: (provider, host, path) => {
      const found = all.filter((each) => isAt(each, provider, host, path));
      return found.length === 1 ? found[0] : undefined;
    },
  };
}

const isAt = (repository: Repository, provider: Provider, host: string | undefined, path: string): boolean =>
  repository.provider === provider &&
  `${repository.owner}/${repository.repo}`.toLowerCase() === path.toLowerCase() &&
  (host === undefined || host.toLowerCase() === repository.host);

/** Whether a repository's filters let a ref through; one that is neither branch nor tag never is. */
export function acceptedRef(repository: Repository, ref: string): RefName | undefined {
  const parsed = parseRef(ref);
  if (parsed === undefined) return undefined;
  return matchesGlob(parsed.kind === "branch" ? repository.branches : repository.tags, parsed.name)
    ? parsed
    : undefined;
}

/** Whether one of the globs fits. A `*` does not cross a `/`, names that begin with a dot are names like any other. */
export const matchesGlob = (patterns: readonly string[], name: string): boolean =>
  picomatch([...patterns], { dot: true })(name);
