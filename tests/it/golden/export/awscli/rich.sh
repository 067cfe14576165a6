#!/usr/bin/env bash
# Makes what the topology rich declares, with the AWS CLI. Written by `logpipe export awscli`.
#
# It starts with your usual credentials, gets into each account, and makes what is missing, in the order in which AWS
# takes it. It can be run again after a failure: what AWS sets whole and has no part of others is set again, and
# everything else that is there stays as it is.
# Afterwards `logpipe plan --adopt` tells what differs from the topology, and `logpipe verify` proves that lines arrive.
#
# The external ids of the topology are not in here. Set these variables to them:
#   EXTERNAL_ID_111111111111   for account app
#   EXTERNAL_ID_999999999999   for account archive
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
      roles=(arn:aws:iam::555555555555:role/ops/Hub arn:aws:iam::111111111111:role/LogpipeDeployer)
      external_id=${EXTERNAL_ID_111111111111:?set it to the external id that the topology has for app}
      ;;
    archive)
      id=999999999999
      session=logpipe
      roles=(arn:aws:iam::555555555555:role/ops/Hub arn:aws:iam::999999999999:role/LogpipeDeployer)
      external_id=${EXTERNAL_ID_999999999999:?set it to the external id that the topology has for archive}
      ;;
    *) die "no way into account $1" ;;
  esac
}

at app ap-northeast-1 app/global/iam_role.rich-central-sender
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
            "arn:aws:logs:*:111111111111:*"
          ]
        }
      }
    }
  ]
}
JSON
input <<'JSON'
{
  "RoleName": "rich-central-sender",
  "Description": "CloudWatch Logs sends to rich-central as it",
  "Tags": [
    {
      "Key": "Team",
      "Value": "a"
    },
    {
      "Key": "logpipe:topology",
      "Value": "rich"
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
      "Sid": "SendEvents",
      "Effect": "Allow",
      "Action": "logs:PutLogEvents",
      "Resource": "arn:aws:logs:ap-northeast-1:111111111111:log-group:*"
    }
  ]
}
JSON
input <<'JSON'
{
  "RoleName": "rich-central-sender",
  "PolicyName": "logpipe"
}
JSON
call '' "$unknown_to_iam" iam put-role-policy --cli-input-json "file://$folder/input.json" \
  --policy-document "file://$folder/document.json"

at app ap-northeast-1 app/ap-northeast-1/log_group./made/here
input <<'JSON'
{
  "logGroupName": "/made/here",
  "tags": {
    "Team": "a",
    "logpipe:topology": "rich"
  }
}
JSON
call '\(ResourceAlreadyExistsException\)' "$busy" logs create-log-group --cli-input-json "file://$folder/input.json"
if $made; then
  input <<'JSON'
{
  "logGroupName": "/made/here",
  "retentionInDays": 30
}
JSON
  call '' "$busy" logs put-retention-policy --cli-input-json "file://$folder/input.json"
fi

at app ap-northeast-1 app/ap-northeast-1/cloudwatch_alarm.rich-groups-errors
input <<'JSON'
{
  "AlarmName": "rich-groups-errors",
  "AlarmDescription": "CloudWatch Logs could not forward events of the source groups through the subscription `rich`; run `logpipe doctor --source groups`.",
  "ActionsEnabled": true,
  "AlarmActions": [
    "arn:aws:sns:ap-northeast-1:999999999999:ops"
  ],
  "OKActions": [
    "arn:aws:sns:ap-northeast-1:999999999999:ops"
  ],
  "ComparisonOperator": "GreaterThanThreshold",
  "Threshold": 0,
  "EvaluationPeriods": 1,
  "DatapointsToAlarm": 1,
  "TreatMissingData": "notBreaching",
  "Tags": [
    {
      "Key": "Team",
      "Value": "a"
    },
    {
      "Key": "logpipe:topology",
      "Value": "rich"
    }
  ],
  "Metrics": [
    {
      "Id": "watched",
      "Expression": "SELECT SUM(DeliveryErrors) FROM \"AWS/Logs\" WHERE FilterName = 'rich'",
      "Period": 300,
      "ReturnData": true
    }
  ]
}
JSON
call '' '' cloudwatch put-metric-alarm --cli-input-json "file://$folder/input.json"

