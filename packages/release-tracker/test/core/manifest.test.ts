import { expect } from "chai";
import { readProject } from "../../src/core/manifest";
import { foreignKeys } from "../../src/core/manifest-keys";

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

  it("leaves keys of other tools alone, and tells of them", () => {
    const foreign = { id: "p", tf_stack_root: "x", account_id: "1", image_repositories: [{ id: "api", windows: 1 }] };
    const content = { p: { name: "P", environments: [{ ...environments[0], role_arn: "r" }], ...foreign } };

    expect(readProject("f", content).environments).to.have.length(1);
    expect(foreignKeys(content)).to.deep.equal([
      "p.environments.0.role_arn",
      "p.id",
      "p.tf_stack_root",
      "p.account_id",
      "p.image_repositories",
    ]);
  });

  it("knows every key that it documents", () => {
    const everything = withStage({
      stack: "s",
      requires: "stage",
      soak_minutes: 1,
      windows: [{ days: ["mon"], from: "09:00", to: "17:00", timezone: "UTC" }],
      freezes: [{ from: "2026-12-20T00:00:00Z", to: "2027-01-03T00:00:00Z", reason: "r" }],
      auto_rollback: true,
    });

    expect(readProject("f", everything).environments).to.have.length(1);
    expect(foreignKeys(everything)).to.deep.equal([]);
  });

  const aWindow = { days: ["mon"], from: "09:00", to: "17:00" };
  const misspelt: readonly (readonly [string, unknown, string])[] = [
    ["a gate", withStage({ requres: "prod" }), "[f] p.environments.0: unknown key `requres`: did you mean `requires`?"],
    ["a gate in the singular", withStage({ window: [aWindow] }), "unknown key `window`: did you mean `windows`?"],
    ["a gate in another spelling", withStage({ autoRollback: true }), "did you mean `auto_rollback`?"],
    ["half of a gate's name", withStage({ soak: 5 }), "did you mean `soak_minutes`?"],
    ["a project's key", { p: { name: "P", environments, service: ["a"] } }, "[f] p: unknown key `service`"],
    ["a required key", { p: { nmae: "P", environments } }, "[f] p: unknown key `nmae`: did you mean `name`?"],
    [
      "a gate one level too high",
      { p: { name: "P", environments, requires: "stage" } },
      "[f] p: unknown key `requires`: `requires` belongs to an environment",
    ],
    [
      "a key of a window",
      withStage({ windows: [{ ...aWindow, time_zone: "UTC" }] }),
      "[f] p.environments.0.windows.0: unknown key `time_zone`: did you mean `timezone`?",
    ],
    [
      "anything else in a window",
      withStage({ windows: [{ ...aWindow, owner: "me" }] }),
      "[f] p.environments.0.windows.0: unknown key `owner`: no other keys are allowed here",
    ],
    [
      "anything else in a freeze",
      withStage({ freezes: [{ from: "2026-12-20T00:00:00Z", to: "2027-01-03T00:00:00Z", reason: "r", x: 1 }] }),
      "[f] p.environments.0.freezes.0: unknown key `x`",
    ],
  ];
  for (const [what, content, message] of misspelt) {
    it(`refuses ${what} that is misspelt or misplaced`, () => {
      expect(() => readProject("f", content))
        .to.throw(message)
        .with.property("code", "invalid-input");
    });
  }

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
    [
      "a soak time after nothing",
      withStage({ soak_minutes: 5 }),
      "stage has soak_minutes, but nothing that it requires",
    ],
    ["a negative soak time", withStage({ soak_minutes: -1 }), "soak_minutes"],
  ];

  for (const [what, content, message] of rejected) {
    it(`refuses ${what}, naming file and field`, () => {
      expect(() => readProject("f", content)).to.throw(message);
    });
  }
});
