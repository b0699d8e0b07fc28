import * as aws from "@pulumi/aws";

/** Where tasks run. */
export interface Network {
  readonly subnets: aws.ec2.Subnet[];
  readonly securityGroup: aws.ec2.SecurityGroup;
}

const ZONES = ["a", "b"] as const;

/**
 * A network of two public subnets whose tasks may call out and cannot be called from outside it.
 *
 * Public subnets and public addresses, because pulling an image otherwise needs a NAT gateway, which costs more than all
 * of the demo's tasks.
 */
export function createNetwork(name: string, cidrBlock: string, region: string): Network {
  const vpc = new aws.ec2.Vpc(name, { cidrBlock, enableDnsHostnames: true, tags: { Name: name } });
  const gateway = new aws.ec2.InternetGateway(name, { vpcId: vpc.id, tags: { Name: name } }, { parent: vpc });
  const routes = new aws.ec2.RouteTable(
    name,
    { vpcId: vpc.id, routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway.id }], tags: { Name: name } },
    { parent: vpc },
  );
  const subnets = ZONES.map((zone, index) => {
    const subnet = new aws.ec2.Subnet(
      `${name}-${zone}`,
      {
        vpcId: vpc.id,
        availabilityZone: `${region}${zone}`,
        cidrBlock: cidrBlock.replace("0.0/16", `${index}.0/24`),
        tags: { Name: `${name}-${zone}` },
      },
      { parent: vpc },
    );
    new aws.ec2.RouteTableAssociation(
      `${name}-${zone}`,
      { subnetId: subnet.id, routeTableId: routes.id },
      { parent: subnet },
    );
    return subnet;
  });
  const securityGroup = new aws.ec2.SecurityGroup(
    name,
    {
      vpcId: vpc.id,
      description: "Tasks call out; the services of one network call each other",
      ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, self: true }],
      egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
    },
    { parent: vpc },
  );
  return { subnets, securityGroup };
}
