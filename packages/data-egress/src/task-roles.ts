import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnParts } from "@slipway/lambda";
import { executionPolicy, trustTasks } from "./policies";

/** Roles of an ECS task. */
export interface TaskRoles {
  /** What its containers are. */
  readonly task: aws.iam.Role;
  /** Who starts them. */
  readonly execution: aws.iam.Role;
}

/** What the roles may do. */
export interface TaskGrants {
  /** JSON: the containers' policy. */
  readonly policy: pulumi.Input<string>;
  readonly logs: readonly aws.cloudwatch.LogGroup[];
  readonly images: pulumi.Input<string>[];
  /** ARNs of secrets and parameters that ECS fills variables from. */
  readonly secretArns: pulumi.Input<string>[];
  /** KMS keys of the secrets. @default those that AWS manages */
  readonly secretKeyArns?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** Creates both roles. @param arn Of anything in the account that they are for. */
export function createTaskRoles(name: string, arn: pulumi.Output<string>, parent: pulumi.Resource): TaskRoles {
  const assumeRolePolicy = arn.apply((each) => JSON.stringify(trustTasks(arnParts(each).account)));
  return {
    task: new aws.iam.Role(`${name}-task`, { assumeRolePolicy }, { parent }),
    execution: new aws.iam.Role(`${name}-execution`, { assumeRolePolicy }, { parent }),
  };
}

/** Lets the containers do what their policy says, and ECS start them. @returns what must be there before they start. */
export function grantTaskRoles(
  name: string,
  { task, execution }: TaskRoles,
  { policy, logs, images, secretArns, secretKeyArns = [] }: TaskGrants,
  parent: pulumi.Resource,
): pulumi.Resource[] {
  const starting = pulumi
    .all([pulumi.all(logs.map(({ arn }) => arn)), pulumi.all(images), pulumi.all(secretArns), secretKeyArns])
    .apply(([logGroupArns, uris, secrets, keys]) => {
      const { partition } = arnParts(logGroupArns[0] ?? "");
      const scope = { partition, logGroupArns, secretArns: secrets, secretKeyArns: keys, images: uris };
      return JSON.stringify(executionPolicy(scope));
    });
  return [
    new aws.iam.RolePolicy(`${name}-task-policy`, { role: task.name, policy }, { parent }),
    new aws.iam.RolePolicy(`${name}-execution-policy`, { role: execution.name, policy: starting }, { parent }),
  ];
}
