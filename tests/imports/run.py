"""`logpipe import` of pipelines that other tools have made in emulators of AWS: a CloudFormation stack in MiniStack, and a
Terraform configuration in moto. Each has to become a topology that `plan --adopt` takes over without refusing anything, and
what it changes has to be told by `import` before.

    python tests/imports/run.py LOGPIPE MINISTACK_URL MOTO_URL

Without `terraform` and a mirror of its AWS provider, in the folder that LOGPIPE_TERRAFORM_PROVIDERS names or in
/opt/tf-plugins, its half is left out, and that is said.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

import boto3
from botocore.config import Config

REGION = "ap-northeast-1"
ARCHIVE = "999999999999"
SOURCE = "111111111111"
HERE = Path(__file__).parent
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


def client(url, service, account):
    """A client inside of an account, which the emulators know by the role that was assumed."""
    common = {"region_name": REGION, "endpoint_url": url}
    start = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    sts = boto3.client("sts", **common, **start)
    role = f"arn:aws:iam::{account}:role/LogpipeDeployer"
    keys = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return boto3.client(
        service,
        **common,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        config=Config(s3={"addressing_style": "path"}),
    )


class Import:
    """`logpipe import` in a folder of its own."""

    def __init__(self, logpipe, url):
        self.logpipe = str(Path(logpipe).resolve())
        self.url = url
        self.folder = Path(tempfile.mkdtemp())

    def run(self, arguments, exits=(0,)):
        command = [self.logpipe, *arguments, "--endpoint-url", self.url, "--json"]
        ran = subprocess.run(command, cwd=self.folder, env=KEYS, capture_output=True, text=True)
        assert ran.returncode in exits, f"{command}: {ran.returncode}\n{ran.stdout}\n{ran.stderr}"
        return json.loads(ran.stdout.splitlines()[-1])

    def of(self, pipeline):
        accounts = ["--account", f"archive={ARCHIVE}", "--account", f"app={SOURCE}"]
        way = ["--region", REGION, "--role-name", "LogpipeDeployer"]
        return self.run(["import", *accounts, *way, "--from", pipeline], exits=(0, 3))

    def check(self, pipeline, parts, codes, overwide, unread):
        """Imports, and expects these parts of the text, these codes, these actions and resources to be too much, and that the
        emulator cannot tell this (docs/second-opinions.md)."""
        said = self.of(pipeline)
        text = said["text"]
        for part in parts:
            assert part in text, f"{part!r} is not in\n{text}"
        found = sorted(one["code"] for one in said["inexpressible"])
        assert found == sorted(codes), f"{found}\n{text}"
        beyond = sorted(x for one in said["overwide"] for x in one["actions"] + one["resources"])
        assert beyond == sorted(overwide), beyond
        assert {one["what"] for one in said["unread"]} == unread, said["unread"]
        (self.folder / "topology.yaml").write_text(text)
        plan = self.run(["plan", "--adopt"])
        assert plan["summary"]["refuse"] == 0, plan
        told = {step["address"] for step in said["differences"]}
        for step in plan["steps"]:
            fields = [change["field"] for change in step["changes"]]
            marks = all(field.startswith(("tags.logpipe:", "foreign.")) for field in fields)
            taken_over = step["action"] in ("adopt", "keep") and marks
            assert taken_over or step["address"] in told, f"{step['address']} is not told: {fields}"
        self.run(["apply", "--adopt", "--yes"])
        return self.run(["plan"])


def stack(cloudformation, template, name, **parameters):
    """Creates a stack, and returns its outputs."""
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    body = (HERE / template).read_text()
    capabilities = ["CAPABILITY_NAMED_IAM"]
    cloudformation.create_stack(StackName=name, TemplateBody=body, Parameters=given, Capabilities=capabilities)
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    outputs = cloudformation.describe_stacks(StackName=name)["Stacks"][0].get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}


def cloudformation(logpipe, url):
    prefix = f"cfn-{uuid.uuid4().hex[:8]}"
    made = stack(
        client(url, "cloudformation", ARCHIVE), "archive.yaml", prefix, Prefix=prefix, SourceAccount=SOURCE
    )
    logs = client(url, "logs", ARCHIVE)
    # A type that neither emulator has.
    name = f"{prefix}-LogDestination"
    put = logs.put_destination(destinationName=name, targetArn=made["Stream"], roleArn=made["Role"])
    arn = put["destination"]["arn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": [SOURCE]},
        "Action": "logs:PutSubscriptionFilter",
        "Resource": arn,
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    logs.put_destination_policy(destinationName=name, accessPolicy=json.dumps(policy))
    stack(client(url, "cloudformation", SOURCE), "source.yaml", f"{prefix}-source", Prefix=prefix, DestinationArn=arn)

    parts = [
        f"      name: {prefix}-central-logs\n      prefix: \"CentralizedAccountLogs/\"\n",
        f"      name: {prefix}-Firehose-Logging\n      buffer_mb: 50\n",
        f"    firehose_role: {prefix}-FirehoseDeliveryRole-1ABCDEFGHIJKL\n",
        f"    cwl_role: {prefix}-CWLtoFirehoseRole-2ABCDEFGHIJKL\n",
        f"      - \"/cfn/{prefix}\"\n",
        f"      name: {prefix}-Filter-3ABCDEFGHIJKL\n      pattern: \"[timestamp, level = ERROR, message]\"\n",
    ]
    plan = Import(logpipe, url).check(name, parts, ["file_extension"], ["firehose:*", "iam:PassRole"], {"account_policies"})
    # MiniStack leaves the extension out of its answer (docs/second-opinions.md).
    left = [step for step in plan["steps"] if step["action"] != "keep"]
    fields = [change["field"] for step in left for change in step["changes"]]
    assert fields in ([], ["file_extension"]), left
    print("imported what CloudFormation has made in MiniStack")


def terraform(logpipe, url):
    binary = shutil.which("terraform")
    providers = Path(os.environ.get("LOGPIPE_TERRAFORM_PROVIDERS", "/opt/tf-plugins"))
    if binary is None or not (providers / "registry.terraform.io/hashicorp/aws").is_dir():
        print("there is no terraform with its AWS provider here: what it makes is not imported")
        return
    prefix = f"tf-{uuid.uuid4().hex[:8]}"
    folder = Path(tempfile.mkdtemp())
    shutil.copy(HERE / "main.tf", folder)
    variables = {"endpoint": url, "prefix": prefix, "archive": ARCHIVE, "source_account": SOURCE}
    mirror = f'provider_installation {{\n  filesystem_mirror {{ path = "{providers}" }}\n}}\n'
    (folder / "terraformrc").write_text(mirror)
    settings = {"TF_CLI_CONFIG_FILE": str(folder / "terraformrc"), "CHECKPOINT_DISABLE": "true"}
    environment = os.environ | settings | {f"TF_VAR_{name}": value for name, value in variables.items()}
    for arguments in (["init", "-input=false"], ["apply", "-input=false", "-auto-approve"]):
        ran = subprocess.run([binary, *arguments, "-no-color"], cwd=folder, env=environment, capture_output=True, text=True)
        assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"

    name = f"{prefix}-logs"
    parts = [
        "tags:\n  \"Environment\": prod\n  \"ManagedBy\": terraform\n",
        f"      name: {name}-20240607081122\n      prefix: \"AWSLogs/!{{timestamp:yyyy/MM/dd}}/\"\n",
        "      expire_days: 400\n",
        "      format: decompressed\n      compression: gzip\n",
        "      buffer_mb: 10\n      buffer_seconds: 120\n      error_log: false\n",
        f"    firehose_role: {name}-firehose-20240607081122\n",
        f"      - \"/terraform/{prefix}/api\"\n      - \"/terraform/{prefix}/web\"\n",
    ]
    check = Import(logpipe, url).check
    plan = check(name, parts, ["lifecycle_rule_beside"], ["s3:*", "*"], {"versioning", "account_policies"})
    left = [step["address"] for step in plan["steps"] if step["action"] != "keep"]
    assert left == [], left
    print("imported what Terraform has made in moto")


def main():
    logpipe, ministack, moto = sys.argv[1:]
    cloudformation(logpipe, ministack)
    terraform(logpipe, moto)


main()
