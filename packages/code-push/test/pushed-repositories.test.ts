import { SEED } from "@slipway/testing";
import { expect } from "chai";
import fc from "fast-check";
import { DEFAULT_KEY_TEMPLATE } from "../src/contract";
import { archiveKey, pointerKey } from "../src/core/keys";
import { parseRepositoryId } from "../src/core/repositories";
import { checkRepositories, type PushedRepository } from "../src/pushed-repositories";

const SHA = "1".repeat(40);
const part = fc.constantFrom("a", "b", "tags", "main", "a/b", "a-b", "A");
const template = fc.option(
  fc
    .tuple(fc.constantFrom("", "x/", "a/", "x/tags/", "{repo}/", "{owner}/{repo}/", "{host}/{owner}/{repo}/", "a/b/"))
    .map(([prefix]) => `${prefix}{branch|tag}/{sha}.zip`),
  { nil: undefined },
);
const repository = fc.record({ owner: part, repo: fc.constantFrom("a", "b", "tags", "main"), keyTemplate: template });
const ref = fc.record({ kind: fc.constantFrom("branch" as const, "tag" as const), name: part });

/** The settings of one generated repository. */
const settingOf = ({ owner, repo, keyTemplate }: { owner: string; repo: string; keyTemplate: string | undefined }) => ({
  id: `git.example.org/${owner}/${repo}`,
  provider: "github",
  url: `https://git.example.org/${owner}/${repo}.git`,
  ...(keyTemplate === undefined ? {} : { keyTemplate }),
});

const isRefused = (repositories: readonly PushedRepository[]): boolean => {
  try {
    checkRepositories(repositories, undefined);
    return false;
  } catch {
    return true;
  }
};

describe("pushed repositories", () => {
  it("that are accepted together never share a key, whatever their branches and tags are called", () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.tuple(repository, repository), ref, ref, (pair, first, second) => {
        const settings = pair.map(settingOf);
        if (isRefused(settings)) return;
        accepted += 1;
        const keys = settings.flatMap((each: PushedRepository, index) => {
          const parts = { ...parseRepositoryId(each.id), ...(index === 0 ? first : second) };
          const own = each.keyTemplate ?? DEFAULT_KEY_TEMPLATE;
          return [archiveKey(own, parts, SHA), pointerKey(own, parts)];
        });

        expect(new Set(keys).size, JSON.stringify({ settings, keys })).to.equal(4);
      }),
      { seed: SEED, numRuns: 3000 },
    );
    expect(accepted, "pairs that were accepted").to.be.above(300);
  });
});
