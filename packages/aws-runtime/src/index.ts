export { callAws, isAwsError, statusOf, wasRetried } from "./call-aws";
export { AccessDeniedError, ServiceUnreachableError } from "./errors";
export { createRateLimiter } from "./rate-limiter";
export type { RateLimiter } from "./rate-limiter";
export { processStopwatch, randomIds, realSleeper, systemClock } from "./system";
