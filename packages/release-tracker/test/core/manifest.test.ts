import { expect } from "chai";
import { readProject } from "../../src/core/manifest";

const environments = [
  { id: "stage", name: "Staging" },
  { id: "prod", name: "Production" },
];

const withStage = (extra: object) => ({ p: { name: "P", environments: [{ ...environments[0], ...extra }] } });

describe("readProject", () => {
  it("reads the seed's manifest: the top key is the project's id", () => {
    expect(readProject("f", { stacks: { environments, name: "Example project" } })).to.deep.equal({
      id: "stacks",
      name: "Example project",
      environments: environments.map((environment) => ({ ...environment, stack: environment.id })),
    });
  });

  it("chooses one of several projects", () => {
    const content = { a: { name: "A", environments }, b: { name: "B", environments } };

    expect(readProject("f", content, "b").name).to.equal("B");
    expect(() => readProject("f", content)).to.throw("[f] holds several projects: a, b");
    expect(() => readProject("f", content, "c")).to.throw("project c is not in f");
  });

  it("ignores keys of other tools", () => {
    const content = { p: { name: "P", environments, tf_stack_root: "x", account_id: "1" } };

    expect(readProject("f", content).environments).to.have.length(2);
  });

  const rejected: readonly (readonly [string, unknown, string])[] = [
    ["nothing at all", null, "[f] the file:"],
    ["no project", {}, "[f] the file: holds no project"],
    ["a project without a name", { p: { environments } }, "[f] p.name:"],
    ["a project without environments", { p: { name: "P" } }, "[f] p.environments:"],
    ["an environment without an id", { p: { name: "P", environments: [{ name: "x" }] } }, "[f] p.environments.0.id:"],
    ["an id that breaks the SSM path", withStage({ id: "a/b" }), "[f] p.environments.0.id:"],
    [
      "the same environment twice",
      { p: { name: "P", environments: [environments[0], environments[0]] } },
      "stage appears twice",
    ],
    ["a requirement that is not there", withStage({ requires: "qa" }), "stage requires qa, which is not there"],
    [
      "a window with a wrong day",
      withStage({ windows: [{ days: ["monday"], from: "09:00", to: "17:00" }] }),
      "windows.0.days.0",
    ],
    [
      "a window with a wrong time",
      withStage({ windows: [{ days: ["mon"], from: "9", to: "17:00" }] }),
      "windows.0.from",
    ],
    [
      "a time zone that is none",
      withStage({ windows: [{ days: ["mon"], from: "09:00", to: "17:00", timezone: "X/Y" }] }),
      "timezone",
    ],
    [
      "a freeze without a reason",
      withStage({ freezes: [{ from: "2026-12-20T00:00:00Z", to: "2027-01-03T00:00:00Z" }] }),
      "freezes.0.reason",
    ],
    ["a negative soak time", withStage({ soak_minutes: -1 }), "soak_minutes"],
  ];

  for (const [what, content, message] of rejected) {
    it(`refuses ${what}, naming file and field`, () => {
      expect(() => readProject("f", content)).to.throw(message);
    });
  }
});
