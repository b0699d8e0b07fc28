import { expect } from "chai";
import { runProgram, type Running } from "../../src/programs/run-program";

describe("runProgram", () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`${signal} during the start stops what was started, once`, async () => {
      const others = process.listeners(signal);
      process.removeAllListeners(signal);
      try {
        let isStarted: (running: Running) => void = () => undefined;
        let stops = 0;
        const ended = runProgram("program", () => new Promise((resolve) => (isStarted = resolve)));
        process.emit(signal);
        isStarted({ stop: async () => void stops++ });
        await ended;

        expect(stops).to.equal(1);
      } finally {
        process.removeAllListeners(signal);
        for (const other of others) process.on(signal, other);
      }
    });
  }
});
