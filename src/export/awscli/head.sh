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
