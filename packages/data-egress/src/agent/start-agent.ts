import { createLog, createMetrics } from "@slipway/aws-runtime/telemetry";
import { realSleeper, systemClock } from "@slipway/aws-runtime";
import { InvalidInputError } from "@slipway/core";
import type { AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AGENT_ENVIRONMENT, AGENT_METRICS, AGENT_SECRETS, VOLUME_PATH } from "../agent-contract";
import { METRICS } from "../contract";
import { readSecret, tlsFromVariables, type Variables } from "../tls/source";
import { watchCertificates } from "../tls/watch-certificates";
import { Agent } from "./agent";
import { readConfiguration, type AgentConfiguration } from "./configuration";
import { HttpsRecipients } from "./https-recipients";
import { MONITOR_PORT, startMonitor } from "./monitor";
import { NodeDisk } from "./node-disk";
import { PrometheusMetrics } from "./prometheus";
import { createReporter } from "./reporter";
import { reasonOf } from "./reasons";
import { Volume } from "./volume";

/** An agent at work. */
export interface RunningAgent {
  /** Where metrics and health are. */
  readonly monitorPort: number;
  /** Stops it; what is being sent has {@link GRACE}, and what is broken off then the next agent sends again. */
  stop(): Promise<void>;
}

/** Milliseconds that a file which is being sent has to come to its end when the agent is stopped. */
const GRACE = 45_000;

/**
 * Starts the agent that the variables describe. What is wrong with them is told now and not at the first file.
 *
 * @throws InvalidInputError
 */
export async function startAgent(variables: Variables): Promise<RunningAgent> {
  const name = variables[AGENT_ENVIRONMENT.name];
  if (name === undefined || name === "") throw new InvalidInputError(AGENT_ENVIRONMENT.name, "is not given");
  const configuration = await configurationOf(variables);
  const tls = tlsFromVariables(variables);
  if (configuration.routes.some(({ actions }) => actions.some(({ kind }) => kind === "request"))) await tls.current();
  const apiKey = (await readSecret(variables, AGENT_SECRETS.apiKey))?.toString().trimEnd();
  const prometheus = new PrometheusMetrics();
  const counts = createMetrics({ namespace: METRICS.namespace, dimension: METRICS.nameDimension, value: name });
  const log = createLog("sft-agent");
  const reporter = createReporter(log, counts, prometheus);
  const recipients = new HttpsRecipients(tls, { ...configuration, connections: connectionsOf(configuration) });
  const disk = new NodeDisk(join(variables[AGENT_ENVIRONMENT.volumes] || "/", VOLUME_PATH));
  const agent = new Agent(
    {
      disk,
      volume: new Volume(disk),
      recipients,
      reporter,
      clock: systemClock,
      sleeper: realSleeper,
      ...(apiKey !== undefined && { apiKey: { header: configuration.apiKeyHeader, value: apiKey } }),
    },
    configuration,
  );
  const monitor = await startMonitor(prometheus, () => agent.problem, {
    port: Number(variables[AGENT_ENVIRONMENT.monitorPort] || MONITOR_PORT),
    // Tasks on one machine have an address each, which the local task runner tells.
    host: variables[AGENT_ENVIRONMENT.monitorHost] || variables["HOST"] || "0.0.0.0",
  });
  const [stopping, breaking] = [new AbortController(), new AbortController()];
  const running = agent.run({ stop: stopping.signal, breakOff: breaking.signal });
  const listener = {
    days: (days: number) => {
      prometheus.certificateDays(days);
      counts.count({ [AGENT_METRICS.certificateDays]: days });
    },
    trouble: (error: unknown) => reporter.trouble("read the certificates", reasonOf(error)),
  };
  const watched = { tls, clock: systemClock, sleeper: realSleeper };
  const watching = watchCertificates(watched, listener, stopping.signal);
  const monitorPort = (monitor.address() as AddressInfo).port;
  log.info("started", { routes: configuration.routes.length, monitorPort });
  return {
    monitorPort,
    stop: async () => {
      stopping.abort();
      const grace = setTimeout(() => breaking.abort(), GRACE);
      await Promise.all([running, watching]);
      clearTimeout(grace);
      recipients.close();
      monitor.close();
      monitor.closeAllConnections();
    },
  };
}

/** As many as all routes can use at the same time, if they all send to one recipient. */
const connectionsOf = ({ routes }: AgentConfiguration): number =>
  routes.reduce((sum, { concurrency }) => sum + concurrency, 0);

async function configurationOf(variables: Variables): Promise<AgentConfiguration> {
  const { configuration, configurationFile } = AGENT_ENVIRONMENT;
  const [text, file] = [variables[configuration], variables[configurationFile]];
  if (text !== undefined && text !== "") return readConfiguration(text, configuration);
  if (file === undefined || file === "") {
    throw new InvalidInputError(
      configuration,
      "is not given",
      `give the configuration in it, or its path in ${configurationFile}`,
    );
  }
  const read = await readFile(file, "utf8").catch((error: unknown) => {
    throw new InvalidInputError(configurationFile, `the file cannot be read: ${reasonOf(error)}`);
  });
  return readConfiguration(read, file);
}
