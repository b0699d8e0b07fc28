import type * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "@slipway/core";
import { DATA_KEY_SERVICE_SECRETS } from "./contract";
import { addressProblem } from "./core/data-key-service";
import type { DataEgressArgs } from "./data-egress";

/** Arguments that say what the service speaks TLS with to the data key service, by the parts that they hold. */
const SECRETS = {
  certificate: "dataKeyServiceCertificateSecret",
  privateKey: "dataKeyServicePrivateKeySecret",
  trust: "dataKeyServiceTrustSecret",
  keystore: "dataKeyServiceKeystoreSecret",
  truststore: "dataKeyServiceTruststoreSecret",
  keystorePassword: "dataKeyServiceKeystorePasswordSecret",
  truststorePassword: "dataKeyServiceTruststorePasswordSecret",
} as const satisfies Record<keyof typeof DATA_KEY_SERVICE_SECRETS, keyof DataEgressArgs>;

type Part = keyof typeof SECRETS;

/** The secrets for the data key service that there are, by variable. */
export const dataKeyServiceSecrets = (args: DataEgressArgs): Readonly<Record<string, pulumi.Input<string>>> =>
  Object.fromEntries(
    Object.entries(SECRETS).flatMap(([part, field]) => {
      const arn = args[field];
      return arn === undefined ? [] : [[DATA_KEY_SERVICE_SECRETS[part as Part], arn]];
    }),
  );

/** Sees that the arguments about the data key service fit together. @throws InvalidInputError naming one. */
export function checkDataKeyService(args: DataEgressArgs): void {
  const { dataKeyServiceUrl: address } = args;
  const field = "dataKeyServiceUrl";
  const given = Object.values(SECRETS).find((each) => args[each] !== undefined);
  if (address === undefined && given !== undefined) {
    throw new InvalidInputError(given, `is given without ${field}`, `say where the service is in ${field}`);
  }
  // What other resources tell is only known later; the service looks again.
  const problem = typeof address === "string" ? addressProblem(address) : undefined;
  if (problem !== undefined) {
    throw new InvalidInputError(field, problem, "write it like https://dks.example.org:8443");
  }
  if ((args[SECRETS.certificate] === undefined) !== (args[SECRETS.privateKey] === undefined)) {
    const [has, lacks] =
      args[SECRETS.certificate] === undefined
        ? [SECRETS.privateKey, SECRETS.certificate]
        : [SECRETS.certificate, SECRETS.privateKey];
    throw new InvalidInputError(lacks, `is not given, though ${has} is`, "give both, or a keystore");
  }
}
