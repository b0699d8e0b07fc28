import type { ComponentResourceOptions, Inputs, provider } from "@pulumi/pulumi";
import { NotInStandInError } from "../aws-plugin/errors";
import { FARGATE_SERVICE, FargateService } from "./fargate-service";
import { FARGATE_TASK_DEFINITION, FargateTaskDefinition } from "./fargate-task-definition";

type Construct = (name: string, inputs: Inputs, options: ComponentResourceOptions) => provider.ConstructResult;

const components: Readonly<Record<string, Construct | undefined>> = {
  [FARGATE_SERVICE]: (name, inputs, options) => {
    const { urn, service, taskDefinition } = new FargateService(name, inputs, options);
    return { urn, state: defined({ service, taskDefinition }) };
  },
  [FARGATE_TASK_DEFINITION]: (name, inputs, options) => {
    const made = new FargateTaskDefinition(name, inputs, options);
    const { urn, taskDefinition, logGroup, taskRole, executionRole } = made;
    return { urn, state: defined({ taskDefinition, logGroup, taskRole, executionRole, loadBalancers: [] }) };
  },
};

/** The stand-in for the `awsx` plugin: the components that Slipway's programs use, built of `aws` resources. */
export const awsxProvider: provider.Provider = {
  version: "3.9.0",
  schema: JSON.stringify({ name: "awsx", version: "3.9.0" }),
  construct: async (name, type, inputs, options) => {
    const construct = components[type];
    if (!construct) throw new NotInStandInError("resource type", type);
    return construct(name, inputs, options);
  },
};

function defined(state: Inputs): Inputs {
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined));
}
