#!/usr/bin/env bash
# A pipeline in two real AWS accounts, from nothing to a delivered line, through drift and repair, and back to nothing.
# On the way it asks AWS what its documentation leaves open, and writes commands and answers into a Markdown file.
# docs/aws-smoke.md says what it costs and which permissions it needs. CI makes a dry run.
set -euo pipefail

usage() {
  cat <<'USAGE'
usage: scripts/aws-smoke.sh --archive ACCESS --source ACCESS [options]
       scripts/aws-smoke.sh --dry-run [options]

  --archive ACCESS   how to get into the account of bucket, stream and destination
  --source ACCESS    how to get into the account of the log group
                     ACCESS is the ARN of a role that your usual credentials may assume, or the name of a profile
  --region REGION    default: AWS_REGION, then ap-northeast-1
  --results FILE     default: aws-smoke-<name>.md
  --logpipe FILE     the binary; default: logpipe on the path, then target/debug/logpipe
  --dry-run          against `logpipe sandbox serve` instead of AWS: shows what would be done, costs nothing
  --yes              do not ask

The aws command line must be on the path (`pip install awscli` will do).
USAGE
}

die() {
  printf 'error: %s\n' "$1" >&2
  exit 1
}

say() {
  printf '\n== %4d s  %s\n' "$SECONDS" "$1"
}

archive=${SMOKE_ARCHIVE:-} source=${SMOKE_SOURCE:-} region=${AWS_REGION:-ap-northeast-1}
results='' logpipe='' dry_run=false sure=false
while (($# > 0)); do
  case $1 in
    --archive) archive=${2:?} && shift ;;
    --source) source=${2:?} && shift ;;
    --region) region=${2:?} && shift ;;
    --results) results=${2:?} && shift ;;
    --logpipe) logpipe=${2:?} && shift ;;
    --dry-run) dry_run=true ;;
    --yes) sure=true ;;
    -h | --help) usage && exit ;;
    *) usage >&2 && exit 64 ;;
  esac
  shift
done

command -v aws >/dev/null || die 'the aws command line is not on the path: pip install awscli'
: "${logpipe:=$(command -v logpipe || echo target/debug/logpipe)}"
logpipe=$(readlink -f "$logpipe") && [[ -x $logpipe ]] || die 'there is no logpipe binary: cargo build, or --logpipe FILE'
name="smoke-$(od -An -N3 -tx1 /dev/urandom | tr -d ' \n')"
results=$(readlink -f "${results:-aws-smoke-$name.md}")
folder=$(mktemp -d)
scratch=$name-x
group=/app/$name
server=
undo=()
# Seconds. Tools wait two minutes for IAM; AWS publishes no figure.
patience=180
applied=false
destroyed=false
export AWS_REGION=$region AWS_DEFAULT_REGION=$region AWS_PAGER='' AWS_MAX_ATTEMPTS=5

