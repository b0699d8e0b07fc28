import { Parameter } from "@pulumi/aws/ssm";
import { getStack, secret, type Output } from "@pulumi/pulumi";

/** What the example's stack returns. */
export interface ExampleOutputs {
  /** Name of the SSM parameter, `/automation-example/<stack>/message`. */
  parameterName: Output<string>;
  /** Marked secret, so it is never printed. */
  token: Output<string>;
}

/** One SSM parameter: the same program for `pulumi up` (`index.ts`) and for the CI script (`deploy.ts`). */
export function program(): ExampleOutputs {
  const message = new Parameter("message", {
    name: `/automation-example/${getStack()}/message`,
    type: "String",
    value: "deployed by @slipway/automation",
  });
  return { parameterName: message.name, token: secret("example-token") };
}
