import { expect } from "chai";
import fc from "fast-check";
import { readStackOutputs } from "../../src/engine/stack-outputs";
import type { JsonValue } from "../../src/results";

const secret = (value: string): JsonValue => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: value,
});

describe("stack outputs", () => {
  it("carries no value of an output with a secret anywhere in it", () => {
    const wraps: ((inner: JsonValue) => JsonValue)[] = [(inner) => [1, inner], (inner) => ({ inner, other: "x" })];
    const nesting = fc.array(fc.constantFrom(...wraps), { maxLength: 6 });
    fc.assert(
      fc.property(nesting, (chosen) => {
        const value = chosen.reduce((inner, wrap) => wrap(inner), secret("canary"));
        expect(readStackOutputs({ it: value })).to.deep.equal({ it: { value: undefined, secret: true } });
      }),
    );
  });

  it("keeps every plain value as it is, even the text [secret]", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as JsonValue;
        expect(readStackOutputs({ it: json })).to.deep.equal({ it: { value: json, secret: false } });
      }),
    );
    expect(readStackOutputs({ it: "[secret]" })).to.deep.equal({ it: { value: "[secret]", secret: false } });
  });

  it("shows a value that a preview does not know yet as undefined", () => {
    const raw = { arn: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" };
    expect(readStackOutputs(raw)).to.deep.equal({ arn: { value: undefined, secret: false } });
  });
});
