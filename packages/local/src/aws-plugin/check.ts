import { autoName, type Naming } from "./auto-name";
import { NotInStandInError } from "./errors";
import { isBlank, isProps, type Props } from "./plain";
import { rulesOf, type AnyResourceType, type Rule } from "./resource-type";
import { UNKNOWN } from "./wire";

/** Key under which inputs remember which of them nobody gave; the official provider's own convention. */
export const DEFAULTS = "__defaults";

/** An input that cannot be used, and why. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** Inputs ready for diff and create. */
export interface Checked {
  readonly inputs: Props;
  readonly failures: readonly Failure[];
}

function strangers(fields: object, value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => strangers(fields, item, path));
  if (!isProps(value)) return [];
  const known: Props = { ...fields };
  return Object.keys(value).flatMap((key) => {
    const field = known[key];
    if (isBlank(value[key])) return [];
    if (field === undefined) return [`${path}.${key}`];
    return isProps(field) ? strangers(field, value[key], `${path}.${key}`) : [];
  });
}

function unknownInputs(rules: Readonly<Record<string, Rule>>, news: Props): string[] {
  return Object.keys(news).flatMap((name) => {
    const rule = rules[name];
    if (name.startsWith("__") || isBlank(news[name])) return [];
    if (rule === undefined) return [name];
    return rule.fields === undefined ? [] : strangers(rule.fields, news[name], name);
  });
}

function normalise(rule: Rule, value: unknown): unknown {
  const isDocument = rule.kind === "json" || rule.kind === "policy";
  return isDocument && isProps(value) ? JSON.stringify(value) : value;
}

function wasDefaulted(olds: Props, name: string): boolean {
  const defaults = olds[DEFAULTS];
  return Array.isArray(defaults) && defaults.includes(name) && olds[name] !== UNKNOWN && !isBlank(olds[name]);
}

function chosenName(type: AnyResourceType, olds: Props, inputs: Props, naming: Naming): string | undefined {
  const rule = type.autoName;
  if (rule === undefined || inputs[rule.property] !== undefined) return undefined;
  if (wasDefaulted(olds, rule.property)) return String(olds[rule.property]);
  // A prefix is the program's own way to have a unique name.
  const prefix = inputs["namePrefix"];
  if (typeof prefix !== "string") return autoName(rule, naming, inputs);
  return autoName({ ...rule, prefix: "" }, { ...naming, logicalName: prefix.replace(/-$/, "") }, inputs);
}

function withTags(type: AnyResourceType, inputs: Props, defaultTags: Readonly<Record<string, string>>): Props {
  if (type.inputs["tags"] === undefined || inputs["tags"] === UNKNOWN) return inputs;
  const tags = { ...defaultTags, ...(isProps(inputs["tags"]) ? inputs["tags"] : {}) };
  return isBlank(tags) ? inputs : { ...inputs, tags };
}

/**
 * Validates and completes the inputs of a resource: unknown ones are refused by name, defaults and a name are filled
 * in (a name chosen before is kept), documents become JSON text, the provider's default tags join the resource's.
 */
export function check(
  type: AnyResourceType,
  olds: Props,
  news: Props,
  options: { readonly naming: Naming; readonly defaultTags: Readonly<Record<string, string>> },
): Checked {
  const rules = rulesOf(type);
  const failures = unknownInputs(rules, news).map((property) => ({
    property,
    reason: new NotInStandInError("input", property, type.token).message,
  }));
  const given: Props = {};
  for (const [name, value] of Object.entries(news)) {
    const rule = rules[name];
    if (rule !== undefined && value !== null && value !== undefined) given[name] = normalise(rule, value);
  }
  const defaults: string[] = [];
  const inputs: Props = { ...given };
  const name = chosenName(type, olds, inputs, options.naming);
  if (type.autoName !== undefined && name !== undefined) {
    inputs[type.autoName.property] = name;
    defaults.push(type.autoName.property);
  }
  for (const [property, rule] of Object.entries(rules)) {
    if (inputs[property] !== undefined) continue;
    if (rule.default !== undefined) {
      inputs[property] = rule.default;
      defaults.push(property);
    } else if (rule.required === true) {
      failures.push({ property, reason: `missing required argument \`${property}\` of ${type.token}` });
    }
  }
  return { inputs: { ...withTags(type, inputs, options.defaultTags), [DEFAULTS]: defaults.sort() }, failures };
}
