import type * as aws from "@pulumi/aws";
import type { ChangeAction, ResourceRecordSet, Route53, RRType } from "@aws-sdk/client-route-53";
import type { Context } from "../../context";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { ABSENT, plainName, untilInSync } from "./changes";

type Args = Plain<aws.route53.RecordArgs>;

/** Name in full: a program may leave the zone's name out. */
const qualified = (name: string, zoneName: string): string => {
  const plain = plainName(name);
  if (plain === "") return zoneName;
  return plain === zoneName || plain.endsWith(`.${zoneName}`) ? plain : `${plain}.${zoneName}`;
};

async function zoneNameOf(route53: Route53, Id: string): Promise<string> {
  return plainName((await route53.getHostedZone({ Id })).HostedZone?.Name);
}

/** TXT and SPF values are written without the quotes that Route 53 wants. */
const isText = (type: string): boolean => type === "TXT" || type === "SPF";
const quoted = (type: string, value: string): string => (isText(type) ? `"${value}"` : value);
const unquoted = (type: string, value: string): string => (isText(type) ? value.replace(/^"|"$/g, "") : value);

const recordSet = (inputs: Args, zoneName: string): ResourceRecordSet => {
  const [alias] = inputs.aliases ?? [];
  const [weight] = inputs.weightedRoutingPolicies ?? [];
  return {
    Name: qualified(inputs.name, zoneName),
    Type: inputs.type as RRType,
    HealthCheckId: inputs.healthCheckId,
    ResourceRecords: inputs.records?.map((value) => ({ Value: quoted(inputs.type, value) })),
    SetIdentifier: inputs.setIdentifier,
    TTL: inputs.ttl,
    Weight: weight?.weight,
    ...(alias !== undefined && {
      AliasTarget: {
        DNSName: alias.name,
        HostedZoneId: alias.zoneId,
        EvaluateTargetHealth: alias.evaluateTargetHealth,
      },
    }),
  };
};

async function change(context: Context, HostedZoneId: string, Action: ChangeAction, set: ResourceRecordSet) {
  const route53 = await context.clients.route53();
  const ChangeBatch = { Comment: "Managed by Pulumi", Changes: [{ Action, ResourceRecordSet: set }] };
  const { ChangeInfo } = await route53.changeResourceRecordSets({ HostedZoneId, ChangeBatch });
  await untilInSync(context, ChangeInfo);
}

/** What an id says: `zone_name_TYPE`, and `_set` where there is a set identifier. Names may hold underscores. */
function parseId(id: string): { zoneId: string; name: string; type: string; setIdentifier: string | undefined } {
  const [, zoneId = "", name = "", type = "", setIdentifier] =
    /^([A-Za-z0-9]+)_(.*?)_([A-Z]{1,5})(?:_(.+))?$/.exec(id) ?? [];
  return { zoneId, name, type, setIdentifier };
}

async function find(route53: Route53, id: string, zoneName: string): Promise<ResourceRecordSet | undefined> {
  const { zoneId: HostedZoneId, name, type, setIdentifier } = parseId(id);
  const StartRecordName = qualified(name, zoneName);
  const page = { HostedZoneId, StartRecordName, StartRecordType: type as RRType };
  const { ResourceRecordSets = [] } = await route53.listResourceRecordSets(page);
  return ResourceRecordSets.find(
    (each) => plainName(each.Name) === StartRecordName && each.Type === type && each.SetIdentifier === setIdentifier,
  );
}

const describe = (found: ResourceRecordSet, type: string) => ({
  aliases: found.AliasTarget && [
    {
      name: plainName(found.AliasTarget.DNSName),
      zoneId: found.AliasTarget.HostedZoneId ?? "",
      evaluateTargetHealth: found.AliasTarget.EvaluateTargetHealth ?? false,
    },
  ],
  healthCheckId: found.HealthCheckId ?? "",
  records: found.ResourceRecords?.map(({ Value = "" }) => unquoted(type, Value)),
  setIdentifier: found.SetIdentifier ?? "",
  ttl: found.AliasTarget === undefined ? found.TTL : undefined,
  type,
  weightedRoutingPolicies: found.Weight === undefined ? undefined : [{ weight: found.Weight }],
});

/** Record of a hosted zone: simple or weighted. Id: `zone_name_TYPE`, and `_set` where there is a set identifier. */
export const record: ResourceType<aws.route53.RecordArgs, aws.route53.RecordState> = {
  token: "aws:route53/record:Record",
  global: true,
  inputs: {
    aliases: { fields: { evaluateTargetHealth: true, name: true, zoneId: true } },
    allowOverwrite: { carried: true },
    healthCheckId: {},
    name: { required: true, replaces: true },
    records: {},
    setIdentifier: { replaces: true },
    ttl: {},
    // The official provider changes it in place by making another record.
    type: { required: true, replaces: true },
    weightedRoutingPolicies: { fields: { weight: true } },
    zoneId: { required: true, replaces: true },
  },
  outputs: ["fqdn"],
  identity: ["zoneId", "name", "type", "setIdentifier"],

  async create(context, inputs) {
    const { zoneId, type, setIdentifier, allowOverwrite } = inputs;
    const zoneName = await zoneNameOf(await context.clients.route53(), zoneId);
    await change(context, zoneId, allowOverwrite === true ? "UPSERT" : "CREATE", recordSet(inputs, zoneName));
    return [zoneId, plainName(inputs.name), type, ...(setIdentifier ? [setIdentifier] : [])].join("_");
  },

  async read({ clients }, id, known) {
    const route53 = await clients.route53();
    const { zoneId, name, type } = parseId(id);
    const zoneName = await unlessAbsent(zoneNameOf(route53, zoneId), ABSENT);
    const found = zoneName === undefined ? undefined : await find(route53, id, zoneName);
    if (found === undefined || zoneName === undefined) return undefined;
    const fqdn = qualified(name, zoneName);
    const isKnown = known.name !== undefined && qualified(known.name, zoneName) === fqdn;
    return { ...describe(found, type), fqdn, name: isKnown ? known.name : name, zoneId };
  },

  async update(context, _id, { inputs }) {
    const zoneName = await zoneNameOf(await context.clients.route53(), inputs.zoneId);
    await change(context, inputs.zoneId, "UPSERT", recordSet(inputs, zoneName));
  },

  async delete(context, id) {
    const route53 = await context.clients.route53();
    const { zoneId } = parseId(id);
    const zoneName = await unlessAbsent(zoneNameOf(route53, zoneId), ABSENT);
    const found = zoneName === undefined ? undefined : await find(route53, id, zoneName);
    if (found !== undefined) await change(context, zoneId, "DELETE", found);
  },
};
