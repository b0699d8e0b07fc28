import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { arnParts } from "@slipway/lambda";

type Values = Readonly<Record<string, pulumi.Input<string | undefined> | undefined>>;

/** Environment variables of a container; what has no value is left out. */
export const variablesOf = (values: Values) => given(values).map(([name, value]) => ({ name, value }));

/** Secrets of a container, by the variables that they are put into; what is not given is left out. */
export const secretsOf = (arns: Readonly<Record<string, pulumi.Input<string> | undefined>>) =>
  given(arns).map(([name, valueFrom]) => ({ name, valueFrom }));

/** A container's output goes to a log group, under a prefix of its own. */
export const logTo = (group: aws.cloudwatch.LogGroup, prefix: string) => ({
  logDriver: "awslogs",
  options: {
    "awslogs-group": group.name,
    "awslogs-region": group.arn.apply((arn) => arnParts(arn).region),
    "awslogs-stream-prefix": prefix,
  },
});

const given = <T>(values: Readonly<Record<string, T | undefined>>): [string, T][] =>
  Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
