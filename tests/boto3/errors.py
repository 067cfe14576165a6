"""Wrong calls, and what is answered: by AWS as its pages have it, by the sandbox, by moto and by MiniStack.

The sandbox has to answer every call as documented. The emulators are second opinions on what "as documented" means:
where one differs, its answer stands in docs/error-answers.md, which this program writes (--write) or compares.

    errors.py <path of the logpipe binary> <URL of moto> <URL of MiniStack> [--write]
"""

import json
import sys
import tempfile
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from serving import REGION, Sandbox

TABLE = Path(__file__).parents[2] / "docs" / "error-answers.md"
ROLE, STREAM, GROUP, DESTINATION = "errors-firehose", "errors", "/errors/group", "errors"
FORWARDER = "errors-cwl"


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(service):
    return policy({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})


class Place:
    """One account of one service that is asked, and the resources in it that the calls go wrong about."""

    def __init__(self, client, passing):
        self.sts, self.s3, self.iam = client("sts"), client("s3"), client("iam")
        self.firehose, self.logs = client("firehose"), client("logs")
        self.passing = passing
        self.account = self.sts.get_caller_identity()["Account"]
        self.bucket = f"errors-{self.account}"

    def arn(self, service, rest, region=REGION):
        return f"arn:aws:{service}:{region}:{self.account}:{rest}"

    def stream(self, **changes):
        target = {"RoleARN": self.arn("iam", f"role/{ROLE}", ""), "BucketARN": f"arn:aws:s3:::{self.bucket}"}
        return {"DeliveryStreamName": STREAM, "ExtendedS3DestinationConfiguration": {**target, **changes}}

    def prepare(self):
        self.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.s3.put_object(Bucket=self.bucket, Key="there", Body=b"x")
        arns = [f"arn:aws:s3:::{self.bucket}", f"arn:aws:s3:::{self.bucket}/*"]
        self.iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust("firehose.amazonaws.com"))
        allow = {"Effect": "Allow", "Action": ["s3:PutObject", "s3:GetBucketLocation", "s3:ListBucket"], "Resource": arns}
        self.iam.put_role_policy(RoleName=ROLE, PolicyName="delivery", PolicyDocument=policy(allow))
        self.iam.create_role(RoleName=FORWARDER, AssumeRolePolicyDocument=trust("logs.amazonaws.com"))
        allow = {"Effect": "Allow", "Action": "firehose:PutRecord*", "Resource": self.arn("firehose", f"deliverystream/{STREAM}")}
        self.iam.put_role_policy(RoleName=FORWARDER, PolicyName="forward", PolicyDocument=policy(allow))
        self.passing(60)
        self.firehose.create_delivery_stream(**self.stream())
        self.passing(120)
        self.logs.create_log_group(logGroupName=GROUP)
        self.logs.create_log_stream(logGroupName=GROUP, logStreamName="one")
        self.logs.put_destination(**self.destination())
        admit = {"Effect": "Allow", "Principal": {"AWS": self.account}, "Action": "logs:PutSubscriptionFilter", "Resource": self.arn("logs", f"destination:{DESTINATION}")}
        self.logs.put_destination_policy(destinationName=DESTINATION, accessPolicy=policy(admit))
        for name in ("first", "second"):
            self.logs.put_subscription_filter(**self.filter(filterName=name))

    def destination(self, **changes):
        named = {"destinationName": DESTINATION, "targetArn": self.arn("firehose", f"deliverystream/{STREAM}")}
        return {**named, "roleArn": self.arn("iam", f"role/{FORWARDER}", ""), **changes}

    def filter(self, **changes):
        arn = self.arn("firehose", f"deliverystream/{STREAM}")
        role = self.arn("iam", f"role/{FORWARDER}", "")
        return {"logGroupName": GROUP, "filterName": "third", "filterPattern": "", "destinationArn": arn, "roleArn": role, **changes}


IAM, S3, FIREHOSE = "IAM API Reference", "S3 API Reference", "Firehose API Reference"
LOGS, STS = "CloudWatch Logs API Reference", "STS API Reference"
GOOD = trust("firehose.amazonaws.com")

