import pLimit from "p-limit";
import pMap from "p-map";
import { setMaxListeners } from "node:events";
import { posix } from "node:path";
import type { DeliveryOrder } from "../agent-contract";
import type { AgentConfiguration, Route } from "./configuration";
import { Buffers } from "./buffers";
import { deliver, type DeliverDeps, type Ends, type Slot, type Work } from "./deliver";
import { FoundFiles, type FoundFile } from "./found-files";
import { reasonOf } from "./reasons";
import { WithdrawnError } from "./send";
import { routeOf } from "./routing";

/** What an agent needs. */
export type AgentDeps = Omit<DeliverDeps, "retries" | "buffers">;

/** Milliseconds between two looks at the volume. */
const LOOK_EVERY = 500;
/** Deliveries of a route that are begun, most of which wait for a worker or for their next try. */
const MOST_BEGUN = 1_000;
/** Orders that are read at the same time. */
const READS = 16;
/** For files that no route takes. */
const NO_ROUTE = "";

interface Begun {
  /** Of the order, where there is one. */
  readonly id?: string | undefined;
  readonly ended: Promise<void>;
  /** Breaks it off. */
  readonly withdraw: () => void;
}

/** Sends what is on the volume: what orders name, and what lies in the folders of routes. */
export class Agent {
  private readonly routes: readonly Route[];
  private readonly found: FoundFiles | undefined;
  private readonly slots: ReadonlyMap<string, Slot>;
  private readonly buffers = new Buffers();
  /** Deliveries that are begun, by the path of the file: one of each at a time. */
  private readonly begun = new Map<string, Begun>();
  /** How many there are of each route. */
  private readonly begunOf = new Map<string, number>();
  /** Ids of orders that an earlier agent may have sent. */
  private inherited: ReadonlySet<string> = new Set();
  private lastProblem: string | undefined;

  constructor(
    private readonly deps: AgentDeps,
    private readonly configuration: AgentConfiguration,
  ) {
    this.routes = configuration.routes;
    const { readLock } = configuration;
    this.found = readLock && new FoundFiles(deps.volume.disk, deps.clock, readLock);
    this.slots = new Map(this.routes.map(({ name, concurrency }) => [name, pLimit(concurrency)]));
  }

  /** Why the last look at the volume failed; undefined when it did not. */
  get problem(): string | undefined {
    return this.lastProblem;
  }

  /** Works until it is stopped and what is being sent has ended; what waits is left to the next agent. */
  async run(ends: Ends): Promise<void> {
    await this.safely("clean the volume", () => this.start());
    while (!ends.stop.aborted) {
      await this.safely("look at the volume", () => this.look(ends));
      await this.deps.sleeper.sleep(LOOK_EVERY, ends.stop);
    }
    await this.settled();
  }

  /** Cleans up after an earlier agent, and remembers what that one may have sent. */
  async start(): Promise<void> {
    this.inherited = await this.deps.volume.sweep();
  }

  /** Resolves when all that is begun has ended. */
  async settled(): Promise<void> {
    while (this.begun.size > 0) await Promise.all([...this.begun.values()].map(({ ended }) => ended));
  }

  /** Begins what is there and can be begun. */
  async look(ends: Ends): Promise<void> {
    // Every delivery listens to both.
    setMaxListeners(0, ends.stop, ends.breakOff);
    const ids = await this.deps.volume.ids();
    this.withdraw(new Set(ids.orders));
    const orders = await this.orders(ids.orders);
    const files = await this.filesIn(new Set(orders.map(({ folder }) => folder)));
    for (const order of orders) {
      const isEnded = ids.receipts.has(order.id);
      // A file that is not there yet is waited for, unless the delivery only has to be forgotten.
      if (isEnded || files.has(pathOf(order))) {
        this.begin(order, { isEnded, hasProgress: ids.progress.has(order.id) }, ends);
      }
    }
    const ordered = orders.map(pathOf);
    if (this.found === undefined) return;
    const found = await this.found.look(this.routes, new Set([...ordered, ...this.begun.keys()]));
    for (const file of found) {
      if (routeOf(this.routes, file.folder, file.name) !== undefined)
        this.beginFound(this.found, file, ids.progress, ends);
    }
  }

