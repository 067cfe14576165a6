#!/usr/bin/env bash
# Makes what the topology quickstart declares, with the AWS CLI. Written by `logpipe export awscli`.
#
# It starts with your usual credentials, gets into each account, and makes what is missing, in the order in which AWS
# takes it. It can be run again after a failure: what AWS sets whole and has no part of others is set again, and
# everything else that is there stays as it is.
# Afterwards `logpipe plan --adopt` tells what differs from the topology, and `logpipe verify` proves that lines arrive.
# shellcheck disable=SC2034  # No topology needs all of the patterns below.
set -euo pipefail
umask 077
export AWS_PAGER=''
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# How long to wait for what passes by itself, and between two looks, in seconds. AWS takes minutes for what is new.
patience=${PATIENCE:-300}
pause=${PAUSE:-5}

# What AWS answers for a while after something new was made: to a policy that names a role, to what uses a role or a
# profile, to what Firehose and CloudWatch Logs do as a role, and to a change while another one is in progress.
unknown_principal='Invalid principal in policy'
unknown_to_iam='\(NoSuchEntity\)|Invalid IAM Instance Profile|has no associated IAM Roles'
role_not_ready='\(InvalidArgumentException\).*(Access was denied|is not authorized to|Verify that the IAM role has access|Firehose is unable to assume role|security token included in the request is invalid)'
test_message='\(InvalidParameterException\)|\(OperationAbortedException\)'
not_open_yet='Could not deliver test message|Role ARN is required|permission to assume the provided role|User with accountId|\(OperationAbortedException\)'
busy='\(OperationAbortedException\)|\(OperationAborted\)|\(NoSuchBucket\)'

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# at ACCOUNT REGION ADDRESS: says what is made next, and gets into the account. Sessions are renewed well before their hour
# is over.
at() {
  where=$1 region=$2
  printf '%s\n' "$3" >&2
  account "$where"
  keys=$folder/keys-$where-$((SECONDS / 2400))
  if [[ ! -s $keys ]]; then (enter); fi
}

