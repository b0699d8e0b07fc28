import { expect } from "chai";
import { findFailures } from "../../src/engine/failures";
import { UpdateFailedError } from "../../src/errors";

const error = (message: string, urn?: string) => ({
  severity: "error" as const,
  message,
  ...(urn === undefined ? {} : { urn }),
});
const BUCKET = "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::site";

describe("failures of a run", () => {
  it("lists each failed resource once, with the provider's words and without the engine's closing line", () => {
    const diagnostics = [error("access denied", BUCKET), error("access denied", BUCKET), error("update failed")];
    expect(findFailures(diagnostics, [BUCKET])).to.deep.equal([{ urn: BUCKET, message: "access denied" }]);
  });

  it("strips wrappings and stack traces of a program's error and reports it once", () => {
    const stack = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev";
    const diagnostics = [
      error("Unhandled exception: Error: broke\n    at Object.run (/p/index.js:1:1)", stack),
      error("One or more errors occurred: broke"),
      error("Running program '/p/index.js' failed with an unhandled exception:\nError: broke\n    at x (/p:1:1)"),
    ];
    expect(findFailures(diagnostics, [])).to.deep.equal([{ urn: undefined, message: "broke" }]);
  });

  it("strips the path that an output's error took through the SDK", () => {
    const wrapped = `<ref *1> Error: error serializing property "a": error serializing property "b": invocation of f returned an error: denied\n    at x (/p:1:1) {\n  promise: Promise { <rejected> [Circular *1] }\n}`;
    expect(
      findFailures([error(`Running program '/p' failed with an unhandled exception:\n${wrapped}`)], []),
    ).to.deep.equal([{ urn: undefined, message: "invocation of f returned an error: denied" }]);
  });

  it("still names a resource that failed without a message", () => {
    expect(findFailures([], [BUCKET])).to.deep.equal([{ urn: BUCKET, message: "failed without a message" }]);
  });

  it("does not count what was only cut off by the end of the engine", () => {
    const cutOff = "rpc error: code = Canceled desc = grpc: the client connection is closing";
    const noise = [error(cutOff, BUCKET), error(`transport: ${cutOff}`), error(cutOff)];
    const only = findFailures([...noise, error("broke")], [BUCKET]);

    expect(only).to.deep.equal([{ urn: undefined, message: "broke" }]);
    expect(findFailures(noise, [BUCKET])).to.have.length(3);
  });

  it("takes warnings for what they are", () => {
    expect(findFailures([{ severity: "warning", message: "deprecated" }], [])).to.deep.equal([]);
  });
});

describe("a program's own error of Slipway's", () => {
  it("is told with its own hint, once", () => {
    const message = "InvalidInputError: [size] is missing; to mend it: give a number";
    const failed = new UpdateFailedError(
      "dev",
      [
        { urn: BUCKET, message },
        { urn: undefined, message: "more" },
      ],
      [],
    );

    expect(failed.message).to.equal("stack dev: site: InvalidInputError: [size] is missing (and 1 more)");
    expect(failed.hint).to.match(/^give a number, and run it again;/);
  });

  it("is mended at another stack where that makes what is missing", () => {
    const message =
      "creating SNS Topic Subscription: operation error SNS: Subscribe, StatusCode: 404, NotFoundException: Topic does not exist";
    const failed = new UpdateFailedError("staging", [{ urn: BUCKET, message }], []);

    expect(failed.message).to.include("Topic does not exist");
    expect(failed.hint).to.match(/^bring up the stack that makes this topic first, .* source's, and run it again;/);
  });

  it("is mended at its cause where it has no hint", () => {
    const failed = new UpdateFailedError("dev", [{ urn: undefined, message: "broke" }], []);

    expect([failed.message, failed.hint]).to.deep.equal([
      "stack dev: broke",
      "mend the cause, and run it again; what succeeded is recorded and is not redone",
    ]);
  });
});
