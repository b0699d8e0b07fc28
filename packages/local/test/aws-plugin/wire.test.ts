import { expect } from "chai";
import { SIGNATURE, SIGNATURES, withoutSecrets, withSecrets } from "../../src/aws-plugin/wire";

describe("values on the wire", () => {
  it("are themselves again without their marks, at any depth", () => {
    const secret = { [SIGNATURE]: SIGNATURES.secret, value: "key" };
    const asset = { [SIGNATURE]: SIGNATURES.asset, text: "x" };

    expect(withoutSecrets({ accessKey: secret, roles: [{ id: secret }], asset })).to.deep.equal({
      accessKey: "key",
      roles: [{ id: "key" }],
      asset,
    });
    expect(withoutSecrets(withSecrets({ a: { b: 1 } }, ["a"]))).to.deep.equal({ a: { b: 1 } });
  });
});