at app ap-northeast-1 app/ap-northeast-1/cloudwatch_alarm.rich-groups-throttling
input <<'JSON'
{
  "AlarmName": "rich-groups-throttling",
  "AlarmDescription": "CloudWatch Logs was throttled forwarding events of the source groups through the subscription `rich`; run `logpipe doctor --source groups`.",
  "ActionsEnabled": true,
  "AlarmActions": [
    "arn:aws:sns:ap-northeast-1:999999999999:ops"
  ],
  "OKActions": [
    "arn:aws:sns:ap-northeast-1:999999999999:ops"
  ],
  "ComparisonOperator": "GreaterThanThreshold",
  "Threshold": 0,
  "EvaluationPeriods": 1,
  "DatapointsToAlarm": 1,
  "TreatMissingData": "notBreaching",
  "Tags": [
    {
      "Key": "Team",
      "Value": "a"
    },
    {
      "Key": "logpipe:topology",
      "Value": "rich"
    }
  ],
  "Metrics": [
    {
      "Id": "watched",
      "Expression": "SELECT SUM(DeliveryThrottling) FROM \"AWS/Logs\" WHERE FilterName = 'rich'",
      "Period": 300,
      "ReturnData": true
    }
  ]
}
JSON
call '' '' cloudwatch put-metric-alarm --cli-input-json "file://$folder/input.json"

at archive ap-northeast-1 archive/global/iam_role.rich-central-cwl
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
  "RoleName": "rich-central-cwl",
  "Description": "CloudWatch Logs puts records on rich-central",
  "Tags": [
    {
      "Key": "Team",
      "Value": "a"
    },
    {
      "Key": "logpipe:topology",
      "Value": "rich"
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
      "Resource": "arn:aws:firehose:ap-northeast-1:999999999999:deliverystream/rich-central"
    }
  ]
}
JSON
input <<'JSON'
{
  "RoleName": "rich-central-cwl",
  "PolicyName": "logpipe"
}
JSON
call '' "$unknown_to_iam" iam put-role-policy --cli-input-json "file://$folder/input.json" \
  --policy-document "file://$folder/document.json"

at archive ap-northeast-1 archive/global/iam_role.rich-central-firehose
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
  "RoleName": "rich-central-firehose",
  "Description": "Firehose writes rich-central to its bucket",
  "Tags": [
    {
      "Key": "Team",
      "Value": "a"
    },
    {
      "Key": "logpipe:topology",
      "Value": "rich"
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
        "arn:aws:s3:::rich-central-999999999999-ap-northeast-1",
        "arn:aws:s3:::rich-central-999999999999-ap-northeast-1/*"
      ]
    },
    {
      "Sid": "LogErrors",
      "Effect": "Allow",
      "Action": "logs:PutLogEvents",
      "Resource": "arn:aws:logs:ap-northeast-1:999999999999:log-group:/aws/kinesisfirehose/rich-central:log-stream:DestinationDelivery"
    },
    {
      "Sid": "EncryptObjects",
      "Effect": "Allow",
      "Action": [
        "kms:Decrypt",
        "kms:GenerateDataKey"
      ],
      "Resource": "arn:aws:kms:ap-northeast-1:999999999999:key/11111111-2222-3333-4444-555555555555",
      "Condition": {
        "StringEquals": {
          "kms:ViaService": "s3.ap-northeast-1.amazonaws.com"
        },
        "StringLike": {
          "kms:EncryptionContext:aws:s3:arn": [
            "arn:aws:s3:::rich-central-999999999999-ap-northeast-1",
            "arn:aws:s3:::rich-central-999999999999-ap-northeast-1/*"
          ]
        }
      }
    }
  ]
}
JSON
input <<'JSON'
{
  "RoleName": "rich-central-firehose",
  "PolicyName": "logpipe"
}
JSON
call '' "$unknown_to_iam" iam put-role-policy --cli-input-json "file://$folder/input.json" \
  --policy-document "file://$folder/document.json"

