import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { refuseUnknownArguments } from "@slipway/lambda";
import { requireId, roleName } from "./names";
import { observerPolicy, trustPrincipals } from "./policies";

/** Arguments of {@link EnvironmentObserver}. */
export interface EnvironmentObserverArgs {
  /** Project, as in the manifest file. */
  projectId: string;
  /** Environment, as in the manifest file. */
  environmentId: string;
  /** ARN of the ECS cluster that the project's services run in. */
  clusterArn: pulumi.Input<string>;
  /** Role of the tracker's drift reconciler: its output `driftRoleArn`. It must exist already. */
  driftRoleArn: pulumi.Input<string>;
}

/**
 * Lets the drift reconciler of a release tracker, in another account, see what the services of one cluster run.
 *
 * Creates: a role `slipway-<project>-<environment>-observer` that only the reconciler's role may assume, with its policy.
 *
 * @example
 * new EnvironmentObserver("shop", { projectId: "shop", environmentId: "staging", clusterArn, driftRoleArn });
 *
 * @throws InvalidInputError when an id cannot be a part of a role name.
 */
export class EnvironmentObserver extends pulumi.ComponentResource {
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: EnvironmentObserverArgs, opts?: pulumi.ComponentResourceOptions) {
    super("release-tracker:index:EnvironmentObserver", name, args, opts);
    refuseUnknownArguments(__dirname, "release-tracker:index:EnvironmentObserver", args);
    const projectId = requireId("projectId", args.projectId);
    const environmentId = requireId("environmentId", args.environmentId);

    const role = new aws.iam.Role(
      `${name}-observer`,
      {
        name: roleName(projectId, `${environmentId}-observer`),
        assumeRolePolicy: pulumi
          .output(args.driftRoleArn)
          .apply((driftRole) => JSON.stringify(trustPrincipals([driftRole]))),
      },
      { parent: this },
    );
    new aws.iam.RolePolicy(
      `${name}-observe`,
      {
        role: role.name,
        policy: pulumi.output(args.clusterArn).apply((cluster) => JSON.stringify(observerPolicy(cluster))),
      },
      { parent: this },
    );

    this.roleArn = role.arn;
    this.registerOutputs({ roleArn: this.roleArn });
  }
}
