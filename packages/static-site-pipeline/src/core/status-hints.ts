import type { Status } from "../contract";
import type { Pipeline } from "./pipeline";

const LEAVING = "it is being removed; once it is gone it can be created again";
/** What to do about a status in which something cannot be done. */
const HINTS: Readonly<Record<Status, string>> = {
  "Pre Provisioned": "provision it first",
  "Provision Request": "wait until it is provisioned",
  Provisioning: "wait until it is provisioned",
  "Failed to Provision": "provision it again",
  "Ready for Deployment": "it is provisioned already: deploy it, or release a zip",
  Queued: "it is provisioned already, and a deployment is on its way",
  Deploying: "it is provisioned already, and a deployment is on its way",
  Deployed: "it is provisioned already, and live",
  "Failed to Deploy": "it is provisioned already: mend what failed, then deploy it again",
  "Scheduled for Deletion": LEAVING,
  Deleting: LEAVING,
  "Failed to Delete": "it is being removed, and that failed: tear it down again",
  Deleted: "it is gone; it can be created again",
};

/** What to do about a site at which something cannot be begun now. */
export const hintFor = ({ status, delete_when_idle: asked }: Pipeline): string =>
  asked === true && HINTS[status] !== LEAVING
    ? "its removal was asked for; once it is gone it can be created again"
    : HINTS[status];
