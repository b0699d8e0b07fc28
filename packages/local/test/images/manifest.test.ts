import { expect } from "chai";
import fc from "fast-check";
import {
  COMMAND_ANNOTATION,
  ENVIRONMENT_ANNOTATION,
  parseManifest,
  REVISION_ANNOTATION,
  writeManifest,
} from "../../src/images";

const images = fc.record({
  command: fc.tuple(fc.string({ minLength: 1 }), fc.string()),
  environment: fc.dictionary(
    fc.string({ minLength: 1 }).filter((name) => name !== "__proto__"),
    fc.string(),
  ),
});

describe("the manifest of a local image", () => {
  it("gives back what it was made of", () => {
    fc.assert(
      fc.property(images, (image) => {
        const parsed = parseManifest(writeManifest(image));
        expect(parsed?.command).to.deep.equal(image.command);
        expect({ ...parsed?.environment }).to.deep.equal({ ...image.environment });
      }),
    );
  });

  it("has the same bytes whatever the order of the variables, so that the digest says what runs", () => {
    const command = ["node"] as const;
    const one = writeManifest({ command, environment: { A: "1", B: "2" } });
    expect(writeManifest({ command, environment: { B: "2", A: "1" } })).to.equal(one);
  });

  it("names the commit that the image is built from, when somebody says", () => {
    const image = { command: ["node"], environment: {} } as const;
    const annotations = (text: string) => (JSON.parse(text) as { annotations: Record<string, string> }).annotations;

    expect(annotations(writeManifest(image, "4daea14"))[REVISION_ANNOTATION]).to.equal("4daea14");
    expect(annotations(writeManifest(image))).not.to.have.property(REVISION_ANNOTATION);
  });

  it("is not seen in an image without a local command", () => {
    expect(parseManifest('{"schemaVersion":2}')).to.equal(undefined);
    expect(parseManifest('{"annotations":{"other":"1"}}')).to.equal(undefined);
  });

  const malformed: [string, Record<string, string>, RegExp][] = [
    ["a command that is no JSON", { [COMMAND_ANNOTATION]: "node" }, /command\] is not JSON/],
    ["a command that is no array", { [COMMAND_ANNOTATION]: '"node"' }, /command\] must be a JSON array/],
    ["an empty command", { [COMMAND_ANNOTATION]: "[]" }, /command\] must be a JSON array/],
    ["a number in the command", { [COMMAND_ANNOTATION]: '["node",1]' }, /command\] must be a JSON array/],
    [
      "a number in the environment",
      { [COMMAND_ANNOTATION]: '["node"]', [ENVIRONMENT_ANNOTATION]: '{"PORT":1}' },
      /environment\] must hold text only, PORT does not/,
    ],
  ];
  for (const [what, annotations, message] of malformed) {
    it(`is refused with ${what}`, () => {
      expect(() => parseManifest(JSON.stringify({ annotations }))).to.throw(message);
    });
  }
});
