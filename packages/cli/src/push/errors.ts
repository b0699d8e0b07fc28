import { SlipwayError } from "@slipway/core";

/** The stack does not say where its code push is. */
export class CodePushUnknownError extends SlipwayError {
  override readonly name = "CodePushUnknownError";
  readonly code = "code-push-unknown";

  /**
   * @param stackName Stack that was asked.
   * @param output Output that it should have.
   * @param problem What is wrong with the output.
   */
  constructor(
    readonly stackName: string,
    readonly output: string,
    readonly problem: string,
  ) {
    super(`output ${output} of stack ${stackName} ${problem}, so its code push is not known`, {
      hint: `export the \`connection\` of a CodePush as ${output} (Slipway's own stacks do when slipway:codePush has repositories), and run slipway up --stack ${stackName}`,
    });
  }
}
