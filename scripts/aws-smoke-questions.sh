# shellcheck shell=bash
# What AWS's documentation leaves open, asked of AWS. Sourced by aws-smoke.sh, which has the helpers; an answer of any
# kind is written down and never fails the run.
# shellcheck disable=SC2154 # Names and folders are set there.

ask_all() {
  local each
  for each in policy_for_an_organization role_with_an_account_list bucket_that_does_not_exist buffer_of_no_seconds \
    source_conditions_of_firehose source_organization_of_logs newlines_of_extracted_messages; do
    "$each" || note 'The question could not be asked to its end; see above for what was answered.' ''
  done
}

policy_for_an_organization() {
  question 'PutDestinationPolicy: from account ids to an organization, without forceUpdate'
  local destination=$name-central policy
  policy=$(printf '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"logs:PutSubscriptionFilter","Resource":"arn:%s:logs:%s:%s:destination:%s","Condition":{"StringEquals":{"aws:PrincipalOrgID":["%s"]}}}]}' \
    "$partition" "$region" "$archive_id" "$destination" "${SMOKE_ORGANIZATION:-o-a1b2c3d4e5}")
  ask archive aws logs put-destination-policy --destination-name "$destination" --access-policy "$policy" || true
  ask archive aws logs describe-destinations --destination-name-prefix "$destination" --query 'destinations[0].accessPolicy' || true
  # Whatever came of it, the policy of the topology has to stand for what follows.
  expect 0 run_logpipe apply topology.yaml --yes
}

role_with_an_account_list() {
  question 'PutSubscriptionFilter: a roleArn although the destination admits accounts'
  local role=$scratch-sender group=/app/$scratch
  make_role source "$role" "$(trust logs.amazonaws.com "{\"StringEquals\":{\"aws:SourceAccount\":\"$source_id\"}}")" \
    "$(allow '"logs:PutLogEvents"' "\"arn:$partition:logs:$region:$source_id:log-group:$group:*\"")"
  in_source aws logs create-log-group --log-group-name "$group"
  undo+=("in_source aws logs delete-log-group --log-group-name $group")
  until_good source aws logs put-subscription-filter --log-group-name "$group" --filter-name "$scratch" --filter-pattern '' \
    --destination-arn "arn:$partition:logs:$region:$archive_id:destination:$name-central" --role-arn "arn:$partition:iam::$source_id:role/$role"
}

bucket_that_does_not_exist() {
  question 'CreateDeliveryStream: a bucket that does not exist'
  local stream=$scratch-nobucket
  undo+=("in_archive aws firehose delete-delivery-stream --delivery-stream-name $stream")
  ask archive aws firehose create-delivery-stream --delivery-stream-name "$stream" --extended-s3-destination-configuration \
    "$(s3_configuration "arn:$partition:iam::$archive_id:role/$name-central-firehose" "$scratch-none-$archive_id" none/ 60)" || true
  wait_active "$stream"
}

buffer_of_no_seconds() {
  question 'CreateDeliveryStream: a role made a moment ago, and buffering for 0 seconds'
  local role=$scratch-firehose stream=$scratch-zero
  make_role archive "$role" "$(trust firehose.amazonaws.com "{\"StringEquals\":{\"sts:ExternalId\":\"$archive_id\"}}")" "$(writing)"
  make_stream "$stream" "$(s3_configuration "arn:$partition:iam::$archive_id:role/$role" "$bucket" zero/ 0)"
  wait_active "$stream"
  ask archive aws firehose describe-delivery-stream --delivery-stream-name "$stream" \
    --query 'DeliveryStreamDescription.Destinations[0].ExtendedS3DestinationDescription.BufferingHints' || true
  put_record "$stream" && arrival zero/
}

source_conditions_of_firehose() {
  question 'Firehose: aws:SourceArn and aws:SourceAccount in the trust of its role'
  local role=$scratch-conditions stream=$scratch-conditions
  make_role archive "$role" "$(trust firehose.amazonaws.com "{\"StringEquals\":{\"aws:SourceAccount\":\"$archive_id\"},\"ArnLike\":{\"aws:SourceArn\":\"arn:$partition:firehose:$region:$archive_id:deliverystream/$stream\"}}")" "$(writing)"
  make_stream "$stream" "$(s3_configuration "arn:$partition:iam::$archive_id:role/$role" "$bucket" conditions/ 60)"
  wait_active "$stream"
  put_record "$stream" && arrival conditions/
}

