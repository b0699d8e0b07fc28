import { expect } from "chai";
import { inspect } from "node:util";
import { assertNever, InvalidInputError } from "../src/errors";

describe("errors", () => {
  it("carry a stable code, the field, and how to mend it", () => {
    const error = new InvalidInputError("stack", "there is no stack nope", "use one of: a, b");

    expect(error).to.include({ name: "InvalidInputError", code: "invalid-input", field: "stack", retryable: false });
    expect(error.message).to.equal("[stack] there is no stack nope");
    expect(error.hint).to.equal("use one of: a, b");
  });

  it("show message and hint on their first line when they are inspected", () => {
    const [first, ...frames] = inspect(new InvalidInputError("x", "is wrong", "mend it"), { colors: true }).split("\n");

    expect(first).to.equal("InvalidInputError: [x] is wrong; to mend it: mend it");
    expect(frames[0]).to.match(/^ {4}at /);
  });

  it("are inspected at once whatever frames their stack has", () => {
    const error = new InvalidInputError("x", "is wrong");
    error.stack = "InvalidInputError: [x] is wrong\n    at run (/a/node_modules/@pulumi/output.ts:1:1)";

    expect(inspect(error, { colors: true })).to.equal(error.stack);
  });

  it("name a value that the types rule out", () => {
    expect(() => assertNever("surprise" as never)).to.throw(TypeError, '"surprise"');
  });
});
