import { expect } from "chai";
import { isLocalPulumiHome, stateLayout } from "../src/layout";

describe("the layout of a project's state", () => {
  it("keeps everything but the lock in the folder that is deleted", () => {
    const { state, lock, ...rest } = stateLayout("/project");
    expect(state).to.equal("/project/.slipway/local");
    expect(lock.startsWith(`${state}/`)).to.equal(false);
    for (const name of [
      "processes",
      "record",
      "emulatorLog",
      "taskLogs",
      "taskSocket",
      "pulumiState",
      "passphrase",
    ] as const) {
      expect(rest[name], name).to.match(/^\/project\/\.slipway\/local\//);
    }
  });

  it("moves the socket where its path stays short enough, one per project", () => {
    const deep = `/${"folder/".repeat(20)}`;
    const { taskSocket } = stateLayout(`${deep}a`);
    expect(Buffer.byteLength(taskSocket)).to.be.at.most(100);
    expect(taskSocket).not.to.equal(stateLayout(`${deep}b`).taskSocket);
  });

  it("knows the Pulumi home of another project, whose stand-ins are no official plugins", () => {
    expect(isLocalPulumiHome(stateLayout("/other").pulumiHome)).to.equal(true);
    expect(isLocalPulumiHome("/home/ada/.pulumi")).to.equal(false);
  });
});
