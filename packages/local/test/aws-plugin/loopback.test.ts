import { expect } from "chai";
import { NotLoopbackError } from "../../src/aws-plugin/errors";
import { requireLoopback } from "../../src/aws-plugin/loopback";

describe("loopback rule", () => {
  it("names the refused endpoint", () => {
    expect(() => requireLoopback("https://sts.amazonaws.com")).to.throw(NotLoopbackError, "https://sts.amazonaws.com");
    expect(() => requireLoopback(undefined)).to.throw(NotLoopbackError, "AWS_ENDPOINT_URL");
  });
});
