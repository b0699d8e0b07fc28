import type { EngineEvent, OpMap, StepEventMetadata } from "@pulumi/pulumi/automation";
import type { Failure } from "../errors";
import { LOST_ENGINE } from "../program/lost-engine";
import type { ProgressEvent, ResourceProgress } from "../progress";
import type { Diagnostic, JsonValue, OperationResult, PendingOperation, ResourceChange } from "../results";
import { findFailures } from "./failures";
import { countChanges, operationOf, touches, underWay } from "./operation-names";
import { readStackOutputs } from "./stack-outputs";

/** Everything that a run told, gathered event by event. */
export class RunRecord {
  private readonly resources = new Map<string, ResourceChange>();
  private readonly inFlight = new Map<string, PendingOperation>();
  private readonly failedUrns: string[] = [];
  private summary: OpMap | undefined;
  private stackOutputs: Record<string, JsonValue> = {};
  /** Messages so far. */
  readonly diagnostics: Diagnostic[] = [];

  /** Takes one event in and returns what the caller's `onEvent` gets to see of it. */
  add(event: EngineEvent): ProgressEvent | undefined {
    const { diagnosticEvent, summaryEvent, resourcePreEvent, resOutputsEvent, resOpFailedEvent, policyEvent } = event;
    if (resourcePreEvent) return this.addStep("started", resourcePreEvent.metadata);
    if (resOutputsEvent) return this.addStep("finished", resOutputsEvent.metadata);
    if (resOpFailedEvent) return this.addStep("failed", resOpFailedEvent.metadata);
    if (diagnosticEvent) return this.addDiagnostic(diagnosticEvent);
    if (policyEvent) return this.addPolicyViolation(policyEvent);
    if (!summaryEvent) return undefined;
    this.summary = summaryEvent.resourceChanges;
    return { kind: "summary", changes: countChanges(this.summary), durationMs: summaryEvent.durationSeconds * 1000 };
  }

  /** What failed; empty for a run that did not. */
  failures(): Failure[] {
    return findFailures(this.diagnostics, this.failedUrns);
  }

  /** Operations that started and did not end. */
  pending(): PendingOperation[] {
    return [...this.inFlight.values()];
  }

  /** The result of a run that succeeded. */
  result(operation: OperationResult["operation"], stack: string, durationMs: number): OperationResult {
    const changes = countChanges(this.summary);
    return {
      operation,
      stack,
      changes,
      hasChanges: touches(changes),
      resources: [...this.resources.values()],
      outputs: readStackOutputs(this.stackOutputs),
      durationMs,
      diagnostics: this.diagnostics,
    };
  }

  private addStep(phase: ResourceProgress["phase"], step: StepEventMetadata): ResourceProgress {
    const { urn, type } = step;
    const name = nameOf(urn);
    const operation = operationOf(step.op);
    const changedProperties = findChangedProperties(step);
    this.resources.set(urn, { urn, type, name, operation, changedProperties });
    if (phase === "failed") this.failedUrns.push(urn);
    if (phase === "finished" && type === "pulumi:pulumi:Stack") this.stackOutputs = step.new?.outputs ?? {};
    this.trackFlight(phase, step, name);
    return { kind: "resource", phase, name, type, urn, operation };
  }

  private trackFlight(phase: ResourceProgress["phase"], step: StepEventMetadata, name: string): void {
    const operation = underWay(operationOf(step.op));
    const isCustom = (step.new ?? step.old)?.custom === true;
    if (phase !== "started") this.inFlight.delete(step.urn);
    else if (isCustom && operation !== undefined) {
      this.inFlight.set(step.urn, { urn: step.urn, type: step.type, name, operation });
    }
  }

  private addDiagnostic({ severity, message, urn, ephemeral }: NonNullable<EngineEvent["diagnosticEvent"]>) {
    // The JSON stream also carries `debug`, which the SDK's type leaves out; it may hold anything.
    const level = ({ info: "info", "info#err": "info", warning: "warning", error: "error" } as const)[severity];
    if (level === undefined || ephemeral === true) return undefined;
    const text = message.trim();
    // A program that lost the engine can tell on its stderr alone.
    const kept = text === LOST_ENGINE ? "error" : level;
    return this.keep({ severity: kept, message: text, ...(urn === undefined ? {} : { urn }) });
  }

  private addPolicyViolation(event: NonNullable<EngineEvent["policyEvent"]>) {
    const severity = event.enforcementLevel === "mandatory" ? "error" : "warning";
    const message = `policy ${event.policyPackName}/${event.policyName}: ${event.message.trim()}`;
    return this.keep({ severity, message, ...(event.resourceUrn === undefined ? {} : { urn: event.resourceUrn }) });
  }

  private keep(diagnostic: Diagnostic): ProgressEvent | undefined {
    if (diagnostic.message === "") return undefined;
    this.diagnostics.push(diagnostic);
    return { kind: "diagnostic", ...diagnostic };
  }
}

/** The last part of a URN. */
export function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** Paths as the provider gives them, or, from a provider that gives none, the inputs that differ. */
function findChangedProperties({ detailedDiff, old, new: next }: StepEventMetadata): string[] {
  const paths = Object.keys(detailedDiff ?? {});
  if (paths.length > 0 || !old || !next) return paths;
  const names = [...new Set([...Object.keys(old.inputs ?? {}), ...Object.keys(next.inputs ?? {})])];
  return names.filter((name) => JSON.stringify(old.inputs[name]) !== JSON.stringify(next.inputs[name]));
}
