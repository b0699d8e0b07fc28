import { CreateRoleCommand, DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { policyDocument, type PolicyDocument, type PolicyStatement } from "@slipway/core";
import { expect } from "chai";
import { randomUUID } from "node:crypto";

const VARIABLES = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] as const;

const rootOf = (account: string) => ({ credentials: { accessKeyId: account, secretAccessKey: "local" } });

/** Someone who may do what a policy says and nothing else. */
export class Party {
  readonly roleName: string;
  readonly roleArn: string;
  private readonly iam: IAMClient;

  private constructor(
    readonly account: string,
    name: string,
  ) {
    this.roleName = `${name}-${randomUUID().slice(0, 8)}`;
    this.roleArn = `arn:aws:iam::${account}:role/${this.roleName}`;
    this.iam = new IAMClient(rootOf(account));
  }

  /** Makes a role that exactly these principals may assume. */
  static async create(account: string, name: string, trust: PolicyDocument): Promise<Party> {
    const party = new Party(account, name);
    const AssumeRolePolicyDocument = JSON.stringify(trust);
    await party.iam.send(new CreateRoleCommand({ RoleName: party.roleName, AssumeRolePolicyDocument }));
    return party;
  }

  /** Replaces all that the party may do. */
  async allow(policy: PolicyDocument): Promise<void> {
    const target = { RoleName: this.roleName, PolicyName: "only" };
    // IAM refuses a document without statements.
    if (policy.Statement.length === 0) await this.iam.send(new DeleteRolePolicyCommand(target));
    else await this.iam.send(new PutRolePolicyCommand({ ...target, PolicyDocument: JSON.stringify(policy) }));
  }

  /** Runs something with the ambient credentials of the party, taken on by the root of an account. */
  async act<T>(run: () => Promise<T>, by = this.account): Promise<T> {
    const { Credentials } = await new STSClient(rootOf(by)).send(
      new AssumeRoleCommand({ RoleArn: this.roleArn, RoleSessionName: "party" }),
    );
    const before = VARIABLES.map((name) => [name, process.env[name]] as const);
    const now = [Credentials?.AccessKeyId, Credentials?.SecretAccessKey, Credentials?.SessionToken];
    VARIABLES.forEach((name, index) => (process.env[name] = now[index]));
    try {
      return await run();
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  }
}

/** The flow works with the whole policy and, with any one statement gone, fails for want of what it granted. */
export async function needsEveryStatement(
  party: Party,
  policy: PolicyDocument,
  flow: () => Promise<unknown>,
  sids = policy.Statement.map(({ Sid }) => Sid),
): Promise<void> {
  await party.allow(policy);
  await flow();
  for (const sid of sids) {
    await party.allow(without(policy, sid));
    const failure = await flow().then(
      () => `nothing failed without ${sid}`,
      (error: Error) => error.message,
    );
    const missing = policy.Statement.find(({ Sid }) => Sid === sid)?.Action ?? [];
    // S3 does not tell who may not list that an object is missing: it refuses the reading, which is allowed.
    const refused = missing.includes("s3:ListBucket") ? [...missing, "s3:GetObject"] : missing;
    expect(failure, sid).to.match(new RegExp(`(not authorized to perform:|access denied to) (${refused.join("|")})`));
  }
  await party.allow(policy);
}

/** Which grants are looked at. */
export interface NeedOptions {
  /** Ids of statements. @default all */
  readonly only?: readonly string[] | undefined;
  /** Actions that the local AWS does not ask for, and resources that nothing is done to here. @default none */
  readonly unseen?: readonly string[] | undefined;
}

/**
 * The flow works with the whole policy and fails without any single grant of it: without one action of a statement, and
 * without one of its resources where it names several.
 *
 * @throws Error that lists all grants that nothing needs.
 */
export async function needsEveryGrant(
  party: Party,
  policy: PolicyDocument,
  flow: () => Promise<unknown>,
  { only = policy.Statement.map(({ Sid }) => Sid), unseen = [] }: NeedOptions = {},
): Promise<void> {
  await party.allow(policy);
  await flow();
  const problems: string[] = [];
  for (const { sid, what, actions, rest } of withoutOneGrant(policy)) {
    if (!only.includes(sid) || unseen.includes(what)) continue;
    await party.allow(rest);
    const failure = await flow().then(
      () => "nothing failed",
      (error: unknown) => String(error),
    );
    if (!isRefusalOf(actions, failure)) problems.push(`${sid}, ${what}: ${failure}`);
  }
  await party.allow(policy);
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

/** Operations that are refused for want of an action of another name. */
const REFUSED_OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  "s3:GetObject": ["s3:HeadObject"],
  // S3 does not tell who may not list that an object is missing: it refuses the reading, which is allowed.
  "s3:ListBucket": ["s3:GetObject", "s3:HeadObject"],
  "cloudfront:TagResource": ["cloudfront:CreateDistribution"],
};

/** Whether a failure is for want of one of these actions. */
function isRefusalOf(actions: readonly string[], failure: string): boolean {
  const refused = actions.flatMap((action) => [action, ...(REFUSED_OPERATIONS[action] ?? [])]);
  return new RegExp(`(not authorized to perform:|access denied to) (${refused.join("|")})`).test(failure);
}

/** The document less each of its grants in turn. */
function* withoutOneGrant({ Statement }: PolicyDocument) {
  for (const statement of Statement) {
    const others = Statement.filter((each) => each !== statement);
    const document = (changed: Partial<PolicyStatement> | undefined) =>
      policyDocument(...others, ...(changed === undefined ? [] : [{ ...statement, ...changed }]));
    const { Sid, Action, Resource } = statement;
    for (const action of Action) {
      const left = Action.filter((each) => each !== action);
      const rest = document(left.length === 0 ? undefined : { Action: left });
      yield { sid: Sid, what: action, actions: [action], rest };
    }
    if (!Array.isArray(Resource) || Resource.length < 2) continue;
    for (const resource of Resource as readonly string[]) {
      const left = (Resource as readonly string[]).filter((each) => each !== resource);
      yield { sid: Sid, what: resource, actions: Action, rest: document({ Resource: left }) };
    }
  }
}

/** The document with one statement taken away. */
const without = ({ Statement }: PolicyDocument, sid: string): PolicyDocument =>
  policyDocument(...Statement.filter(({ Sid }) => Sid !== sid));