at archive ap-northeast-1 archive/ap-northeast-1/s3_bucket.rich-central-999999999999-ap-northeast-1
input <<'JSON'
{
  "Bucket": "rich-central-999999999999-ap-northeast-1",
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
  "Bucket": "rich-central-999999999999-ap-northeast-1",
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
  "Bucket": "rich-central-999999999999-ap-northeast-1",
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
          "SSEAlgorithm": "aws:kms",
          "KMSMasterKeyID": "arn:aws:kms:ap-northeast-1:999999999999:key/11111111-2222-3333-4444-555555555555"
        },
        "BucketKeyEnabled": true
      }
    ]
  },
  "Bucket": "rich-central-999999999999-ap-northeast-1",
  "ExpectedBucketOwner": "999999999999"
}
JSON
call '' "$busy" s3api put-bucket-encryption --cli-input-json "file://$folder/input.json"
input <<'JSON'
{
  "VersioningConfiguration": {
    "Status": "Enabled"
  },
  "Bucket": "rich-central-999999999999-ap-northeast-1",
  "ExpectedBucketOwner": "999999999999"
}
JSON
call '' "$busy" s3api put-bucket-versioning --cli-input-json "file://$folder/input.json"
if unset_yet '\(NoSuchLifecycleConfiguration\)' s3api get-bucket-lifecycle-configuration --bucket rich-central-999999999999-ap-northeast-1 --expected-bucket-owner 999999999999; then
  input <<'JSON'
{
  "LifecycleConfiguration": {
    "Rules": [
      {
        "ID": "logpipe-retention",
        "Status": "Enabled",
        "Filter": {
          "Prefix": ""
        },
        "AbortIncompleteMultipartUpload": {
          "DaysAfterInitiation": 7
        },
        "Expiration": {
          "Days": 30
        },
        "NoncurrentVersionExpiration": {
          "NoncurrentDays": 30
        }
      }
    ]
  },
  "Bucket": "rich-central-999999999999-ap-northeast-1",
  "ExpectedBucketOwner": "999999999999"
}
JSON
  call '' "$busy" s3api put-bucket-lifecycle-configuration --cli-input-json "file://$folder/input.json"
fi
if unset_yet '\(NoSuchTagSet\)' s3api get-bucket-tagging --bucket rich-central-999999999999-ap-northeast-1 --expected-bucket-owner 999999999999; then
  input <<'JSON'
{
  "Tagging": {
    "TagSet": [
      {
        "Key": "Team",
        "Value": "a"
      },
      {
        "Key": "logpipe:topology",
        "Value": "rich"
      }
    ]
  },
  "Bucket": "rich-central-999999999999-ap-northeast-1",
  "ExpectedBucketOwner": "999999999999"
}
JSON
  call '' "$busy" s3api put-bucket-tagging --cli-input-json "file://$folder/input.json"
fi

at archive ap-northeast-1 archive/ap-northeast-1/log_group./aws/kinesisfirehose/rich-central
input <<'JSON'
{
  "logGroupName": "/aws/kinesisfirehose/rich-central",
  "tags": {
    "Team": "a",
    "logpipe:topology": "rich"
  }
}
JSON
call '\(ResourceAlreadyExistsException\)' "$busy" logs create-log-group --cli-input-json "file://$folder/input.json"

# after archive/ap-northeast-1/s3_bucket.rich-central-999999999999-ap-northeast-1: it is part of that resource
at archive ap-northeast-1 archive/ap-northeast-1/s3_bucket_policy.rich-central-999999999999-ap-northeast-1
if unset_yet '\(NoSuchBucketPolicy\)' s3api get-bucket-policy --bucket rich-central-999999999999-ap-northeast-1 --expected-bucket-owner 999999999999; then
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
        "arn:aws:s3:::rich-central-999999999999-ap-northeast-1",
        "arn:aws:s3:::rich-central-999999999999-ap-northeast-1/*"
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
        "arn:aws:s3:::rich-central-999999999999-ap-northeast-1",
        "arn:aws:s3:::rich-central-999999999999-ap-northeast-1/*"
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
  "Bucket": "rich-central-999999999999-ap-northeast-1",
  "ExpectedBucketOwner": "999999999999"
}
JSON
  call '' "$busy|$unknown_principal" s3api put-bucket-policy --cli-input-json "file://$folder/input.json" \
    --policy "file://$folder/document.json"
fi

# after archive/ap-northeast-1/log_group./aws/kinesisfirehose/rich-central: it is part of that resource
at archive ap-northeast-1 archive/ap-northeast-1/log_stream./aws/kinesisfirehose/rich-central:DestinationDelivery
input <<'JSON'
{
  "logGroupName": "/aws/kinesisfirehose/rich-central",
  "logStreamName": "DestinationDelivery"
}
JSON
call '\(ResourceAlreadyExistsException\)' '' logs create-log-stream --cli-input-json "file://$folder/input.json"

