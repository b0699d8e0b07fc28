import * as grpc from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { describe, InitialisationError } from "./errors";
import { toStruct } from "./wire";

/** gRPC carries structured error details under this metadata key, which grpc-js does not fill by itself. */
const DETAILS_KEY = "grpc-status-details-bin";

function initialisationDetails(error: InitialisationError): grpc.Metadata {
  const failed = new ErrorResourceInitFailed()
    .setId(error.id)
    .setProperties(toStruct({ ...error.outputs }))
    .setReasonsList([...error.reasons]);
  const details = new Any();
  details.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(error.message).setDetailsList([details]);
  const metadata = new grpc.Metadata();
  metadata.add(DETAILS_KEY, Buffer.from(status.serializeBinary()));
  return metadata;
}

const codeOf = (error: unknown): grpc.status =>
  error instanceof Error && "code" in error && error.code === grpc.status.UNIMPLEMENTED
    ? grpc.status.UNIMPLEMENTED
    : grpc.status.UNKNOWN;

/** An error as the engine reads it: the message, and the id of what exists already when a creation did not finish. */
export function serviceError(error: unknown): Partial<grpc.StatusObject> {
  return {
    code: codeOf(error),
    details: describe(error),
    ...(error instanceof InitialisationError && { metadata: initialisationDetails(error) }),
  };
}
