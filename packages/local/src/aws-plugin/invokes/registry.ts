import type { AnyFunctionType } from "../function-type";
import { getCallerIdentity, getPartition, getRegion } from "./identity";
import { getSubnets, getVpc } from "./network";
import { getParameter, getParametersByPath } from "./parameters";
import { getPolicyDocument } from "./policy-document";

/** Every function that the stand-in has. */
export const functionTypes: readonly AnyFunctionType[] = [
  getCallerIdentity,
  getParameter,
  getParametersByPath,
  getPartition,
  getPolicyDocument,
  getRegion,
  getSubnets,
  getVpc,
];
