import type * as aws from "@pulumi/aws";
import { parseJson } from "../../compare";
import { unlessAbsent } from "../../errors";
import { isProps, type Plain, type Props } from "../../plain";
import type { ResourceType } from "../../resource-type";

const ABSENT = "ResourceNotFoundException";

/** Function, qualifier and statement of a known state, or of an import's `function/statement` or `function:qualifier/statement`. */
function locate(id: string, known: Partial<Plain<aws.lambda.PermissionState>>) {
  const [statement = "", target = ""] = id.split("/").reverse();
  const [name, qualifier] = target.split(":");
  return {
    StatementId: known.statementId ?? statement,
    FunctionName: known.function ?? name,
    Qualifier: (known.qualifier ?? qualifier) || undefined,
  };
}

function statements(policy: string | undefined): Props[] {
  const document = parseJson(policy);
  const list = isProps(document) ? document["Statement"] : [];
  return (Array.isArray(list) ? list : []).filter(isProps);
}

/** One value of a statement's conditions, whatever the operator. */
function condition(statement: Props, key: string): string | undefined {
  const operators = isProps(statement["Condition"]) ? Object.values(statement["Condition"]) : [];
  const value = operators
    .map((operator) => (isProps(operator) ? operator[key] : undefined))
    .find((found) => found !== undefined);
  return typeof value === "string" ? value : undefined;
}

function principalOf(statement: Props): string {
  const { Principal } = statement;
  return isProps(Principal) ? String(Object.values(Principal)[0]) : String(Principal);
}

/** A statement in the resource policy of a Lambda function. Id: its statement id. */
export const permission: ResourceType<aws.lambda.PermissionArgs, aws.lambda.PermissionState> = {
  token: "aws:lambda/permission:Permission",
  inputs: {
    action: { required: true, replaces: true },
    function: { required: true, replaces: true },
    principal: { required: true, replaces: true },
    qualifier: { replaces: true },
    sourceAccount: { replaces: true },
    sourceArn: { replaces: true },
    statementId: { replaces: true, computed: true },
    statementIdPrefix: { replaces: true, carried: true },
  },
  outputs: [],
  autoName: { property: "statementId", maxLength: 100 },
  identity: ["function", "statementId", "qualifier"],

  async create({ clients }, inputs) {
    await (
      await clients.lambda()
    ).addPermission({
      Action: inputs.action,
      FunctionName: inputs.function,
      Principal: inputs.principal,
      Qualifier: inputs.qualifier,
      SourceAccount: inputs.sourceAccount,
      SourceArn: inputs.sourceArn,
      StatementId: inputs.statementId,
    });
    return String(inputs.statementId);
  },

  async read({ clients }, id, known) {
    const { StatementId, FunctionName, Qualifier } = locate(id, known);
    const lambda = await clients.lambda();
    const policy = await unlessAbsent(lambda.getPolicy({ FunctionName, Qualifier }), ABSENT);
    const found = statements(policy?.Policy).find(({ Sid }) => Sid === StatementId);
    if (found === undefined) return undefined;
    return {
      id: StatementId,
      action: String(found["Action"]),
      function: FunctionName,
      principal: principalOf(found),
      qualifier: Qualifier,
      sourceAccount: condition(found, "AWS:SourceAccount"),
      sourceArn: condition(found, "AWS:SourceArn"),
      statementId: StatementId,
    };
  },

  async delete({ clients }, id, state) {
    await unlessAbsent((await clients.lambda()).removePermission(locate(id, state)), ABSENT);
  },
};
