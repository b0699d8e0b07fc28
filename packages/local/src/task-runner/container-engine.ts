import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Container, type ProcessGuard } from "./container";
import type { ContainerLedger, LedgerEntry } from "./container-ledger";
import { ContainerStore } from "./container-store";
import type { CreateRequest } from "./create-request";
import { ContainerConflictError } from "./errors";
import type { ImageSource } from "./image-source";
import type { AddressPool } from "./loopback-addresses";
import { taskEnvironment } from "./task-environment";

const TASK_LABEL = "com.amazonaws.ecs.task-arn";

/** What the engine works with. */
export interface EngineDependencies {
  images: ImageSource;
  addresses: AddressPool;
  guard: ProcessGuard;
  ledger: ContainerLedger;
  /** Told about each container as it is made, e.g. to follow its output. */
  onCreate: (container: Container) => void;
  /** URL of the emulator, for the tasks. */
  endpoint: string;
  /** Folder that the containers' working folders are made in. */
  folder: string;
  /** Search path for programs, for the tasks. */
  searchPath: string;
  now: () => Date;
}

/** Makes and removes containers; everything that a container holds (folder, volumes, address) comes and goes with it. */
export class ContainerEngine {
  readonly store = new ContainerStore();

  /** Begins with the containers that ended with the runner before, as exited ones. */
  constructor(private readonly dependencies: EngineDependencies) {
    for (const entry of dependencies.ledger.entries()) this.store.add(this.#lost(entry));
  }

  /**
   * Makes a container, without starting it.
   *
   * @param name Its name; made up when undefined.
   * @throws {NoSuchImageError} {@link NotALocalImageError} {@link ContainerConflictError}
   */
  async create(name: string | undefined, request: CreateRequest): Promise<Container> {
    const { images, addresses, guard, onCreate, now } = this.dependencies;
    const { digest, image } = await images.resolve(request.image);
    const id = randomBytes(32).toString("hex");
    const address = await addresses.acquire(ownerOf(id, request.labels));
    const folder = await mkdtemp(join(this.dependencies.folder, "task-"));
    const volumes = this.#volumesOf(ownerOf(id, request.labels));
    await mkdir(volumes, { recursive: true, mode: 0o700 });
    const spec = {
      id,
      name: name ?? id.slice(0, 12),
      image: request.image,
      imageDigest: digest,
      labels: request.labels,
      command: request.command ?? image.command,
      environment: this.#environment(request, image.environment, { address, folder, volumes }),
      address,
      folder,
      createdAt: now(),
    };
    const container = new Container(spec, guard, now);
    try {
      this.store.add(container);
    } catch (error) {
      await this.#letGo(container);
      throw error;
    }
    this.dependencies.ledger.add(spec);
    void container.exited.then(() => addresses.release(ownerOf(id, request.labels)));
    onCreate(container);
    return container;
  }

  /**
   * Removes a container with all it holds.
   *
   * @param force Kill it first if it runs.
   * @throws {ContainerConflictError} when it runs and force is not set.
   */
  async remove(container: Container, force: boolean): Promise<void> {
    if (container.status === "running") {
      if (!force) throw new ContainerConflictError(container.spec.name, "is running; stop it before removing it");
      await container.stop(0);
    }
    this.store.remove(container);
    this.dependencies.ledger.remove(container.spec.id);
    await this.#letGo(container);
  }

  /** Stops every container, all at once. None is removed: whoever started them has yet to learn that they ended. */
  async stopAll(graceMilliseconds: number): Promise<void> {
    await Promise.all(this.store.all().map((container) => container.stop(graceMilliseconds)));
  }

  #lost(entry: LedgerEntry): Container {
    const { folder, guard, now } = this.dependencies;
    const spec = {
      ...entry,
      command: ["(lost)"] as const,
      environment: {},
      folder: join(folder, entry.id),
      createdAt: now(),
    };
    return new Container(spec, guard, now).markLost();
  }

  async #letGo(container: Container): Promise<void> {
    const { id, labels, folder } = container.spec;
    // One that has exited gave its address back then.
    if (container.status === "created") this.dependencies.addresses.release(ownerOf(id, labels));
    await rm(folder, { recursive: true, force: true });
    const owner = ownerOf(id, labels);
    const isShared = this.store.all().some(({ spec }) => ownerOf(spec.id, spec.labels) === owner);
    if (!isShared) await rm(this.#volumesOf(owner), { recursive: true, force: true });
  }

  /** Folder of a task's volumes, which its containers share. */
  #volumesOf(owner: string): string {
    const name = createHash("sha256").update(owner).digest("hex").slice(0, 16);
    return join(this.dependencies.folder, `volumes-${name}`);
  }

  #environment(
    request: CreateRequest,
    image: Readonly<Record<string, string>>,
    places: { readonly address: string; readonly folder: string; readonly volumes: string },
  ) {
    const { endpoint, searchPath } = this.dependencies;
    return taskEnvironment({
      image,
      requested: request.environment,
      hostAliases: request.hostAliases,
      ...places,
      region: request.labels[TASK_LABEL]?.split(":")[3],
      endpoint,
      searchPath,
    });
  }
}

/** Containers of one task share an address. */
function ownerOf(id: string, labels: Readonly<Record<string, string>>): string {
  return labels[TASK_LABEL] ?? id;
}
