import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService, type IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import type { Naming } from "./auto-name";
import { NotInStandInError } from "./errors";
import type { Difference } from "./diff";
import { StandInProvider } from "./provider";
import { serviceError } from "./status";
import { unknownOptions } from "./settings";
import { fromStruct, toStruct, withoutSecrets } from "./wire";

/** Version that the stand-in stands in for: the one of `@pulumi/aws`. */
export const PLUGIN_VERSION = "7.48.0";

/** The largest message of the engine (400 MB), which large state and archives need. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(serviceError(error)),
      );
  };
}

const unimplemented = (method: string) => (): never => {
  throw Object.assign(new Error(`the local stand-in has no ${method}`), { code: grpc.status.UNIMPLEMENTED });
};

/** Resource type of a request; older engines send it in the URN only. */
function tokenOf(request: { getType(): string; getUrn(): string }): string {
  return request.getType() || (request.getUrn().split("::")[2]?.split("$").at(-1) ?? "");
}

const MODES = ["propose", "enforce", "disable"] as const;

function namingOf(request: messages.CheckRequest): Naming {
  const options = request.getAutonaming();
  return {
    logicalName: request.getName() || (request.getUrn().split("::").at(-1) ?? ""),
    seed: request.getRandomseed_asU8(),
    ...(options !== undefined && {
      proposal: { name: options.getProposedName(), mode: MODES[options.getMode()] ?? "propose" },
    }),
  };
}

function checkResponse(
  inputs: messages.CheckRequest["getNews"],
  failures: readonly { property: string; reason: string }[],
) {
  const list = failures.map(({ property, reason }) =>
    new messages.CheckFailure().setProperty(property).setReason(reason),
  );
  return new messages.CheckResponse().setInputs(inputs()).setFailuresList(list);
}

const KINDS = {
  add: [messages.PropertyDiff.Kind.ADD, messages.PropertyDiff.Kind.ADD_REPLACE],
  delete: [messages.PropertyDiff.Kind.DELETE, messages.PropertyDiff.Kind.DELETE_REPLACE],
  update: [messages.PropertyDiff.Kind.UPDATE, messages.PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

function diffResponse({ changes, replaces, deleteBeforeReplace }: Difference): messages.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse()
    .setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList([...new Set(changes.map(({ path }) => path.split(/[.[]/)[0] ?? path))])
    .setReplacesList([...replaces])
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const { path, kind, replaces: isReplacing } of changes) {
    const detail = new messages.PropertyDiff().setKind(KINDS[kind][isReplacing ? 1 : 0]).setInputdiff(true);
    response.getDetaileddiffMap().set(path, detail);
  }
  return response;
}

/** Provider options as they are compared: two provider configurations differ, but never force a replacement. */
function configDiff(request: messages.DiffRequest): Difference {
  const [olds, news] = [fromStruct(request.getOldInputs()), fromStruct(request.getNews())];
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  const changes = names
    .filter((name) => JSON.stringify(olds[name]) !== JSON.stringify(news[name]))
    .map((path) => ({ path, kind: "update" as const, replaces: false }));
  return { changes, replaces: [], deleteBeforeReplace: false };
}

function subjectOf(
  request: { getType(): string; getUrn(): string; getTimeout?(): number; getPreview?(): boolean },
  id: string,
) {
  return {
    token: tokenOf(request),
    id,
    timeoutSeconds: request.getTimeout?.() ?? 0,
    preview: request.getPreview?.() ?? false,
  };
}

function implementation(provider: StandInProvider): IResourceProviderServer {
  return {
    handshake: unary(() => new messages.ProviderHandshakeResponse().setSupportsAutonamingConfiguration(true)),
    getPluginInfo: unary(() => new PluginInfo().setVersion(PLUGIN_VERSION)),
    getSchema: unary(() =>
      new messages.GetSchemaResponse().setSchema(JSON.stringify({ name: "aws", version: PLUGIN_VERSION })),
    ),
    checkConfig: unary((request: messages.CheckRequest) =>
      checkResponse(
        () => request.getNews(),
        unknownOptions(fromStruct(request.getNews())).map((property) => ({
          property,
          reason: new NotInStandInError("provider option", property).message,
        })),
      ),
    ),
    diffConfig: unary((request: messages.DiffRequest) => diffResponse(configDiff(request))),
    configure: unary(async (request: messages.ConfigureRequest) => {
      // Keys given to a provider arrive marked as secrets: the engine marks configuration before it knows our answer.
      await provider.configure(withoutSecrets(fromStruct(request.getArgs())));
      // Secrets are not accepted, so the engine hands plain values over and marks what comes back under the same
      // name as secret again: exactly what it does for the official plugin.
      return new messages.ConfigureResponse().setSupportspreview(true).setSupportsAutonamingConfiguration(true);
    }),
    check: unary((request: messages.CheckRequest) => {
      const [olds, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
      const { inputs, failures } = provider.check(tokenOf(request), olds, news, namingOf(request));
      return checkResponse(() => toStruct(inputs), failures);
    }),
    diff: unary((request: messages.DiffRequest) => {
      const [olds, news] = [fromStruct(request.getOldInputs()), fromStruct(request.getNews())];
      return diffResponse(provider.diff(tokenOf(request), olds, fromStruct(request.getOlds()), news));
    }),
    create: unary(async (request: messages.CreateRequest) => {
      const { id, outputs } = await provider.create(subjectOf(request, ""), fromStruct(request.getProperties()));
      return new messages.CreateResponse().setId(id).setProperties(toStruct(outputs));
    }),
    read: unary(async (request: messages.ReadRequest) => {
      const [inputs, state] = [fromStruct(request.getInputs()), fromStruct(request.getProperties())];
      const reading = await provider.read(subjectOf(request, request.getId()), inputs, state);
      if (reading === undefined) return new messages.ReadResponse();
      return new messages.ReadResponse()
        .setId(reading.id)
        .setInputs(toStruct(reading.inputs))
        .setProperties(toStruct(reading.outputs));
    }),
    update: unary(async (request: messages.UpdateRequest) => {
      const [olds, state, news] = [request.getOldInputs(), request.getOlds(), request.getNews()].map(fromStruct);
      const change = { olds: olds ?? {}, state: state ?? {}, news: news ?? {} };
      const outputs = await provider.update(subjectOf(request, request.getId()), change);
      return new messages.UpdateResponse().setProperties(toStruct(outputs));
    }),
    delete: unary(async (request: messages.DeleteRequest) => {
      await provider.delete(subjectOf(request, request.getId()), fromStruct(request.getProperties()));
      return new Empty();
    }),
    invoke: unary(async (request: messages.InvokeRequest) => {
      const outputs = await provider.invoke(request.getTok(), fromStruct(request.getArgs()));
      return new messages.InvokeResponse().setReturn(toStruct(outputs));
    }),
    cancel: unary(() => {
      provider.cancel();
      return new Empty();
    }),
    attach: unary(() => new Empty()),
    parameterize: unary(unimplemented("Parameterize")),
    call: unary(unimplemented("Call")),
    construct: unary(unimplemented("Construct")),
    getMapping: unary(() => new messages.GetMappingResponse()),
    getMappings: unary(() => new messages.GetMappingsResponse()),
    list: (call) =>
      call.destroy(Object.assign(new Error("the local stand-in has no List"), { code: grpc.status.UNIMPLEMENTED })),
  };
}

/** Serves the provider on a free loopback port and answers that port. */
export async function serve(env: NodeJS.ProcessEnv): Promise<number> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  server.addService(ResourceProviderService, implementation(new StandInProvider(env)));
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}
