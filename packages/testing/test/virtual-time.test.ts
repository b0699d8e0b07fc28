import { expect } from "chai";
import { letOthersRun, VirtualTime } from "../src/virtual-time";

const HOUR = 3_600_000;

describe("VirtualTime", () => {
  it("wakes sleepers in their order, in no time", async () => {
    const time = new VirtualTime();
    const woken: string[] = [];
    const sleep = async (name: string, milliseconds: number) => {
      await time.sleep(milliseconds);
      woken.push(`${name} at ${time.elapsed()}`);
    };

    await Promise.all([sleep("late", 2 * HOUR), sleep("early", HOUR), sleep("both", HOUR)]);

    expect(woken).to.deep.equal([`early at ${HOUR}`, `both at ${HOUR}`, `late at ${2 * HOUR}`]);
  });

  it("stands still while somebody works", async () => {
    const time = new VirtualTime();
    const sleeping = time.sleep(10);
    await Promise.resolve();

    expect(time.elapsed()).to.equal(0);
    await sleeping;
    expect(time.elapsed()).to.equal(10);
  });

  it("wakes who is called off, without letting the time pass", async () => {
    const time = new VirtualTime();
    const abort = new AbortController();
    const sleeping = time.sleep(HOUR, abort.signal);
    abort.abort();
    await sleeping;
    await time.sleep(HOUR, abort.signal);

    expect(time.elapsed()).to.equal(0);
  });

  it("F10 has clocks that are wrong, that jump, and that never show the same time twice", async () => {
    const time = new VirtualTime();
    const [right, fast] = [time.clock(), time.clock(HOUR)];

    expect(fast.now().getTime() - right.now().getTime()).to.equal(HOUR);
    fast.jump(-2 * HOUR);
    expect(fast.now().getTime() - right.now().getTime()).to.equal(-HOUR);
    await time.sleep(HOUR);
    expect(fast.now().getTime() - right.now().getTime()).to.equal(-HOUR);
    expect(right.now().getTime()).to.be.below(right.now().getTime());
    expect(time.elapsed()).to.equal(HOUR);
  });
});

describe("letOthersRun", () => {
  it("comes back after what others had to do", async () => {
    const order: string[] = [];
    const other = async () => {
      await letOthersRun(1);
      order.push("other");
    };

    await Promise.all([letOthersRun(3).then(() => order.push("self")), other()]);

    expect(order).to.deep.equal(["other", "self"]);
  });
});
