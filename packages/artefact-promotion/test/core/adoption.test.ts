import { expect } from "chai";
import { withNamed, withStatements } from "../../src/core/adoption";

const theirs = { Sid: "theirs" };
const nameless: { readonly Sid?: string; readonly Effect: string } = { Effect: "Allow" };

describe("adopting a bucket", () => {
  it("sets its own notification again and leaves the others in their order", () => {
    const list = [{ Id: "a" }, { Id: "ours", at: 1 }, { Id: "b" }, {}];

    expect(withNamed(list, "ours", { Id: "ours", at: 2 })).to.deep.equal([
      { Id: "a" },
      { Id: "b" },
      {},
      { Id: "ours", at: 2 },
    ]);
    expect(withNamed(list, "ours", undefined)).to.deep.equal([{ Id: "a" }, { Id: "b" }, {}]);
  });

  it("adds its statements to a policy, whatever its shape, and keeps what else it says", () => {
    const wanted = [{ Sid: "ours" }];

    expect(withStatements(undefined, [], wanted)).to.deep.equal({ Version: "2012-10-17", Statement: wanted });
    expect(withStatements({ Version: "2008-10-17", Statement: theirs }, [], wanted)).to.deep.equal({
      Version: "2008-10-17",
      Statement: [theirs, ...wanted],
    });
    expect(withStatements({ Statement: [nameless, theirs] }, [], wanted)?.Statement).to.deep.equal([
      nameless,
      theirs,
      ...wanted,
    ]);
  });

  it("replaces what it said before, and takes all of it away at the end", () => {
    const before = { Statement: [theirs, { Sid: "ours" }, { Sid: "outdated" }] };

    expect(withStatements(before, ["outdated"], [{ Sid: "ours" }])?.Statement).to.deep.equal([theirs, { Sid: "ours" }]);
    expect(withStatements(before, ["ours", "outdated"], [])?.Statement).to.deep.equal([theirs]);
    expect(withStatements({ Statement: [{ Sid: "ours" }] }, ["ours"], [])).to.equal(undefined);
  });
});
