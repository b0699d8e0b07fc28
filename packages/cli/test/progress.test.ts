import { expect } from "chai";
import { useFakeTimers, type SinonFakeTimers } from "sinon";
import { createProgress, type ProgressSettings } from "../src/progress/progress";

describe("progress", () => {
  let timers: SinonFakeTimers;
  let written: string[];
  beforeEach(() => {
    timers = useFakeTimers();
    written = [];
  });
  afterEach(() => timers.restore());

  const create = (settings: Partial<ProgressSettings> = {}) =>
    createProgress({
      write: (text) => written.push(text),
      live: false,
      quiet: false,
      verbose: false,
      columns: 60,
      clock: { now: () => new Date() },
      ...settings,
    });

  it("says that it still works after 30 s of silence, with counts, the present resource and the time", () => {
    const progress = create();
    progress.begin("update of staging");
    progress.update({ done: 12, total: 31, current: "creating files" });
    timers.tick(29_000);
    expect(written).to.deep.equal(["update of staging ...\n"]);
    timers.tick(1000);
    expect(written[1]).to.equal("still working: update of staging · 12/31 · creating files · 30s\n");
    timers.tick(30_000);
    expect(written).to.have.length(3);
  });

  it("counts the silence from the last line", () => {
    const progress = create();
    progress.begin("update");
    timers.tick(20_000);
    progress.step("create files");
    timers.tick(20_000);
    expect(written).to.deep.equal(["update ...\n", "create files\n"]);
  });

  it("redraws one line on a terminal, cut to its width, and clears it at the end", () => {
    const progress = create({ live: true, columns: 20 });
    progress.begin("update of staging");
    progress.update({ done: 1, total: 3, current: "creating something long" });
    timers.tick(1000);
    progress.end();
    expect(written.join("")).to.not.include("\n");
    for (const text of written) expect(text.replace("\r\u001B[K", "")).to.have.length.below(20);
    expect(written.at(-1)).to.equal("\r\u001B[K");
  });

  it("is silent with --quiet but for warnings, and stops its timer at the end", () => {
    const progress = create({ quiet: true });
    progress.begin("update");
    progress.note("note");
    progress.step("step");
    timers.tick(60_000);
    progress.warn("warning");
    progress.end();
    expect(written).to.deep.equal(["warning\n"]);
    expect(timers.countTimers()).to.equal(0);
  });
});