# after archive/ap-northeast-1/s3_bucket.rich-central-999999999999-ap-northeast-1: the stream writes to it
# after archive/global/iam_role.rich-central-firehose: the stream writes as it
# after archive/ap-northeast-1/log_stream./aws/kinesisfirehose/rich-central:DestinationDelivery: the stream logs to it, so it must exist
at archive ap-northeast-1 archive/ap-northeast-1/firehose_stream.rich-central
input <<'JSON'
{
  "DeliveryStreamName": "rich-central",
  "DeliveryStreamType": "DirectPut",
  "ExtendedS3DestinationConfiguration": {
    "BucketARN": "arn:aws:s3:::rich-central-999999999999-ap-northeast-1",
    "RoleARN": "arn:aws:iam::999999999999:role/rich-central-firehose",
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
      "LogGroupName": "/aws/kinesisfirehose/rich-central",
      "LogStreamName": "DestinationDelivery"
    },
    "EncryptionConfiguration": {
      "KMSEncryptionConfig": {
        "AWSKMSKeyARN": "arn:aws:kms:ap-northeast-1:999999999999:key/11111111-2222-3333-4444-555555555555"
      }
    }
  },
  "Tags": [
    {
      "Key": "Team",
      "Value": "a"
    },
    {
      "Key": "logpipe:topology",
      "Value": "rich"
    }
  ]
}
JSON
call '\(ResourceInUseException\)' "$role_not_ready" firehose create-delivery-stream --cli-input-json "file://$folder/input.json"
until_active rich-central

# after archive/ap-northeast-1/firehose_stream.rich-central: the destination's test message goes to it, so it must be ACTIVE
# after archive/global/iam_role.rich-central-cwl: the destination's test message is sent as it
# after archive/ap-northeast-1/s3_bucket_policy.rich-central-999999999999-ap-northeast-1: nothing may be delivered to a bucket before it is protected
at archive ap-northeast-1 archive/ap-northeast-1/logs_destination.rich-central
input <<'JSON'
{
  "destinationName": "rich-central",
  "targetArn": "arn:aws:firehose:ap-northeast-1:999999999999:deliverystream/rich-central",
  "roleArn": "arn:aws:iam::999999999999:role/rich-central-cwl"
}
JSON
call '' "$test_message" logs put-destination --cli-input-json "file://$folder/input.json"
input <<'JSON'
{
  "resourceArn": "arn:aws:logs:ap-northeast-1:999999999999:destination:rich-central",
  "tags": {
    "Team": "a",
    "logpipe:topology": "rich"
  }
}
JSON
call '' "$busy" logs tag-resource --cli-input-json "file://$folder/input.json"

# after archive/ap-northeast-1/firehose_stream.rich-central: the alarm watches it
at archive ap-northeast-1 archive/ap-northeast-1/cloudwatch_alarm.rich-central-delay
input <<'JSON'
{
  "AlarmName": "rich-central-delay",
  "AlarmDescription": "A record has waited longer than 60 minutes in the Firehose stream rich-central: see its error log, and run `logpipe doctor`.",
  "ActionsEnabled": true,
  "AlarmActions": [
    "arn:aws:sns:ap-northeast-1:999999999999:ops"
  ],
  "OKActions": [
    "arn:aws:sns:ap-northeast-1:999999999999:ops"
  ],
  "ComparisonOperator": "GreaterThanThreshold",
  "Threshold": 3600,
  "EvaluationPeriods": 1,
  "DatapointsToAlarm": 1,
  "TreatMissingData": "notBreaching",
  "Tags": [
    {
      "Key": "Team",
      "Value": "a"
    },
    {
      "Key": "logpipe:topology",
      "Value": "rich"
    }
  ],
  "Namespace": "AWS/Firehose",
  "MetricName": "DeliveryToS3.DataFreshness",
  "Dimensions": [
    {
      "Name": "DeliveryStreamName",
      "Value": "rich-central"
    }
  ],
  "Statistic": "Maximum",
  "Period": 60
}
JSON
call '' '' cloudwatch put-metric-alarm --cli-input-json "file://$folder/input.json"