# What is wrong, the call, its arguments in a place, what AWS answers, and the page that says so.
CASES = [
    ("no such role", "iam.get_role", lambda p: {"RoleName": "none"}, ("NoSuchEntity", 404), f"{IAM}, GetRole"),
    ("no such role to delete", "iam.delete_role", lambda p: {"RoleName": "none"}, ("NoSuchEntity", 404), f"{IAM}, DeleteRole"),
    ("the role has policies", "iam.delete_role", lambda p: {"RoleName": ROLE}, ("DeleteConflict", 409), f"{IAM}, DeleteRole"),
    ("the role is there", "iam.create_role", lambda p: {"RoleName": ROLE, "AssumeRolePolicyDocument": GOOD}, ("EntityAlreadyExists", 409), f"{IAM}, CreateRole"),
    ("a trust policy that is no JSON", "iam.create_role", lambda p: {"RoleName": "new", "AssumeRolePolicyDocument": "{"}, ("MalformedPolicyDocument", 400), f"{IAM}, CreateRole"),
    ("a trust policy with a resource", "iam.create_role", lambda p: {"RoleName": "newer", "AssumeRolePolicyDocument": policy({"Effect": "Allow", "Principal": {"Service": "logs.amazonaws.com"}, "Action": "sts:AssumeRole", "Resource": "*"})}, ("MalformedPolicyDocument", 400), f"{IAM}, CreateRole"),
    ("a role name with a space", "iam.create_role", lambda p: {"RoleName": "a b", "AssumeRolePolicyDocument": GOOD}, ("ValidationError", 400), "IAM API Reference, Common Errors"),
    ("a trust policy that is no JSON, later", "iam.update_assume_role_policy", lambda p: {"RoleName": ROLE, "PolicyDocument": "{}"}, ("MalformedPolicyDocument", 400), f"{IAM}, UpdateAssumeRolePolicy"),
    ("a trust policy of no role", "iam.update_assume_role_policy", lambda p: {"RoleName": "none", "PolicyDocument": GOOD}, ("NoSuchEntity", 404), f"{IAM}, UpdateAssumeRolePolicy"),
    ("a role policy without an action", "iam.put_role_policy", lambda p: {"RoleName": ROLE, "PolicyName": "x", "PolicyDocument": policy({"Effect": "Allow", "Resource": "*"})}, ("MalformedPolicyDocument", 400), f"{IAM}, PutRolePolicy"),
    ("a role policy with a principal", "iam.put_role_policy", lambda p: {"RoleName": ROLE, "PolicyName": "x", "PolicyDocument": policy({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"})}, ("MalformedPolicyDocument", 400), f"{IAM}, PutRolePolicy"),
    ("a policy for no role", "iam.put_role_policy", lambda p: {"RoleName": "none", "PolicyName": "x", "PolicyDocument": policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})}, ("NoSuchEntity", 404), f"{IAM}, PutRolePolicy"),
    ("no such role policy", "iam.get_role_policy", lambda p: {"RoleName": ROLE, "PolicyName": "none"}, ("NoSuchEntity", 404), f"{IAM}, GetRolePolicy"),
    ("no such role policy to delete", "iam.delete_role_policy", lambda p: {"RoleName": ROLE, "PolicyName": "none"}, ("NoSuchEntity", 404), f"{IAM}, DeleteRolePolicy"),
    ("no such managed policy", "iam.attach_role_policy", lambda p: {"RoleName": ROLE, "PolicyArn": p.arn("iam", "policy/none", "")}, ("NoSuchEntity", 404), f"{IAM}, AttachRolePolicy"),
    ("a policy that is not attached", "iam.detach_role_policy", lambda p: {"RoleName": ROLE, "PolicyArn": p.arn("iam", "policy/none", "")}, ("NoSuchEntity", 404), f"{IAM}, DetachRolePolicy"),
    ("tags for no role", "iam.tag_role", lambda p: {"RoleName": "none", "Tags": [{"Key": "a", "Value": "b"}]}, ("NoSuchEntity", 404), f"{IAM}, TagRole"),
    ("policies of no role", "iam.list_role_policies", lambda p: {"RoleName": "none"}, ("NoSuchEntity", 404), f"{IAM}, ListRolePolicies"),
    ("a role that admits nobody", "sts.assume_role", lambda p: {"RoleArn": p.arn("iam", f"role/{ROLE}", ""), "RoleSessionName": "x1"}, ("AccessDenied", 403), f"{STS}, AssumeRole"),
    ("a session name with a space", "sts.assume_role", lambda p: {"RoleArn": p.arn("iam", "role/LogpipeDeployer", ""), "RoleSessionName": "a b"}, ("ValidationError", 400), "STS API Reference, Common Errors"),
    ("no such bucket", "s3.list_objects_v2", lambda p: {"Bucket": "errors-none-at-all"}, ("NoSuchBucket", 404), f"{S3}, Error responses"),
    ("no such bucket, asked for its head", "s3.head_bucket", lambda p: {"Bucket": "errors-none-at-all"}, ("404", 404), f"{S3}, HeadBucket"),
    ("no such bucket to delete", "s3.delete_bucket", lambda p: {"Bucket": "errors-none-at-all"}, ("NoSuchBucket", 404), f"{S3}, Error responses"),
    ("the bucket is there", "s3.create_bucket", lambda p: {"Bucket": p.bucket, "CreateBucketConfiguration": {"LocationConstraint": REGION}}, ("BucketAlreadyOwnedByYou", 409), f"{S3}, CreateBucket"),
    ("a bucket name with capitals", "s3.create_bucket", lambda p: {"Bucket": "Errors-Bucket", "CreateBucketConfiguration": {"LocationConstraint": REGION}}, ("InvalidBucketName", 400), f"{S3}, Error responses"),
    ("the bucket has objects", "s3.delete_bucket", lambda p: {"Bucket": p.bucket}, ("BucketNotEmpty", 409), f"{S3}, Error responses"),
    ("no such object", "s3.get_object", lambda p: {"Bucket": p.bucket, "Key": "none"}, ("NoSuchKey", 404), f"{S3}, GetObject"),
    ("no such object, asked for its head", "s3.head_object", lambda p: {"Bucket": p.bucket, "Key": "none"}, ("404", 404), f"{S3}, HeadObject"),
    ("the object is there", "s3.put_object", lambda p: {"Bucket": p.bucket, "Key": "there", "Body": b"y", "IfNoneMatch": "*"}, ("PreconditionFailed", 412), f"{S3}, PutObject"),
    ("the object is another one", "s3.put_object", lambda p: {"Bucket": p.bucket, "Key": "there", "Body": b"y", "IfMatch": '"0"'}, ("PreconditionFailed", 412), f"{S3}, PutObject"),
    ("no tags", "s3.get_bucket_tagging", lambda p: {"Bucket": p.bucket}, ("NoSuchTagSet", 404), f"{S3}, GetBucketTagging"),
    ("no policy", "s3.get_bucket_policy", lambda p: {"Bucket": p.bucket}, ("NoSuchBucketPolicy", 404), f"{S3}, Error responses"),
    ("no lifecycle", "s3.get_bucket_lifecycle_configuration", lambda p: {"Bucket": p.bucket}, ("NoSuchLifecycleConfiguration", 404), f"{S3}, GetBucketLifecycleConfiguration"),
    ("a bucket policy that is no JSON", "s3.put_bucket_policy", lambda p: {"Bucket": p.bucket, "Policy": "{"}, ("MalformedPolicy", 400), f"{S3}, Error responses"),
    ("a bucket policy about another bucket", "s3.put_bucket_policy", lambda p: {"Bucket": p.bucket, "Policy": policy({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::another-bucket/*"})}, ("MalformedPolicy", 400), f"{S3}, Error responses"),
    ("a policy for no bucket", "s3.put_bucket_policy", lambda p: {"Bucket": "errors-none-at-all", "Policy": policy({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::errors-none-at-all/*"})}, ("NoSuchBucket", 404), f"{S3}, Error responses"),
    ("tags for no bucket", "s3.put_bucket_tagging", lambda p: {"Bucket": "errors-none-at-all", "Tagging": {"TagSet": []}}, ("NoSuchBucket", 404), f"{S3}, Error responses"),
    ("two tags of one key", "s3.put_bucket_tagging", lambda p: {"Bucket": p.bucket, "Tagging": {"TagSet": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]}}, ("InvalidTag", 400), f"{S3}, PutBucketTagging"),
    ("no such stream", "firehose.describe_delivery_stream", lambda p: {"DeliveryStreamName": "none"}, ("ResourceNotFoundException", 400), f"{FIREHOSE}, DescribeDeliveryStream"),
    ("no such stream to delete", "firehose.delete_delivery_stream", lambda p: {"DeliveryStreamName": "none"}, ("ResourceNotFoundException", 400), f"{FIREHOSE}, DeleteDeliveryStream"),
    ("no such stream to write to", "firehose.put_record", lambda p: {"DeliveryStreamName": "none", "Record": {"Data": b"x"}}, ("ResourceNotFoundException", 400), f"{FIREHOSE}, PutRecord"),
    ("the stream is there", "firehose.create_delivery_stream", lambda p: p.stream(), ("ResourceInUseException", 400), f"{FIREHOSE}, CreateDeliveryStream"),
    ("a role that is not there", "firehose.create_delivery_stream", lambda p: {**p.stream(RoleARN=p.arn("iam", "role/none", "")), "DeliveryStreamName": "other"}, ("InvalidArgumentException", 400), f"{FIREHOSE}, CreateDeliveryStream"),
    ("a buffer of 5 seconds too many", "firehose.create_delivery_stream", lambda p: {**p.stream(BufferingHints={"SizeInMBs": 5, "IntervalInSeconds": 905}), "DeliveryStreamName": "another"}, ("ValidationException", 400), f"{FIREHOSE}, BufferingHints"),
    ("another version of the stream", "firehose.update_destination", lambda p: {"DeliveryStreamName": STREAM, "CurrentDeliveryStreamVersionId": "77", "DestinationId": "destinationId-000000000001", "ExtendedS3DestinationUpdate": {"Prefix": "x/"}}, ("ConcurrentModificationException", 400), f"{FIREHOSE}, UpdateDestination"),
    ("tags for no stream", "firehose.tag_delivery_stream", lambda p: {"DeliveryStreamName": "none", "Tags": [{"Key": "a", "Value": "b"}]}, ("ResourceNotFoundException", 400), f"{FIREHOSE}, TagDeliveryStream"),
    ("the log group is there", "logs.create_log_group", lambda p: {"logGroupName": GROUP}, ("ResourceAlreadyExistsException", 400), f"{LOGS}, CreateLogGroup"),
    ("a log group name with a space", "logs.create_log_group", lambda p: {"logGroupName": "a b"}, ("InvalidParameterException", 400), f"{LOGS}, CreateLogGroup"),
    ("no such log group to delete", "logs.delete_log_group", lambda p: {"logGroupName": "none"}, ("ResourceNotFoundException", 400), f"{LOGS}, DeleteLogGroup"),
    ("the log stream is there", "logs.create_log_stream", lambda p: {"logGroupName": GROUP, "logStreamName": "one"}, ("ResourceAlreadyExistsException", 400), f"{LOGS}, CreateLogStream"),
    ("a log stream in no log group", "logs.create_log_stream", lambda p: {"logGroupName": "none", "logStreamName": "one"}, ("ResourceNotFoundException", 400), f"{LOGS}, CreateLogStream"),
    ("events for no log stream", "logs.put_log_events", lambda p: {"logGroupName": GROUP, "logStreamName": "none", "logEvents": [{"timestamp": 1, "message": "x"}]}, ("ResourceNotFoundException", 400), f"{LOGS}, PutLogEvents"),
    ("31 days of retention", "logs.put_retention_policy", lambda p: {"logGroupName": GROUP, "retentionInDays": 31}, ("InvalidParameterException", 400), f"{LOGS}, PutRetentionPolicy"),
    ("retention of no log group", "logs.put_retention_policy", lambda p: {"logGroupName": "none", "retentionInDays": 30}, ("ResourceNotFoundException", 400), f"{LOGS}, PutRetentionPolicy"),
    ("filters of no log group", "logs.describe_subscription_filters", lambda p: {"logGroupName": "none"}, ("ResourceNotFoundException", 400), f"{LOGS}, DescribeSubscriptionFilters"),
    ("a third filter", "logs.put_subscription_filter", lambda p: p.filter(), ("LimitExceededException", 400), f"{LOGS}, PutSubscriptionFilter"),
    ("a filter pattern that is none", "logs.put_subscription_filter", lambda p: p.filter(filterName="first", filterPattern="{ broken"), ("InvalidParameterException", 400), f"{LOGS}, PutSubscriptionFilter"),
    ("a filter of no log group", "logs.put_subscription_filter", lambda p: p.filter(logGroupName="none"), ("ResourceNotFoundException", 400), f"{LOGS}, PutSubscriptionFilter"),
    ("a filter to a stream that is not there", "logs.put_subscription_filter", lambda p: p.filter(filterName="first", destinationArn=p.arn("firehose", "deliverystream/none")), ("InvalidParameterException", 400), f"{LOGS}, PutSubscriptionFilter"),
    ("no such filter", "logs.delete_subscription_filter", lambda p: {"logGroupName": GROUP, "filterName": "none"}, ("ResourceNotFoundException", 400), f"{LOGS}, DeleteSubscriptionFilter"),
    ("no such destination", "logs.delete_destination", lambda p: {"destinationName": "none"}, ("ResourceNotFoundException", 400), f"{LOGS}, DeleteDestination"),
    ("a policy for no destination", "logs.put_destination_policy", lambda p: {"destinationName": "none", "accessPolicy": policy({"Effect": "Allow", "Principal": {"AWS": p.account}, "Action": "logs:PutSubscriptionFilter", "Resource": p.arn("logs", "destination:none")})}, ("ResourceNotFoundException", 400), f"{LOGS}, PutDestinationPolicy"),
    ("a destination policy that is no JSON", "logs.put_destination_policy", lambda p: {"destinationName": DESTINATION, "accessPolicy": "{"}, ("InvalidParameterException", 400), f"{LOGS}, PutDestinationPolicy"),
    ("a destination of no stream", "logs.put_destination", lambda p: p.destination(targetArn=p.arn("firehose", "deliverystream/none")), ("InvalidParameterException", 400), f"{LOGS}, PutDestination"),
]


def answer(place, call, arguments):
    """Code and status of the refusal, or `accepted`; what has not the shape of an error is said as well."""
    service, operation = call.split(".")
    try:
        getattr(getattr(place, service), operation)(**arguments)
    except ClientError as error:
        said, metadata = error.response["Error"], error.response["ResponseMetadata"]
        missing = "" if said.get("Message") else ", no message"
        missing += "" if metadata.get("RequestId") else ", no request id"
        return f"{said['Code']} {metadata['HTTPStatusCode']}{missing}"
    return "accepted"


def clients(url, key, secret="sandbox", token=None):
    config = Config(retries={"mode": "standard", "total_max_attempts": 1}, s3={"addressing_style": "path"})
    credentials = {"aws_access_key_id": key, "aws_secret_access_key": secret, "aws_session_token": token}
    return lambda service: boto3.client(service, region_name=REGION, endpoint_url=url, config=config, **credentials)


def in_the_sandbox(sandbox):
    operator = clients(sandbox.url, "SANDBOX000000000000")
    role = "arn:aws:iam::999999999999:role/LogpipeDeployer"
    keys = operator("sts").assume_role(RoleArn=role, RoleSessionName="errors")["Credentials"]
    place = Place(clients(sandbox.url, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]), sandbox.pass_time)
    # The operator may assume roles; what comes of it is up to the role.
    place.sts = operator("sts")
    return place


def emulated(url):
    return Place(clients(url, "111122223333"), lambda seconds: None)


def table(rows):
    lines = [
        "# Answers to wrong calls",
        "",
        "What is answered to a call that is wrong: code and HTTP status as AWS documents them, which the sandbox has to",
        "answer too, and where moto or MiniStack answer otherwise. `tests/boto3/errors.py --write` writes this page; CI",
        "compares it. A blank is the documented answer.",
        "",
        f"{len(rows)} calls; moto answers {sum(not row[4] for row in rows)} as documented, MiniStack {sum(not row[5] for row in rows)}.",
        "",
        "| call | what is wrong | answer | page that decides | moto | MiniStack |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join(lines + ["| " + " | ".join(row).replace("|  |", "| |") + " |" for row in rows]) + "\n"


def main():
    binary, moto, ministack = sys.argv[1:4]
    with tempfile.TemporaryDirectory() as folder:
        sandbox = Sandbox(str(Path(binary).resolve()), Path(folder))
        try:
            places = [in_the_sandbox(sandbox), emulated(moto), emulated(ministack)]
            for place in places:
                place.prepare()
            rows, wrong = [], []
            for what, call, arguments, (code, status), page in CASES:
                documented = f"{code} {status}"
                ours, *others = (answer(place, call, arguments(place)) for place in places)
                if ours != documented:
                    wrong.append(f"{call}, {what}: the sandbox says {ours}, documented is {documented} ({page})")
                rows.append([f"`{call}`", what, f"`{documented}`", page, *("" if found == documented else found for found in others)])
        finally:
            sandbox.end()
    if wrong:
        print("\n".join(wrong))
    text = table(rows)
    if "--write" in sys.argv:
        TABLE.write_text(text)
    elif text != TABLE.read_text():
        wrong.append("docs/error-answers.md is not what is answered now")
        print(text)
    print(f"{len(CASES)} wrong calls to three: {len(CASES) - len(wrong)} passed, {len(wrong)} failed")
    sys.exit(1 if wrong else 0)


main()
