import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import { unzipSync } from "fflate";
import type { Archive, GitRemote } from "../../src/core/ports";
import type { Repository } from "../../src/core/repositories";

/** A Git host to try a worker on. */
export interface HostUnderTest {
  readonly git: GitRemote;
  readonly repository: Repository;
  /** Makes a commit on a ref. */
  commit(ref: string, files: Readonly<Record<string, string>>, message?: string): string;
  deleteRef(ref: string): void;
  close(): Promise<void>;
}

const MAIN = "refs/heads/main";

/** The files of an archive as text. */
export async function filesOf(archive: Archive): Promise<Readonly<Record<string, string>>> {
  const files = unzipSync(await bytesOf(archive));
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [path, Buffer.from(content).toString()]));
}

/** The bytes of an archive. */
export async function bytesOf(archive: Archive): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of archive.open()) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** What every worker's git has to do. */
export function gitRemoteContract(name: string, make: () => Promise<HostUnderTest>): void {
  describe(`git remote ${name}`, () => {
    let host: HostUnderTest;

    beforeEach(async () => {
      host = await make();
    });
    afterEach(() => host.close());

    it("lists branches and tags, or one of them, and the head", async () => {
      const main = host.commit(MAIN, { a: "1" });
      const tag = host.commit("refs/tags/v1", { a: "2" });
      const { git, repository } = host;

      expect(await git.refs(repository)).to.have.deep.members([
        { ref: MAIN, sha: main },
        { ref: "refs/tags/v1", sha: tag },
      ]);
      expect(await git.refs(repository, "refs/tags/v1")).to.deep.equal([{ ref: "refs/tags/v1", sha: tag }]);
      expect(await git.refs(repository, "refs/heads/gone")).to.deep.equal([]);
      expect(await git.head(repository)).to.deep.equal({ ref: MAIN, sha: main });
      host.deleteRef("refs/tags/v1");
      expect(await git.refs(repository)).to.deep.equal([{ ref: MAIN, sha: main }]);
    });

    it("lends exactly the commit that is asked for, wherever its ref is by now", async () => {
      const first = host.commit(MAIN, { "a.txt": "1", "dir/b": "x" }, "The first");
      host.commit(MAIN, { "a.txt": "2" });

      const seen = await host.git.withCommit(host.repository, { ref: MAIN, sha: first }, async (commit) => ({
        commit,
        files: await filesOf(await commit.archive()),
      }));

      expect(seen.files).to.deep.equal({ "a.txt": "1", "dir/b": "x" });
      expect(seen.commit).to.deep.include({ sha: first, author: "Ada <ada@example.org>", message: "The first" });
      expect(seen.commit.committedAt).to.match(/^2026-11-20T\d\d:\d\d:00\.000Z$/);
    });

    it("C5 makes the same bytes of the same commit", async () => {
      const sha = host.commit(MAIN, { b: "2", a: "1".repeat(10_000), "c/d": "é" });
      const archive = () =>
        host.git.withCommit(host.repository, { ref: MAIN, sha }, async (commit) => {
          const made = await commit.archive();
          return { bytes: await bytesOf(made), size: made.size, checksum: made.checksum, files: made.files };
        });

      const [one, two] = [await archive(), await archive()];

      expect(one.bytes.equals(two.bytes)).to.equal(true);
      expect(one).to.deep.include({ size: one.bytes.length, files: 3, checksum: two.checksum });
    });

    it("tells what changed since another commit, and that it cannot tell", async () => {
      const before = host.commit(MAIN, { same: "1", changed: "1", gone: "1" });
      const sha = host.commit(MAIN, { same: "1", changed: "2", "new/one": "1" });

      const changes = await host.git.withCommit(host.repository, { ref: MAIN, sha }, async (commit) => [
        await commit.changedSince(before),
        await commit.changedSince("f".repeat(40)),
      ]);

      expect(changes).to.deep.equal([["changed", "gone", "new/one"], undefined]);
    });

    it("says that a commit is not there", async () => {
      host.commit(MAIN, { a: "1" });
      const lost = host.git.withCommit(host.repository, { ref: MAIN, sha: "f".repeat(40) }, async () => "found");

      expect(await rejectionOf(lost)).to.deep.include({ code: "commit-not-found", retryable: true });
    });

    it("refuses refs and commits that are none", async () => {
      const use = async () => "used";
      const wrong = [
        { ref: "--upload-pack=touch /tmp/canary", sha: "f".repeat(40) },
        { ref: "refs/heads/--x", sha: "f".repeat(40) },
        { ref: MAIN, sha: "--upload-pack=x" },
        { ref: MAIN, sha: "HEAD" },
      ];

      for (const wanted of wrong) {
        const refused = host.git.withCommit(host.repository, wanted, use);
        expect(await rejectionOf(refused), JSON.stringify(wanted)).to.have.property("code", "invalid-input");
      }
    });
  });
}
