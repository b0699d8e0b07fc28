export type {
  FunctionLog as PromotionLog,
  FunctionMetrics as PromotionMetrics,
  LogFields,
  RunContext,
} from "@slipway/aws-runtime";
