import type * as aws from "@pulumi/aws";
import { SettleError, unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { poll } from "../poll";
import { ABSENT } from "./certificate";

/** The wait for a certificate to be issued. Id: when it was; AWS knows of no such thing, so an import names the certificate. */
export const certificateValidation: ResourceType<
  aws.acm.CertificateValidationArgs,
  aws.acm.CertificateValidationState
> = {
  token: "aws:acm/certificateValidation:CertificateValidation",
  inputs: {
    certificateArn: { required: true, replaces: true },
    validationRecordFqdns: { replaces: true, carried: true },
  },
  outputs: [],

  async create(context, { certificateArn: CertificateArn }) {
    const acm = await context.clients.acm();
    let status = "unknown";
    const ask = async (): Promise<Date | undefined> => {
      const { Certificate: found } = await acm.describeCertificate({ CertificateArn });
      status = found?.Status ?? "";
      if (status === "FAILED") throw new SettleError(CertificateArn, `was refused: ${found?.FailureReason ?? status}`);
      return status === "ISSUED" ? (found?.IssuedAt ?? new Date(0)) : undefined;
    };
    const patience = { subject: CertificateArn, intervalMilliseconds: 500, timeoutSeconds: 75 * 60 };
    return (await poll(context, patience, ask, () => `its status is ${status}`)).toISOString();
  },

  async read({ clients }, id, known) {
    const CertificateArn = known.certificateArn ?? id;
    const found = await unlessAbsent((await clients.acm()).describeCertificate({ CertificateArn }), ABSENT);
    if (found?.Certificate?.Status !== "ISSUED") return undefined;
    return { id: (found.Certificate.IssuedAt ?? new Date(0)).toISOString(), certificateArn: CertificateArn };
  },

  async delete() {},
};
