"""Network files for servers of tests, over the server's own slice of addresses."""

OUTPOST = "arn:aws:outposts:us-east-1:000000000000:outpost/op-0123456789abcdef0"


def parts(network) -> list:
    """The /24s of a slice."""
    return list(network.subnets(new_prefix=24))


def usual(network) -> str:
    """A default VPC over three zones with a range for endpoints, another one over two, and an Outpost."""
    part = parts(network)
    return f"""
outposts:
  - arn: {OUTPOST}
    zone: us-east-1b
vpcs:
  - id: vpc-0123456789abcdef0
    region: us-east-1
    default: true
    endpoints:
      ipv4: {part[10]}
    subnets:
      - {{id: subnet-a, zone: us-east-1a, ipv4: {part[0]}}}
      - {{id: subnet-b, zone: us-east-1b, ipv4: {part[1]}}}
      - {{id: subnet-c, zone: us-east-1c, ipv4: {part[2]}}}
      - {{id: subnet-rack, zone: us-east-1b, ipv4: {part[3]}, outpost: "{OUTPOST}"}}
  - id: vpc-0fedcba9876543210
    region: us-east-1
    subnets:
      - {{id: subnet-d, zone: us-east-1d, ipv4: {part[4]}}}
      - {{id: subnet-e, zone: us-east-1e, ipv4: {part[5]}}}
      - {{id: subnet-small, zone: us-east-1f, ipv4: {next(part[6].subnets(new_prefix=29))}}}
    security-groups:
      - id: sg-app
        description: What the application may reach
        ingress:
          - from: [10.0.0.0/8, sg-app]
            ports: 6379
"""
