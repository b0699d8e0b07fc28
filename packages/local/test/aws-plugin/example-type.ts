import type { AnyResourceType } from "../../src/aws-plugin/resource-type";

/** A resource type with one input of each sort, for tests of what is common to all types. */
export const exampleType: AnyResourceType = {
  token: "aws:example/thing:Thing",
  inputs: {
    name: { replaces: true, computed: true },
    size: {},
    mode: { default: "plain" },
    shape: { fields: { sides: true, corner: { round: true } } },
    policy: { kind: "policy" },
    secretText: { carried: true },
    code: { carried: true, kind: "archive" },
    order: { kind: "list" },
    members: {},
    tags: { kind: "map" },
  },
  outputs: ["arn", "version"],
  volatile: ["version"],
  autoName: { property: "name", maxLength: 64 },
  identity: ["name"],
  create: () => Promise.resolve("id"),
  read: () => Promise.resolve(undefined),
  delete: () => Promise.resolve(),
};
