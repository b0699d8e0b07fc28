export { assertNever, InvalidInputError, SlipwayError } from "./errors";
export type { Clock, IdSource, Sleeper, Stopwatch } from "./ports";
export { policyDocument } from "./policy";
export type { PolicyDocument, PolicyStatement } from "./policy";
