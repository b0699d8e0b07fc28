import { InvalidInputError } from "@slipway/core";
import { expect } from "chai";
import { EndpointRefusedError } from "../src/errors";
import { readSettings } from "../src/settings";

describe("settings", () => {
  it("has a default for each", () => {
    const settings = readSettings({ XDG_CACHE_HOME: "/cache" });
    expect(settings).to.include({ endpoint: undefined, pluginMode: "auto", cacheDirectory: "/cache/slipway" });
  });

  it("lets SLIPWAY_CACHE_DIR win", () => {
    expect(readSettings({ XDG_CACHE_HOME: "/cache", SLIPWAY_CACHE_DIR: "/mine" }).cacheDirectory).to.equal("/mine");
  });

  it("takes a loopback endpoint without its trailing slash", () => {
    expect(readSettings({ SLIPWAY_ENDPOINT: "http://localhost:4566/" }).endpoint).to.equal("http://localhost:4566");
  });

  for (const endpoint of [
    "https://sts.eu-west-2.amazonaws.com",
    "http://127.0.0.1.example.com",
    "http://10.0.0.1",
    "4566",
  ]) {
    it(`refuses the endpoint ${endpoint}`, () => {
      expect(() => readSettings({ SLIPWAY_ENDPOINT: endpoint })).to.throw(EndpointRefusedError, "SLIPWAY_ENDPOINT");
    });
  }

  it("names an unknown plugin mode", () => {
    expect(() => readSettings({ SLIPWAY_AWS_PLUGIN: "offical" })).to.throw(InvalidInputError, "SLIPWAY_AWS_PLUGIN");
  });
});
