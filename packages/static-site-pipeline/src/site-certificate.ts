import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** CloudFront takes certificates from there alone. */
const CERTIFICATE_REGION = "us-east-1";
const VALIDATION_SECONDS = 300;

/** Creates a certificate for a domain, and the record that proves it; answers the ARN once it is issued. */
export function createCertificate(
  name: string,
  { domain, zoneId }: { readonly domain: string; readonly zoneId: pulumi.Input<string> },
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const certificate = new aws.acm.Certificate(
    `${name}-certificate`,
    { domainName: domain, validationMethod: "DNS", region: CERTIFICATE_REGION },
    { parent },
  );
  const proof = certificate.domainValidationOptions.apply(([option]) => ({
    name: option?.resourceRecordName ?? "",
    type: option?.resourceRecordType ?? "CNAME",
    value: option?.resourceRecordValue ?? "",
  }));
  const record = new aws.route53.Record(
    `${name}-proof`,
    {
      zoneId,
      name: proof.name,
      type: proof.type,
      ttl: VALIDATION_SECONDS,
      records: [proof.value],
      // The same domain is proven by the same record each time.
      allowOverwrite: true,
    },
    { parent },
  );
  const validation = new aws.acm.CertificateValidation(
    `${name}-validation`,
    { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn], region: CERTIFICATE_REGION },
    { parent },
  );
  return validation.certificateArn;
}

/** Points a domain at a distribution, over IPv4 and IPv6. */
export function createAliases(
  name: string,
  { domain, zoneId }: { readonly domain: string; readonly zoneId: pulumi.Input<string> },
  distribution: aws.cloudfront.Distribution,
  parent: pulumi.Resource,
): void {
  for (const type of ["A", "AAAA"]) {
    new aws.route53.Record(
      `${name}-${type.toLowerCase()}`,
      {
        zoneId,
        name: domain,
        type,
        aliases: [{ name: distribution.domainName, zoneId: distribution.hostedZoneId, evaluateTargetHealth: false }],
      },
      { parent },
    );
  }
}
