import { InvalidInputError } from "@slipway/core";
import { expect } from "chai";
import { requireStackName } from "../src/target";

describe("requireStackName", () => {
  for (const stack of ["staging", "a.b-c_1", "acme/staging", "acme/shop/staging", "..a", "v1."]) {
    it(`takes ${stack}`, () => {
      expect(() => requireStackName(stack)).to.not.throw();
    });
  }

  for (const stack of ["", "sta ging", "-staging", "a/b/c/d", "a//b", "/a", "../staging", "acme/..", ".", "a/./b"]) {
    it(`refuses ${JSON.stringify(stack)} and says what a name is made of`, () => {
      expect(() => requireStackName(stack))
        .to.throw(InvalidInputError, "is not a stack name")
        .with.property("hint", "use letters, digits, dots, hyphens and underscores");
    });
  }
});
