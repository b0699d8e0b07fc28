import * as automation from "@slipway/automation";
import type { LocalTarget, ProgressEvent, StackOutputs } from "@slipway/automation";
import { z } from "zod";
import { PREVIEW_IMAGES_VARIABLE, RELEASE_SERVICES_OUTPUT } from "../contract";
import { StackOutputError } from "../core/errors";
import type { StackPreview } from "../core/plan";
import type { StackOptions, StackOutcome, StackProgress, StackRecovery, StackRunner } from "../core/ports";
import type { Images } from "../core/release";

const servicesSchema = z.record(
  z.string(),
  z.object({ cluster: z.string(), service: z.string(), container: z.string(), image: z.string() }),
);

/** Stacks of a Pulumi project in a folder, run with the Automation API. */
export class PulumiStackRunner implements StackRunner {
  /** @param env Variables for the Pulumi CLI on top of this process's own. */
  constructor(
    private readonly workDir: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  async preview(stack: string, images: Images, options: StackOptions): Promise<StackPreview> {
    const env = { ...this.env, [PREVIEW_IMAGES_VARIABLE]: JSON.stringify(images) };
    const result = await automation.preview(this.target(stack), { ...this.options(options), env });
    return { changes: result.changes };
  }

  async up(stack: string, message: string, options: StackOptions): Promise<StackOutcome> {
    const result = await automation.up(this.target(stack), { ...this.options(options), message });
    return { services: readServices(stack, result.outputs) };
  }

  async requireReady(stack: string, options: StackOptions): Promise<void> {
    const { locks = [] } = await automation.inspect(this.target(stack), this.options(options));
    if (locks.length > 0) throw new automation.StackLockedError(stack, locks);
  }

  async current(stack: string, options: StackOptions): Promise<StackOutcome> {
    return { services: readServices(stack, await automation.outputs(this.target(stack), this.options(options))) };
  }

  async recover(
    stack: string,
    { dryRun, clearPendingCreates, ...options }: Parameters<StackRunner["recover"]>[1],
  ): Promise<StackRecovery> {
    try {
      const settings = { ...this.options(options), dryRun, clearPendingCreates };
      const { found, outcome } = await automation.recover(this.target(stack), settings);
      const { findings } = found;
      return { outcome: outcome === "needs-attention" ? "needs-attention" : "recovered", findings };
    } catch (error) {
      if (error instanceof automation.LockHolderAliveError) return { outcome: "busy", findings: [error.message] };
      throw error;
    }
  }

  private target(stack: string): LocalTarget {
    return { stack, workDir: this.workDir };
  }

  private options({ signal, onEvent }: StackOptions) {
    return {
      env: { ...this.env },
      ...(signal && { signal }),
      ...(onEvent && { onEvent: (event: ProgressEvent) => tell(event, onEvent) }),
    };
  }
}

function readServices(stack: string, outputs: StackOutputs): StackOutcome["services"] {
  const parsed = servicesSchema.safeParse(outputs[RELEASE_SERVICES_OUTPUT]?.value ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new StackOutputError(stack, `${issue?.path.join(".")}: ${issue?.message}`);
}

function tell(event: ProgressEvent, onEvent: StackProgress): void {
  if (event.kind === "resource" && event.operation !== "same") {
    onEvent({ message: `${event.phase}: ${event.operation} ${event.type} ${event.name}`, urn: event.urn });
  }
  if (event.kind === "diagnostic" && event.severity === "error") onEvent({ message: event.message, urn: event.urn });
}
