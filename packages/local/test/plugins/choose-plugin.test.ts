import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { OfficialPluginUnavailableError } from "../../src/errors";
import { choosePlugin, type OfficialSources } from "../../src/plugins/choose-plugin";
import { officialPlugins } from "../../src/plugins/official-plugins";
import type { PluginPackage } from "../../src/plugins/plugin-package";
import { scratchFolder, writeScript } from "../scratch";

const AWS: PluginPackage = { name: "aws", version: "7.48.0", standIn: "/slipway/aws-plugin/main.js" };

describe("choosing a plugin", () => {
  const sources = (installed: string | undefined, download: "works" | "fails"): OfficialSources => ({
    installed: () => installed,
    download: async () => (download === "works" ? { folder: "/fetched" } : { unavailable: "there is no network" }),
  });

  for (const [mode, installed, download, expected] of [
    ["auto", "/home/plugins", "works", "official in /home/plugins"],
    ["auto", undefined, "works", "official in /fetched"],
    ["auto", undefined, "fails", "stand-in"],
    ["official", "/home/plugins", "fails", "official in /home/plugins"],
    ["official", undefined, "works", "official in /fetched"],
    ["official", undefined, "fails", "error"],
    ["stand-in", "/home/plugins", "works", "stand-in"],
    ["stand-in", undefined, "fails", "stand-in"],
  ] as const) {
    const given = `${installed === undefined ? "none" : "one"} installed and a download that ${download}`;
    it(`${mode} with ${given} gives ${expected}`, async () => {
      const outcome = await choosePlugin(AWS, mode, sources(installed, download)).then(
        ({ kind, officialFolder }) => (officialFolder === undefined ? kind : `${kind} in ${officialFolder}`),
        (error: unknown) => (error instanceof OfficialPluginUnavailableError ? "error" : String(error)),
      );
      expect(outcome).to.equal(expected);
    });
  }

  it("says why it took the stand-in", async () => {
    const { reason } = await choosePlugin(AWS, "auto", sources(undefined, "fails"));
    expect(reason).to.equal("the official plugin is not installed, and there is no network");
  });

  describe("looks for an installed one", () => {
    const folder = scratchFolder();
    const search = (homes: readonly string[], path: string): string | undefined =>
      officialPlugins({
        pulumiHomes: homes,
        path,
        pulumi: "/none",
        cacheDirectory: join(folder, "cache"),
        progress: () => undefined,
      }).installed(AWS);

    it("in the person's Pulumi folder, of the very version", () => {
      const plugin = writeScript(join(folder, "home/plugins/resource-aws-v7.48.0/pulumi-resource-aws"), "");
      writeScript(join(folder, "other/plugins/resource-aws-v7.47.0/pulumi-resource-aws"), "");
      expect(search([join(folder, "home")], "")).to.equal(join(plugin, ".."));
      expect(search([join(folder, "other")], "")).to.equal(undefined);
    });

    it("on PATH", () => {
      writeScript(join(folder, "bin/pulumi-resource-aws"), "");
      expect(search([], join(folder, "bin"))).to.equal(join(folder, "bin"));
    });

    it("and is not taken in by an empty folder", () => {
      mkdirSync(join(folder, "hollow/plugins/resource-aws-v7.48.0"), { recursive: true });
      expect(search([join(folder, "hollow")], "")).to.equal(undefined);
    });
  });
});
