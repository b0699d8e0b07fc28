import { expect } from "chai";
import { NotLoopbackError } from "../../src/aws-plugin/errors";
import { isLoopback, requireLoopback } from "../../src/aws-plugin/loopback";

describe("loopback rule", () => {
  const here = [
    "http://127.0.0.1:4566",
    "http://127.77.3.4",
    "http://localhost:4566",
    "https://abc.execute-api.localhost:4566",
    "http://[::1]:4566",
  ];
  const elsewhere = [
    "https://sts.amazonaws.com",
    "http://10.0.0.1:4566",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://128.0.0.1",
    "http://127.0.0.1@example.com",
    "http://[::2]",
    "ftp://localhost",
    "localhost:4566",
    "",
  ];

  for (const endpoint of here) it(`takes ${endpoint}`, () => expect(isLoopback(endpoint)).to.equal(true));
  for (const endpoint of elsewhere) it(`refuses "${endpoint}"`, () => expect(isLoopback(endpoint)).to.equal(false));

  it("names the refused endpoint", () => {
    expect(() => requireLoopback("https://sts.amazonaws.com")).to.throw(NotLoopbackError, "https://sts.amazonaws.com");
    expect(() => requireLoopback(undefined)).to.throw(NotLoopbackError, "AWS_ENDPOINT_URL");
  });
});
