import type { FoundProject } from "@slipway/release-tracker/library";
import { InvalidInputError } from "@slipway/core";
import { expect } from "chai";
import type { CommandContext } from "../src/context";
import { libraryChecks } from "../src/doctor/library-checks";
import { fakeLibraries } from "./support/libraries";
import { project } from "./support/tracker-world";

/** What doctor says of a manifest. */
async function look(findProject: () => FoundProject) {
  const libraries = fakeLibraries({ tracker: { findProject } });
  const context: Pick<CommandContext, "cwd" | "libraries"> = { cwd: "/", libraries };
  const check = libraryChecks(context as CommandContext).find(({ title }) => title === "manifest");
  return check?.check({} as never);
}

describe("doctor on the manifest", () => {
  it("lists the gates", async () => {
    const found = await look(() => ({ file: "f", project, foreignKeys: [] }));

    expect(found).to.deep.equal({
      status: "ok",
      detail: "f: shop, environments staging, production; gates: production requires staging",
    });
  });

  it("tells of keys that nothing reads", async () => {
    const found = await look(() => ({ file: "f", project, foreignKeys: ["shop.role_arn"] }));

    expect(found).to.include({ status: "warning" });
    expect(found?.detail).to.match(/ignored: shop\.role_arn$/);
  });

  it("fails on one that release commands would refuse", async () => {
    const found = await look(() => {
      throw new InvalidInputError("f", "shop: unknown key `x`", "mend it");
    });

    expect(found).to.include({ status: "failed", detail: "[f] shop: unknown key `x`" });
  });
});
