import { expect } from "chai";
import {
  awsFailure,
  createCallFaults,
  createStaleReads,
  createWireFaults,
  faultAt,
  InjectedFault,
  type WireFaultId,
} from "../src/faults";
import { withHooks } from "../src/hooks";
import type { Fault, ProxiedRequest } from "../src/proxy";
import { rejectionOf } from "../src/rejection";
import { seededIt } from "../src/seeds";

const request = (parts: Partial<ProxiedRequest>): ProxiedRequest => ({
  sequence: 1,
  method: "GET",
  url: "/",
  headers: {},
  operation: undefined,
  body: Buffer.alloc(0),
  ...parts,
});
const COPY = request({ method: "PUT", url: "/b/k", headers: { "x-amz-copy-source": "a/k" } });
const COMPLETION = request({ method: "POST", url: "/b/k?uploadId=1" });
const HEAD = request({ method: "HEAD", url: "/b/k" });
const JSON_CALL = request({ operation: "DynamoDB_20120810.PutItem" });
const QUERY_CALL = request({ operation: "Publish" });

const drawn = (seed: number, faults: readonly [WireFaultId, ...WireFaultId[]], of: ProxiedRequest, rate = 1) => {
  const plan = createWireFaults({ seed, rate, faults });
  const all = Array.from({ length: 300 }, () => plan.choose(of)).filter((fault) => fault !== undefined);
  return { plan, all, kinds: [...new Set(all.map(({ kind }) => kind))].sort() };
};

describe("faults on the wire", () => {
  seededIt("F1 says what each kind of service says when it cannot", (seed) => {
    const answers = (of: ProxiedRequest) =>
      new Set(drawn(seed, ["F1"], of).all.map((fault) => ("body" in fault ? `${fault.status} ${fault.body}` : "")));

    expect([...answers(HEAD)].sort().map((each) => each.replace(/<Message>.*?<\/Message>/, ""))).to.deep.equal([
      "500 <Error><Code>InternalError</Code></Error>",
      "503 <Error><Code>SlowDown</Code></Error>",
    ]);
    expect([...answers(JSON_CALL)].join())
      .to.include("400")
      .and.include("ThrottlingException")
      .and.include("503");
    expect([...answers(QUERY_CALL)].join())
      .to.include("<Code>Throttling</Code>")
      .and.include("<ErrorResponse>");
  });

  seededIt(
    "F3 lies about copies and completions, done or not, with a body or without, and about nothing else",
    (seed) => {
      for (const of of [COPY, COMPLETION]) {
        const { all } = drawn(seed, ["F3"], of);
        const lies = new Set(
          all.map((fault) => ("body" in fault ? `${fault.kind} ${fault.status} ${fault.body}` : "")),
        );
        expect(lies).to.have.property("size", 4);
        expect([...lies].every((lie) => /^(fail|answer) 200 (<Error>.*)?$/.test(lie))).to.equal(true);
      }
      expect(drawn(seed, ["F3"], HEAD).all).to.deep.equal([]);
      expect(drawn(seed, ["F3"], JSON_CALL).all).to.deep.equal([]);
    },
  );

  seededIt("F2, F4 and F5 lose, cut and delay", (seed) => {
    expect(drawn(seed, ["F2"], HEAD).kinds).to.deep.equal(["lose-answer"]);
    expect(drawn(seed, ["F4"], HEAD).kinds).to.deep.equal(["truncate"]);
    expect(createWireFaults({ seed, rate: 1, faults: ["F5"], late: 7 }).choose(HEAD)).to.deep.equal({
      kind: "delay",
      milliseconds: 7,
    });
  });

  seededIt("come as often as asked for, and are counted", (seed) => {
    const { plan, all, kinds } = drawn(seed, ["F1", "F2", "F4"], HEAD, 0.2);

    expect(all.length).to.be.within(30, 90);
    expect(kinds).to.deep.equal(["fail", "lose-answer", "truncate"]);
    expect(plan.injected.F1 + plan.injected.F2 + plan.injected.F4).to.equal(all.length);
    expect(plan.injected.F3).to.equal(0);
  });

  seededIt("are the same for the same seed", (seed) => {
    const draw = (from: number): readonly (Fault | undefined)[] => {
      const { choose } = createWireFaults({ seed: from, rate: 0.5, faults: ["F1", "F2", "F3", "F4", "F5"] });
      return Array.from({ length: 50 }, () => choose(COPY));
    };

    expect(draw(seed)).to.deep.equal(draw(seed));
    expect(draw(seed)).not.to.deep.equal(draw(seed + 1));
  });

  it("meet one request of a row, for a sweep", () => {
    const fault = awsFailure("json", 400, "ThrottlingException");
    const plan = faultAt(2, fault);

    expect(plan.choose(HEAD)).to.equal(undefined);
    expect(plan.happened()).to.equal(false);
    expect(plan.choose(HEAD)).to.equal(fault);
    expect(plan.choose(HEAD)).to.equal(undefined);
    expect(plan.happened()).to.equal(true);
  });
});

