"""What others make of `logpipe export cloudformation`.

cfn-lint checks the templates of every shipped topology, those of stack sets, and what a stack takes over. The aws command line checks
the calls that make stack sets. MiniStack makes stacks of some topologies, after which `logpipe plan --adopt` has nothing to
change but what is listed here. Where moto's address is given, it makes a stack set; that takes its extra `cloudformation`.

    cloudformation.py <path of the logpipe binary> <URL of MiniStack> [<URL of moto>]

The programs cfn-lint, shellcheck and aws are on the path.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import boto3
import yaml
from botocore.config import Config

ROOT = Path(__file__).parents[2]
FORMS = {
    "stacks": [],
    "self": ["--stack-set", "self-managed"],
    "service": ["--stack-set", "service-managed", "--ou", "ou-ab12-34567890"],
}
# MiniStack has no such types, so the calls are made here with the properties of the template.
UNKNOWN_TO_MINISTACK = {"AWS::Logs::Destination"}
# The types that it takes over.
IMPORTED_BY_MINISTACK = {"AWS::IAM::Role", "AWS::Logs::LogGroup", "AWS::S3::Bucket"}
# What a plan finds to change in what MiniStack's stacks have made, by kind: fields, and why.
KNOWN = {
    # MiniStack makes a bucket without the tags of its template.
    "s3_bucket": {"tags"},
    # `DescribeDeliveryStream` leaves it out; docs/second-opinions.md.
    "firehose_stream": {"file_extension"},
    # CloudFormation has no tags for these types.
    "iam_policy": {"tags"},
    "iam_instance_profile": {"tags"},
}


def run(*command, folder=None, environment=None, codes=(0,)):
    variables = {**os.environ, **(environment or {})}
    ran = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)
    if ran.returncode not in codes:
        sys.exit(f"{' '.join(map(str, command[:8]))} ended with {ran.returncode}\n{ran.stdout}\n{ran.stderr}")
    return ran


def lint(logpipe, folder):
    """Every template of every topology, as it is declared and as it is there."""
    exports = folder / "exports"
    # Beside those that are shipped, one with nearly every kind.
    rich = ROOT / "tests/it/cases/everything.yaml"
    for topology in [*sorted((ROOT / "topologies").glob("*.yaml")), rich]:
        for form, flags in FORMS.items():
            # The templates of other senders have nothing that these lack.
            if form != "stacks" and topology.stem not in {"organization", rich.stem}:
                continue
            out = exports / f"{topology.stem}-{topology.parent.name}-{form}"
            run(logpipe, "export", "cloudformation", topology, "--offline", "--out", out, *flags)
    there = folder / "there"
    there.mkdir()
    (there / "topology.yaml").write_text((ROOT / "topologies/quickstart.yaml").read_text())
    run(logpipe, "apply", "--sandbox", "--yes", folder=there)
    run(logpipe, "export", "cloudformation", "--sandbox", "--out", exports / "there", folder=there)
    templates = sorted(exports.glob("*/*.yaml"))
    run("cfn-lint", "--", *templates)
    scripts = sorted(exports.glob("*/*.sh"))
    run("shellcheck", *scripts)
    print(f"cfn-lint finds nothing in {len(templates)} templates, and shellcheck nothing in {len(scripts)} scripts")


class Emulator:
    def __init__(self, url):
        self.url = url

    def client(self, service, account, region):
        def made(name, **credentials):
            config = Config(retries={"total_max_attempts": 1})
            return boto3.client(name, region_name=region, endpoint_url=self.url, config=config, **credentials)

        start = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        role = f"arn:aws:iam::{account}:role/LogpipeDeployer"
        session = made("sts", **start).assume_role(RoleArn=role, RoleSessionName="stacks")["Credentials"]
        return made(
            service,
            aws_access_key_id=session["AccessKeyId"],
            aws_secret_access_key=session["SecretAccessKey"],
            aws_session_token=session["SessionToken"],
        )


def make_stack(emulator, name, file, account):
    """Makes the stack of one template; what the emulator has no type for is made by calls."""
    template, made = yaml.safe_load(file["text"]), []
    resources = template["Resources"]
    for id in [id for id, one in resources.items() if one["Type"] in UNKNOWN_TO_MINISTACK]:
        made.append(resources.pop(id))
        outputs = template.get("Outputs", {})
        for output in [output for output, one in outputs.items() if id in json.dumps(one)]:
            del outputs[output]
    region = file["region"]
    cloudformation = emulator.client("cloudformation", account, region)
    body = json.dumps(template)
    stack = cloudformation.create_stack(
        StackName=name, TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"]
    )["StackId"]
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    logs = emulator.client("logs", account, region)
    for one in made:
        properties = one["Properties"]
        called, tags = properties["DestinationName"], {tag["Key"]: tag["Value"] for tag in properties["Tags"]}
        arn = logs.put_destination(
            destinationName=called, targetArn=properties["TargetArn"], roleArn=properties["RoleArn"]
        )["destination"]["arn"]
        logs.put_destination_policy(destinationName=called, accessPolicy=properties["DestinationPolicy"])
        logs.tag_resource(resourceArn=arn, tags=tags)
    return cloudformation.describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])


def stacks(logpipe, folder, emulator, name):
    """Makes the stacks of a topology, and expects a plan to take over what they have made as it is."""
    folder = folder / f"stacks-{name}"
    folder.mkdir()
    text = (ROOT / f"topologies/{name}.yaml").read_text()
    shutil.copytree(ROOT / "topologies/policies", folder / "policies")
    (folder / "topology.yaml").write_text(text.replace(f"name: {name}\n", f"name: cfn-{name}\n"))
    export = json.loads(run(logpipe, "export", "cloudformation", "--offline", "-o", "json", folder=folder).stdout)
    accounts = yaml.safe_load(text)["accounts"]
    exports = set()
    for file in export["files"]:
        account = accounts[file["account"]]
        for output in make_stack(emulator, f"cfn-{name}", file, account if isinstance(account, str) else account["id"]):
            exports.add(output.get("ExportName"))
    environment = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    plan = ["plan", "--adopt", "--endpoint-url", emulator.url, "-o", "json"]
    steps = json.loads(run(logpipe, *plan, folder=folder, environment=environment).stdout)["steps"]
    left_out = {one["address"] for one in export["left_out"]}
    for step in steps:
        if step["address"] in left_out:
            continue
        if step["action"] not in {"adopt", "keep"}:
            sys.exit(f"{name}: {step['action']} {step['address']} after its stack was made: {step}")
        # What is taken over bears a tag that says so.
        changes = [change for change in step["changes"] if change["field"] != "tags.logpipe:adopted"]
        others = {change["field"].split(".")[0] for change in changes} - KNOWN.get(step["kind"], set())
        if others:
            sys.exit(f"{name}: {step['address']} differs in {sorted(others)}: {changes}")
    print(f"{name}: {len(steps)} resources of {len(export['files'])} stacks are as logpipe makes them")
    return exports


def imports(logpipe, folder, emulator):
    """Has stacks take over what logpipe has made, as far as MiniStack can import it."""
    folder = folder / "imports"
    folder.mkdir()
    text = (ROOT / "topologies/quickstart.yaml").read_text()
    (folder / "topology.yaml").write_text(text.replace("name: quickstart\n", "name: imported\n"))
    environment = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    run(logpipe, "apply", "--yes", "--endpoint-url", emulator.url, folder=folder, environment=environment)
    command = [logpipe, "export", "cloudformation", "--endpoint-url", emulator.url, "-o", "json"]
    files = {one["name"]: one for one in json.loads(run(*command, folder=folder, environment=environment).stdout)["files"]}
    file = files["archive.ap-northeast-1.import.yaml"]
    template, known = yaml.safe_load(file["text"]), json.loads(files["archive.ap-northeast-1.import.json"]["text"])
    known = [one for one in known if one["ResourceType"] in IMPORTED_BY_MINISTACK]
    names = {one["LogicalResourceId"] for one in known}
    template["Resources"] = {id: one for id, one in template["Resources"].items() if id in names}
    for one in template["Resources"].values():
        one.pop("DependsOn", None)
    cloudformation = emulator.client("cloudformation", "999999999999", file["region"])
    set_ = {"StackName": "imported", "ChangeSetName": "import"}
    cloudformation.create_change_set(
        **set_,
        ChangeSetType="IMPORT",
        TemplateBody=json.dumps(template),
        ResourcesToImport=known,
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    wait = {"WaiterConfig": {"Delay": 1, "MaxAttempts": 30}}
    cloudformation.get_waiter("change_set_create_complete").wait(**set_, **wait)
    cloudformation.execute_change_set(**set_)
    cloudformation.get_waiter("stack_import_complete").wait(StackName="imported", **wait)
    print(f"a stack takes over {len(known)} resources")


# Stands in front of the aws command line, which checks a call against CloudFormation's model without sending it.
CHECKED = """#!/bin/sh
case "$*" in
*describe-stack-set-operation*) echo SUCCEEDED ;;
*"describe-stack-set "*) [ -n "$THERE" ] ;;
*) "{aws}" "$@" --generate-cli-skeleton output >/dev/null && echo operation ;;
esac
"""


def stack_set_checked(folder):
    """Has the aws command line check the calls of the scripts."""
    programs = folder / "bin"
    programs.mkdir()
    (programs / "aws").write_text(CHECKED.format(aws=shutil.which("aws")))
    (programs / "aws").chmod(0o755)
    environment = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    scripts = sorted(folder.glob("exports/*/stack-set.sh"))
    for script in scripts:
        for there in ["", "yes"]:
            run("bash", script, environment={**environment, "THERE": there})
    print(f"the aws command line takes the calls of {len(scripts)} scripts")


def stack_set_made(logpipe, folder, emulator):
    """Makes a stack set of log groups with the script that comes with the template."""
    out = folder / "set"
    out.mkdir()
    (out / "topology.yaml").write_text((ROOT / "topologies/organization.yaml").read_text())
    run(logpipe, "export", "cloudformation", "--offline", "--out", ".", *FORMS["self"], folder=out)
    environment = {
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    run("bash", "stack-set.sh", folder=out, environment=environment)
    listed = run(
        *"aws cloudformation list-stack-instances --region ap-northeast-1 --output json".split(),
        *"--stack-set-name logpipe-organization-members".split(),
        environment=environment,
    )
    instances = json.loads(listed.stdout)["Summaries"]
    found = [(one["Account"], one["Region"], one["Status"]) for one in instances]
    if found != [("111111111111", "ap-northeast-1", "CURRENT")]:
        sys.exit(f"the stack set has {found}")
    print("moto makes a stack set with the script")


def main():
    logpipe, ministack = Path(sys.argv[1]).resolve(), Emulator(sys.argv[2])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lint(logpipe, folder)
        stack_set_checked(folder)
        exports = set()
        for topology in ["quickstart", "partitioned", "messages", "agent"]:
            exports |= stacks(logpipe, folder, ministack, topology)
        imports(logpipe, folder, ministack)
        if not {"agent-web-s3-arn", "cfn-agent-web-name"} <= exports:
            sys.exit(f"these are exported: {exports}")
        if len(sys.argv) > 3:
            stack_set_made(logpipe, folder, Emulator(sys.argv[3]))


if __name__ == "__main__":
    main()
