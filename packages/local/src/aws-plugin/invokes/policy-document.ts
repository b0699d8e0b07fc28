import { createHash } from "node:crypto";
import type * as aws from "@pulumi/aws";
import type { FunctionType } from "../function-type";
import type { Plain, Props } from "../plain";
import { compact } from "../plain";

type Statement = NonNullable<Plain<aws.iam.GetPolicyDocumentArgs>["statements"]>[number];

const DEFAULT_VERSION = "2012-10-17";

/** One value alone, several as a list; sorted backwards, as the official provider writes them. */
function list(values: readonly string[] | undefined): string | string[] | undefined {
  if (values === undefined || values.length === 0) return undefined;
  return values.length === 1 ? values[0] : [...values].sort().reverse();
}

function principals(items: Statement["principals"]): unknown {
  if (items === undefined || items.length === 0) return undefined;
  const isAnyone = items.some(({ type, identifiers }) => type === "*" && identifiers.includes("*"));
  if (isAnyone) return "*";
  const byType: Record<string, string[]> = {};
  for (const { type, identifiers } of items) byType[type] = [...(byType[type] ?? []), ...identifiers];
  return Object.fromEntries(Object.entries(byType).map(([type, identifiers]) => [type, list(identifiers)]));
}

function conditions(items: Statement["conditions"]): unknown {
  if (items === undefined || items.length === 0) return undefined;
  const operators: Record<string, Record<string, unknown>> = {};
  for (const { test, variable, values } of items) {
    operators[test] = { ...operators[test], [variable]: values.length === 1 ? values[0] : values };
  }
  return operators;
}

const document = (statement: Statement): Props =>
  compact({
    Sid: statement.sid || undefined,
    Effect: statement.effect ?? "Allow",
    Action: list(statement.actions),
    NotAction: list(statement.notActions),
    Resource: list(statement.resources),
    NotResource: list(statement.notResources),
    Principal: principals(statement.principals),
    NotPrincipal: principals(statement.notPrincipals),
    Condition: conditions(statement.conditions),
  });

/** An IAM policy document from structured statements; makes no call to AWS. */
export const getPolicyDocument: FunctionType<aws.iam.GetPolicyDocumentArgs, aws.iam.GetPolicyDocumentResult> = {
  token: "aws:iam/getPolicyDocument:getPolicyDocument",
  inputs: ["policyId", "statements", "version"],

  run(_context, { policyId, statements = [], version = DEFAULT_VERSION }) {
    const content = compact({ Version: version, Id: policyId, Statement: statements.map(document) });
    const json = JSON.stringify(content, undefined, 2);
    const id = String(createHash("sha256").update(json).digest().readUInt32BE(0));
    return Promise.resolve({ id, json, minifiedJson: JSON.stringify(content), version });
  },
};
