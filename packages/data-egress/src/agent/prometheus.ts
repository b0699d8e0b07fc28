import { Counter, Gauge, Registry } from "prom-client";
import type { DeliveryLabels } from "./ports";

/** Labels of files; names of files are none, since every value of a label is a series of its own. */
const LABELS = ["route", "folder", "recipient"] as const;

/** The agent's metrics, as Prometheus asks for them. */
export class PrometheusMetrics {
  private readonly registry = new Registry();
  private readonly results = {
    success: this.counter("data_egress_files_sent_success", "Files that all destinations have", LABELS),
    failure: this.counter("data_egress_files_sent_failure", "Files that were given up", LABELS),
  };
  private readonly retries = this.counter("data_egress_retries", "Tries that are made again", LABELS);
  private readonly troubles = this.counter("data_egress_troubles", "Failures that are no delivery's", ["what"]);
  private readonly days = new Gauge({
    name: "data_egress_certificate_expiry_days",
    help: "Days until the first certificate in use ends",
    registers: [this.registry],
  });

  sent(labels: DeliveryLabels, result: "success" | "failure"): void {
    this.results[result].inc(pick(labels));
  }

  retried(labels: DeliveryLabels): void {
    this.retries.inc(pick(labels));
  }

  trouble(what: string): void {
    this.troubles.inc({ what });
  }

  certificateDays(days: number): void {
    this.days.set(days);
  }

  /** In Prometheus' text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  private counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
}

const pick = ({ route, folder, recipient }: DeliveryLabels) => ({ route, folder, recipient });
