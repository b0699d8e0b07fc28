import { expect } from "chai";
import { parseLockFile, parseLockMessage } from "../../src/cli/lock-message";

const MESSAGE = `error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  file:///state/.pulumi/locks/organization/p/dev/a.json: created by ann@build-1 (pid 41) at 2026-11-21T10:00:00Z
  file:///state/.pulumi/locks/organization/p/dev/b.json: created by bob@build-2 (pid 42) at 2026-11-21T10:01:00+01:00`;

describe("locks as the backend describes them", () => {
  it("reads every holder out of the message", () => {
    expect(parseLockMessage(MESSAGE)).to.deep.equal([
      { user: "ann", host: "build-1", pid: 41, lockedAt: new Date("2026-11-21T10:00:00Z") },
      { user: "bob", host: "build-2", pid: 42, lockedAt: new Date("2026-11-21T09:01:00Z") },
    ]);
  });

  it("reads a lock file, and tells what is none", () => {
    const file = { pid: 7, username: "root", hostname: "ci", timestamp: "2026-11-21T10:00:00Z" };
    expect(parseLockFile(JSON.stringify(file))).to.deep.include({ pid: 7, user: "root", host: "ci" });
    expect(parseLockFile("{}")).to.equal(undefined);
  });
});
