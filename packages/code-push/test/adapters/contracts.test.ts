import { systemClock } from "@slipway/aws-runtime";
import { MemoryArchives, MemoryGit } from "../../src/library-memory";
import { archiveStoreContract } from "../contracts/archive-store";
import { gitRemoteContract } from "../contracts/git-remote";
import { GitFixture } from "../support/git-fixture";
import { repository, SHOP } from "../support/world";

archiveStoreContract("in memory", async () => new MemoryArchives(systemClock));

gitRemoteContract("in memory", async () => {
  const git = new MemoryGit();
  return {
    git,
    repository: repository(),
    commit: (ref, files, message) => git.push(SHOP, ref, files, message),
    deleteRef: (ref) => git.deleteRef(SHOP, ref),
    close: async () => undefined,
  };
});

for (const oldProtocol of [false, true]) {
  gitRemoteContract(`by the git command${oldProtocol ? ", with a host that gives out refs only" : ""}`, async () => {
    const fixture = await GitFixture.start();
    fixture.create("shop");
    fixture.server.oldProtocol = oldProtocol;
    return {
      git: fixture.remote(),
      repository: fixture.repository("shop"),
      commit: (ref, files, message = "A change") => fixture.commit("shop", files, { ref, message }),
      deleteRef: (ref) => void fixture.git("shop", ["update-ref", "-d", ref]),
      close: () => fixture.stop(),
    };
  });
}
