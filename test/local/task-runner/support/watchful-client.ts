import { type EcsStage, urlOf } from "./ecs-stage";

/**
 * Asks every running task for its version, as a load balancer would: a task counts from its first answer on, and until
 * ECS says that it is going. In between each request must succeed.
 */
export class WatchfulClient {
  readonly versionsSeen = new Set<string>();
  readonly failures: string[] = [];
  readonly #healthy = new Set<string>();

  constructor(private readonly stage: EcsStage) {}

  /** The versions that answer now. A moment in which none answers is a failure. */
  async askAll(): Promise<string[]> {
    const answers = await Promise.all((await this.#running()).map((url) => this.#ask(url)));
    const versions = answers.filter((version) => version !== undefined);
    if (versions.length === 0) this.failures.push("no task answered");
    for (const version of versions) this.versionsSeen.add(version);
    return versions;
  }

  async #running(): Promise<string[]> {
    const tasks = (await this.stage.tasks()).filter(({ lastStatus }) => lastStatus === "RUNNING");
    return tasks.flatMap((task) => urlOf(task) ?? []);
  }

  async #ask(url: string): Promise<string | undefined> {
    try {
      const response = await fetch(`${url}/`);
      if (!response.ok) throw new Error(`status ${response.status}`);
      this.#healthy.add(url);
      return ((await response.json()) as { version: string }).version;
    } catch (error) {
      const stillListed = this.#healthy.has(url) && (await this.#running()).includes(url);
      if (stillListed) this.failures.push(`${url}: ${String(error)}`);
      return undefined;
    }
  }
}
