import { SlipwayError } from "@slipway/core";

/** The stack does not say where its static sites are. */
export class StaticSitesUnknownError extends SlipwayError {
  override readonly name = "StaticSitesUnknownError";
  readonly code = "static-sites-unknown";

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
    super(`output ${output} of stack ${stackName} ${problem}, so its static sites are not known`, {
      hint: `export the \`connection\` of a StaticSitePipeline as ${output}, or bring the stack up: slipway up --stack ${stackName}`,
    });
  }
}