  /** Stops what is under way and is no longer ordered. What is ending just now has its receipt, and is not harmed. */
  private withdraw(ordered: ReadonlySet<string>): void {
    for (const { id, withdraw } of this.begun.values()) if (id !== undefined && !ordered.has(id)) withdraw();
  }

  /** Those that are not begun, the oldest first. */
  private async orders(ids: readonly string[]): Promise<readonly DeliveryOrder[]> {
    const { volume, reporter } = this.deps;
    const orders: DeliveryOrder[] = [];
    const begun = new Set([...this.begun.values()].map(({ id }) => id));
    const news = ids.filter((id) => !begun.has(id));
    for (const read of await pMap(news, (id) => volume.order(id), { concurrency: READS })) {
      if (read === undefined) continue;
      if ("order" in read) orders.push(read.order);
      else reporter.trouble("read an order", read.problem, { id: read.id });
    }
    return orders.sort((a, b) => compare(a.orderedAt, b.orderedAt) || compare(a.id, b.id));
  }

  /** Paths of all files in some folders. */
  private async filesIn(folders: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const paths = new Set<string>();
    for (const folder of folders) {
      for (const name of await this.deps.volume.disk.list(folder)) paths.add(posix.join(folder, name));
    }
    return paths;
  }

  private begin(order: DeliveryOrder, state: Pick<Work, "isEnded" | "hasProgress">, ends: Ends): void {
    const route = routeOf(this.routes, order.folder, order.name);
    const asked = this.inherited.has(order.id) ? { ...order, mayBeThere: true } : order;
    const work = (own: Ends) => this.deliver({ order: asked, route, isFound: false, ...state }, own);
    this.track(pathOf(order), route, work, ends, order.id);
  }

  private beginFound(found: FoundFiles, file: FoundFile, hasProgressOf: ReadonlySet<string>, ends: Ends): void {
    const route = routeOf(this.routes, file.folder, file.name);
    const work = async (own: Ends) => {
      const order = await found.order(file);
      const hasProgress = hasProgressOf.has(order.id);
      await this.deliver({ order, route, isFound: true, isEnded: false, hasProgress }, own);
    };
    this.track(file.path, route, work, ends);
  }

  private async deliver(work: Work, ends: Ends): Promise<void> {
    const slot = this.slots.get(work.route?.name ?? NO_ROUTE) ?? ((run) => run());
    const { retries } = this.configuration;
    try {
      await deliver({ ...this.deps, retries, buffers: this.buffers }, work, slot, ends);
    } catch (error) {
      if (!(error instanceof WithdrawnError)) throw error;
      await this.deps.volume.forgetProgress(work.order.id);
    }
  }

  private track(
    path: string,
    route: Route | undefined,
    work: (own: Ends) => Promise<void>,
    { stop, breakOff }: Ends,
    id?: string,
  ): void {
    const name = route?.name ?? NO_ROUTE;
    const begun = this.begunOf.get(name) ?? 0;
    if (begun >= MOST_BEGUN || this.begun.has(path)) return;
    this.begunOf.set(name, begun + 1);
    const withdrawn = new AbortController();
    const own = {
      stop: AbortSignal.any([stop, withdrawn.signal]),
      breakOff: AbortSignal.any([breakOff, withdrawn.signal]),
    };
    setMaxListeners(0, own.stop, own.breakOff);
    const ended = this.safely(`deliver ${path}`, () => work(own)).finally(() => {
      this.begun.delete(path);
      this.begunOf.set(name, (this.begunOf.get(name) ?? 0) - 1);
    });
    this.begun.set(path, { id, ended, withdraw: () => withdrawn.abort(new WithdrawnError(path)) });
  }

  private async safely(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.lastProblem = undefined;
    } catch (error) {
      if (error instanceof Error && error.name === "AbortError") return;
      this.lastProblem = `could not ${what}: ${reasonOf(error)}`;
      this.deps.reporter.trouble(what, reasonOf(error));
    }
  }
}

const pathOf = ({ folder, name }: DeliveryOrder): string => posix.join(folder, name);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
