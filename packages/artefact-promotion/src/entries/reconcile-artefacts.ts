import { connectFunction } from "../adapters/connection";
import { createReconcileArtefacts } from "../handlers/reconcile-artefacts";
import { DEFAULT_LIMITS } from "../operations/dependencies";

/** Lambda: compares source and target, reports and repairs. */
export const handler = createReconcileArtefacts({ ...connectFunction(process.env), limits: DEFAULT_LIMITS });
