"""The pipeline by hand, with plain boto3 clients against `logpipe sandbox serve`.

AWS's own Python SDK parses every answer of the sandbox with its own model of the services, which no code of this
repository can do for itself: a wrong element name, type or status shows here. Errors are checked for what callers
branch on: code, HTTP status and message.

    walkthrough.py <path of the logpipe binary>
"""

import gzip
import json
import sys
import tempfile
import time
import warnings
from pathlib import Path

import boto3
import botocore
from botocore.exceptions import ClientError

from serving import ADMINISTRATOR, REGION, Sandbox

ARCHIVE, SOURCE = "999999999999", "111111111111"
BUCKET = "walkthrough-999999999999"
STREAM, DESTINATION, GROUP = "walkthrough", "walkthrough", "/app/walkthrough"
STREAM_ARN = f"arn:aws:firehose:{REGION}:{ARCHIVE}:deliverystream/{STREAM}"
DESTINATION_ARN = f"arn:aws:logs:{REGION}:{ARCHIVE}:destination:{DESTINATION}"
MARK = "written by boto3"

checked = 0
wrong = []


def check(what, found, expect):
    """Notes a value that is not as AWS documents it, and goes on, so that one run tells everything."""
    global checked
    checked += 1
    if found != expect:
        wrong.append(f"{what}: {found!r} instead of {expect!r}")


def refused(call, code, status, words, **arguments):
    """Expects an error with this code and status, and these words in its message."""
    try:
        call(**arguments)
    except ClientError as error:
        answer = error.response
        message, metadata = answer["Error"]["Message"], answer["ResponseMetadata"]
        what = f"{error.operation_name}, refused with {code}"
        check(f"code of {what} ({message})", answer["Error"]["Code"], code)
        check(f"status of {what}", metadata["HTTPStatusCode"], status)
        check(f"{words!r} in the message {message!r} of {what}", words in message, True)
        check(f"a request id of {what}", bool(metadata.get("RequestId")), True)
        return
    check(f"{call.__name__} with {arguments}", "an answer", code)


