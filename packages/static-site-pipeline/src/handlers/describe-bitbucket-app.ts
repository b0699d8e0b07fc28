import { bitbucketDescriptor, type BitbucketApp } from "../core/bitbucket-descriptor";
import { answer, type HttpAnswer } from "./http";

/** Creates the first of the Bitbucket app's two functions: answers a GET with the descriptor. */
export const createDescribeBitbucketApp = (app: BitbucketApp | undefined) => async (): Promise<HttpAnswer> =>
  app === undefined ? answer(404, { status: "no-app" }) : answer(200, bitbucketDescriptor(app));
