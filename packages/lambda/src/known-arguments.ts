import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError, refuseUnknownFields, type KnownFields } from "@slipway/core";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** As much of a property of Pulumi's schema as says what it may hold. */
interface Property {
  readonly type?: string;
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
  const { types = {} } = schemaOf(folder);
  const fieldsOf = (properties: Readonly<Record<string, Property>>): KnownFields =>
    Object.fromEntries(Object.entries(properties).map(([field, property]) => [field, heldBy(property)]));
  const heldBy = ({ $ref = "", items }: Property): KnownFields | true => {
    if (items !== undefined) return heldBy(items);
    const type = $ref.startsWith(TYPES) ? types[$ref.slice(TYPES.length)] : undefined;
    return type === undefined ? true : fieldsOf(type.properties);
  };
  return fieldsOf(inputsOf(folder, token));
}

const schemaOf = (folder: string): Schema => JSON.parse(readFileSync(join(folder, "schema.json"), "utf8")) as Schema;

function inputsOf(folder: string, token: string): Readonly<Record<string, Property>> {
  const resource = schemaOf(folder).resources[token];
  if (resource === undefined) throw new TypeError(`${folder} has no component ${token}`);
  return resource.inputProperties;
}

/**
 * Refuses a misspelt argument of a component, or of what is in its arguments.
 *
 * @param sources Folder of the component's file, which is beside its package's schema.json.
 * @throws InvalidInputError naming the argument and what was probably meant.
 */
export const refuseUnknownArguments = (sources: string, token: string, args: object): void =>
  refuseUnknownFields(args, knownArguments(dirname(sources), token));

/**
 * Refuses arguments of a component that should be text, or a list of texts, and are not: an empty setting of a YAML file is
 * null, and `8443` a number. What is only known later passes. Does not repeat the value, which may be a secret.
 *
 * @param sources Folder of the component's file, which is beside its package's schema.json.
 * @throws InvalidInputError naming the argument.
 */
export function refuseMistypedTexts(sources: string, token: string, args: object): void {
  for (const [field, { type, items }] of Object.entries(inputsOf(dirname(sources), token))) {
    const value = Reflect.get(args, field) as unknown;
    if (value === undefined) continue;
    if (type === "string") requireText(field, value);
    else if (items?.type === "string") requireTexts(field, value);
  }
}

function requireTexts(field: string, value: unknown): void {
  if (isKnownLater(value)) return;
  if (Array.isArray(value)) value.forEach((each, index) => requireText(`${field}[${index}]`, each));
  else if (value === null) throw new InvalidInputError(field, "is empty", EMPTY);
  else throw new InvalidInputError(field, `is a ${typeof value}, not a list`, "write it as a list, even of one");
}

function requireText(field: string, value: unknown): void {
  if (typeof value === "string" || isKnownLater(value)) return;
  if (value === null || value === undefined) throw new InvalidInputError(field, "is empty", EMPTY);
  throw new InvalidInputError(field, `is of type ${typeof value}, not text`, "give text; in YAML, put it in quotes");
}

const EMPTY = "give it a value, or leave it out";

const isKnownLater = (value: unknown): boolean => pulumi.Output.isInstance(value) || value instanceof Promise;