class Account:
    """Clients with the credentials of a role that is assumed in an account."""

    def __init__(self, sandbox, account):
        answer = sandbox.administrator(account, "walkthrough")
        check("the session", answer["AssumedRoleUser"]["Arn"], f"arn:aws:sts::{account}:assumed-role/{ADMINISTRATOR}/walkthrough")
        keys = answer["Credentials"]
        assert keys["Expiration"].tzinfo, "the expiry is not a time with a zone"

        def client(service):
            return sandbox.client(service, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])

        self.sts, self.s3, self.iam = client("sts"), client("s3"), client("iam")
        self.firehose, self.logs = client("firehose"), client("logs")
        check("the account", self.sts.get_caller_identity()["Account"], account)


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def bucket(s3):
    refused(s3.head_bucket, "404", 404, "Not Found", Bucket=BUCKET)
    place = {"LocationConstraint": REGION}
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
    refused(s3.create_bucket, "BucketAlreadyOwnedByYou", 409, "you already own it", Bucket=BUCKET, CreateBucketConfiguration=place)
    check("the location", s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"], REGION)
    check("the region", s3.head_bucket(Bucket=BUCKET)["BucketRegion"], REGION)
    refused(s3.get_bucket_tagging, "NoSuchTagSet", 404, "TagSet does not exist", Bucket=BUCKET)
    tags = [{"Key": "made-by", "Value": "boto3"}]
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": tags})
    check("the tags", s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"], tags)
    closed = dict.fromkeys(["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"], True)
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=closed)
    check("public access", s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"], closed)
    refused(s3.get_bucket_lifecycle_configuration, "NoSuchLifecycleConfiguration", 404, "lifecycle configuration does not exist", Bucket=BUCKET)
    rule = {"ID": "expire", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 30}}
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": [rule]})
    check("the lifecycle", s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"], [rule])
    refused(s3.get_bucket_policy, "NoSuchBucketPolicy", 404, "bucket policy does not exist", Bucket=BUCKET)
    arns = [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]
    tls = policy({"Sid": "Tls", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": arns,
                  "Condition": {"Bool": {"aws:SecureTransport": "false"}}})
    s3.put_bucket_policy(Bucket=BUCKET, Policy=tls)
    check("the policy", json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"]), json.loads(tls))
    refused(s3.put_bucket_policy, "MalformedPolicy", 400, "", Bucket=BUCKET, Policy="{}")
    refused(s3.get_object, "NoSuchKey", 404, "key does not exist", Bucket=BUCKET, Key="none")


def role(iam, name, service, condition, *statements):
    refused(iam.get_role, "NoSuchEntity", 404, f"The role with name {name} cannot be found", RoleName=name)
    trust = policy({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole", "Condition": condition})
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, Tags=[{"Key": "made-by", "Value": "boto3"}])
    refused(iam.create_role, "EntityAlreadyExists", 409, f"Role with name {name} already exists", RoleName=name, AssumeRolePolicyDocument=trust)
    refused(iam.update_assume_role_policy, "MalformedPolicyDocument", 400, "", RoleName=name, PolicyDocument="{}")
    iam.put_role_policy(RoleName=name, PolicyName="delivery", PolicyDocument=policy(*statements))
    read = iam.get_role(RoleName=name)["Role"]
    # botocore decodes the URL encoding of policy documents, and parses them.
    check("the trust", read["AssumeRolePolicyDocument"], json.loads(trust))
    check("the role's tags", read["Tags"], [{"Key": "made-by", "Value": "boto3"}])
    found = iam.get_role_policy(RoleName=name, PolicyName="delivery")["PolicyDocument"]
    check("the role's policy", found, json.loads(policy(*statements)))
    check("the role's policies", iam.list_role_policies(RoleName=name)["PolicyNames"], ["delivery"])
    check("attached policies", iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"], [])
    refused(iam.delete_role, "DeleteConflict", 409, "must delete policies first", RoleName=name)
    return made["Role"]["Arn"]


def stream(sandbox, firehose, role_arn):
    refused(firehose.describe_delivery_stream, "ResourceNotFoundException", 400, STREAM, DeliveryStreamName=STREAM)
    target = {
        "RoleARN": role_arn,
        "BucketARN": f"arn:aws:s3:::{BUCKET}",
        "Prefix": "logs/",
        "ErrorOutputPrefix": "errors/",
        "BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 60},
        "CompressionFormat": "UNCOMPRESSED",
    }
    new = {"DeliveryStreamName": STREAM, "DeliveryStreamType": "DirectPut", "ExtendedS3DestinationConfiguration": target}
    refused(firehose.create_delivery_stream, "InvalidArgumentException", 400, "unable to assume role", **new)
    # IAM is eventually consistent, in the sandbox as in AWS.
    sandbox.pass_time(15)
    check("the stream's ARN", firehose.create_delivery_stream(**new)["DeliveryStreamARN"], STREAM_ARN)
    refused(firehose.create_delivery_stream, "ResourceInUseException", 400, STREAM, **new)
    described = wait_active(sandbox, firehose)
    s3 = described["Destinations"][0]["ExtendedS3DestinationDescription"]
    for field in ["RoleARN", "BucketARN", "Prefix", "ErrorOutputPrefix", "BufferingHints", "CompressionFormat"]:
        check(field, s3[field], target[field])
    update = {"DeliveryStreamName": STREAM, "DestinationId": described["Destinations"][0]["DestinationId"],
              "ExtendedS3DestinationUpdate": {"BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 60}}}
    refused(firehose.update_destination, "ConcurrentModificationException", 400, "", CurrentDeliveryStreamVersionId="77", **update)
    firehose.update_destination(CurrentDeliveryStreamVersionId=described["VersionId"], **update)
    firehose.tag_delivery_stream(DeliveryStreamName=STREAM, Tags=[{"Key": "made-by", "Value": "boto3"}])
    check("the stream's tags", firehose.list_tags_for_delivery_stream(DeliveryStreamName=STREAM)["Tags"], [{"Key": "made-by", "Value": "boto3"}])
    check("the streams", firehose.list_delivery_streams()["DeliveryStreamNames"], [STREAM])


def wait_active(sandbox, firehose):
    for _ in range(20):
        described = firehose.describe_delivery_stream(DeliveryStreamName=STREAM)["DeliveryStreamDescription"]
        if described["DeliveryStreamStatus"] == "ACTIVE":
            return described
        check("the status", described["DeliveryStreamStatus"], "CREATING")
        sandbox.pass_time(10)
    raise AssertionError("the stream never became ACTIVE")


def destination(sandbox, logs, role_arn):
    sandbox.pass_time(15)
    made = logs.put_destination(destinationName=DESTINATION, targetArn=STREAM_ARN, roleArn=role_arn)["destination"]
    check("the destination's ARN", made["arn"], DESTINATION_ARN)
    logs.tag_resource(resourceArn=DESTINATION_ARN, tags={"made-by": "boto3"})
    check("the destination's tags", logs.list_tags_for_resource(resourceArn=DESTINATION_ARN)["tags"], {"made-by": "boto3"})
    check("the destinations", [one["arn"] for one in logs.describe_destinations()["destinations"]], [DESTINATION_ARN])
    return made


def sender(logs):
    refused(logs.describe_subscription_filters, "ResourceNotFoundException", 400, "log group does not exist", logGroupName=GROUP)
    logs.create_log_group(logGroupName=GROUP, tags={"made-by": "boto3"})
    refused(logs.create_log_group, "ResourceAlreadyExistsException", 400, "already exists", logGroupName=GROUP)
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=30)
    refused(logs.put_retention_policy, "InvalidParameterException", 400, "", logGroupName=GROUP, retentionInDays=31)
    found = logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"][0]
    check("the log group", (found["arn"], found["retentionInDays"]), (f"arn:aws:logs:{REGION}:{SOURCE}:log-group:{GROUP}:*", 30))


def subscribe(archive, app):
    new = {"logGroupName": GROUP, "filterName": "walkthrough", "filterPattern": "", "destinationArn": DESTINATION_ARN}
    refused(app.put_subscription_filter, "AccessDeniedException", 400, f"User with accountId: {SOURCE} is not authorized", **new)
    admit = policy({"Effect": "Allow", "Principal": {"AWS": SOURCE}, "Action": "logs:PutSubscriptionFilter", "Resource": DESTINATION_ARN})
    archive.put_destination_policy(destinationName=DESTINATION, accessPolicy=admit)
    app.put_subscription_filter(**new)
    found = app.describe_subscription_filters(logGroupName=GROUP)["subscriptionFilters"]
    check("the filters", [(one["filterName"], one["destinationArn"]) for one in found], [("walkthrough", DESTINATION_ARN)])
    refused(app.put_subscription_filter, "InvalidParameterException", 400, "", **{**new, "filterPattern": "{ broken"})


def deliver(sandbox, logs, s3):
    logs.create_log_stream(logGroupName=GROUP, logStreamName="one")
    event = {"timestamp": int(time.time() * 1000), "message": MARK}
    put = {"logGroupName": GROUP, "logStreamName": "one", "logEvents": [event]}
    refused(logs.put_log_events, "ResourceNotFoundException", 400, "log stream does not exist", **{**put, "logStreamName": "two"})
    # Simulated time is ahead by now; what is too old for AWS would be rejected in the answer.
    check("rejected events", logs.put_log_events(**put).get("rejectedLogEventsInfo"), None)
    check("the events", [one["message"] for one in logs.filter_log_events(logGroupName=GROUP)["events"]], [MARK])
    for _ in range(20):
        sandbox.pass_time(30)
        listed = s3.list_objects_v2(Bucket=BUCKET, Prefix="logs/").get("Contents", [])
        if listed:
            break
    body = s3.get_object(Bucket=BUCKET, Key=listed[0]["Key"])["Body"].read()
    check("the size", len(body), listed[0]["Size"])
    records = [json.loads(line) for line in split_json(gzip.decompress(body).decode())]
    sent = [record for record in records if record["messageType"] == "DATA_MESSAGE"]
    check("owner and log group", {(record["owner"], record["logGroup"]) for record in sent}, {(SOURCE, GROUP)})
    check("what was delivered", [one["message"] for record in sent for one in record["logEvents"]], [MARK])
    return [one["Key"] for one in listed]


def split_json(text):
    """JSON values one after the other, with nothing between them."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        _, end = decoder.raw_decode(text, at)
        yield text[at:end]
        at = end


def clean_up(sandbox, archive, app, keys):
    app.logs.delete_subscription_filter(logGroupName=GROUP, filterName="walkthrough")
    refused(app.logs.delete_subscription_filter, "ResourceNotFoundException", 400, "filter does not exist", logGroupName=GROUP, filterName="walkthrough")
    app.logs.delete_log_stream(logGroupName=GROUP, logStreamName="one")
    app.logs.delete_log_group(logGroupName=GROUP)
    archive.logs.delete_destination(destinationName=DESTINATION)
    refused(archive.logs.delete_destination, "ResourceNotFoundException", 400, "destination does not exist", destinationName=DESTINATION)
    archive.firehose.delete_delivery_stream(DeliveryStreamName=STREAM)
    sandbox.pass_time(60)
    refused(archive.firehose.describe_delivery_stream, "ResourceNotFoundException", 400, STREAM, DeliveryStreamName=STREAM)
    for name in ["walkthrough-firehose", "walkthrough-cwl"]:
        archive.iam.delete_role_policy(RoleName=name, PolicyName="delivery")
        archive.iam.delete_role(RoleName=name)
        refused(archive.iam.delete_role, "NoSuchEntity", 404, name, RoleName=name)
    refused(archive.s3.delete_bucket, "BucketNotEmpty", 409, "not empty", Bucket=BUCKET)
    deleted = archive.s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": key} for key in keys]})
    check("the deleted objects", sorted(one["Key"] for one in deleted["Deleted"]), sorted(keys))
    archive.s3.delete_bucket_policy(Bucket=BUCKET)
    archive.s3.delete_bucket(Bucket=BUCKET)
    refused(archive.s3.list_objects_v2, "NoSuchBucket", 404, "bucket does not exist", Bucket=BUCKET)


def walk(sandbox):
    refused(sandbox.client("sts", "SANDBOX000000000000").assume_role, "AccessDenied", 403, "is not authorized to perform: sts:AssumeRole",
            RoleArn=f"arn:aws:iam::{ARCHIVE}:role/None", RoleSessionName="walkthrough")
    archive, app = Account(sandbox, ARCHIVE), Account(sandbox, SOURCE)
    bucket(archive.s3)
    arns = [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]
    writer = role(archive.iam, "walkthrough-firehose", "firehose.amazonaws.com", {"StringEquals": {"sts:ExternalId": ARCHIVE}},
                  {"Effect": "Allow", "Action": ["s3:PutObject", "s3:GetBucketLocation", "s3:ListBucket"], "Resource": arns})
    senders = [f"arn:aws:logs:{REGION}:{account}:*" for account in (SOURCE, ARCHIVE)]
    stream(sandbox, archive.firehose, writer)
    forwarder = role(archive.iam, "walkthrough-cwl", "logs.amazonaws.com", {"StringLike": {"aws:SourceArn": senders}},
                     {"Effect": "Allow", "Action": "firehose:PutRecord", "Resource": STREAM_ARN})
    destination(sandbox, archive.logs, forwarder)
    sender(app.logs)
    subscribe(archive.logs, app.logs)
    keys = deliver(sandbox, app.logs, archive.s3)
    clean_up(sandbox, archive, app, keys)


def main():
    # A parser that has to guess says so in a warning.
    warnings.simplefilter("error")
    # boto3 announces the end of support for old versions of Python, which is no answer of the sandbox.
    warnings.filterwarnings("ignore", message="Boto3 will no longer support")
    binary = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        sandbox = Sandbox(binary, Path(folder))
        try:
            walk(sandbox)
        finally:
            sandbox.end()
    versions = f"boto3 {boto3.__version__}, botocore {botocore.__version__}"
    if wrong:
        sys.exit("\n".join([f"{versions}: {len(wrong)} of {checked} values are wrong", *wrong]))
    print(f"{versions}: the walk-through holds, {checked} values checked")


main()
