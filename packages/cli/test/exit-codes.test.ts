import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { exitCodeByErrorCode, exitCodes } from "../src/exit-codes";

const packages = join(__dirname, "../..");

/** Every `code` that an error class of the libraries the CLI calls declares. */
const declared = [
  ...[
    "core",
    "automation",
    "local",
    "release-tracker",
    "artefact-promotion",
    "code-push",
    "data-egress",
    "static-site-pipeline",
    "cli",
  ],
].flatMap((name) => {
  const source = join(packages, name, "src");
  return readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [...readFileSync(join(source, file), "utf8").matchAll(/readonly code = "([a-z-]+)"/g)])
    .map(([, code]) => code);
});

describe("exit codes", () => {
  it("are the documented numbers", () => {
    expect(exitCodes).to.deep.equal({
      ok: 0,
      failed: 1,
      usage: 2,
      changesPending: 3,
      locked: 4,
      notFound: 5,
      refused: 6,
      attention: 7,
      interrupted: 130,
    });
  });

  it("are mapped from error codes that exist", () => {
    expect(declared).to.include.members(Object.keys(exitCodeByErrorCode));
  });

  it("are the same in the README", () => {
    const readme = readFileSync(join(packages, "cli/README.md"), "utf8");
    const rows = [...readme.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code));
    expect(rows).to.deep.equal(Object.values(exitCodes));
  });
});
