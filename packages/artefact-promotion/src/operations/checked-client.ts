import * as z from "zod/mini";
import type { ArtefactClient } from "../artefact-client";
import { checkInput, text, wholeNumber } from "../core/check-input";

const prefix = z.optional(z.string("must be a text"));
const flag = z.optional(z.boolean("must be true or false"));
const count = z.optional(wholeNumber(1, { orAll: true }));
const call = z.custom((value) => typeof value === "function", "must be a function");
const signal = z.optional(z.custom((value) => value instanceof AbortSignal, "must be an AbortSignal"));

interface InputRule {
  /** Whether it may be left out altogether. */
  readonly optional: boolean;
  readonly fields: Readonly<Record<string, z.ZodMiniType>>;
  /** Usable input, for the error. */
  readonly example: string;
}

/** What each operation takes. Whoever calls from JavaScript, or with what a script was given, has no compiler. */
const INPUTS: Readonly<Record<keyof ArtefactClient, InputRule>> = {
  listArtefacts: {
    optional: true,
    fields: { side: z.optional(z.enum(["source", "target"], 'must be "source" or "target"')), prefix, limit: count },
    example: '{ side: "source", prefix: "builds/", limit: 100 }',
  },
  listVersions: { optional: false, fields: { key: text, limit: count }, example: '{ key: "builds/app.tgz" }' },
  diffArtefacts: {
    optional: false,
    fields: { prefix, onDifference: call, onProgress: z.optional(call), signal },
    example: "{ onDifference: ({ key, kind }) => console.log(key, kind) }",
  },
  backfill: {
    optional: true,
    fields: {
      prefix,
      dryRun: flag,
      resume: z.optional(text),
      queueAbove: z.optional(wholeNumber(0, { orAll: true })),
      waitForQueue: flag,
      onDifference: z.optional(call),
      onProgress: z.optional(call),
      confirm: z.optional(call),
      signal,
    },
    example: '{ prefix: "builds/", queueAbove: 1000 } or { resume: "latest" }',
  },
  listBackfills: { optional: true, fields: { limit: count }, example: "{ limit: 20 }" },
  promoteArtefact: {
    optional: false,
    fields: { key: text, versionId: z.optional(text), reason: z.optional(z.string("must be a text")), dryRun: flag },
    example: '{ key: "builds/app.tgz" }',
  },
  history: {
    optional: true,
    fields: { key: z.optional(text), limit: count, days: z.optional(wholeNumber(1)) },
    example: '{ key: "builds/app.tgz", limit: 20 } or { days: 30 }',
  },
  redrive: { optional: true, fields: { dryRun: flag, limit: count, signal }, example: "{ dryRun: true, limit: 10 }" },
};

/** The client, each of whose operations refuses input that cannot be used before it does anything. */
export const checkedClient = (client: ArtefactClient): ArtefactClient =>
  Object.fromEntries(
    Object.entries(INPUTS).map(([name, { optional, fields, example }]) => {
      const object = z.object(fields, "must be an object");
      const schema = optional ? z.optional(object) : object;
      const operation = client[name as keyof ArtefactClient] as (input: unknown) => Promise<unknown>;
      const checked = async (input: unknown): Promise<unknown> => {
        checkInput(schema, input, `input of ${name}`, `e.g. ${example}`);
        return operation(input);
      };
      return [name, checked];
    }),
  ) as unknown as ArtefactClient;
