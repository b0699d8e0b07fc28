import { destroy, preview, refresh, up, type OperationResult } from "@slipway/automation";
import { LOCAL_ACCOUNTS } from "@slipway/local";
import { expect } from "chai";
import { localEnvironment } from "./environment";
import { inventory } from "./inventory";

const changed = ({ resources }: OperationResult) =>
  resources
    .filter(({ operation }) => operation !== "same")
    .map(({ operation, name, changedProperties }) => `${operation} ${name} ${changedProperties.join()}`);

describe("the stacks", function () {
  this.timeout(180_000);

  const target = (stack: keyof typeof LOCAL_ACCOUNTS) => ({ stack, workDir: localEnvironment().directory });
  // Production is staging's program once more.
  const stacks = ["tools", "integration", "staging"] as const;
  const everything = () => Promise.all(Object.values(LOCAL_ACCOUNTS).map(inventory));

  it("come up, stay as they are, and leave nothing behind", async () => {
    const before = await everything();

    for (const stack of stacks) await up(target(stack));

    for (const stack of stacks) {
      expect(changed(await preview(target(stack))), `preview of ${stack} after up`).to.deep.equal([]);
      expect(changed(await refresh(target(stack))), `refresh of ${stack}`).to.deep.equal([]);
      expect(changed(await preview(target(stack))), `preview of ${stack} after refresh`).to.deep.equal([]);
    }
    for (const stack of stacks.toReversed()) await destroy(target(stack));

    expect(await everything()).to.deep.equal(before);
  });
});
