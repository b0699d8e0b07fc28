import type { ConformanceCase } from "../conformance-case";
import { bucketCases } from "./buckets";
import { computeCases } from "./compute";
import { deliveryCases } from "./delivery";
import { gatewayCases } from "./gateway";
import { identityCases } from "./identity";
import { messagingCases } from "./messaging";
import { monitoringCases } from "./monitoring";
import { networkCases } from "./network";
import { storageCases } from "./storage";

/** One case for each type that the stand-in has; a test compares the two lists. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...bucketCases,
  ...computeCases,
  ...deliveryCases,
  ...gatewayCases,
  ...identityCases,
  ...messagingCases,
  ...monitoringCases,
  ...networkCases,
  ...storageCases,
];
