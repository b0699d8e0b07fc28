import type * as aws from "@pulumi/aws";
import type { EC2, Route } from "@aws-sdk/client-ec2";
import { same } from "../../compare";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { fromTagList } from "../tags";
import { ec2Arn, tagsOf, updateEc2Tags } from "./tags";

type Routes = NonNullable<Plain<aws.ec2.RouteTableArgs>["routes"]>;

const ABSENT = ["InvalidRouteTableID.NotFound", "InvalidRouteTableId.NotFound"] as const;
const LOCAL_GATEWAY = "local";

const routeRequest = (RouteTableId: string, route: Routes[number]) => ({
  RouteTableId,
  DestinationCidrBlock: route.cidrBlock,
  GatewayId: route.gatewayId || undefined,
  NatGatewayId: route.natGatewayId || undefined,
});

const describedRoute = (route: Route): Routes[number] => ({
  cidrBlock: route.DestinationCidrBlock,
  gatewayId: route.GatewayId ?? "",
  natGatewayId: route.NatGatewayId ?? "",
});

async function setRoutes(ec2: EC2, id: string, now: Routes, wanted: Routes): Promise<void> {
  const isIn = (route: Routes[number], routes: Routes): boolean => routes.some((other) => same(route, other));
  for (const route of now.filter((old) => !isIn(old, wanted))) {
    await ec2.deleteRoute({ RouteTableId: id, DestinationCidrBlock: route.cidrBlock });
  }
  for (const route of wanted.filter((route) => !isIn(route, now))) await ec2.createRoute(routeRequest(id, route));
}

/** EC2 route table with inline routes. Id: `rtb-…`. */
export const routeTable: ResourceType<aws.ec2.RouteTableArgs, aws.ec2.RouteTableState> = {
  token: "aws:ec2/routeTable:RouteTable",
  inputs: {
    routes: { computed: true, fields: { cidrBlock: true, gatewayId: true, natGatewayId: true } },
    tags: { kind: "map" },
    vpcId: { required: true, replaces: true },
  },
  outputs: ["arn", "ownerId", "propagatingVgws", "tagsAll"],

  async create({ clients }, { vpcId, tags }) {
    const { RouteTable } = await (
      await clients.ec2()
    ).createRouteTable({ VpcId: vpcId, TagSpecifications: tagsOf("route-table", tags) });
    return RouteTable?.RouteTableId ?? "";
  },

  async settle(context, id, { routes = [] }) {
    const now = (await this.read(context, id, {}))?.routes ?? [];
    await setRoutes(await context.clients.ec2(), id, now, routes);
  },

  async read(context, id) {
    const ec2 = await context.clients.ec2();
    const found = (await unlessAbsent(ec2.describeRouteTables({ RouteTableIds: [id] }), ...ABSENT))?.RouteTables?.[0];
    if (found === undefined) return undefined;
    return {
      arn: await ec2Arn(context, "route-table", id),
      ownerId: await context.accountId(),
      propagatingVgws: [],
      routes: (found.Routes ?? []).filter(({ GatewayId }) => GatewayId !== LOCAL_GATEWAY).map(describedRoute),
      tags: fromTagList(found.Tags),
      vpcId: found.VpcId,
    };
  },

  async update(context, id, change) {
    if (change.changed("routes")) await this.settle?.(context, id, change.inputs);
    await updateEc2Tags(await context.clients.ec2(), id, change);
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.ec2()).deleteRouteTable({ RouteTableId: id }), ...ABSENT);
  },
};
