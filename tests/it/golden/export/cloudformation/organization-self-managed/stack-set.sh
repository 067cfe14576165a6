#!/usr/bin/env bash
# Makes the stack set of the topology organization, or changes it: members.yaml in each account that sends.
# Written by `logpipe export cloudformation`.
# After archive.ap-northeast-1.yaml.
# Run it in the administrator account, which needs the role AWSCloudFormationStackSetAdministrationRole, as each
# account needs AWSCloudFormationStackSetExecutionRole (CloudFormation User Guide, "Grant self-managed permissions").
set -euo pipefail

region=ap-northeast-1
name=logpipe-organization-members
template=(--template-body "file://$(dirname "$0")/members.yaml")
as=(--call-as SELF)

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
what+=(--permission-model SELF_MANAGED)
if aws cloudformation describe-stack-set "${set[@]}" >/dev/null 2>&1; then
  succeeded "$(aws cloudformation update-stack-set "${set[@]}" "${what[@]}" --query OperationId --output text)"
else
  aws cloudformation create-stack-set "${set[@]}" "${what[@]}" --query StackSetId --output text
fi

operation=$(aws cloudformation create-stack-instances "${set[@]}" \
  --accounts 111111111111 \
  --regions ap-northeast-1 \
  --operation-preferences RegionConcurrencyType=SEQUENTIAL,RegionOrder=ap-northeast-1,MaxConcurrentPercentage=100,FailureTolerancePercentage=10 \
  --query OperationId --output text)
succeeded "$operation"
