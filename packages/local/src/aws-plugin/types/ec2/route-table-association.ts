import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";

const ABSENT = "InvalidAssociationID.NotFound";

/** Subnet that uses a route table. Id: `rtbassoc-…`; imported by `subnet/route table`. */
export const routeTableAssociation: ResourceType<
  aws.ec2.RouteTableAssociationArgs,
  aws.ec2.RouteTableAssociationState
> = {
  token: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  inputs: { routeTableId: { required: true }, subnetId: { replaces: true } },
  outputs: [],
  identity: ["subnetId"],

  async create({ clients }, { routeTableId, subnetId }) {
    const ec2 = await clients.ec2();
    const { AssociationId } = await ec2.associateRouteTable({ RouteTableId: routeTableId, SubnetId: subnetId });
    return AssociationId ?? "";
  },

  async read({ clients }, id) {
    const [subnetId = "", tableId] = id.split("/");
    const filter =
      tableId === undefined
        ? { Name: "association.route-table-association-id", Values: [id] }
        : { Name: "association.subnet-id", Values: [subnetId] };
    const { RouteTables } = await (await clients.ec2()).describeRouteTables({ Filters: [filter] });
    const found = RouteTables?.flatMap(({ Associations = [] }) => Associations).find(
      (association) => association.RouteTableAssociationId === id || association.SubnetId === subnetId,
    );
    if (found === undefined) return undefined;
    return { id: found.RouteTableAssociationId, routeTableId: found.RouteTableId, subnetId: found.SubnetId };
  },

  async update({ clients }, id, { inputs }) {
    const ec2 = await clients.ec2();
    await ec2.replaceRouteTableAssociation({ AssociationId: id, RouteTableId: inputs.routeTableId });
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.ec2()).disassociateRouteTable({ AssociationId: id }), ABSENT);
  },
};
