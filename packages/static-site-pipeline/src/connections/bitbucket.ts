import { ENVIRONMENT } from "../contract";
import { optional, required, type Variables } from "./variables";

/** The Bitbucket app, where there is one. @throws InvalidInputError when its address is not known */
export function bitbucketApp(env: Variables) {
  const key = optional(env, ENVIRONMENT.bitbucketAppKey);
  return key === undefined ? undefined : { key, baseUrl: required(env, ENVIRONMENT.publicUrl).replace(/\/+$/, "") };
}
