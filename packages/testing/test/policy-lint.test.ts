import { policyDocument, type PolicyStatement } from "@slipway/core";
import { expect } from "chai";
import { lintPolicy, policiesOf } from "../src/policy-lint";

const statement = (changes: Partial<PolicyStatement>): PolicyStatement => ({
  Sid: "One",
  Effect: "Allow",
  Action: ["ssm:GetParameter"],
  Resource: ["arn:aws:ssm:eu-west-2:123456789012:parameter/shop/images/*"],
  ...changes,
});

const problems = (...statements: PolicyStatement[]) =>
  lintPolicy("here", policyDocument(...statements)).map(({ problem }) => problem);

const conditioned = {
  ArnEquals: { "aws:SourceArn": "arn:aws:events:eu-west-2:123456789012:rule/x" },
  StringEquals: { "aws:SourceAccount": "123456789012" },
};

describe("lintPolicy", () => {
  const accepted: Record<string, Partial<PolicyStatement>> = {
    "an action on a path": {},
    "an action that AWS allows on all resources only": { Action: ["ecr:GetAuthorizationToken"], Resource: ["*"] },
    "a pass of roles to one service": {
      Action: ["iam:PassRole"],
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    "an exact role": { Principal: { AWS: ["arn:aws:iam::123456789012:role/reader"] } },
    "an account": { Principal: { AWS: ["123456789012"] } },
    "a service with source conditions": {
      Principal: { Service: ["events.amazonaws.com"] },
      Action: ["sqs:SendMessage"],
      Condition: conditioned,
    },
    "a service that assumes a role": { Principal: { Service: ["lambda.amazonaws.com"] }, Action: ["sts:AssumeRole"] },
    "a deny as wide as can be": { Effect: "Deny", Principal: "*", Action: ["sqs:*"], Resource: ["*"] },
  };
  for (const [what, changes] of Object.entries(accepted)) {
    it(`accepts ${what}`, () => {
      expect(problems(statement(changes))).to.deep.equal([]);
    });
  }

  const refused: Record<string, [Partial<PolicyStatement>, string]> = {
    "every action": [{ Action: ["*"] }, "grants actions by wildcard: *"],
    "every action of a service": [{ Action: ["s3:*"] }, "grants actions by wildcard: s3:*"],
    "every resource": [{ Resource: ["*"] }, "grants on every resource: *"],
    "every resource of a service": [
      { Resource: ["arn:aws:ssm:eu-west-2:123456789012:*"] },
      "grants on every resource: arn:aws:ssm:eu-west-2:123456789012:*",
    ],
    "a pass of roles to anyone": [
      { Action: ["iam:PassRole"] },
      "passes roles without naming the service (iam:PassedToService)",
    ],
    everyone: [{ Principal: "*" }, "is open to everyone"],
    "everyone in a list": [{ Principal: { AWS: ["*"] } }, "trusts principals that are not exact: *"],
    "a pattern of roles": [
      { Principal: { AWS: ["arn:aws:iam::123456789012:role/*"] } },
      "trusts principals that are not exact: arn:aws:iam::123456789012:role/*",
    ],
    "a service without source conditions": [
      { Principal: { Service: ["events.amazonaws.com"] }, Action: ["sqs:SendMessage"] },
      "lets a service in without aws:SourceArn and aws:SourceAccount",
    ],
  };
  for (const [what, [changes, problem]] of Object.entries(refused)) {
    it(`refuses ${what}`, () => {
      expect(problems(statement(changes))).to.deep.equal([problem]);
    });
  }

  it("refuses two statements with one Sid", () => {
    expect(problems(statement({}), statement({}))).to.deep.equal(["repeats the Sid of another statement"]);
  });
});

describe("policiesOf", () => {
  it("finds policies in any input, as text or as an object, and reads single values as lists", () => {
    const raw = { Statement: [{ Sid: "A", Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" }] };
    const resource = { type: "t", name: "n", parent: "", provider: "", protect: false };

    const found = policiesOf([
      { ...resource, inputs: { policy: JSON.stringify(raw), description: "{not a policy}", other: raw } },
    ]);

    expect(found.map(({ where }) => where)).to.deep.equal(["t n#policy", "t n#other"]);
    expect(found[0]?.document.Statement[0]?.Action).to.deep.equal(["sqs:SendMessage"]);
  });
});
