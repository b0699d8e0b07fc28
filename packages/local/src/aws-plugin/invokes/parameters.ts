import type * as aws from "@pulumi/aws";
import type { Parameter, SSM } from "@aws-sdk/client-ssm";
import type { FunctionType } from "../function-type";

/** One SSM parameter. */
export const getParameter: FunctionType<aws.ssm.GetParameterArgs, aws.ssm.GetParameterResult> = {
  token: "aws:ssm/getParameter:getParameter",
  inputs: ["name", "withDecryption"],
  secrets: ["value"],

  async run({ clients }, { name, withDecryption = true }) {
    const { Parameter: found } = await (
      await clients.ssm()
    ).getParameter({ Name: name, WithDecryption: withDecryption });
    return {
      id: found?.Name,
      arn: found?.ARN,
      name: found?.Name,
      type: found?.Type,
      value: found?.Value,
      insecureValue: found?.Type === "SecureString" ? "" : found?.Value,
      version: found?.Version,
    };
  },
};

async function allUnder(
  ssm: SSM,
  request: { Path: string; Recursive: boolean; WithDecryption: boolean },
): Promise<Parameter[]> {
  const found: Parameter[] = [];
  for (let NextToken: string | undefined; ;) {
    const page = await ssm.getParametersByPath({ ...request, NextToken });
    found.push(...(page.Parameters ?? []));
    if (page.NextToken === undefined) return found;
    NextToken = page.NextToken;
  }
}

/** All SSM parameters under a path, whatever their number. */
export const getParametersByPath: FunctionType<aws.ssm.GetParametersByPathArgs, aws.ssm.GetParametersByPathResult> = {
  token: "aws:ssm/getParametersByPath:getParametersByPath",
  inputs: ["path", "recursive", "withDecryption"],
  secrets: ["values"],

  async run({ clients }, { path, recursive = false, withDecryption = true }) {
    const request = { Path: path, Recursive: recursive, WithDecryption: withDecryption };
    const found = await allUnder(await clients.ssm(), request);
    return {
      id: path,
      path,
      arns: found.map(({ ARN = "" }) => ARN),
      names: found.map(({ Name = "" }) => Name),
      types: found.map(({ Type = "String" }) => Type),
      values: found.map(({ Value = "" }) => Value),
    };
  },
};
