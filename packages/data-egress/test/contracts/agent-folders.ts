import { expect } from "chai";
import type { AgentFolders, OrderDraft } from "../../src/core/ports";

/** A volume, and an agent that is told when to work. */
export interface FoldersUnderTest {
  readonly folders: AgentFolders;
  /** Delivers what is ordered. */
  deliver(): Promise<void>;
  /** Names of the files that wait, by folder. */
  waiting(): Promise<readonly string[]>;
}

const draft = (digit: string, more: Partial<OrderDraft> = {}): OrderDraft => ({
  id: digit.repeat(32),
  jobId: "job",
  correlationId: "c",
  folder: "ris/in",
  name: `${digit}.csv`,
  recipient: "RIS",
  keepOnFailure: true,
  orderedAt: "2024-12-31T00:00:00Z",
  ...more,
});

async function* body(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** What every volume has to do. @param make An empty one. */
export function foldersContract(name: string, make: () => Promise<FoldersUnderTest>): void {
  describe(`agent folders ${name}`, () => {
    it("bring a file to the agent and its receipt back", async () => {
      const { folders, deliver, waiting } = await make();
      await folders.sweep();
      expect(await folders.isOrdered(draft("a").id)).to.equal(false);

      expect(await folders.order(draft("a"), body("text"))).to.equal("ordered");
      expect(await folders.isOrdered(draft("a").id)).to.equal(true);
      expect(await waiting()).to.deep.equal(["ris/in/a.csv"]);
      expect(await folders.receipt(draft("a").id)).to.equal(undefined);

      await deliver();
      // sha256 of "text"
      const sha256 = "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1";
      expect(await folders.receipt(draft("a").id)).to.include({ status: "delivered", bytes: 4, sha256 });
      expect(await folders.isOrdered(draft("a").id)).to.equal(true);

      await folders.forget(draft("a").id);
      expect(await folders.receipt(draft("a").id)).to.equal(undefined);
      expect(await folders.isOrdered(draft("a").id)).to.equal(false);
    });

    it("keep a file that waits from one of the same name", async () => {
      const { folders, deliver } = await make();
      await folders.order(draft("a"), body("one"));

      expect(await folders.order(draft("b", { name: "a.csv" }), body("two"))).to.equal("occupied");
      expect(await folders.isOrdered(draft("b").id)).to.equal(false);
      await deliver();
      expect(await folders.order(draft("b", { name: "a.csv" }), body("two"))).to.equal("ordered");
    });

    it("take back what was not delivered, and nothing else", async () => {
      const { folders, deliver, waiting } = await make();
      await folders.order(draft("a"), body("one"));
      await deliver();
      await folders.order(draft("b"), body("two"));

      for (const each of ["a", "b", "c"]) await folders.withdraw(draft(each).id);

      expect(await waiting()).to.deep.equal([]);
      expect(await folders.receipt(draft("a").id)).to.include({ status: "delivered" });
      expect(await folders.isOrdered(draft("b").id)).to.equal(false);
    });
  });
}
