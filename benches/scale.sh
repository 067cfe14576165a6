#!/usr/bin/env bash
# What many accounts cost, in the simulated AWS with its published rates: time there, and processor and memory here, both
# with the sandbox in the same process. Needs a release build and GNU time.
#
#   bash benches/scale.sh [ACCOUNTS [LOG_GROUPS]]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LC_ALL=C
# How long a call takes there.
export LOGPIPE_SANDBOX_LATENCY=60ms

accounts=${1:-1000}
groups=${2:-20}
cargo build --release --locked --quiet
logpipe=$(realpath "${CARGO_TARGET_DIR:-target}/release/logpipe")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

{
  printf 'version: 1\nname: scale\nregion: ap-northeast-1\naccess: { role_name: LogpipeDeployer }\n'
  printf 'accounts:\n  archive: "999999999999"\n'
  for ((number = 0; number < accounts; number++)); do printf '  a%04d: "%012d"\n' "$number" $((100000000000 + number)); done
  printf 'destinations:\n  central: { account: archive }\n'
  printf 'sources:\n  all:\n    destination: central\n    create: true\n    accounts: ['
  for ((number = 0; number < accounts; number++)); do printf 'a%04d, ' "$number"; done
  printf ']\n    log_groups: ['
  for ((number = 0; number < groups; number++)); do printf '/app/%02d, ' "$number"; done
  printf ']\n'
} >topology.yaml

# When it is in the sandbox, in milliseconds since 1970.
now() { grep -o '"now_ms":[0-9]*' .logpipe/sandbox/state.json | head -1 | cut -d: -f2; }

# Runs a command ten seconds after the one before, which has used up what AWS allows in a second, and prints what it says of its
# calls, how long all of it takes there, and what it cost here.
run() {
  local status=0 before
  before=$(($(now) + 10000))
  sed -i "s/\"now_ms\":$(now)/\"now_ms\":$before/" .logpipe/sandbox/state.json
  /usr/bin/time --format '%U %S %M %e' --output cost "$logpipe" "$@" --sandbox --verbose >out 2>err || status=$?
  read -r user system memory wall < <(tail -1 cost)
  printf '%-24s exit %d  %8d ms  %6.1f s CPU  %5d MB  %6.1f s\n' "$*" "$status" $(($(now) - before)) "$(awk "BEGIN { print $user + $system }")" $((memory / 1024)) "$wall"
  grep -hE 'calls to AWS|throttled' out err | tail -2 | sed 's/^/    /' || true
  tail -1 out | sed 's/^/    /'
}

printf '%d accounts, %d log groups each\n' "$accounts" "$groups"
# From now on, what comes faster than AWS takes it is throttled.
"$logpipe" plan --sandbox --quiet >out 2>err
sed -i 's/"throttle":{"on":false/"throttle":{"on":true/' .logpipe/sandbox/state.json
grep -q '"throttle":{"on":true' .logpipe/sandbox/state.json
run apply --yes
run plan --detailed-exitcode
run destroy --yes
