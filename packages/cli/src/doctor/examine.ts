import { failed, type Finding } from "./finding";
import type { Check } from "./machine-checks";
import type { Surroundings } from "./surroundings";

/** A check with what it found. */
export interface Diagnosis extends Finding {
  readonly title: string;
}

/** Runs checks one after the other; one that breaks is a finding, and never hides the others. */
export async function examine(
  checks: readonly Check[],
  surroundings: Surroundings,
  onCheck: (title: string) => void,
): Promise<readonly Diagnosis[]> {
  const diagnoses: Diagnosis[] = [];
  for (const { title, check } of checks) {
    onCheck(title);
    const [settled] = await Promise.allSettled([check(surroundings)]);
    diagnoses.push({ title, ...(settled.status === "fulfilled" ? settled.value : broken(settled.reason)) });
  }
  return diagnoses;
}

const broken = (reason: unknown): Finding =>
  failed(`could not be checked: ${reason instanceof Error ? reason.message : String(reason)}`, "run it with --debug");
