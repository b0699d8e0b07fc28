import { SlipwayError } from "@slipway/core";

/** A stack that is not up, a part that it has not, no manifest: the rest of the commit's way is worth telling all the same. */
const ABSENT = [
  "code-push-unknown",
  "artefacts-unknown",
  "tracker-tables-unknown",
  "static-sites-unknown",
  "stack-not-found",
  "manifest-not-found",
];

/** Gives what is found, or why that part of the world is not there. What fails otherwise fails the whole. */
export async function unlessAbsent<T>(find: Promise<T>): Promise<T | { readonly absent: string }> {
  try {
    return await find;
  } catch (error) {
    if (error instanceof SlipwayError && ABSENT.includes(error.code)) return { absent: error.message };
    throw error;
  }
}
