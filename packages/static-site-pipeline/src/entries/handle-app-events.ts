import { connectFunction } from "../connections/functions";
import { createHandleAppEvents } from "../handlers/handle-app-events";

/** Lambda: makes and removes the pipelines of apps. */
export const handler = createHandleAppEvents(connectFunction(process.env).base);
