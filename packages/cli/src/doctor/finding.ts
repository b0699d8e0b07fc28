/** How one check ended. */
export interface Finding {
  /** `warning`: works, but not as expected; `failed`: something that Slipway needs is missing. */
  readonly status: "ok" | "warning" | "failed";
  /** What was found. */
  readonly detail: string;
  /** How to mend it; absent when it is ok. */
  readonly mend?: string;
}

/** Everything is as it should be. */
export const ok = (detail: string): Finding => ({ status: "ok", detail });

/** It works, with a remark. */
export const warning = (detail: string, mend: string): Finding => ({ status: "warning", detail, mend });

/** It will not work. */
export const failed = (detail: string, mend: string): Finding => ({ status: "failed", detail, mend });
