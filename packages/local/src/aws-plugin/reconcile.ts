import { DEFAULTS } from "./check";
import { overlay } from "./compare";
import { compact, isBlank, isUnsaid, type Props } from "./plain";
import { rulesOf, type AnyResourceType, type Rule } from "./resource-type";
import { UNKNOWN } from "./wire";

/** Marks inputs that were read from the account and that no program has given yet. */
export const IMPORTED = "__imported";

/** A value that no program gave and that nevertheless belongs among the inputs. */
function unaskedInput(rule: Rule, actual: unknown, imported: boolean): unknown {
  if (rule.computed === true) return imported && !isBlank(actual) ? actual : undefined;
  return isUnsaid(actual) ? undefined : actual;
}

function inputAfter(rule: Rule, wanted: unknown, actual: unknown, imported: boolean): unknown {
  if (rule.carried === true) return wanted;
  if (isBlank(wanted)) return unaskedInput(rule, actual, imported);
  if (overlay(wanted, actual, rule.kind) !== undefined) return wanted;
  return isBlank(actual) ? undefined : actual;
}

/**
 * The inputs that describe what AWS reports: the last inputs where they still hold, the reported values where not, so
 * that the next diff shows drift and nothing else.
 */
export function inputsFromState(type: AnyResourceType, lastInputs: Props, state: Props): Props {
  const imported = Object.keys(lastInputs).length === 0 || lastInputs[IMPORTED] === true;
  const inputs: Props = {};
  for (const [name, rule] of Object.entries(rulesOf(type))) {
    inputs[name] = inputAfter(rule, lastInputs[name], state[name], imported);
  }
  return compact({ ...inputs, [DEFAULTS]: lastInputs[DEFAULTS] ?? [], ...(imported && { [IMPORTED]: true }) });
}

/** Outputs of a resource: what AWS reports, in the words of the inputs where both mean the same. */
export function outputsFromState(type: AnyResourceType, inputs: Props, state: Props): Props {
  const outputs: Props = { ...state };
  for (const [name, rule] of Object.entries(rulesOf(type))) {
    const wanted = inputs[name];
    if (rule.carried === true) outputs[name] = wanted ?? state[name];
    else if (!isBlank(wanted)) outputs[name] = overlay(wanted, state[name], rule.kind) ?? state[name];
  }
  return compact(outputs);
}

/** Outputs that the preview of a creation can promise. */
export function plannedOutputs(type: AnyResourceType, inputs: Props): Props {
  const outputs: Props = withoutMarks(inputs);
  for (const name of type.outputs) outputs[name] ??= UNKNOWN;
  for (const [name, rule] of Object.entries(rulesOf(type))) {
    if (rule.computed === true) outputs[name] ??= UNKNOWN;
  }
  return outputs;
}

/** Outputs that the preview of an update can promise. */
export function updatedOutputs(type: AnyResourceType, state: Props, inputs: Props): Props {
  const outputs: Props = { ...state };
  for (const [name, rule] of Object.entries(rulesOf(type))) {
    if (inputs[name] !== undefined) outputs[name] = inputs[name];
    else if (rule.computed !== true) delete outputs[name];
  }
  for (const name of type.volatile ?? []) outputs[name] = UNKNOWN;
  return outputs;
}

/** A bag without the keys that only the provider uses. */
export function withoutMarks(props: Props): Props {
  return Object.fromEntries(Object.entries(props).filter(([name]) => !name.startsWith("__")));
}
