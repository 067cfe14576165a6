#!/usr/bin/env bash
# The figures of docs/performance.md, measured on this machine with a release build. Needs Linux and GNU time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LC_ALL=C

cargo build --release --locked
logpipe=$(realpath "${CARGO_TARGET_DIR:-target}/release/logpipe")
quickstart=$PWD/topologies/quickstart.yaml
folder=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"

title() {
  printf '\n%s\n' "$1"
}

# The median wall time of 41 runs, starting the process included.
median() {
  local times=() start end run
  for ((run = 0; run < 41; run++)); do
    start=${EPOCHREALTIME/./}
    "$@" >/dev/null 2>&1
    end=${EPOCHREALTIME/./}
    times+=($((end - start)))
  done
  mapfile -t times < <(printf '%s\n' "${times[@]}" | sort -n)
  printf '%d.%d ms' $((times[20] / 1000)) $((times[20] % 1000 / 100))
}

# The most memory that a command had resident, as Linux tells it of a process that has ended but not been waited for.
peak() {
  /usr/bin/time --format '%M' --output "$folder/peak" "$@" >/dev/null 2>&1
  printf '%d.%d MB' $(($(<"$folder/peak") / 1024)) $(($(<"$folder/peak") % 1024 * 10 / 1024))
}

title "Binary"
printf '  size                       %s bytes\n' "$(stat --format %s "$logpipe")"
printf '  --version                  %s\n' "$(median "$logpipe" --version)"
printf '  validate quickstart        %s\n' "$(median "$logpipe" validate "$quickstart")"

title "Sandbox, 50 ms a call in simulated time"
start=${EPOCHREALTIME/./}
printf '  apply, peak memory         %s\n' "$(peak "$logpipe" apply "$quickstart" --sandbox --yes)"
printf '  apply --verify, real time  '
"$logpipe" sandbox reset >/dev/null 2>&1
start=${EPOCHREALTIME/./}
"$logpipe" apply "$quickstart" --sandbox --yes --verify >/dev/null 2>&1
printf '%d ms\n' $(((${EPOCHREALTIME/./} - start) / 1000))
"$logpipe" sandbox reset >/dev/null 2>&1

title "Loopback, 100 simulated seconds in one"
"$logpipe" sandbox serve "$quickstart" --port 0 --speed 100 >url 2>/dev/null &
server=$!
while [[ ! -s url ]]; do sleep 0.05; done
export AWS_ENDPOINT_URL AWS_ACCESS_KEY_ID=SANDBOX000000000000 AWS_SECRET_ACCESS_KEY=sandbox
AWS_ENDPOINT_URL=$(<url)
calls() {
  "$logpipe" "$@" --verbose 2>&1 | grep 'calls to AWS'
}
printf '  first apply                %s\n' "$(calls apply "$quickstart" --yes)"
printf '  plan without changes       %s\n' "$(calls plan "$quickstart")"
printf '  second apply               %s\n' "$(calls apply "$quickstart" --yes)"
printf '  destroy                    %s\n' "$(calls destroy "$quickstart" --yes)"

title "Machine"
printf '  %s, %s cores, %s\n' "$(grep -m 1 'model name' /proc/cpuinfo | cut -d : -f 2 | cut -c 2-)" "$(nproc)" "$(uname -sr)"
