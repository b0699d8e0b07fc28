import type { Container } from "./container";
import { ContainerConflictError, NoSuchContainerError } from "./errors";

/** `key` or `key=value`, as Docker's label filters are written. */
export type LabelFilter = string;

/** The engine's containers, by id and by name. */
export class ContainerStore {
  readonly #containers = new Map<string, Container>();

  /** @throws {ContainerConflictError} when another container has the name. */
  add(container: Container): void {
    const { id, name } = container.spec;
    if (this.all().some((other) => other.spec.name === name)) {
      throw new ContainerConflictError(name, "exists already");
    }
    this.#containers.set(id, container);
  }

  /** Every container, oldest first. */
  all(): Container[] {
    return [...this.#containers.values()];
  }

  /**
   * @param reference Id, the beginning of an id, or name.
   * @throws {NoSuchContainerError}
   */
  get(reference: string): Container {
    const found =
      this.#containers.get(reference) ??
      this.all().find(
        ({ spec }) => spec.name === reference || (reference.length >= 12 && spec.id.startsWith(reference)),
      );
    if (!found) throw new NoSuchContainerError(reference);
    return found;
  }

  remove(container: Container): void {
    this.#containers.delete(container.spec.id);
  }
}

/** Whether a container carries every label asked for. */
export function hasLabels({ spec: { labels } }: Container, filters: readonly LabelFilter[]): boolean {
  return filters.every((filter) => {
    const at = filter.indexOf("=");
    return at < 0 ? Object.hasOwn(labels, filter) : labels[filter.slice(0, at)] === filter.slice(at + 1);
  });
}
