import { SlipwayError } from "@slipway/core";

/** A manifest claims to be a local image and cannot be one. */
export class LocalImageError extends SlipwayError {
  override readonly name = "LocalImageError";
  readonly code = "local-image-malformed";

  /**
   * @param field The annotation at fault, or `manifest`.
   * @param problem What is wrong with it.
   */
  constructor(
    readonly field: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`the local image's [${field}] ${problem}`, { ...options, hint: "publish it again with publishLocalImage" });
  }
}
