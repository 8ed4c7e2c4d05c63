"""The network and the offerings that the documented examples speak of."""

import json

from examples import all_examples

#: Subnets by zone, as the examples have them: those of the default VPC, and those that only a subnet group has.
_DEFAULT = {"subnet-1a2b3c4d": "a", "subnet-a1b2c3d4": "c", "subnet-abcd1234": "e", "subnet-1234abcd": "b"}
_OTHERS = {"subnet-bcde2345": "e", "subnet-6f28c982": "a", "subnet-bcd382f3": "c", "subnet-845b3e7c0": "b"}


def network_file(network) -> str:
    ranges = network.subnets(new_prefix=24)

    def vpc(name: str, subnets: dict[str, str], default: bool) -> str:
        lines = [f"  - id: {name}", "    region: us-east-1", f"    default: {str(default).lower()}"]
        lines += ["    endpoints:", f"      ipv4: {next(ranges)}", "    subnets:"]
        for subnet, zone in subnets.items():
            lines += [f"      - id: {subnet}", f"        zone: us-east-1{zone}", f"        ipv4: {next(ranges)}"]
        return "\n".join(lines)

    return "\n".join(["vpcs:", vpc("vpc-91280df6", _DEFAULT, True), vpc("vpc-91280df7", _OTHERS, False), ""])


def offerings() -> str:
    """A file with the offerings of the examples' first answer, and with the one that is bought."""
    examples = all_examples()
    documented = examples["DescribeReservedCacheNodesOfferings 1"].output["ReservedCacheNodesOfferings"]
    bought = examples["PurchaseReservedCacheNodesOffering 1"].input["ReservedCacheNodesOfferingId"]
    entries = [_entry(each) for each in documented]
    if bought not in {entry["id"] for entry in entries}:
        entries.append(entries[0] | {"id": bought})
    return json.dumps({"offerings": entries})


def _entry(offering: dict) -> dict:
    charges = {f"{c['RecurringChargeFrequency'].lower()}Charge": c["RecurringChargeAmount"] for c in offering["RecurringCharges"]}
    return {
        "id": offering["ReservedCacheNodesOfferingId"],
        "nodeType": offering["CacheNodeType"],
        "years": offering["Duration"] // 31_536_000,
        "product": offering["ProductDescription"],
        "payment": offering["OfferingType"],
        "fixedPrice": offering["FixedPrice"],
        "usagePrice": offering["UsagePrice"],
    } | charges
