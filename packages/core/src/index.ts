export { assertNever, InvalidInputError, SlipwayError } from "./errors";
export type {
  Clock,
  DeadLetter,
  DeadLetters,
  EventPublisher,
  IdSource,
  Sleeper,
  SlipwayEvent,
  Stopwatch,
} from "./ports";
export { policyDocument } from "./policy";
export type { PolicyDocument, PolicyStatement } from "./policy";
