import { InvalidInputError, type IdSource, type Sleeper, type Stopwatch } from "@slipway/core";
import { Readable } from "node:stream";
import type { RecipientAnswer, Recipients } from "../agent/ports";
import { codeOf, reasonOf } from "../agent/reasons";
import {
  DataKeyAnswerError,
  DataKeyRefusedError,
  DataKeyServiceUnavailableError,
  DataKeyServiceUntrustedError,
  type DataKeyServiceError,
} from "../core/data-key-errors";
import { decryptUrl, readDataKeyAnswer, type DataKeyAnswer } from "../core/data-key-service";
import type { DataKeys } from "../core/ports";

/** What a client of a data key service works with. */
export interface DataKeyServiceParts {
  /** Sends requests, with certificates where the service wants some. */
  readonly requests: Recipients;
  readonly sleeper: Sleeper;
  readonly stopwatch: Stopwatch;
  readonly ids: IdSource;
}

/** Times that one data key is asked for, and milliseconds before the second; then twice as many each time. */
const TRIES = 5;
const FIRST_PAUSE = 1000;
/**
 * Milliseconds in which a service that was given up is not asked for other files: they would all wait as long. Less than
 * what is between two attempts of a job, so that none is lost to it.
 */
const REST = 4000;

/** A data key service: it decrypts data keys with keys that only it has. */
export class DataKeyService {
  private givenUp: { readonly at: number; readonly problem: string } | undefined;

  /** @param address Where `/datakey` is below, `https://`. */
  constructor(
    private readonly address: string,
    private readonly parts: DataKeyServiceParts,
  ) {}

  /**
   * A data key in plain. A service that is not available is asked five times, 15 seconds in all and what its silence takes.
   *
   * @throws DataKeyServiceError
   */
  async decrypt(ciphertext: Uint8Array, keyId: string): Promise<Uint8Array> {
    const { sleeper, stopwatch, ids } = this.parts;
    const correlationId = ids.next();
    const { givenUp } = this;
    if (givenUp !== undefined && stopwatch.elapsed() - givenUp.at < REST) {
      throw new DataKeyServiceUnavailableError(givenUp.problem, correlationId);
    }
    for (let tried = 1; ; tried += 1) {
      const answer = await this.ask(ciphertext, keyId, correlationId);
      if (answer.kind === "key") return answer.key;
      if (answer.kind !== "unavailable") throw errorOf(answer, keyId, correlationId);
      if (tried === TRIES) {
        this.givenUp = { at: stopwatch.elapsed(), problem: answer.problem };
        throw errorOf(answer, keyId, correlationId);
      }
      await sleeper.sleep(FIRST_PAUSE * 2 ** (tried - 1));
    }
  }

  private async ask(ciphertext: Uint8Array, keyId: string, correlationId: string): Promise<DataKeyAnswer> {
    const body = Buffer.from(Buffer.from(ciphertext).toString("base64"));
    const request = {
      url: decryptUrl(this.address, keyId, correlationId),
      headers: { "content-type": "text/plain", accept: "application/json" },
      bytes: body.length,
      open: async () => Readable.from([body]),
    };
    let answer: RecipientAnswer;
    try {
      answer = await this.parts.requests.send(request, new AbortController().signal);
    } catch (error) {
      const kind = isDistrust(error) ? "denied" : "unavailable";
      return { kind, problem: `cannot be asked: ${reasonOf(error)}` };
    }
    return readDataKeyAnswer(answer.status, answer.body);
  }
}

/** Our own secrets do not fit, or, by the codes of OpenSSL and Node, one side does not take the other's certificate. */
const isDistrust = (error: unknown): boolean =>
  error instanceof InvalidInputError ||
  /^(ERR_TLS_|ERR_SSL_|EPROTO|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_|HOSTNAME_)/.test(codeOf(error) ?? "");

function errorOf(
  answer: Exclude<DataKeyAnswer, { kind: "key" }>,
  keyId: string,
  correlationId: string,
): DataKeyServiceError {
  switch (answer.kind) {
    case "refused":
      return new DataKeyRefusedError(keyId, correlationId);
    case "denied":
      return new DataKeyServiceUntrustedError(answer.problem, correlationId);
    case "unavailable":
      return new DataKeyServiceUnavailableError(answer.problem, correlationId);
    case "unusable":
      return new DataKeyAnswerError(answer.problem, correlationId);
  }
}

/** Data keys of HTME are decrypted by the service, all others by what there is besides. */
export const withDataKeyService = (service: Pick<DataKeyService, "decrypt">, others: DataKeys): DataKeys => ({
  decrypt: (ciphertext, keyId, context) =>
    keyId === undefined ? others.decrypt(ciphertext, keyId, context) : service.decrypt(ciphertext, keyId),
  create: (keyId) => others.create(keyId),
  recipientKey: (parameter) => others.recipientKey(parameter),
});
