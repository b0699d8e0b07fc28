import { connectUpdates } from "../connections/updates";
import { createUpdateBuild } from "../handlers/update-build";

/** Lambda: takes up what CodeBuild tells. */
export const handler = createUpdateBuild(connectUpdates(process.env));