class Register {
  value = 0;

  async add(): Promise<number> {
    return (this.value += 1);
  }

  async read(_name: string): Promise<number> {
    return this.value;
  }
}

describe("faults of calls", () => {
  const deps = () => ({ register: new Register() });

  seededIt("F1 does nothing, F2 does it unheard, F5 does it when nobody waits any more", async (seed) => {
    const end = async (fault: "F1" | "F2" | "F5") => {
      const { register } = deps();
      const plan = createCallFaults({ seed, rate: 1, faults: [fault] });
      const error = await rejectionOf(withHooks({ register }, ["register"], plan.around).register.add());
      expect(error).to.be.instanceOf(InjectedFault).with.property("message", `${fault} at register.add`);
      const atOnce = register.value;
      await plan.settled();
      return [atOnce, register.value];
    };

    expect(await end("F1")).to.deep.equal([0, 0]);
    expect(await end("F2")).to.deep.equal([1, 1]);
    expect(await end("F5")).to.deep.equal([0, 1]);
  });

  seededIt("come as often as asked for, the same for the same seed, and are counted", async (seed) => {
    const play = async (from: number) => {
      const plan = createCallFaults({ seed: from, rate: 0.2, faults: ["F1", "F2", "F5"] });
      const hooked = withHooks(deps(), ["register"], plan.around);
      const ends: string[] = [];
      for (let n = 0; n < 300; n += 1)
        ends.push(
          await hooked.register.add().then(
            () => "",
            (error: Error) => error.message,
          ),
        );
      await plan.settled();
      return { ends, injected: plan.injected };
    };
    const [one, again, other] = [await play(seed), await play(seed), await play(seed + 1)];

    expect(again).to.deep.equal(one);
    expect(other.ends).not.to.deep.equal(one.ends);
    const { F1, F2, F5 } = one.injected;
    expect([F1, F2, F5].every((count) => count > 5)).to.equal(true);
    expect(F1 + F2 + F5)
      .to.equal(one.ends.filter((end) => end !== "").length)
      .and.to.be.within(30, 90);
  });

  seededIt("F6 answers a read with what was true before", async (seed) => {
    const { register } = deps();
    const plan = createStaleReads(["register.read"], { seed, rate: 0.5 });
    const hooked = withHooks({ register }, ["register"], plan.around);
    const lags: number[] = [];
    for (let n = 0; n < 100; n += 1) {
      await hooked.register.add();
      lags.push(register.value - (await hooked.register.read("x")));
    }

    expect(lags[0], "there is no earlier answer yet").to.equal(0);
    expect(await hooked.register.read("y"), "of other arguments").to.equal(register.value);
    expect(lags.filter((lag) => lag > 0).length)
      .to.equal(plan.stale())
      .and.to.be.within(20, 80);
  });
});
