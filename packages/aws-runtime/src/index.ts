export { askedEndpoint, callAws, isAwsError, statusOf, wasRetried } from "./call-aws";
export { AccessDeniedError, ServiceUnreachableError } from "./errors";
export { failedItems, receivesOf } from "./functions";
export type {
  BatchAnswer,
  FunctionLog,
  FunctionMetrics,
  LogFields,
  QueueBatch,
  QueueRecord,
  RunContext,
} from "./functions";
export { createRateLimiter } from "./rate-limiter";
export type { RateLimiter } from "./rate-limiter";
export { redriveLetters, removeLetters } from "./redrive";
export type { Judged, Redriven, RedriveOptions } from "./redrive";
export { retryDelaySeconds, withSpacedRetries } from "./retries";
export type { HiddenMessage, RetryQueue } from "./retries";
export { processStopwatch, randomIds, realSleeper, systemClock } from "./system";