# Keeps credentials of the account in the file $keys. The last role is shown the external id.
enter() {
  local role answer key='' secret='' token='' left=${#roles[@]}
  if [[ -n $profile ]]; then export AWS_PROFILE=$profile; fi
  for role in ${roles[@]+"${roles[@]}"}; do
    left=$((left - 1))
    printf '{}' >"$folder/external.json"
    if ((left == 0)) && [[ -n $external_id ]]; then
      printf '{"ExternalId": "%s"}' "$external_id" >"$folder/external.json"
    fi
    answer=$(aws sts assume-role --region "$region" --role-arn "$role" --role-session-name "$session" --output text \
      --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' \
      --cli-input-json "file://$folder/external.json") || die "cannot get into account $where as $role"
    unset AWS_PROFILE
    read -r key secret token <<<"$answer"
    export AWS_ACCESS_KEY_ID=$key AWS_SECRET_ACCESS_KEY=$secret AWS_SESSION_TOKEN=$token
  done
  answer=$(aws sts get-caller-identity --region "$region" --query Account --output text) ||
    die "the credentials for account $where do not work"
  [[ $answer == "$id" ]] || die "these credentials are of account $answer, and $where is $id"
  printf '%s %s %s\n' "${key:-none}" "$secret" "$token" >"$keys"
}

# Runs the AWS CLI in the account and region that `at` has named.
in_account() (
  read -r key secret token <"$keys"
  if [[ $key != none ]]; then
    unset AWS_PROFILE
    export AWS_ACCESS_KEY_ID=$key AWS_SECRET_ACCESS_KEY=$secret AWS_SESSION_TOKEN=$token
  elif [[ -n $profile ]]; then
    export AWS_PROFILE=$profile
  fi
  exec aws --region "$region" "$@"
)

# Keep what they read until the next call: a policy, and the other arguments.
document() {
  cat >"$folder/document.json"
}
input() {
  cat >"$folder/input.json"
}

# call THERE PASSING COMMAND...: makes a call. An answer that matches THERE says that it is there already, and it stays as it
# is; one that matches PASSING passes by itself. `made` tells whether the call did anything.
made=true
call() {
  local there=$1 passing=$2 deadline=$((SECONDS + patience)) answer waiting=false
  shift 2
  made=true
  until in_account "$@" >"$folder/answer" 2>"$folder/error"; do
    answer=$(<"$folder/error")
    if [[ -n $there && $answer =~ $there ]]; then
      printf '  is there already and stays as it is\n' >&2
      made=false
      return
    fi
    if [[ -z $passing || ! $answer =~ $passing ]] || ((SECONDS >= deadline)); then
      die "aws $1 $2 in account $where: $answer"
    fi
    $waiting || printf '  waiting, since AWS answers: %s\n' "${answer##*$'\n'}" >&2
    waiting=true
    sleep "$pause"
  done
}

# unset_yet PATTERN COMMAND...: whether AWS answers that something is not set.
unset_yet() {
  local nothing=$1
  shift
  if in_account "$@" >"$folder/answer" 2>"$folder/error"; then return 1; fi
  [[ $(<"$folder/error") =~ $nothing ]] || die "aws $1 $2 in account $where: $(<"$folder/error")"
}

# until_active STREAM: waits until a stream takes records.
until_active() {
  local status deadline=$((SECONDS + patience * 2))
  while true; do
    status=$(in_account firehose describe-delivery-stream --delivery-stream-name "$1" --output text \
      --query DeliveryStreamDescription.DeliveryStreamStatus) || die "cannot look at stream $1"
    case $status in
      ACTIVE) return ;;
      CREATING) ((SECONDS < deadline)) || die "stream $1 is still being made" ;;
      *) die "stream $1 is $status: delete it and run this again" ;;
    esac
    sleep "$pause"
  done
}

# account NAME: how to get into an account: its id, the profile to start with, the roles to assume one after the other.
account() {
  profile='' session='' roles=() external_id=''
  case $1 in
    app)
      id=111111111111
      session=logpipe
      roles=(arn:aws:iam::111111111111:role/LogpipeDeployer)
      ;;
    archive)
      id=999999999999
      session=logpipe
      roles=(arn:aws:iam::999999999999:role/LogpipeDeployer)
      ;;
    *) die "no way into account $1" ;;
  esac
}

at app ap-northeast-1 app/ap-northeast-1/log_group./app/web
input <<'JSON'
{
  "logGroupName": "/app/web",
  "tags": {
    "logpipe:topology": "quickstart"
  }
}
JSON
call '\(ResourceAlreadyExistsException\)' "$busy" logs create-log-group --cli-input-json "file://$folder/input.json"

at archive ap-northeast-1 archive/global/iam_role.quickstart-central-cwl
document <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {
        "Service": "logs.amazonaws.com"
      },
      "Action": "sts:AssumeRole",
      "Condition": {
        "ArnLike": {
          "aws:SourceArn": [
            "arn:aws:logs:*:111111111111:*",
            "arn:aws:logs:*:999999999999:*"
          ]
        }
      }
    }
  ]
}
JSON
input <<'JSON'
{
  "RoleName": "quickstart-central-cwl",
  "Description": "CloudWatch Logs puts records on quickstart-central",
  "Tags": [
    {
      "Key": "logpipe:topology",
      "Value": "quickstart"
    }
  ]
}
JSON
call '\(EntityAlreadyExists\)' "$unknown_principal" iam create-role --cli-input-json "file://$folder/input.json" \
  --assume-role-policy-document "file://$folder/document.json"
