import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** As built: programs load it without a loader of TypeScript. */
const LEAN = join(__dirname, "..", "..", "dist", "program", "lean-sdk.js");

/** What a program tells that has Pulumi's SDK in `pulumi` and whether a file was loaded in `isLoaded`. */
function told(program: string, env: Record<string, string> = {}): unknown {
  const script = `
    require(${JSON.stringify(LEAN)});
    const pulumi = require("@pulumi/pulumi");
    const isLoaded = (name) => Object.keys(require.cache).some((path) => path.includes("/node_modules/" + name + "/"));
    const tell = (value) => process.stdout.write(JSON.stringify(value));
    ${program}
  `;
  const options = { cwd: __dirname, env: { ...process.env, NODE_OPTIONS: "", ...env } } as const;
  // What modules warn of while they are looked through is not looked at.
  return JSON.parse(
    execFileSync(process.execPath, ["--eval", script], { ...options, encoding: "utf8", stdio: "pipe" }),
  );
}

describe("programs without what nobody asked for", () => {
  it("load compiler and arborist when a function becomes a Lambda, with the packages that it needs, and not before", () => {
    const [before, text, packages, after] = told(`
      const loaded = () => ["typescript", "@npmcli/arborist"].map(isLoaded);
      const before = loaded();
      const greeting = "hello";
      Promise.all([pulumi.runtime.serializeFunction(() => greeting), pulumi.runtime.computeCodePaths()]).then(
        ([{ text }, paths]) => tell([before, text, paths.size, loaded()]),
      );
    `) as [boolean[], string, number, boolean[]];
    expect(before).to.deep.equal([false, false]);
    expect(text).to.include("hello");
    expect(packages).to.be.greaterThan(0);
    expect(after).to.deep.equal([true, true]);
  });

  it("take what the SDK brought along where the compiler is missing", () => {
    const root = mkdtempSync(join(tmpdir(), "slipway-lean-"));
    try {
      const folder = join(root, "node_modules", "@pulumi", "pulumi");
      mkdirSync(folder, { recursive: true });
      const shim = join(folder, "typescript-shim.js");
      writeFileSync(shim, `try { module.exports = require("typescript"); } catch { module.exports = "its own"; }`);

      expect(told(`tell(require(${JSON.stringify(shim)}))`)).to.equal("its own");
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  for (const [says, compiles] of [
    ["typescript: false", "false"],
    ["typescript: true", "true"],
    ["# typescript: false", "true"],
  ] as const) {
    it(`are ${compiles === "true" ? "" : "not "}compiled where Pulumi.yaml says "${says}"`, () => {
      const root = mkdtempSync(join(tmpdir(), "slipway-lean-"));
      try {
        mkdirSync(join(root, "program"));
        writeFileSync(join(root, "Pulumi.yaml"), `runtime:\n  name: nodejs\n  options:\n    ${says}\n`);
        const script = `require(${JSON.stringify(LEAN)}); process.stdout.write(process.env.PULUMI_NODEJS_TYPESCRIPT)`;
        const env = { ...process.env, NODE_OPTIONS: "", PULUMI_NODEJS_TYPESCRIPT: "true" };
        const options = { cwd: join(root, "program"), env, encoding: "utf8" } as const;
        expect(execFileSync(process.execPath, ["--eval", script], options)).to.equal(compiles);
      } finally {
        rmSync(root, { recursive: true });
      }
    });
  }

  const origin = `
    const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
    const promise = Promise.resolve();
    debuggablePromise(promise);
    tell(promise._debugStackTrace.includes("    at "));
  `;
  const cases = { "": {}, ", unless somebody looks for leaks": { PULUMI_DEBUG_PROMISE_LEAKS: "1" } } as const;
  for (const [when, env] of Object.entries(cases)) {
    it(`do not note where promises come from${when}`, () => {
      expect(told(origin, env)).to.equal("PULUMI_DEBUG_PROMISE_LEAKS" in env);
    });
  }
});
