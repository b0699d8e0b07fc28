import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import { PassThrough } from "node:stream";
import { createAsk } from "../src/prompt";

/** A terminal on which something is typed, and what it shows. */
function terminal(typed: string | undefined) {
  const input = new PassThrough();
  if (typed !== undefined) input.end(typed);
  const output = new PassThrough();
  return { input, output, shown: () => String(output.read() ?? "") };
}

describe("questions on a plain terminal", () => {
  const end = new AbortController();
  const askOn = (on: ReturnType<typeof terminal>, signal = end.signal) => createAsk({ ...on, plain: true }, signal);

  it("are one line, and move no cursor", async () => {
    for (const [typed, code] of [
      ["y\n", "yes"],
      ["YES\n", "yes"],
      ["\n", "declined"],
      ["n\n", "declined"],
      ["", "interrupted"],
    ] as const) {
      const on = terminal(typed);
      const asked = askOn(on).confirm({ action: "up", yes: false });
      const answered = code === "yes" ? await asked : await rejectionOf(asked);
      expect(answered ?? { code }, JSON.stringify(typed)).to.have.property("code", code);
      expect(on.shown()).to.equal("Go ahead with up? (y/N) ");
    }
  });

  it("show the control characters of what they ask about", async () => {
    const on = terminal("y\n");
    await askOn(on).confirm({ action: "promoting a\n\u001B[2J", yes: false });
    expect(on.shown()).to.equal("Go ahead with promoting a\\n\\x1b[2J? (y/N) ");
  });

  it("take a name", async () => {
    const question = { action: "the removal", expected: "shop", confirm: undefined };
    const on = terminal("shop\n");
    await askOn(on).typeName(question);
    expect(on.shown()).to.equal('Type "shop" to go ahead with the removal: ');
    expect(await rejectionOf(askOn(terminal("blog\n")).typeName(question))).to.have.property("code", "declined");
  });

  it("end at Ctrl-C", async () => {
    const interrupt = new AbortController();
    const on = terminal(undefined);
    const asked = rejectionOf(askOn(on, interrupt.signal).confirm({ action: "up", yes: false }));
    interrupt.abort();
    expect(await asked).to.have.property("code", "interrupted");
    expect(await rejectionOf(askOn(on, interrupt.signal).confirm({ action: "up", yes: false }))).to.have.property(
      "code",
      "interrupted",
    );
  });
});
