import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from "@aws-sdk/client-kms";
import { GetParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { callAws } from "@slipway/aws-runtime";
import { InvalidInputError } from "@slipway/core";
import * as z from "zod/mini";
import type { DataKeys, RecipientKey } from "../core/ports";

const recipientSchema = z.object({ KeyId: z.string(), PublicKey: z.string() });

/** Data keys under KMS, and recipients' public keys in SSM. */
export class KmsKeys implements DataKeys {
  constructor(
    private readonly kms: KMSClient,
    private readonly ssm: SSMClient,
  ) {}

  async decrypt(
    ciphertext: Uint8Array,
    keyId: string | undefined,
    context?: Readonly<Record<string, string>>,
  ): Promise<Uint8Array> {
    const command = new DecryptCommand({
      CiphertextBlob: ciphertext,
      ...(keyId !== undefined && { KeyId: keyId }),
      ...(context !== undefined && { EncryptionContext: context }),
    });
    const { Plaintext } = await callAws("kms:Decrypt", () => this.kms.send(command));
    if (Plaintext === undefined) throw new TypeError("KMS answered without a key");
    return Plaintext;
  }

  async create(keyId: string) {
    const command = new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: "AES_256" });
    const { Plaintext, CiphertextBlob } = await callAws(`kms:GenerateDataKey ${keyId}`, () => this.kms.send(command));
    if (Plaintext === undefined || CiphertextBlob === undefined) throw new TypeError("KMS answered without a key");
    return { plain: Plaintext, ciphertext: CiphertextBlob };
  }

  async recipientKey(parameter: string): Promise<RecipientKey> {
    const command = new GetParameterCommand({ Name: parameter, WithDecryption: true });
    const { Parameter } = await callAws(`ssm:GetParameter ${parameter}`, () => this.ssm.send(command));
    const read = recipientSchema.safeParse(parseJson(Parameter?.Value ?? ""));
    if (!read.success) throw new InvalidInputError(parameter, "is not JSON with a KeyId and a PublicKey");
    return { keyId: read.data.KeyId, publicKey: asPem(read.data.PublicKey) };
  }
}

/** Keys are kept as PEM, or as the bare base64 that a PEM has inside. */
function asPem(key: string): string {
  if (key.includes("-----BEGIN")) return key;
  const lines = key.replace(/\s+/g, "").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN PUBLIC KEY-----", ...lines, "-----END PUBLIC KEY-----", ""].join("\n");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
