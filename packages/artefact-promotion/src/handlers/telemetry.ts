/** Where a function tells what it did; one line each. */
export interface PromotionLog {
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields): void;
}

/** What a line tells beside its message. */
export type LogFields = Record<string, string | number | boolean | readonly string[] | undefined>;

/** Counts what was done, by the names of the contract's metrics. */
export interface PromotionMetrics {
  count(values: Readonly<Record<string, number>>): void;
}

/** What Lambda tells a function about its own run. */
export interface RunContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}
