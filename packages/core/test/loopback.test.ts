import { expect } from "chai";
import { isLoopback, unreachableHint } from "../src/index";

describe("isLoopback", () => {
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
});

describe("unreachableHint", () => {
  const cases: readonly (readonly [places: readonly (string | undefined)[], isLocal: boolean])[] = [
    [["connect ECONNREFUSED 127.0.0.1:4566"], true],
    [["connect ECONNREFUSED ::1:4566"], true],
    [["dial tcp 127.0.0.1:4566: connect: connection refused"], true],
    [["127.0.0.1:4566"], true],
    [["socket hang up", "http://localhost:4566"], true],
    [["socket hang up", "http://127.0.0.1:4566/"], true],
    [["socket hang up", undefined], false],
    [["getaddrinfo ENOTFOUND sts.eu-west-2.amazonaws.com", undefined], false],
    [["connect ETIMEDOUT 10.127.0.0:443", "https://aws.example"], false],
    [["slow down"], false],
  ];
  for (const [places, isLocal] of cases) {
    it(`${isLocal ? "starts the local AWS" : "checks the network"} for ${places.join(" at ")}`, () => {
      expect(unreachableHint(...places).includes("slipway local up")).to.equal(isLocal);
    });
  }
});
