import type { PolicyDocument, PolicyStatement } from "@slipway/core";
import type { RecordedResource } from "./pulumi-recorder";

/** A rule of the security checklist that a policy breaks. */
export interface PolicyViolation {
  /** `<type> <name>#<input>` of the resource that holds the policy. */
  readonly where: string;
  /** `Sid` of the statement, or its number. */
  readonly statement: string;
  readonly problem: string;
}

/** Actions that AWS allows on all resources only. Reviewed one by one; nothing else may be granted on `*`. */
export const ACTIONS_WITHOUT_RESOURCE: ReadonlySet<string> = new Set([
  "acm:ListCertificates",
  "cloudfront:ListDistributions",
  "ecr:GetAuthorizationToken",
  "ecs:DescribeTaskDefinition",
  // Narrowed by the condition ecs:cluster.
  "ecs:ListTasks",
  "ssm:DescribeParameters",
]);

type Rule = (statement: PolicyStatement) => string | undefined;

const resourceless = (statement: PolicyStatement) =>
  statement.Action.every((action) => ACTIONS_WITHOUT_RESOURCE.has(action));
const accountWide = (resource: string) => /^(\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:\*)$/.test(resource);
const principals = (statement: PolicyStatement, kind: "AWS" | "Service") =>
  typeof statement.Principal === "object" ? (statement.Principal[kind] ?? []) : [];
const conditionKeys = (statement: PolicyStatement) =>
  Object.values(statement.Condition ?? {}).flatMap((keys) => Object.keys(keys).map((key) => key.toLowerCase()));
const isExactPrincipal = (principal: string) => /^(\d{12}|arn:aws[\w-]*:(iam|sts)::\d{12}:[^*]+)$/.test(principal);

const rules: readonly Rule[] = [
  (statement) => {
    const wild = statement.Action.filter((action) => action.includes("*"));
    return wild.length > 0 ? `grants actions by wildcard: ${wild.join(", ")}` : undefined;
  },
  (statement) => {
    const wild = (statement.Resource ?? []).filter(accountWide);
    return wild.length > 0 && !resourceless(statement) ? `grants on every resource: ${wild.join(", ")}` : undefined;
  },
  (statement) =>
    statement.Action.includes("iam:PassRole") && !conditionKeys(statement).includes("iam:passedtoservice")
      ? "passes roles without naming the service (iam:PassedToService)"
      : undefined,
  (statement) => {
    if (statement.Principal === "*") return "is open to everyone";
    const loose = principals(statement, "AWS").filter((principal) => !isExactPrincipal(principal));
    return loose.length > 0 ? `trusts principals that are not exact: ${loose.join(", ")}` : undefined;
  },
  (statement) => {
    const isResourcePolicy = !statement.Action.includes("sts:AssumeRole");
    if (principals(statement, "Service").length === 0 || !isResourcePolicy) return undefined;
    const keys = conditionKeys(statement);
    const missing = ["aws:SourceArn", "aws:SourceAccount"].filter((key) => !keys.includes(key.toLowerCase()));
    return missing.length > 0 ? `lets a service in without ${missing.join(" and ")}` : undefined;
  },
];

const FORBIDDEN_KEYS = ["NotAction", "NotResource", "NotPrincipal"] as const;

/** Lists what one document breaks of the security checklist. Deny statements may be as wide as they like. */
export function lintPolicy(where: string, document: PolicyDocument): PolicyViolation[] {
  const sids = document.Statement.map(({ Sid }) => Sid);
  return document.Statement.flatMap((statement, index) => {
    const label = statement.Sid ?? `number ${index + 1}`;
    const problems = [
      statement.Sid === undefined ? "has no Sid" : undefined,
      sids.indexOf(statement.Sid) !== index ? "repeats the Sid of another statement" : undefined,
      ...FORBIDDEN_KEYS.map((key) => (key in statement ? `uses ${key}` : undefined)),
      ...(statement.Effect === "Allow" ? rules.map((rule) => rule(statement)) : []),
    ];
    return problems.filter((problem) => problem !== undefined).map((problem) => ({ where, statement: label, problem }));
  });
}

/** Every policy document found in the inputs of recorded resources, whatever the input is called. */
export function policiesOf(
  resources: readonly RecordedResource[],
): readonly { readonly where: string; readonly document: PolicyDocument }[] {
  return resources.flatMap(({ type, name, inputs }) =>
    Object.entries(inputs).flatMap(([input, value]) => {
      const document = asPolicy(value);
      return document === undefined ? [] : [{ where: `${type} ${name}#${input}`, document }];
    }),
  );
}

/** Lints every policy that a recorded program creates; empty when all is well. */
export const policyLint = (resources: readonly RecordedResource[]): PolicyViolation[] =>
  policiesOf(resources).flatMap(({ where, document }) => lintPolicy(where, document));

function asPolicy(value: unknown): PolicyDocument | undefined {
  const parsed: unknown = typeof value === "string" && value.includes('"Statement"') ? JSON.parse(value) : value;
  if (typeof parsed !== "object" || parsed === null || !("Statement" in parsed)) return undefined;
  if (!Array.isArray(parsed.Statement)) throw new TypeError("a policy's Statement must be a list");
  return { Version: "2012-10-17", Statement: parsed.Statement.map(normaliseStatement) };
}

const listOf = (value: string | readonly string[]): readonly string[] => (typeof value === "string" ? [value] : value);

interface RawStatement extends Omit<PolicyStatement, "Action" | "Resource" | "Principal"> {
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: Readonly<Partial<Record<"AWS" | "Service", string | readonly string[]>>> | "*";
}

function normaliseStatement(raw: RawStatement): PolicyStatement {
  const { Action, Resource, Principal, ...rest } = raw;
  return {
    ...rest,
    Action: listOf(Action ?? []),
    ...(Resource === undefined ? {} : { Resource: listOf(Resource) }),
    ...(Principal === undefined ? {} : { Principal: normalisePrincipal(Principal) }),
  };
}

function normalisePrincipal(principal: NonNullable<RawStatement["Principal"]>): PolicyStatement["Principal"] {
  if (principal === "*") return "*";
  return Object.fromEntries(Object.entries(principal).map(([kind, value]) => [kind, listOf(value)]));
}
