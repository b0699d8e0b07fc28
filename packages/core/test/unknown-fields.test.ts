import { expect } from "chai";
import { refuseUnknownFields, type KnownFields } from "../src";

const known: KnownFields = { name: true, rows: { pipelineName: true, compression: true }, stub: { port: true } };
const refuse = (value: unknown, at?: string) => () => refuseUnknownFields(value, known, at);

describe("refuseUnknownFields", () => {
  const fine: Readonly<Record<string, unknown>> = {
    "what is known": { name: "a", rows: [{ compression: "gz" }, { pipelineName: "b" }], stub: { port: 1 } },
    "what is not there": { nmae: undefined },
    "what is below a field that may hold anything": { name: { any: "thing" } },
    "what is known only later": { stub: Promise.resolve({ prot: 1 }) },
    nothing: undefined,
    text: "name",
  };
  for (const [what, value] of Object.entries(fine)) it(`lets ${what} pass`, () => expect(refuse(value)).not.to.throw());

  const wrong: readonly (readonly [unknown, string])[] = [
    [{ nmae: "a" }, "[nmae] unknown field; did you mean name?"],
    [{ rows: [{}, { compresion: "gz" }] }, "[rows[1].compresion] unknown field; did you mean compression?"],
    [{ stub: { address: 1 } }, "[stub.address] unknown field"],
    [{ constructor: 1 }, "[constructor] unknown field"],
  ];
  for (const [value, message] of wrong) {
    it(`says ${message}`, () => expect(refuse(value)).to.throw(message));
  }

  it("says where, and what there is when nothing is near", () => {
    const problem = { field: "slipway:dataEgress.zzz", hint: "use: name, rows, stub" };
    expect(refuse({ zzz: 1 }, "slipway:dataEgress"))
      .to.throw()
      .that.includes(problem);
  });
});
