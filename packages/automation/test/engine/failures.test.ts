import { expect } from "chai";
import { findFailures } from "../../src/engine/failures";

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

  it("takes warnings for what they are", () => {
    expect(findFailures([{ severity: "warning", message: "deprecated" }], [])).to.deep.equal([]);
  });
});