source_organization_of_logs() {
  question 'CloudWatch Logs: aws:SourceOrgID in the trust of the role that it assumes'
  local role=$scratch-members destination=$scratch-members group=/app/$scratch-members stream=$scratch-members arn now
  if [[ -z ${SMOKE_ORGANIZATION:-} ]]; then
    note 'Not asked: set SMOKE_ORGANIZATION to the organization that both accounts are members of.' ''
    return
  fi
  make_stream "$stream" "$(s3_configuration "arn:$partition:iam::$archive_id:role/$name-central-firehose" "$bucket" members/ 60)"
  wait_active "$stream"
  make_role archive "$role" "$(trust logs.amazonaws.com "{\"StringEquals\":{\"aws:SourceOrgID\":\"$SMOKE_ORGANIZATION\"}}")" \
    "$(allow '"firehose:PutRecord"' "\"arn:$partition:firehose:$region:$archive_id:deliverystream/$stream\"")"
  # Whether the test message gets through, which is sent for the account of the destination.
  arn=arn:$partition:logs:$region:$archive_id:destination:$destination
  undo+=("in_archive aws logs delete-destination --destination-name $destination")
  until_good archive aws logs put-destination --destination-name "$destination" \
    --target-arn "arn:$partition:firehose:$region:$archive_id:deliverystream/$stream" --role-arn "arn:$partition:iam::$archive_id:role/$role"
  # And the events of another account.
  ask archive aws logs put-destination-policy --destination-name "$destination" --access-policy \
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"$source_id\"},\"Action\":\"logs:PutSubscriptionFilter\",\"Resource\":\"$arn\"}]}"
  in_source aws logs create-log-group --log-group-name "$group"
  undo+=("in_source aws logs delete-log-group --log-group-name $group")
  in_source aws logs create-log-stream --log-group-name "$group" --log-stream-name one
  until_good source aws logs put-subscription-filter --log-group-name "$group" --filter-name members --filter-pattern '' \
    --destination-arn "$arn"
  now=$(date +%s)000
  ask source aws logs put-log-events --log-group-name "$group" --log-stream-name one \
    --log-events "timestamp=$now,message=member" && arrival members/ 400
}

newlines_of_extracted_messages() {
  question 'Firehose: what stands between extracted messages'
  local role=$scratch-cwl stream=$scratch-lines group=/archive/$scratch now
  local processing='"ProcessingConfiguration":{"Enabled":true,"Processors":[{"Type":"Decompression","Parameters":[{"ParameterName":"CompressionFormat","ParameterValue":"GZIP"}]},{"Type":"CloudWatchLogProcessing","Parameters":[{"ParameterName":"DataMessageExtraction","ParameterValue":"true"}]}]}'
  make_stream "$stream" "$(s3_configuration "arn:$partition:iam::$archive_id:role/$name-central-firehose" "$bucket" lines/ 60 ",$processing")"
  wait_active "$stream"
  make_role archive "$role" "$(trust logs.amazonaws.com "{\"StringLike\":{\"aws:SourceArn\":\"arn:$partition:logs:$region:$archive_id:*\"}}")" \
    "$(allow '"firehose:PutRecord"' "\"arn:$partition:firehose:$region:$archive_id:deliverystream/$stream\"")"
  in_archive aws logs create-log-group --log-group-name "$group"
  undo+=("in_archive aws logs delete-log-group --log-group-name $group")
  in_archive aws logs create-log-stream --log-group-name "$group" --log-stream-name one
  until_good archive aws logs put-subscription-filter --log-group-name "$group" --filter-name lines --filter-pattern '' \
    --destination-arn "arn:$partition:firehose:$region:$archive_id:deliverystream/$stream" --role-arn "arn:$partition:iam::$archive_id:role/$role"
  now=$(date +%s)000
  ask archive aws logs put-log-events --log-group-name "$group" --log-stream-name one \
    --log-events "timestamp=$now,message=first" "timestamp=$now,message=second" && arrival lines/ 400
}

# Puts a record: `logpipe smoke`, encoded for version 2 of the aws command line; version 1 sends the characters as such.
put_record() {
  ask archive aws firehose put-record --delivery-stream-name "$1" --record '{"Data":"bG9ncGlwZSBzbW9rZQo="}'
}

# What a Firehose role may do to the bucket.
writing() {
  allow '["s3:AbortMultipartUpload","s3:GetBucketLocation","s3:GetObject","s3:ListBucket","s3:ListBucketMultipartUploads","s3:PutObject"]' \
    "[\"arn:$partition:s3:::$bucket\",\"arn:$partition:s3:::$bucket/*\"]"
}

# Looks for everything that has the run's name, without asking logpipe.
nothing_left() {
  local left
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
    left=$(
      in_archive aws iam list-roles --output text --query "Roles[?starts_with(RoleName, '$name')].RoleName"
      in_source aws iam list-roles --output text --query "Roles[?starts_with(RoleName, '$name')].RoleName"
      in_archive aws firehose list-delivery-streams --limit 1000 --output text --query "DeliveryStreamNames[?starts_with(@, '$name')]"
      in_archive aws logs describe-destinations --destination-name-prefix "$name" --output text --query 'destinations[].arn'
      in_archive aws logs describe-log-groups --output text --query "logGroups[?contains(logGroupName, '$name')].arn"
      in_source aws logs describe-log-groups --output text --query "logGroups[?contains(logGroupName, '$name')].arn"
      in_archive aws s3api list-buckets --output text --query "Buckets[?starts_with(Name, '$name')].Name"
    )
    left=$(printf '%s' "$left" | grep -v '^None$' | tr -s '\n' ' ' || true)
    [[ -n ${left// /} ]] || return 0
    # Streams are deleted in the background.
    sleep 10
  done
  die "left behind: $left"
}