# after archive/ap-northeast-1/firehose_stream.rich-central: the alarm watches it
at archive ap-northeast-1 archive/ap-northeast-1/cloudwatch_alarm.rich-central-silent
input <<'JSON'
{
  "AlarmName": "rich-central-silent",
  "AlarmDescription": "The Firehose stream rich-central has written nothing to its bucket for 60 minutes: either nothing is logged, or the pipeline is broken; run `logpipe doctor`.",
  "ActionsEnabled": true,
  "AlarmActions": [
    "arn:aws:sns:ap-northeast-1:999999999999:ops"
  ],
  "OKActions": [
    "arn:aws:sns:ap-northeast-1:999999999999:ops"
  ],
  "ComparisonOperator": "LessThanThreshold",
  "Threshold": 1,
  "EvaluationPeriods": 60,
  "DatapointsToAlarm": 60,
  "TreatMissingData": "breaching",
  "Tags": [
    {
      "Key": "Team",
      "Value": "a"
    },
    {
      "Key": "logpipe:topology",
      "Value": "rich"
    }
  ],
  "Namespace": "AWS/Firehose",
  "MetricName": "DeliveryToS3.Success",
  "Dimensions": [
    {
      "Name": "DeliveryStreamName",
      "Value": "rich-central"
    }
  ],
  "Statistic": "Maximum",
  "Period": 60
}
JSON
call '' '' cloudwatch put-metric-alarm --cli-input-json "file://$folder/input.json"

# after archive/ap-northeast-1/firehose_stream.rich-central: the alarm watches it
at archive ap-northeast-1 archive/ap-northeast-1/cloudwatch_alarm.rich-central-throttled
input <<'JSON'
{
  "AlarmName": "rich-central-throttled",
  "AlarmDescription": "The Firehose stream rich-central has refused records because they were too many: raise `count`, or its quota.",
  "ActionsEnabled": true,
  "AlarmActions": [
    "arn:aws:sns:ap-northeast-1:999999999999:ops"
  ],
  "OKActions": [
    "arn:aws:sns:ap-northeast-1:999999999999:ops"
  ],
  "ComparisonOperator": "GreaterThanThreshold",
  "Threshold": 0,
  "EvaluationPeriods": 1,
  "DatapointsToAlarm": 1,
  "TreatMissingData": "notBreaching",
  "Tags": [
    {
      "Key": "Team",
      "Value": "a"
    },
    {
      "Key": "logpipe:topology",
      "Value": "rich"
    }
  ],
  "Namespace": "AWS/Firehose",
  "MetricName": "ThrottledRecords",
  "Dimensions": [
    {
      "Name": "DeliveryStreamName",
      "Value": "rich-central"
    }
  ],
  "Statistic": "Sum",
  "Period": 300
}
JSON
call '' '' cloudwatch put-metric-alarm --cli-input-json "file://$folder/input.json"

# after archive/ap-northeast-1/logs_destination.rich-central: it is part of that resource
at archive ap-northeast-1 archive/ap-northeast-1/logs_destination_policy.rich-central
document <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Organization",
      "Effect": "Allow",
      "Principal": "*",
      "Action": [
        "logs:PutSubscriptionFilter",
        "logs:PutAccountPolicy"
      ],
      "Resource": "arn:aws:logs:ap-northeast-1:999999999999:destination:rich-central",
      "Condition": {
        "StringEquals": {
          "aws:PrincipalOrgID": [
            "o-exampleorgid"
          ]
        }
      }
    }
  ]
}
JSON
input <<'JSON'
{
  "destinationName": "rich-central"
}
JSON
call '' "$busy" logs put-destination-policy --cli-input-json "file://$folder/input.json" \
  --access-policy "file://$folder/document.json"

# after app/ap-northeast-1/log_group./made/here: it is part of that resource
# after archive/ap-northeast-1/logs_destination_policy.rich-central: it admits this account's filters
# after app/global/iam_role.rich-central-sender: CloudWatch Logs sends as it
at app ap-northeast-1 app/ap-northeast-1/subscription_filter./made/here:rich
input <<'JSON'
{
  "logGroupName": "/made/here",
  "filterName": "rich",
  "filterPattern": "?ERROR ?delivery",
  "destinationArn": "arn:aws:logs:ap-northeast-1:999999999999:destination:rich-central",
  "roleArn": "arn:aws:iam::111111111111:role/rich-central-sender"
}
JSON
call '' "$not_open_yet" logs put-subscription-filter --cli-input-json "file://$folder/input.json"

printf 'Everything of %s is there.\n' rich >&2
