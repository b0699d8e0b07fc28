import { expect } from "chai";
import sinon from "sinon";
import { watchForHang } from "../../src/engine/watch-for-hang";

const programError = { kind: "diagnostic", severity: "error", message: "Unhandled exception: Error: broke" } as const;
const resourceError = { kind: "diagnostic", severity: "error", message: "access denied" } as const;

describe("watch for programs that fail and never return", () => {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => (clock = sinon.useFakeTimers()));
  afterEach(() => clock.restore());

  it("ends a run that is silent after an error of its program, and leaves any other alone", () => {
    const hanging = watchForHang(undefined, 100);
    hanging.onProgress(programError);
    const slow = watchForHang(undefined, 100);
    slow.onProgress(resourceError);
    clock.tick(100);
    expect(hanging.signal.aborted).to.equal(true);
    expect(slow.signal.aborted).to.equal(false);
  });

  it("waits on while something still happens, and stops with the run", () => {
    const watch = watchForHang(undefined, 100);
    watch.onProgress(programError);
    clock.tick(99);
    watch.onProgress(undefined);
    clock.tick(99);
    expect(watch.signal.aborted).to.equal(false);
    watch.stop();
    clock.tick(1000);
    expect(watch.signal.aborted).to.equal(false);
  });
});