# What was made is taken away again, whatever happened: first what this script made, newest first, then the pipeline.
finish() {
  local status=$? index left=false
  trap - EXIT
  set +e
  ((status == 0)) || printf '\nFAILED, cleaning up. The answers so far: %s\n' "$results" >&2
  for ((index = ${#undo[@]} - 1; index >= 0; index--)); do
    eval "${undo[index]}" >>"$folder/undo.log" 2>&1
  done
  if $applied && ! $destroyed; then
    (cd "$folder" && "$logpipe" destroy topology.yaml --yes --delete-data --confirm "$bucket") || left=true
  fi
  [[ -z $server ]] || kill "$server" 2>/dev/null
  if $left; then
    printf 'NOT EVERYTHING IS GONE. What logpipe owns is recorded in %s; run there: %s destroy topology.yaml\n' "$folder" "$logpipe" >&2
    exit 1
  fi
  rm -rf "$folder"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

topology() {
  cat <<TOPOLOGY
version: 1
name: $name
region: $region
accounts:
  archive: { id: "$1", $(access "$archive") }
  app: { id: "$2", $(access "$source") }
destinations:
  central:
    account: archive
    bucket: { expire_days: 30 }
    stream: { buffer_seconds: 60 }
sources:
  app:
    accounts: [app]
    destination: central
    log_groups: ["$group"]
    create: true
    retention_days: 1
TOPOLOGY
}

access() {
  case $1 in
    arn:*) printf 'role_arn: "%s"' "$1" ;;
    *) printf 'profile: "%s"' "$1" ;;
  esac
}

# Runs a command in an account: with its profile, or as its role, whose session is renewed well before its hour is over
# (in a dry run, hours pass eight times as fast).
within() {
  local way=$1 keys
  shift
  case $way in
    arn:*)
      keys=$folder/keys-${way//[^A-Za-z0-9]/-}-$((SECONDS / 200))
      if [[ ! -s $keys ]]; then
        (umask 077 && aws sts assume-role --role-arn "$way" --role-session-name logpipe-smoke --output text \
          --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' >"$keys")
      fi
      local id secret token
      read -r id secret token <"$keys"
      AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret AWS_SESSION_TOKEN=$token "$@"
      ;;
    *) AWS_PROFILE=$way "$@" ;;
  esac
}

in_archive() { within "$archive" "$@"; }
in_source() { within "$source" "$@"; }

run_logpipe() {
  (cd "$folder" && "$logpipe" "$@")
}

# Expects an exit code: 0 done, 2 a plan that is not empty.
expect() {
  local code=$1 status=0
  shift
  "$@" || status=$?
  ((status == code)) || die "exit code $status instead of $code: $*"
}

note() {
  printf '%s\n' "$@" >>"$results"
}

# Runs a command in an account and writes it down with its answer, whatever that is.
ask() {
  local where=$1 status=0 answer
  shift
  answer=$("in_$where" "$@" 2>&1) || status=$?
  note '```console' "$where\$ ${*@Q}" "${answer:-(no output)}" '```' "Exit code $status, after $SECONDS s." ''
  printf '   %s\n' "${answer:-(no output)}" | tail -n 3
  return "$status"
}

question() {
  say "$1"
  note "## $1" ''
}

# Asks until the answer is good, for as long as propagation may take; writes down the first answer and the last.
until_good() {
  local from=$SECONDS
  ask "$@" && return
  while ((SECONDS - from < patience)); do
    sleep 2
    if "in_$1" "${@:2}" >/dev/null 2>&1; then
      note "Accepted after $((SECONDS - from)) s." ''
      return
    fi
  done
  ask "$@" || note "Still refused after $((SECONDS - from)) s." ''
}

# Waits for the first object under a prefix of the bucket, and writes down how long that took.
arrival() {
  local prefix=$1 from=$SECONDS key
  while ((SECONDS - from < ${2:-300})); do
    key=$(in_archive aws s3api list-objects-v2 --bucket "$bucket" --prefix "$prefix" --output text --query 'Contents[0].Key' 2>/dev/null || true)
    if [[ -n $key && $key != None ]]; then
      note "Object \`$key\` after $((SECONDS - from)) s." ''
      in_archive aws s3api get-object --bucket "$bucket" --key "$key" "$folder/object" >/dev/null
      note 'Its first bytes:' '```' "$(head -c 400 "$folder/object" | od -c | head -n 25)" '```' ''
      return
    fi
    sleep 5
  done
  note "No object under \`$prefix\` after $((SECONDS - from)) s." ''
}

trust() {
  printf '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"%s"},"Action":"sts:AssumeRole","Condition":%s}]}' "$1" "$2"
}

allow() {
  printf '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":%s,"Resource":%s}]}' "$1" "$2"
}

# Makes a role for an experiment, and plans its end.
make_role() {
  local where=$1 role=$2
  "in_$where" aws iam create-role --role-name "$role" --assume-role-policy-document "$3" >/dev/null
  undo+=("in_$where aws iam delete-role --role-name $role")
  "in_$where" aws iam put-role-policy --role-name "$role" --policy-name smoke --policy-document "$4"
  undo+=("in_$where aws iam delete-role-policy --role-name $role --policy-name smoke")
}

s3_configuration() {
  printf '{"RoleARN":"%s","BucketARN":"arn:%s:s3:::%s","Prefix":"%s","ErrorOutputPrefix":"errors/","BufferingHints":{"SizeInMBs":1,"IntervalInSeconds":%s}%s}' "$1" "$partition" "$2" "$3" "$4" "${5:-}"
}

make_stream() {
  local stream=$1
  undo+=("in_archive aws firehose delete-delivery-stream --delivery-stream-name $stream")
  until_good archive aws firehose create-delivery-stream --delivery-stream-name "$stream" --extended-s3-destination-configuration "$2"
}

wait_active() {
  local status=
  for ((tries = 0; tries < 90; tries++)); do
    status=$(in_archive aws firehose describe-delivery-stream --delivery-stream-name "$1" --output text --query DeliveryStreamDescription.DeliveryStreamStatus 2>&1 || true)
    [[ $status == CREATING ]] || break
    sleep 2
  done
  note "Status of $1: ${status##*$'\n'}." ''
}

scripts=$(dirname "${BASH_SOURCE[0]}")
source "$scripts/aws-smoke-questions.sh"

# Gives a role of the sandbox the permissions that docs/aws-smoke.md asks of a user.
permit() {
  AWS_ACCESS_KEY_ID=SANDBOX$1 aws iam put-role-policy --role-name LogpipeDeployer --policy-name smoke-questions \
    --policy-document "$(<"$scripts/aws-smoke-$2.json")"
}

if $dry_run; then
  patience=20
  archive=arn:aws:iam::999999999999:role/LogpipeDeployer
  source=arn:aws:iam::111111111111:role/LogpipeDeployer
  topology 999999999999 111111111111 >"$folder/topology.yaml"
  : >"$folder/serve.log"
  (cd "$folder" && exec "$logpipe" sandbox serve --port 0 --speed 8 topology.yaml) >>"$folder/serve.log" 2>&1 &
  server=$!
  for ((tries = 0; tries < 50; tries++)); do
    [[ ! $(<"$folder/serve.log") =~ (http://127\.0\.0\.1:[0-9]+) ]] || break
    sleep 0.2
  done
  export AWS_ENDPOINT_URL=${BASH_REMATCH[1]:?the sandbox does not serve}
  export AWS_SECRET_ACCESS_KEY=sandbox
  unset AWS_PROFILE AWS_SESSION_TOKEN
  # The roles have what logpipe needs. What the questions need comes from the administrators of the accounts.
  permit 999999999999 archive
  permit 111111111111 source
  export AWS_ACCESS_KEY_ID=SANDBOX000000000000
  SMOKE_ORGANIZATION=o-exampleorgid
fi
[[ -n $archive && -n $source ]] || { usage >&2 && exit 64; }

archive_id=$(in_archive aws sts get-caller-identity --query Account --output text)
source_id=$(in_source aws sts get-caller-identity --query Account --output text)
partition=$(in_archive aws sts get-caller-identity --query Arn --output text | cut -d: -f2)
[[ $archive_id != "$source_id" ]] || die "both ways lead into account $archive_id"
bucket=$name-central-$archive_id-$region
topology "$archive_id" "$source_id" >"$folder/topology.yaml"
expect 0 run_logpipe validate topology.yaml

if ! $sure && ! $dry_run; then
  printf '\nThis makes real resources, named %s*, in\n  archive  %s\n  source   %s\n(%s), and deletes them again. It takes about half an hour and costs some cents.\n' "$name" "$archive_id" "$source_id" "$region"
  read -rp "Type both account ids, archive first, to go on: " answer
  [[ $answer == "$archive_id $source_id" ]] || die 'not confirmed; nothing was made'
fi

where=AWS
! $dry_run || where='the sandbox (a dry run: answers are logpipe'\''s idea of AWS, times are of a clock eight times as fast)'
: >"$results"
note "# Answers of $where" '' "$(date -u +%Y-%m-%dT%H:%MZ), $region, $("$logpipe" --version), $(aws --version 2>&1)." ''

say 'apply, with proof of arrival'
applied=true
from=$SECONDS
run_logpipe apply topology.yaml --yes --verify | tee "$folder/apply.log"
note '## apply --verify' '' "Took $((SECONDS - from)) s." '```' "$(tail -n 12 "$folder/apply.log")" '```' ''

say 'a second plan is empty'
expect 0 run_logpipe plan topology.yaml --detailed-exitcode

say 'drift: another filter pattern, and no lifecycle'
in_source aws logs put-subscription-filter --log-group-name "$group" --filter-name "$name" --filter-pattern DRIFT \
  --destination-arn "arn:$partition:logs:$region:$archive_id:destination:$name-central"
in_archive aws s3api delete-bucket-lifecycle --bucket "$bucket"
expect 2 run_logpipe plan topology.yaml --detailed-exitcode >"$folder/drift.log"
cat "$folder/drift.log"
grep -q 'pattern: "DRIFT"' "$folder/drift.log" || die 'the plan does not show the pattern'
grep -q 'lifecycle: ' "$folder/drift.log" || die 'the plan does not show the lifecycle'

say 'apply repairs it'
expect 0 run_logpipe apply topology.yaml --yes
expect 0 run_logpipe plan topology.yaml --detailed-exitcode

ask_all
! $dry_run || ! grep -n 'is not authorized to perform' "$results" || die "permissions are missing, see $results"

say 'the questions left the pipeline as it was, or apply repairs it'
expect 0 run_logpipe apply topology.yaml --yes
expect 0 run_logpipe plan topology.yaml --detailed-exitcode

say 'destroy, data included'
for ((index = ${#undo[@]} - 1; index >= 0; index--)); do
  eval "${undo[index]}" >>"$folder/undo.log" 2>&1 || true
done
undo=()
expect 0 run_logpipe destroy topology.yaml --yes --delete-data --confirm "$bucket"
destroyed=true

say 'nothing is left'
nothing_left

printf '\nEverything held. The answers: %s\n' "$results"
