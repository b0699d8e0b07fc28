import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { disconnect, setMockOptions } from "@pulumi/pulumi/runtime/settings";

/** A resource that a program registered, as the engine would have received it. */
export interface RecordedResource {
  /** Type token, e.g. `aws:sqs/queue:Queue`. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URN of the parent; empty for a resource at the root of the stack. */
  readonly parent: string;
  /** `urn::id` of the explicit provider; empty for the default provider. */
  readonly provider: string;
  readonly protect: boolean;
}

/** A provider function that a program called. */
export interface RecordedCall {
  /** Function token, e.g. `aws:ssm/getParametersByPath:getParametersByPath`. */
  readonly token: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly provider: string;
}

/** What `recordProgram` needs to know beside the program. */
export interface RecordOptions {
  /** @default "slipway" */
  readonly project?: string;
  /** @default "test" */
  readonly stack?: string;
  /** Whether the program runs as a preview. @default false */
  readonly preview?: boolean;
  /** What resources of a type have beside their inputs, e.g. the outputs of remote components. */
  readonly outputs?: Readonly<Record<string, (name: string) => Record<string, unknown>>>;
  /** Answers of provider functions by token; a call without an answer fails, naming its token. */
  readonly answers?: Readonly<Record<string, (inputs: Readonly<Record<string, unknown>>) => Record<string, unknown>>>;
}

/** What a program did. */
export interface Recording<T> {
  readonly result: T;
  readonly resources: readonly RecordedResource[];
  readonly calls: readonly RecordedCall[];
  /** All resources of one type, in the order of registration. */
  ofType(type: string): readonly RecordedResource[];
  /** The one resource with this logical name and, if given, type; fails when there is none or more than one. */
  resource(name: string, type?: string): RecordedResource;
}

interface RegistrationRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProtect(): boolean;
}

class RecordingMonitor extends MockMonitor {
  readonly registrations: { type: string; name: string; parent: string; protect: boolean }[] = [];

  override async registerResource(
    request: RegistrationRequest,
    callback: Parameters<MockMonitor["registerResource"]>[1],
  ): Promise<void> {
    this.registrations.push({
      type: request.getType(),
      name: request.getName(),
      parent: request.getParent(),
      protect: request.getProtect(),
    });
    return super.registerResource(request, callback);
  }
}

/** The account that recorded ARNs are in. */
export const RECORDED_ACCOUNT = "123456789012";

/** Id, ARN and name of a resource as made up by the recorder; everything else is the inputs unchanged. */
const recordedState = (type: string, name: string, inputs: Record<string, unknown>): Record<string, unknown> => {
  const service = type.split(":")[1]?.split("/")[0] ?? "unknown";
  const physicalName = typeof inputs["name"] === "string" ? inputs["name"] : name;
  return {
    arn: `arn:aws:${service}:eu-west-2:${RECORDED_ACCOUNT}:${physicalName}`,
    name: physicalName,
    url: `https://${service}.eu-west-2.amazonaws.com/${RECORDED_ACCOUNT}/${physicalName}`,
    ...inputs,
  };
};

/**
 * Runs a Pulumi program against mocks and tells what it registered and called.
 *
 * One program at a time per process: Pulumi keeps its settings in a global.
 * Remote components (`awsx`) are one opaque resource here, since no plugin builds their children.
 */
export async function recordProgram<T>(
  program: () => T | Promise<T>,
  options: RecordOptions = {},
): Promise<Recording<T>> {
  const details: { type: string; name: string; inputs: Record<string, unknown>; provider: string }[] = [];
  const calls: RecordedCall[] = [];
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ type, name, inputs, provider }) => {
      details.push({ type, name, inputs, provider: provider ?? "" });
      return { id: `${name}-id`, state: { ...recordedState(type, name, inputs), ...options.outputs?.[type]?.(name) } };
    },
    call: ({ token, inputs, provider }) => {
      calls.push({ token, inputs, provider: provider ?? "" });
      const answer = options.answers?.[token];
      if (answer === undefined) throw noAnswer(token);
      return answer(inputs);
    },
  };
  const project = options.project ?? "slipway";
  const stack = options.stack ?? "test";
  await pulumi.runtime.setMocks(mocks, project, stack, options.preview ?? false);
  const monitor = new RecordingMonitor(mocks);
  setMockOptions(monitor, project, stack, options.preview ?? false);

  const result = await program();
  await disconnect(false);

  const resources = details.map(({ type, name, inputs, provider }) => {
    const registration = monitor.registrations.find((one) => one.type === type && one.name === name);
    return {
      type,
      name,
      inputs,
      provider,
      parent: registration?.parent ?? "",
      protect: registration?.protect ?? false,
    };
  });
  return {
    result,
    resources,
    calls,
    ofType: (type) => resources.filter((resource) => resource.type === type),
    resource: (name, type) => only(resources, name, type),
  };
}

/** Shaped like a gRPC error: Pulumi reports its `details` and drops the message. */
const noAnswer = (token: string) => {
  const details = `no answer was given for ${token}`;
  return Object.assign(new Error(details), { details });
};

function only(resources: readonly RecordedResource[], name: string, type?: string): RecordedResource {
  const found = resources.filter((resource) => resource.name === name && (type ?? resource.type) === resource.type);
  const [first] = found;
  if (first === undefined || found.length > 1) {
    const known = resources.map((resource) => `${resource.type} ${resource.name}`).join("\n  ");
    throw new Error(`${found.length} resources are called ${name}; there are:\n  ${known}`);
  }
  return first;
}

/** The value of an output, once known. @throws what made the output fail. */
export const valueOf = <T>(output: pulumi.Output<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const settled = output.apply((value) => {
      resolve(value);
      return true;
    });
    pulumi.recover(settled, (error: unknown) => {
      reject(error instanceof Error ? error : new Error(String(error)));
      return false;
    });
  });
