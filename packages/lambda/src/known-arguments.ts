import { refuseUnknownFields, type KnownFields } from "@slipway/core";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** As much of a property of Pulumi's schema as says what it may hold. */
interface Property {
  readonly $ref?: string;
  readonly items?: Property;
}

interface Schema {
  readonly resources: Readonly<Record<string, { readonly inputProperties: Readonly<Record<string, Property>> }>>;
  readonly types?: Readonly<Record<string, { readonly properties: Readonly<Record<string, Property>> }>>;
}

const TYPES = "#/types/";

/**
 * The arguments of a component, by the schema.json that its package is published with: types are gone when a program runs,
 * and one that is written in JavaScript, or a stack's settings, never had them.
 *
 * @param folder Of the package. @param token E.g. `data-egress:index:DataEgress`.
 */
export function knownArguments(folder: string, token: string): KnownFields {
  const { resources, types = {} } = JSON.parse(readFileSync(join(folder, "schema.json"), "utf8")) as Schema;
  const fieldsOf = (properties: Readonly<Record<string, Property>>): KnownFields =>
    Object.fromEntries(Object.entries(properties).map(([field, property]) => [field, heldBy(property)]));
  const heldBy = ({ $ref = "", items }: Property): KnownFields | true => {
    if (items !== undefined) return heldBy(items);
    const type = $ref.startsWith(TYPES) ? types[$ref.slice(TYPES.length)] : undefined;
    return type === undefined ? true : fieldsOf(type.properties);
  };
  const resource = resources[token];
  if (resource === undefined) throw new TypeError(`${folder} has no component ${token}`);
  return fieldsOf(resource.inputProperties);
}

/**
 * Refuses a misspelt argument of a component, or of what is in its arguments.
 *
 * @param sources Folder of the component's file, which is beside its package's schema.json.
 * @throws InvalidInputError naming the argument and what was probably meant.
 */
export const refuseUnknownArguments = (sources: string, token: string, args: object): void =>
  refuseUnknownFields(args, knownArguments(dirname(sources), token));
