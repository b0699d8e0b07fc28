import { SlipwayError } from "@slipway/core";

/** Nothing that could be asked knows the commit. */
export class CommitUnknownError extends SlipwayError {
  override readonly name = "CommitUnknownError";
  readonly code = "commit-unknown";

  /**
   * @param commit What was asked for.
   * @param unasked What could not be asked, and why; empty when everything was.
   */
  constructor(
    readonly commit: string,
    readonly unasked: readonly string[],
  ) {
    super(
      [`nothing is known of commit ${commit}: not pushed, promoted, built or released`, ...unasked].join("; "),
      unasked.length === 0 ? { hint: "was it pushed? slipway push reconcile finds what no webhook told of" } : {},
    );
  }
}
