import { MemorySourceArchives } from "../../src/adapters/memory-site-world";
import { sourceArchivesContract } from "../contracts/source-archives";

sourceArchivesContract("in memory", async () => {
  const archives = new MemorySourceArchives();
  return { archives, push: async (repository, branch, commit) => archives.push(repository, branch, commit) };
});
