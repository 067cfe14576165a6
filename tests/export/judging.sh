# shellcheck shell=bash
# What the judges beside this file share: a folder, a sandbox that is served, and moto. Sourced, with the path of the logpipe
# binary as the first argument of whoever does.
set -euo pipefail
logpipe=$(readlink -f "${1:?the path of the logpipe binary}")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d)
servers=()

# Ends what was started here.
end_servers() {
  local server
  for server in ${servers[@]+"${servers[@]}"}; do
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  done
  servers=()
}

finish() {
  local status=$?
  end_servers
  rm -rf "$folder"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

die() {
  printf 'error: %s\n' "$1" >&2
  exit 1
}

say() {
  printf '== %4d s  %s\n' "$SECONDS" "$1"
}

# Serves a sandbox for the topology in $folder, in which time passes so many times as fast.
serve() {
  : >"$folder/serve.log"
  (cd "$folder" && exec "$logpipe" sandbox serve --port 0 --speed "$1" topology.yaml) >>"$folder/serve.log" 2>&1 &
  servers+=($!)
  local tries
  for ((tries = 0; tries < 100; tries++)); do
    [[ ! $(<"$folder/serve.log") =~ (http://127\.0\.0\.1:[0-9]+) ]] || break
    sleep 0.2
  done
  export AWS_ENDPOINT_URL=${BASH_REMATCH[1]:?the sandbox does not serve}
  export AWS_ACCESS_KEY_ID=SANDBOX000000000000 AWS_SECRET_ACCESS_KEY=sandbox
  unset AWS_PROFILE AWS_SESSION_TOKEN
}

# Has the aws command line answer without its start, where this Python has it.
quick_aws() {
  python3 -c 'import awscli' 2>/dev/null || return 0
  mkdir "$folder/aws"
  python3 "$here/tests/export/aws.py" "$folder/aws" >"$folder/aws.log" 2>&1 &
  servers+=($!)
  local tries
  for ((tries = 0; tries < 100; tries++)); do
    if grep -q ready "$folder/aws.log"; then
      export PATH=$folder/aws/bin:$PATH
      return
    fi
    sleep 0.2
  done
  cat "$folder/aws.log"
  die 'the aws command line does not start'
}

# Goes over to moto, which takes any credentials, and takes the ARN of a destination for that of a log group, so that there
# has to be one (docs/second-opinions.md).
moto() {
  export AWS_ENDPOINT_URL=$1 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
  local id secret token
  read -r id secret token < <(aws sts assume-role --region ap-northeast-1 --output text --role-session-name judge \
    --role-arn arn:aws:iam::999999999999:role/LogpipeDeployer --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]')
  AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret AWS_SESSION_TOKEN=$token \
    aws logs create-log-group --region ap-northeast-1 --log-group-name "$2"
}

in_folder() {
  (cd "$folder" && "$@")
}

# Expects that what is there differs from the topology in nothing but whose it is.
expect_adoptions() {
  in_folder "$logpipe" plan topology.yaml --adopt --output json >"$folder/plan.json" 2>"$folder/plan.log" || { cat "$folder/plan.log" && return 1; }
  python3 - "$folder/plan.json" <<'PYTHON'
import json, sys
steps = json.load(open(sys.argv[1]))["steps"]
wrong = [s for s in steps if s["action"] not in ("adopt", "keep") or any(not c["field"].startswith("tags.logpipe:adopted") for c in s.get("changes", []))]
for step in wrong:
    print(step["action"], step["address"], step.get("changes"), file=sys.stderr)
sys.exit(f"{len(wrong)} of {len(steps)} resources are not as the topology has them" if wrong or not steps else 0)
PYTHON
}
