import {
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ListTagsForCertificateCommand,
  paginateListCertificates,
  RequestCertificateCommand,
  type ACMClient,
} from "@aws-sdk/client-acm";
import { callAws, isAwsError } from "@slipway/aws-runtime";
import { createHash } from "node:crypto";
import { StepFailedError } from "../core/errors";
import { tagsOf, type SitePlace } from "../core/site-names";
import type { DnsRecords } from "./site-dns-steps";

/** States from which a certificate never gets valid. */
const LOST: ReadonlySet<string | undefined> = new Set(["FAILED", "VALIDATION_TIMED_OUT", "REVOKED", "EXPIRED"]);

/** Certificates of sites, proven by DNS. CloudFront takes them from us-east-1 only. */
export class SiteCertificates {
  constructor(
    private readonly acm: ACMClient,
    private readonly dns: DnsRecords,
    private readonly place: SitePlace,
  ) {}

  /**
   * Asks for it once, and puts the records there that prove its names. @returns whether it is issued
   *
   * @param others Names besides the domain.
   */
  async ensure(
    siteId: string,
    domain: string,
    others: readonly string[],
    known: string | undefined,
  ): Promise<{ readonly arn: string; readonly issued: boolean }> {
    const arn = known ?? (await this.find(siteId, domain)) ?? (await this.request(siteId, domain, others));
    const described = await this.call("DescribeCertificate", () =>
      this.acm.send(new DescribeCertificateCommand({ CertificateArn: arn })),
    );
    const { Status, FailureReason, DomainValidationOptions = [] } = described.Certificate ?? {};
    if (LOST.has(Status)) {
      throw new StepFailedError("certificate", `${Status}: ${FailureReason ?? "no reason given"}`, {
        retryable: false,
      });
    }
    if (Status === "ISSUED") return { arn, issued: true };
    for (const { ResourceRecord: record } of DomainValidationOptions) {
      if (record?.Name !== undefined && record.Value !== undefined) await this.dns.prove(record.Name, record.Value);
    }
    return { arn, issued: false };
  }

  /** Removes it with the record that proved the domain. What still uses it is to let go of it first. */
  async remove(siteId: string, domain: string, known: string | undefined): Promise<boolean> {
    const arn = known ?? (await this.find(siteId, domain));
    if (arn === undefined) return true;
    try {
      const { Certificate } = await this.call("DescribeCertificate", () =>
        this.acm.send(new DescribeCertificateCommand({ CertificateArn: arn })),
      );
      for (const { ResourceRecord: record } of Certificate?.DomainValidationOptions ?? []) {
        if (record?.Name !== undefined) await this.dns.unprove(record.Name);
      }
      await this.call("DeleteCertificate", () => this.acm.send(new DeleteCertificateCommand({ CertificateArn: arn })));
      return true;
    } catch (error) {
      if (isAwsError(error, "ResourceNotFoundException")) return true;
      if (isAwsError(error, "ResourceInUseException")) return false;
      throw error;
    }
  }

  private async request(siteId: string, domain: string, others: readonly string[]): Promise<string> {
    const Tags = Object.entries(tagsOf(this.place, siteId)).map(([Key, Value]) => ({ Key, Value }));
    // AWS knows the token for an hour, and answers with the same certificate.
    const IdempotencyToken = createHash("sha256")
      .update([this.place.name, siteId, domain, ...others].join("/"))
      .digest("hex");
    const command = new RequestCertificateCommand({
      DomainName: domain,
      ...(others.length > 0 && { SubjectAlternativeNames: [domain, ...others] }),
      ValidationMethod: "DNS",
      IdempotencyToken: IdempotencyToken.slice(0, 32),
      Tags,
    });
    const { CertificateArn } = await this.call("RequestCertificate", () => this.acm.send(command));
    if (CertificateArn === undefined) throw new TypeError("acm:RequestCertificate answered without an ARN");
    return CertificateArn;
  }

  /** One that was asked for by a run that died before it wrote that down. */
  private async find(siteId: string, domain: string): Promise<string | undefined> {
    const pages = paginateListCertificates({ client: this.acm }, {});
    for await (const { CertificateSummaryList = [] } of pages) {
      for (const { CertificateArn, DomainName } of CertificateSummaryList) {
        if (DomainName === domain && CertificateArn !== undefined && (await this.isOf(CertificateArn, siteId))) {
          return CertificateArn;
        }
      }
    }
    return undefined;
  }

  private async isOf(CertificateArn: string, siteId: string): Promise<boolean> {
    const command = new ListTagsForCertificateCommand({ CertificateArn });
    const { Tags = [] } = await this.call("ListTagsForCertificate", () => this.acm.send(command));
    const wanted = Object.entries(tagsOf(this.place, siteId));
    return wanted.every(([key, value]) => Tags.some(({ Key, Value }) => Key === key && Value === value));
  }

  private call<T>(operation: string, run: () => Promise<T>): Promise<T> {
    return callAws(`acm:${operation}`, run);
  }
}
