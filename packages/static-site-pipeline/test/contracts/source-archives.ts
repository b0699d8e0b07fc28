import { expect } from "chai";
import type { SourceArchives } from "../../src/core/ports";

/** Code push's bucket, where nothing is archived yet. */
export interface NoArchives {
  readonly archives: SourceArchives;
  /** Archives a commit of a branch, which is at it from then on. */
  readonly push: (repository: string, branch: string, commit: string) => Promise<unknown>;
}

const shaOf = (digit: string): string => digit.repeat(40);

/** What whoever looks for archives has to do. */
export function sourceArchivesContract(name: string, make: () => Promise<NoArchives>): void {
  describe(`archives of code push ${name}`, () => {
    const main = { repository: "github.com/octo/shop", branch: "main" };

    it("finds a branch's latest commit, and the one that is named", async () => {
      const { archives, push } = await make();
      expect(await archives.find(main)).to.equal(undefined);
      expect(await archives.find(main, shaOf("1"))).to.equal(undefined);
      for (const commit of [shaOf("1"), shaOf("2")]) await push(main.repository, main.branch, commit);
      await push(main.repository, "feature/a", shaOf("3"));

      const latest = await archives.find(main);
      expect(latest?.commit).to.equal(shaOf("2"));
      expect(latest?.archive.key).to.include(shaOf("2"));
      expect(await archives.find(main, shaOf("1"), latest)).to.have.property("commit", shaOf("1"));
      expect(await archives.find(main, shaOf("3"))).to.equal(undefined);
      expect(await archives.find({ ...main, branch: "feature/a" })).to.have.property("commit", shaOf("3"));
      expect(await archives.find({ ...main, repository: "github.com/octo/blog" })).to.equal(undefined);
    });
  });
}
