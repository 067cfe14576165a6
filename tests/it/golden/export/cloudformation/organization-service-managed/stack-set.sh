#!/usr/bin/env bash
# Makes the stack set of the topology organization, or changes it: members.yaml in each account that sends.
# Written by `logpipe export cloudformation`.
# After archive.ap-northeast-1.yaml.
# Run it in the management account of the organisation, or in a delegated administrator's. Accounts that join one of the
# units get a stack of their own; the management account itself gets none.
set -euo pipefail

region=ap-northeast-1
name=logpipe-organization-members
template=(--template-body "file://$(dirname "$0")/members.yaml")
# A delegated administrator runs it with CALL_AS=DELEGATED_ADMIN.
as=(--call-as "${CALL_AS:-SELF}")

# Waits until an operation has succeeded.
succeeded() {
  local status
  while :; do
    status=$(aws cloudformation describe-stack-set-operation "${set[@]}" --operation-id "$1" \
      --query StackSetOperation.Status --output text)
    case $status in
      SUCCEEDED) return 0 ;;
      RUNNING | QUEUED) sleep 10 ;;
      *) echo "$status: aws cloudformation list-stack-set-operation-results --region $region --stack-set-name $name --operation-id $1" >&2; return 1 ;;
    esac
  done
}

set=(--region "$region" "${as[@]}" --stack-set-name "$name")
what=("${template[@]}")
what+=(--permission-model SERVICE_MANAGED --auto-deployment "Enabled=true,RetainStacksOnAccountRemoval=false")
if aws cloudformation describe-stack-set "${set[@]}" >/dev/null 2>&1; then
  succeeded "$(aws cloudformation update-stack-set "${set[@]}" "${what[@]}" --query OperationId --output text)"
else
  aws cloudformation create-stack-set "${set[@]}" "${what[@]}" --query StackSetId --output text
fi

operation=$(aws cloudformation create-stack-instances "${set[@]}" \
  --deployment-targets OrganizationalUnitIds=ou-ab12-34567890 \
  --regions ap-northeast-1 \
  --operation-preferences RegionConcurrencyType=SEQUENTIAL,RegionOrder=ap-northeast-1,MaxConcurrentPercentage=100,FailureTolerancePercentage=10 \
  --query OperationId --output text)
succeeded "$operation"
