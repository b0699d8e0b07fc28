import { expect } from "chai";
import { loadMutant } from "../src/mutant";
import * as hooks from "../src/hooks";
import * as crashSweeps from "../src/crash-sweep";

const ENTRY = require.resolve("../src/crash-sweep");
const GUARD = require.resolve("../src/hooks");
const world = () => ({ port: { call: async () => 1 } });

describe("loadMutant", () => {
  const sweep = async ({ crashSweep }: typeof crashSweeps) =>
    crashSweep({ world, ports: ["port"], act: ({ port }) => port.call(), check: async () => undefined });

  it("replaces what one module exports, for what is loaded by it", async () => {
    const mutant = loadMutant<typeof crashSweeps>(ENTRY, GUARD, { withHooks: <T>(deps: T) => deps });

    expect(await sweep(mutant)).to.deep.equal([]);
  });

  it("leaves what others have alone", async () => {
    loadMutant(ENTRY, GUARD, { withHooks: () => undefined });

    expect(await sweep(crashSweeps)).to.deep.equal(["port.call"]);
    expect(require.cache[GUARD]?.exports).to.have.property("withHooks", hooks.withHooks);
  });

  it("names what there is not to replace", () => {
    expect(() => loadMutant(ENTRY, GUARD, { withHook: () => undefined })).to.throw("exports no withHook");
  });
});