document <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "PutRecords",
      "Effect": "Allow",
      "Action": [
        "firehose:PutRecord",
        "firehose:PutRecordBatch"
      ],
      "Resource": "arn:aws:firehose:ap-northeast-1:999999999999:deliverystream/quickstart-central"
    }
  ]
}
JSON
input <<'JSON'
{
  "RoleName": "quickstart-central-cwl",
  "PolicyName": "logpipe"
}
JSON
call '' "$unknown_to_iam" iam put-role-policy --cli-input-json "file://$folder/input.json" \
  --policy-document "file://$folder/document.json"

at archive ap-northeast-1 archive/global/iam_role.quickstart-central-firehose
document <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {
        "Service": "firehose.amazonaws.com"
      },
      "Action": "sts:AssumeRole",
      "Condition": {
        "StringEquals": {
          "sts:ExternalId": "999999999999"
        }
      }
    }
  ]
}
JSON
input <<'JSON'
{
  "RoleName": "quickstart-central-firehose",
  "Description": "Firehose writes quickstart-central to its bucket",
  "Tags": [
    {
      "Key": "logpipe:topology",
      "Value": "quickstart"
    }
  ]
}
JSON
call '\(EntityAlreadyExists\)' "$unknown_principal" iam create-role --cli-input-json "file://$folder/input.json" \
  --assume-role-policy-document "file://$folder/document.json"
document <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "WriteObjects",
      "Effect": "Allow",
      "Action": [
        "s3:AbortMultipartUpload",
        "s3:GetBucketLocation",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:ListBucketMultipartUploads",
        "s3:PutObject",
        "s3:PutObjectAcl"
      ],
      "Resource": [
        "arn:aws:s3:::quickstart-central-999999999999-ap-northeast-1",
        "arn:aws:s3:::quickstart-central-999999999999-ap-northeast-1/*"
      ]
    },
    {
      "Sid": "LogErrors",
      "Effect": "Allow",
      "Action": "logs:PutLogEvents",
      "Resource": "arn:aws:logs:ap-northeast-1:999999999999:log-group:/aws/kinesisfirehose/quickstart-central:log-stream:DestinationDelivery"
    }
  ]
}
JSON
input <<'JSON'
{
  "RoleName": "quickstart-central-firehose",
  "PolicyName": "logpipe"
}
JSON
call '' "$unknown_to_iam" iam put-role-policy --cli-input-json "file://$folder/input.json" \
  --policy-document "file://$folder/document.json"

at archive ap-northeast-1 archive/ap-northeast-1/s3_bucket.quickstart-central-999999999999-ap-northeast-1
input <<'JSON'
{
  "Bucket": "quickstart-central-999999999999-ap-northeast-1",
  "CreateBucketConfiguration": {
    "LocationConstraint": "ap-northeast-1"
  }
}
JSON
call '\(BucketAlreadyOwnedByYou\)' "$busy" s3api create-bucket --cli-input-json "file://$folder/input.json"
input <<'JSON'
{
  "PublicAccessBlockConfiguration": {
    "BlockPublicAcls": true,
    "IgnorePublicAcls": true,
    "BlockPublicPolicy": true,
    "RestrictPublicBuckets": true
  },
  "Bucket": "quickstart-central-999999999999-ap-northeast-1",
  "ExpectedBucketOwner": "999999999999"
}
JSON
call '' "$busy" s3api put-public-access-block --cli-input-json "file://$folder/input.json"
input <<'JSON'
{
  "OwnershipControls": {
    "Rules": [
      {
        "ObjectOwnership": "BucketOwnerEnforced"
      }
    ]
  },
  "Bucket": "quickstart-central-999999999999-ap-northeast-1",
  "ExpectedBucketOwner": "999999999999"
}
JSON
call '' "$busy" s3api put-bucket-ownership-controls --cli-input-json "file://$folder/input.json"
input <<'JSON'
{
  "ServerSideEncryptionConfiguration": {
    "Rules": [
      {
        "ApplyServerSideEncryptionByDefault": {
          "SSEAlgorithm": "AES256"
        }
      }
    ]
  },
  "Bucket": "quickstart-central-999999999999-ap-northeast-1",
  "ExpectedBucketOwner": "999999999999"
}
JSON
call '' "$busy" s3api put-bucket-encryption --cli-input-json "file://$folder/input.json"
if unset_yet '\(NoSuchTagSet\)' s3api get-bucket-tagging --bucket quickstart-central-999999999999-ap-northeast-1 --expected-bucket-owner 999999999999; then
  input <<'JSON'
{
  "Tagging": {
    "TagSet": [
      {
        "Key": "logpipe:topology",
        "Value": "quickstart"
      }
    ]
  },
  "Bucket": "quickstart-central-999999999999-ap-northeast-1",
  "ExpectedBucketOwner": "999999999999"
}
JSON
  call '' "$busy" s3api put-bucket-tagging --cli-input-json "file://$folder/input.json"
