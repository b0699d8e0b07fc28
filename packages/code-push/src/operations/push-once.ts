import { InvalidInputError } from "@slipway/core";
import type { Provider } from "../contract";
import { CodePushNotFoundError } from "../core/errors";
import { archiveMetadata } from "../core/metadata";
import type { ArchiveStore, Bucket, GitRemote, RemoteRef } from "../core/ports";
import { requireRef } from "../core/refs";
import { parseRemoteUrl } from "../core/remote-url";
import { parseRepository, type Repository } from "../core/repositories";
import type { PushedOnce, PushOnceInput } from "../push-client";

/** What a push by hand works with; it needs no code push to be deployed. */
export interface PushOnceDependencies {
  readonly git: GitRemote;
  readonly openBucket: (bucket: Bucket) => ArchiveStore;
  readonly ids: { next(): string };
}

const PROVIDERS: Readonly<Record<string, Provider>> = {
  "github.com": "github",
  "gitlab.com": "gitlab",
  "bitbucket.org": "bitbucket",
};

/**
 * Creates `pushOnce`: archives what a repository is at and puts it under a key, whatever is there.
 *
 * @throws InvalidInputError for an address that is not https or ssh, a ref that is not there, or a bucket that is not.
 */
export const createPushOnce =
  ({ git, openBucket, ids }: PushOnceDependencies) =>
  async (input: PushOnceInput): Promise<PushedOnce> => {
    const repository = toRepository(input);
    const wanted = await resolveRef(git, repository, input.ref);
    return git.withCommit(repository, wanted, async (commit) => {
      const archive = await commit.archive();
      const metadata = archiveMetadata(repository.id, wanted.ref, commit, ids.next());
      const versionId = await openBucket(input.bucket)
        .replaceArchive(input.key, archive, metadata)
        .catch(noBucket(input));
      const { size, files, checksum } = archive;
      const [bucket, key] = [input.bucket.name, input.key];
      return {
        repository: repository.id,
        ref: wanted.ref,
        sha: commit.sha,
        bucket,
        key,
        versionId,
        size,
        files,
        checksum,
      };
    });
  };

/** There is no code push here that could be missing; only the bucket can. */
const noBucket =
  ({ bucket }: PushOnceInput) =>
  (error: unknown): never => {
    if (!(error instanceof CodePushNotFoundError)) throw error;
    throw new InvalidInputError("bucket", `there is no bucket ${bucket.name}`, "make it first, or mend its name");
  };

/** The person who runs the command names the host, so that it may be in a private network. */
function toRepository({ repository, credentialsSecretId, submodules }: PushOnceInput): Repository {
  const { host, port, href, protocol } = parseRemoteUrl(repository, "repository");
  const path = new URL(href).pathname.replace(/^\/+/, "").replace(/(\.git)?\/*$/, "");
  const authority = protocol === "http" ? `${host}:${port}` : host;
  return parseRepository({
    id: `${authority}/${path.includes("/") ? path : `-/${path}`}`,
    provider: PROVIDERS[host] ?? "generic",
    url: href,
    privateNetwork: true,
    ...(credentialsSecretId !== undefined && { credentialsSecretId }),
    ...(submodules !== undefined && { submodules }),
  });
}

async function resolveRef(git: GitRemote, repository: Repository, ref: string | undefined): Promise<RemoteRef> {
  if (ref !== undefined) requireRef(ref);
  const found = ref === undefined ? await git.head(repository) : (await git.refs(repository, ref))[0];
  if (found === undefined) throw new InvalidInputError("ref", `${ref ?? "HEAD"} is not in ${repository.id}`);
  return found;
}
