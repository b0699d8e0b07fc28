import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  type Route53Client,
} from "@aws-sdk/client-route-53";
import { callAws, isAwsError } from "@slipway/aws-runtime";
import { StepFailedError } from "../core/errors";

/** Zone of all CloudFront distributions. */
const CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2";
const ALIAS_TYPES = ["A", "AAAA"] as const;

/** Records in the zone of the sites. */
export interface DnsRecords {
  /** Points a domain at a distribution. */
  point(domain: string, distributionDomain: string): Promise<void>;
  /** Proves a domain for a certificate. */
  prove(name: string, value: string): Promise<void>;
  /** Removes the records of a domain that point at this distribution; those of anybody else stay. */
  unpoint(domain: string, distributionDomain: string): Promise<void>;
  /** Removes what proved a domain. */
  unprove(name: string): Promise<void>;
}

/** Records in Route 53. */
export class Route53Records implements DnsRecords {
  constructor(
    private readonly client: Route53Client,
    private readonly zoneId: string,
  ) {}

  async point(domain: string, distributionDomain: string): Promise<void> {
    for (const there of await this.find(domain, ALIAS_TYPES)) {
      if (pointsAt(there, distributionDomain)) continue;
      throw new StepFailedError("record", `${domain} points elsewhere already`, { retryable: false });
    }
    const AliasTarget = { HostedZoneId: CLOUDFRONT_ZONE, DNSName: distributionDomain, EvaluateTargetHealth: false };
    await this.change("UPSERT", ...ALIAS_TYPES.map((Type) => ({ Name: domain, Type, AliasTarget })));
  }

  async unpoint(domain: string, distributionDomain: string): Promise<void> {
    const found = await this.find(domain, ALIAS_TYPES);
    await this.remove(found.filter((each) => pointsAt(each, distributionDomain)));
  }

  async prove(name: string, value: string): Promise<void> {
    await this.change("UPSERT", { Name: name, Type: "CNAME", TTL: 300, ResourceRecords: [{ Value: value }] });
  }

  async unprove(name: string): Promise<void> {
    await this.remove(await this.find(name, ["CNAME"]));
  }

  private async find(name: string, types: readonly ("A" | "AAAA" | "CNAME")[]): Promise<readonly ResourceRecordSet[]> {
    const found: ResourceRecordSet[] = [];
    for (const type of types) {
      const command = new ListResourceRecordSetsCommand({
        HostedZoneId: this.zoneId,
        StartRecordName: name,
        StartRecordType: type,
        MaxItems: 1,
      });
      const { ResourceRecordSets: [first] = [] } = await this.call("ListResourceRecordSets", () =>
        this.client.send(command),
      );
      if (first?.Type === type && plain(first.Name) === plain(name)) found.push(first);
    }
    return found;
  }

  private async remove(records: readonly ResourceRecordSet[]): Promise<void> {
    if (records.length === 0) return;
    try {
      await this.change("DELETE", ...records);
    } catch (error) {
      // Somebody else removed them just now.
      if (!isAwsError(error, "InvalidChangeBatch") || !/not found/.test(error.message)) throw error;
    }
  }

  private async change(Action: "UPSERT" | "DELETE", ...records: readonly ResourceRecordSet[]): Promise<void> {
    const Changes = records.map((ResourceRecordSet) => ({ Action, ResourceRecordSet }));
    const command = new ChangeResourceRecordSetsCommand({ HostedZoneId: this.zoneId, ChangeBatch: { Changes } });
    await this.call("ChangeResourceRecordSets", () => this.client.send(command));
  }

  private call<T>(operation: string, run: () => Promise<T>): Promise<T> {
    return callAws(`route53:${operation} ${this.zoneId}`, run);
  }
}

const pointsAt = ({ AliasTarget }: ResourceRecordSet, domain: string): boolean =>
  plain(AliasTarget?.DNSName) === plain(domain);

/** Route 53 writes an asterisk as an octal number. */
const plain = (name = ""): string => name.toLowerCase().replace(/\.$/, "").replace("\\052", "*");
