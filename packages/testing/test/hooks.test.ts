import { expect } from "chai";
import { withHooks, type Around } from "../src/hooks";
import { rejectionOf } from "../src/rejection";

class Store {
  readonly name = "store";
  readonly kept: string[] = [];

  async put(key: string): Promise<number> {
    return this.kept.push(key);
  }

  async putTwice(key: string): Promise<number> {
    await this.put(key);
    return this.put(key);
  }

  async *list(size: number): AsyncGenerator<readonly string[]> {
    for (let start = 0; start < this.kept.length; start += size) yield this.kept.slice(start, start + size);
  }
}

describe("withHooks", () => {
  const world = () => ({ store: new Store(), other: new Store() });
  const collect = async (pages: AsyncIterable<readonly string[]>) => {
    const found: string[] = [];
    for await (const page of pages) found.push(...page);
    return found;
  };

  it("runs around each call of the named ports, which go on as before", async () => {
    const deps = world();
    const told: string[] = [];
    const hooked = withHooks(deps, ["store"], {
      before: (call, [key]) => void told.push(`before ${call} of ${String(key)}`),
      after: (call) => void told.push(`after ${call}`),
    });

    expect(await hooked.store.put("a")).to.equal(1);
    await hooked.other.put("b");
    expect(hooked.store.name).to.equal("store");
    expect(deps.store.kept).to.deep.equal(["a"]);
    expect(told).to.deep.equal(["before store.put of a", "after store.put"]);
  });

  it("finds ports within objects, by their dotted names", async () => {
    const told: string[] = [];
    const deps = { parts: { store: new Store(), other: new Store(), size: 2 } };
    const hooked = withHooks(deps, ["parts.store"], { before: (call) => void told.push(call) });

    await hooked.parts.store.put("a");
    await hooked.parts.other.put("b");

    expect(told).to.deep.equal(["parts.store.put"]);
    expect([deps.parts.store.kept, hooked.parts.size]).to.deep.equal([["a"], 2]);
    expect(() => withHooks(deps, ["parts.nobody"], {})).to.throw("there is no port parts.nobody");
  });

  it("leaves alone what a port calls of itself", async () => {
    const calls: string[] = [];

    await withHooks(world(), ["store"], { before: (call) => void calls.push(call) }).store.putTwice("a");

    expect(calls).to.deep.equal(["store.putTwice"]);
  });

  it("takes each page for a call, and so asking for them and learning that there are no more", async () => {
    const deps = world();
    for (const key of ["a", "b", "c"]) await deps.store.put(key);
    const calls: string[] = [];
    const hooked = withHooks(deps, ["store"], { before: (call) => void calls.push(call) });

    expect(await collect(hooked.store.list(2))).to.deep.equal(["a", "b", "c"]);
    expect(calls).to.deep.equal(["store.list", "store.list", "store.list", "store.list"]);
  });

  it("fails before a call, which then does not happen, and after one, which then did", async () => {
    const deps = world();
    const fail = () => Promise.reject(new Error("no"));

    await rejectionOf(withHooks(deps, ["store"], { before: fail }).store.put("a"));
    expect(deps.store.kept).to.deep.equal([]);
    await rejectionOf(withHooks(deps, ["store"], { after: fail }).store.put("a"));
    expect(deps.store.kept).to.deep.equal(["a"]);
  });

  it("fails for who iterates, and for nobody else", async () => {
    const failing = withHooks(world(), ["store"], { before: () => Promise.reject(new Error("no")) });

    failing.store.list(1);
    expect((await rejectionOf(collect(failing.store.list(1)))).message).to.equal("no");
  });

  it("lets a hook carry out a call as often as it likes, and see its arguments", async () => {
    const deps = world();
    const twice: Around = async (_call, run, args) => {
      expect(args).to.deep.equal(["a"]);
      await run();
      return run();
    };

    expect(await withHooks(deps, ["store"], twice).store.put("a")).to.equal(2);
  });

  it("hooks what is hooked already", async () => {
    const calls: string[] = [];
    const once = withHooks(world(), ["store"], { before: () => void calls.push("inner") });

    await collect(withHooks(once, ["store"], { before: () => void calls.push("outer") }).store.list(1));

    expect(calls).to.deep.equal(["outer", "inner", "outer", "inner"]);
  });

  it("names a port that is not there", () => {
    const deps: { store?: Store } = {};

    expect(() => withHooks(deps, ["store"], {})).to.throw("there is no port store");
  });
});
