import { InputPropertiesError } from "@pulumi/pulumi";

/** A program gave a component something that the stand-in does not take. The engine shows the property and the reason. */
export function refusal(component: string, propertyPath: string, reason: string): InputPropertiesError {
  return new InputPropertiesError({
    message: `[${propertyPath}] of ${component}: ${reason}`,
    errors: [{ propertyPath, reason }],
  });
}

/**
 * @param component Type token, for the message.
 * @param known Names of the inputs that the component has.
 * @param path Where in the component's inputs these are. @default the top
 * @throws {InputPropertiesError} naming the first input that is not known.
 */
export function refuseUnknown(component: string, inputs: object, known: readonly string[], path = ""): void {
  for (const [name, value] of Object.entries(inputs)) {
    if (value === undefined || known.includes(name)) continue;
    const reason =
      `the local stand-in does not know input \`${name}\` of ${component}; use the official plugins with ` +
      "SLIPWAY_AWS_PLUGIN=official, or add it in packages/local/src/awsx-plugin";
    throw refusal(component, `${path}${name}`, reason);
  }
}
