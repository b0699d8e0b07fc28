import { parseJson } from "../../compare";

/** Names under which IAM says that something does not exist. */
export const ABSENT = ["NoSuchEntity", "NoSuchEntityException"] as const;

/** A policy document as text; check has made text of documents given as objects. */
export function documentText(document: unknown): string {
  return typeof document === "string" ? document : JSON.stringify(document);
}

/** A policy document as IAM gives it back: URL-encoded on AWS. */
export function decodeDocument(document: string | undefined): string {
  if (document === undefined) return "";
  return parseJson(document) === undefined ? decodeURIComponent(document) : document;
}
