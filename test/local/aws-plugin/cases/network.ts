import type * as aws from "@pulumi/aws";
import type { ConformanceCase } from "../conformance-case";

const vpc: ConformanceCase<aws.ec2.VpcArgs> = {
  token: "aws:ec2/vpc:Vpc",
  args: () => ({ cidrBlock: "10.20.0.0/16", tags: { Name: "first" } }),
  updateWith: () => ({ enableDnsHostnames: true, tags: { Name: "second" } }),
  replaceWith: () => ({ cidrBlock: "10.21.0.0/16" }),
};

const subnet: ConformanceCase<aws.ec2.SubnetArgs> = {
  token: "aws:ec2/subnet:Subnet",
  args: ({ vpcId }) => ({ vpcId, cidrBlock: "10.10.8.0/24", availabilityZone: "eu-west-2a", tags: { Name: "first" } }),
  updateWith: () => ({ mapPublicIpOnLaunch: true, tags: {} }),
  replaceWith: () => ({ availabilityZone: "eu-west-2b" }),
};

const egress = { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"], description: "out" };
const ingress = { protocol: "tcp", fromPort: 8080, toPort: 8080, self: true };

const securityGroup: ConformanceCase<aws.ec2.SecurityGroupArgs> = {
  token: "aws:ec2/securityGroup:SecurityGroup",
  args: ({ vpcId }) => ({ vpcId, egress: [egress], tags: { Name: "first" } }),
  updateWith: () => ({
    egress: [{ ...egress, protocol: "-1", fromPort: 0, toPort: 0 }],
    ingress: [ingress],
    tags: { Name: "second" },
  }),
  replaceWith: () => ({ description: "another" }),
};

const internetGateway: ConformanceCase<aws.ec2.InternetGatewayArgs> = {
  token: "aws:ec2/internetGateway:InternetGateway",
  args: ({ otherVpcId }) => ({ vpcId: otherVpcId, tags: { Name: "first" } }),
  updateWith: () => ({ tags: { Name: "second" } }),
};

const routeTable: ConformanceCase<aws.ec2.RouteTableArgs> = {
  token: "aws:ec2/routeTable:RouteTable",
  args: ({ vpcId, gatewayId }) => ({ vpcId, routes: [{ cidrBlock: "0.0.0.0/0", gatewayId }] }),
  updateWith: () => ({ tags: { Name: "second" } }),
  replaceWith: ({ otherVpcId }) => ({ vpcId: otherVpcId, routes: [] }),
};

const association: ConformanceCase<aws.ec2.RouteTableAssociationArgs> = {
  token: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  args: ({ subnetId, routeTableId }) => ({ subnetId, routeTableId }),
  replaceWith: ({ otherSubnetId, otherRouteTableId }) => ({ subnetId: otherSubnetId, routeTableId: otherRouteTableId }),
  importId: ({ subnetId, routeTableId }) => `${subnetId}/${routeTableId}`,
};

const egressRule: ConformanceCase<aws.vpc.SecurityGroupEgressRuleArgs> = {
  token: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  args: ({ ruledGroupId }) => ({
    securityGroupId: ruledGroupId,
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
    cidrIpv4: "0.0.0.0/0",
    description: "first",
  }),
  updateWith: () => ({ description: "second", toPort: 444 }),
  replaceWith: ({ otherRuledGroupId }) => ({ securityGroupId: otherRuledGroupId }),
};

const ingressRule: ConformanceCase<aws.vpc.SecurityGroupIngressRuleArgs> = {
  token: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  args: ({ ruledGroupId, groupId }) => ({
    securityGroupId: ruledGroupId,
    ipProtocol: "tcp",
    fromPort: 8080,
    toPort: 8080,
    referencedSecurityGroupId: groupId,
  }),
  updateWith: () => ({ description: "second" }),
  replaceWith: ({ otherRuledGroupId }) => ({ securityGroupId: otherRuledGroupId }),
};

/** Cases of the network types. */
export const networkCases: readonly ConformanceCase[] = [
  vpc,
  subnet,
  securityGroup,
  internetGateway,
  routeTable,
  association,
  egressRule,
  ingressRule,
];
