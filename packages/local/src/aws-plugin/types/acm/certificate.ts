import type * as aws from "@pulumi/aws";
import type { CertificateDetail, KeyAlgorithm, ValidationMethod } from "@aws-sdk/client-acm";
import type { CertificateTransparencyLoggingPreference } from "@aws-sdk/client-acm";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { applyTags, fromTagList, toTagList } from "../tags";

type Args = Plain<aws.acm.CertificateArgs>;

/** Name under which ACM says that a certificate does not exist. */
export const ABSENT = "ResourceNotFoundException";

const options = (given: Args["options"]) => ({
  CertificateTransparencyLoggingPreference: (given?.certificateTransparencyLoggingPreference ??
    "ENABLED") as CertificateTransparencyLoggingPreference,
});

/** Names beside the first; AWS lists that one as well. */
function alternatives({ DomainName, SubjectAlternativeNames = [] }: CertificateDetail): string[] {
  const others = SubjectAlternativeNames.filter((name) => name !== DomainName);
  return others.length === 0 ? SubjectAlternativeNames : others;
}

const describe = (id: string, found: CertificateDetail) => ({
  arn: id,
  domainName: found.DomainName,
  domainValidationOptions: found.DomainValidationOptions?.map(({ DomainName = "", ResourceRecord: record }) => ({
    domainName: DomainName,
    resourceRecordName: record?.Name,
    resourceRecordType: record?.Type,
    resourceRecordValue: record?.Value,
  })),
  keyAlgorithm: found.KeyAlgorithm?.replace("-", "_"),
  notAfter: found.NotAfter?.toISOString() ?? "",
  notBefore: found.NotBefore?.toISOString() ?? "",
  options: {
    certificateTransparencyLoggingPreference: found.Options?.CertificateTransparencyLoggingPreference ?? "ENABLED",
  },
  pendingRenewal: false,
  renewalEligibility: found.RenewalEligibility ?? "INELIGIBLE",
  renewalSummaries: [],
  status: found.Status,
  subjectAlternativeNames: alternatives(found),
  type: found.Type,
  validationEmails: [],
  validationMethod: found.DomainValidationOptions?.[0]?.ValidationMethod ?? "NONE",
});

/** Certificate that ACM issues for names whose zone one controls. Id: its ARN. Neither imported nor of a private CA. */
export const certificate: ResourceType<aws.acm.CertificateArgs, aws.acm.CertificateState> = {
  token: "aws:acm/certificate:Certificate",
  inputs: {
    domainName: { required: true, replaces: true },
    keyAlgorithm: { replaces: true, computed: true },
    options: { computed: true, fields: { certificateTransparencyLoggingPreference: true } },
    subjectAlternativeNames: { replaces: true, computed: true },
    tags: { kind: "map" },
    validationMethod: { replaces: true, computed: true },
  },
  outputs: [
    "arn",
    "domainValidationOptions",
    "notAfter",
    "notBefore",
    "pendingRenewal",
    "renewalEligibility",
    "renewalSummaries",
    "status",
    "tagsAll",
    "type",
    "validationEmails",
  ],

  async create({ clients }, inputs) {
    const { CertificateArn } = await (
      await clients.acm()
    ).requestCertificate({
      DomainName: inputs.domainName,
      KeyAlgorithm: inputs.keyAlgorithm as KeyAlgorithm | undefined,
      Options: options(inputs.options),
      SubjectAlternativeNames: inputs.subjectAlternativeNames,
      ...(inputs.tags !== undefined && { Tags: toTagList(inputs.tags) }),
      ValidationMethod: inputs.validationMethod as ValidationMethod | undefined,
    });
    return String(CertificateArn);
  },

  async read({ clients }, id) {
    const acm = await clients.acm();
    const found = (await unlessAbsent(acm.describeCertificate({ CertificateArn: id }), ABSENT))?.Certificate;
    if (found === undefined) return undefined;
    const { Tags } = await acm.listTagsForCertificate({ CertificateArn: id });
    return { ...describe(id, found), tags: fromTagList(Tags) };
  },

  async update({ clients }, id, change) {
    const acm = await clients.acm();
    if (change.changed("options")) {
      await acm.updateCertificateOptions({ CertificateArn: id, Options: options(change.inputs.options) });
    }
    await applyTags(
      change,
      (tags) => acm.addTagsToCertificate({ CertificateArn: id, Tags: toTagList(tags) }),
      (keys) => acm.removeTagsFromCertificate({ CertificateArn: id, Tags: keys.map((Key) => ({ Key })) }),
    );
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.acm()).deleteCertificate({ CertificateArn: id }), ABSENT);
  },
};
