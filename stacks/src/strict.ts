import type * as pulumi from "@pulumi/pulumi";
import { refuseUnknownFields, type KnownFields } from "@slipway/core";
import { knownArguments } from "@slipway/lambda";
import { dirname } from "node:path";

/** What a component's settings may hold: its arguments, by its package's schema, but for those that the stack decides itself. */
export function fieldsOf(token: string, decided: readonly string[]): KnownFields {
  const [component = ""] = token.split(":");
  const folder = dirname(require.resolve(`@slipway/${component}/package.json`));
  return Object.fromEntries(Object.entries(knownArguments(folder, token)).filter(([name]) => !decided.includes(name)));
}

/** Reads a setting that is an object. @throws InvalidInputError naming a field that nobody reads: it is misspelt. */
export function readStrictly<Settings>(config: pulumi.Config, name: string, known: KnownFields): Settings | undefined {
  const settings = config.getObject<Settings>(name);
  refuseUnknownFields(settings, known, `slipway:${name}`);
  return settings;
}
