export { assertNever, InvalidInputError, SlipwayError } from "./errors";
export { isLoopback, unreachableHint } from "./loopback";
export { didYouMean, nearestWord } from "./nearest-word";
export type {
  Clock,
  DeadLetter,
  DeadLetters,
  EventPublisher,
  Identity,
  Requester,
  IdSource,
  Sleeper,
  SlipwayEvent,
  Stopwatch,
} from "./ports";
export { allow, policyDocument } from "./policy";
export type { PolicyDocument, PolicyStatement } from "./policy";
export { refuseUnknownFields } from "./unknown-fields";
export type { KnownFields } from "./unknown-fields";
