import { SlipwayError } from "@slipway/core";

/** The stack does not say where its data egress is. */
export class DataEgressUnknownError extends SlipwayError {
  override readonly name = "DataEgressUnknownError";
  readonly code = "data-egress-unknown";

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
    super(`output ${output} of stack ${stackName} ${problem}, so its data egress is not known`, {
      hint: `say what is sent where in the setting slipway:dataEgress of the stack, or in a program of your own export the \`connection\` of a DataEgress as ${output}; then bring it up: slipway up --stack ${stackName}`,
    });
  }
}

/** A flag of which no job is known. */
export class FlagWithoutJobError extends SlipwayError {
  override readonly name = "FlagWithoutJobError";
  readonly code = "job-not-found";

  /** @param flag `s3://bucket/key` */
  constructor(readonly flag: string) {
    super(`no job of ${flag}`, { hint: "see what it would send: slipway egress plan; or put it again" });
  }
}
