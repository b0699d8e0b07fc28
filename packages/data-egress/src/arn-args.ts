import { InvalidInputError } from "@slipway/core";

/** What an ARN is of: how it looks, and what is said of one that does not. */
interface Kind {
  readonly looks: RegExp;
  readonly problem: string;
  readonly hint: string;
}

const SECRET: Kind = {
  looks: /^arn:[\w-]+:(secretsmanager:[\w-]+:\d{12}:secret:|ssm:[\w-]+:\d{12}:parameter\/)\S+$/,
  problem: "is no ARN of a secret or of an SSM parameter",
  hint: "keep the value in Secrets Manager or SSM, and give its ARN: arn:aws:secretsmanager:<region>:<account>:secret:<name>",
};
const KEY: Kind = {
  looks: /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/\S+$/,
  problem: "is no ARN of a KMS key",
  hint: "write it like arn:aws:kms:<region>:<account>:key/<id>; an alias will not do, since policies know keys only",
};
const ANY: Kind = {
  looks: /^arn:[\w-]+:[\w-]+:\S*:\S+$/,
  problem: "is no ARN",
  hint: "give the whole ARN, which begins with arn:",
};

/** By an argument's name. A cluster's is not looked at: ECS takes its name as well. */
const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/Secret$/, SECRET],
  [/[kK]eyArns?$/, KEY],
  [/^(?!clusterArn$).*Arns?$|^alarmActions$/, ANY],
];

/**
 * Refuses arguments that should be ARNs, by their names, and are not. What is only known later passes. Does not repeat the
 * value: people paste secrets there.
 *
 * @param args Whose texts are texts. @throws InvalidInputError naming the argument.
 */
export function checkArns(args: object): void {
  for (const [field, value] of Object.entries(args)) {
    const kind = KINDS.find(([name]) => name.test(field))?.[1];
    if (kind === undefined) continue;
    if (Array.isArray(value)) value.forEach((each, index) => checkArn(`${field}[${index}]`, each, kind));
    else checkArn(field, value, kind);
  }
}

function checkArn(field: string, value: unknown, { looks, problem, hint }: Kind): void {
  if (typeof value === "string" && !looks.test(value)) throw new InvalidInputError(field, problem, hint);
}