fi

at archive ap-northeast-1 archive/ap-northeast-1/log_group./aws/kinesisfirehose/quickstart-central
input <<'JSON'
{
  "logGroupName": "/aws/kinesisfirehose/quickstart-central",
  "tags": {
    "logpipe:topology": "quickstart"
  }
}
JSON
call '\(ResourceAlreadyExistsException\)' "$busy" logs create-log-group --cli-input-json "file://$folder/input.json"

# after archive/ap-northeast-1/s3_bucket.quickstart-central-999999999999-ap-northeast-1: it is part of that resource
at archive ap-northeast-1 archive/ap-northeast-1/s3_bucket_policy.quickstart-central-999999999999-ap-northeast-1
if unset_yet '\(NoSuchBucketPolicy\)' s3api get-bucket-policy --bucket quickstart-central-999999999999-ap-northeast-1 --expected-bucket-owner 999999999999; then
  document <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "LogpipeFirehoseDelivery",
      "Effect": "Allow",
      "Principal": {
        "Service": "firehose.amazonaws.com"
      },
      "Action": "s3:PutObject",
      "Resource": [
        "arn:aws:s3:::quickstart-central-999999999999-ap-northeast-1",
        "arn:aws:s3:::quickstart-central-999999999999-ap-northeast-1/*"
      ],
      "Condition": {
        "StringEquals": {
          "s3:x-amz-acl": "bucket-owner-full-control"
        }
      }
    },
    {
      "Sid": "LogpipeTlsOnly",
      "Effect": "Deny",
      "Principal": "*",
      "Action": "s3:*",
      "Resource": [
        "arn:aws:s3:::quickstart-central-999999999999-ap-northeast-1",
        "arn:aws:s3:::quickstart-central-999999999999-ap-northeast-1/*"
      ],
      "Condition": {
        "Bool": {
          "aws:SecureTransport": "false"
        }
      }
    }
  ]
}
JSON
  input <<'JSON'
{
  "Bucket": "quickstart-central-999999999999-ap-northeast-1",
  "ExpectedBucketOwner": "999999999999"
}
JSON
  call '' "$busy|$unknown_principal" s3api put-bucket-policy --cli-input-json "file://$folder/input.json" \
    --policy "file://$folder/document.json"
fi

# after archive/ap-northeast-1/log_group./aws/kinesisfirehose/quickstart-central: it is part of that resource
at archive ap-northeast-1 archive/ap-northeast-1/log_stream./aws/kinesisfirehose/quickstart-central:DestinationDelivery
input <<'JSON'
{
  "logGroupName": "/aws/kinesisfirehose/quickstart-central",
  "logStreamName": "DestinationDelivery"
}
JSON
call '\(ResourceAlreadyExistsException\)' '' logs create-log-stream --cli-input-json "file://$folder/input.json"

