import type { TrackerDependencies } from "@slipway/release-tracker/library";

/** Services that run what their stack's state says, so that a verified record is compared with the stack itself. */
export const servicesAsTheStackSays: TrackerDependencies["services"] = {
  observe: async (_stack, { image }) => ({
    desired: 1,
    running: 1,
    rollout: "completed",
    deployments: 1,
    digests: [/@(sha256:[0-9a-f]{64})$/.exec(image)?.[1]],
    image,
    stopped: [],
  }),
};
