import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { installPlugin } from "../../src/plugins/install-plugin";
import { scratchFolder, writeScript } from "../scratch";

describe("installing a plugin", () => {
  const folder = scratchFolder();
  const home = join(folder, "home");
  const executable = join(home, "plugins", "resource-aws-v7.48.0", "pulumi-resource-aws");

  it("starts the stand-in with its arguments, whatever its folder is called", () => {
    const standIn = join(folder, "it's a folder", "main.js");
    mkdirSync(join(standIn, ".."));
    writeFileSync(standIn, "console.log(JSON.stringify(process.argv.slice(2)))");
    installPlugin(home, { name: "aws", version: "7.48.0", standIn }, { kind: "stand-in", reason: "" });
    const printed = execFileSync(executable, ["127.0.0.1:1234", "two words"], { encoding: "utf8", env: { PATH: "" } });
    expect(JSON.parse(printed)).to.deep.equal(["127.0.0.1:1234", "two words"]);
  });

  it("tells the stand-in which process wanted it, so that it can end with that one", () => {
    const standIn = join(folder, "parent.js");
    writeFileSync(standIn, "console.log(process.env.SLIPWAY_ENGINE_PROCESS, process.ppid)");
    installPlugin(home, { name: "aws", version: "7.48.0", standIn }, { kind: "stand-in", reason: "" });
    expect(execFileSync(executable, { encoding: "utf8" })).to.equal(`${process.pid} ${process.pid}\n`);
  });

  it("starts the official one, in a folder that Pulumi does not take for a link, in place of what was there", () => {
    const officialFolder = join(folder, "official");
    writeScript(join(officialFolder, "pulumi-resource-aws"), 'echo "official $1"');
    const choice = { kind: "official", reason: "", officialFolder } as const;
    installPlugin(home, { name: "aws", version: "7.48.0", standIn: "" }, choice);
    expect(lstatSync(dirname(executable)).isDirectory()).to.equal(true);
    expect(execFileSync(executable, ["a b"], { encoding: "utf8" })).to.equal("official a b\n");
  });
});
