/**
 * Names that the infrastructure (component, policies) and the runtime (library, service) must agree on.
 * Imports nothing, so that either side can load it alone.
 */

/** Entries of this package under `dist/lambda/`, by what they do. The first three are programs of containers. */
export const BUNDLES = {
  /** Polls the queue, runs jobs. */
  service: "egress-service",
  /** Sends what the service hands over; see agent-contract.ts. */
  agent: "sft-agent",
  /** Takes what an agent sends, for environments without a real recipient. */
  receiver: "stub-receiver",
} as const;

/** Name of the file whose arrival starts a job: the seed's. */
export const FLAG_NAME = "pipeline_success.flag";

/** CloudWatch namespace and dimension of all metrics, the agent's too. */
export const METRICS = { namespace: "Slipway/DataEgress", nameDimension: "data_egress" } as const;
