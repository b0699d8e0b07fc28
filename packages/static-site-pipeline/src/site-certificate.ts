import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** CloudFront takes certificates from there alone. */
const CERTIFICATE_REGION = "us-east-1";
const VALIDATION_SECONDS = 300;

/** A domain, and where its records go. */
export interface DomainZone {
  readonly domain: string;
  readonly zoneId: pulumi.Input<string>;
}

/**
 * Creates a certificate for a domain, and the records that prove its names; answers the ARN once it is issued.
 *
 * @param others Names besides the domain, by what their records are called.
 */
export function createCertificate(
  name: string,
  { domain, zoneId }: DomainZone,
  others: Readonly<Record<string, string>>,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const alternatives = Object.values(others);
  const certificate = new aws.acm.Certificate(
    `${name}-certificate`,
    {
      domainName: domain,
      validationMethod: "DNS",
      region: CERTIFICATE_REGION,
      ...(alternatives.length === 0 ? {} : { subjectAlternativeNames: alternatives }),
    },
    { parent },
  );
  const records = Object.entries({ [`${name}-proof`]: domain, ...others }).map(([recordName, wanted]) => {
    // The list is in no certain order.
    const proof = certificate.domainValidationOptions.apply((options) => {
      const option = options.find(({ domainName }) => domainName === wanted) ?? options[0];
      return {
        name: option?.resourceRecordName ?? "",
        type: option?.resourceRecordType ?? "CNAME",
        value: option?.resourceRecordValue ?? "",
      };
    });
    return new aws.route53.Record(
      recordName,
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
  });
  const validation = new aws.acm.CertificateValidation(
    `${name}-validation`,
    {
      certificateArn: certificate.arn,
      validationRecordFqdns: records.map(({ fqdn }) => fqdn),
      region: CERTIFICATE_REGION,
    },
    { parent },
  );
  return validation.certificateArn;
}

/** Points a domain at a distribution, over IPv4 and IPv6. */
export function createAliases(
  name: string,
  { domain, zoneId }: DomainZone,
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