# after archive/ap-northeast-1/s3_bucket.quickstart-central-999999999999-ap-northeast-1: the stream writes to it
# after archive/global/iam_role.quickstart-central-firehose: the stream writes as it
# after archive/ap-northeast-1/log_stream./aws/kinesisfirehose/quickstart-central:DestinationDelivery: the stream logs to it, so it must exist
at archive ap-northeast-1 archive/ap-northeast-1/firehose_stream.quickstart-central
input <<'JSON'
{
  "DeliveryStreamName": "quickstart-central",
  "DeliveryStreamType": "DirectPut",
  "ExtendedS3DestinationConfiguration": {
    "BucketARN": "arn:aws:s3:::quickstart-central-999999999999-ap-northeast-1",
    "RoleARN": "arn:aws:iam::999999999999:role/quickstart-central-firehose",
    "Prefix": "logs/",
    "ErrorOutputPrefix": "errors/!{firehose:error-output-type}/",
    "BufferingHints": {
      "SizeInMBs": 5,
      "IntervalInSeconds": 60
    },
    "CompressionFormat": "UNCOMPRESSED",
    "FileExtension": ".json.gz",
    "CloudWatchLoggingOptions": {
      "Enabled": true,
      "LogGroupName": "/aws/kinesisfirehose/quickstart-central",
      "LogStreamName": "DestinationDelivery"
    }
  },
  "Tags": [
    {
      "Key": "logpipe:topology",
      "Value": "quickstart"
    }
  ]
}
JSON
call '\(ResourceInUseException\)' "$role_not_ready" firehose create-delivery-stream --cli-input-json "file://$folder/input.json"
until_active quickstart-central

# after archive/ap-northeast-1/firehose_stream.quickstart-central: the destination's test message goes to it, so it must be ACTIVE
# after archive/global/iam_role.quickstart-central-cwl: the destination's test message is sent as it
# after archive/ap-northeast-1/s3_bucket_policy.quickstart-central-999999999999-ap-northeast-1: nothing may be delivered to a bucket before it is protected
at archive ap-northeast-1 archive/ap-northeast-1/logs_destination.quickstart-central
input <<'JSON'
{
  "destinationName": "quickstart-central",
  "targetArn": "arn:aws:firehose:ap-northeast-1:999999999999:deliverystream/quickstart-central",
  "roleArn": "arn:aws:iam::999999999999:role/quickstart-central-cwl"
}
JSON
call '' "$test_message" logs put-destination --cli-input-json "file://$folder/input.json"
input <<'JSON'
{
  "resourceArn": "arn:aws:logs:ap-northeast-1:999999999999:destination:quickstart-central",
  "tags": {
    "logpipe:topology": "quickstart"
  }
}
JSON
call '' "$busy" logs tag-resource --cli-input-json "file://$folder/input.json"

# after archive/ap-northeast-1/logs_destination.quickstart-central: it is part of that resource
at archive ap-northeast-1 archive/ap-northeast-1/logs_destination_policy.quickstart-central
document <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Senders",
      "Effect": "Allow",
      "Principal": {
        "AWS": [
          "111111111111"
        ]
      },
      "Action": "logs:PutSubscriptionFilter",
      "Resource": "arn:aws:logs:ap-northeast-1:999999999999:destination:quickstart-central"
    }
  ]
}
JSON
input <<'JSON'
{
  "destinationName": "quickstart-central"
}
JSON
call '' "$busy" logs put-destination-policy --cli-input-json "file://$folder/input.json" \
  --access-policy "file://$folder/document.json"

# after app/ap-northeast-1/log_group./app/web: it is part of that resource
# after archive/ap-northeast-1/logs_destination_policy.quickstart-central: it admits this account's filters
at app ap-northeast-1 app/ap-northeast-1/subscription_filter./app/web:quickstart
input <<'JSON'
{
  "logGroupName": "/app/web",
  "filterName": "quickstart",
  "filterPattern": "",
  "destinationArn": "arn:aws:logs:ap-northeast-1:999999999999:destination:quickstart-central"
}
JSON
call '' "$not_open_yet" logs put-subscription-filter --cli-input-json "file://$folder/input.json"

printf 'Everything of %s is there.\n' quickstart >&2
