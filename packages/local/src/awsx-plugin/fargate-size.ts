/** What a container asks for, in ECS's units. */
export interface ContainerSize {
  /** CPU units, 1024 to a vCPU. */
  readonly cpu?: number | undefined;
  /** Hard limit, MiB. */
  readonly memory?: number | undefined;
  /** Soft limit, MiB; wins over the hard one. */
  readonly memoryReservation?: number | undefined;
}

/** Size of a Fargate task, as text: what a task definition takes. */
export interface TaskSize {
  /** CPU units. */
  readonly cpu: string;
  /** MiB */
  readonly memory: string;
}

const UNITS_PER_VCPU = 1024;
const MIB_PER_GIB = 1024;

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html */
const SIZES: readonly { vcpu: number; gib: readonly number[] }[] = [
  { vcpu: 0.25, gib: [0.5, 1, 2] },
  { vcpu: 0.5, gib: steps(1, 4) },
  { vcpu: 1, gib: steps(2, 8) },
  { vcpu: 2, gib: steps(4, 16) },
  { vcpu: 4, gib: steps(8, 30) },
  { vcpu: 8, gib: steps(16, 60) },
  { vcpu: 16, gib: steps(32, 120) },
  { vcpu: 32, gib: [60, 120, 244] },
];

const SMALLEST_FIRST = SIZES.flatMap(({ vcpu, gib }) => gib.map((memory) => ({ vcpu, gib: memory }))).sort(
  (a, b) => a.gib - b.gib || a.vcpu - b.vcpu,
);

/** The smallest Fargate task that holds all containers, or undefined when none does. */
export function fargateSize(containers: readonly ContainerSize[]): TaskSize | undefined {
  const vcpu = sum(containers.map(({ cpu }) => cpu ?? 0)) / UNITS_PER_VCPU;
  const gib = sum(containers.map(({ memory, memoryReservation }) => memoryReservation ?? memory ?? 0)) / MIB_PER_GIB;
  const size = SMALLEST_FIRST.find((one) => one.vcpu >= vcpu && one.gib >= gib);
  return size && { cpu: String(size.vcpu * UNITS_PER_VCPU), memory: String(size.gib * MIB_PER_GIB) };
}

function steps(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
