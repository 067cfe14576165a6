#!/usr/bin/env bash
# The figures of "The loop" in CONTRIBUTING.md: what a change costs until its tests have run. Needs GNU time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LC_ALL=C

edited=src/plan/decide/narrowing.rs
kept=$(mktemp)
cp "$edited" "$kept"
trap 'cp "$kept" "$edited"; rm "$kept"' EXIT

# Real time and processor time of a command whose output nobody wants unless it fails.
timed() {
  local title=$1 log
  shift
  log=$(mktemp)
  /usr/bin/time --output "$log.time" --format '%e s, processor time %U s' "$@" >"$log" 2>&1 || { cat "$log"; exit 1; }
  printf '  %-34s %s\n' "$title" "$(tail -n 1 "$log.time")"
  rm "$log" "$log.time"
}

edit() {
  cp "$kept" "$edited"
  printf '\nconst _: u16 = %s;\n' "$RANDOM" >>"$edited"
}

# Everything is built and warm first.
cargo test --locked --no-run

printf 'From an edit in src/plan/ to its tests\n'
edit
timed "the unit tests of plan" cargo test --locked --lib -- plan::
timed "one flow of tests/it" cargo test --locked --test it -- pipeline::

printf 'Without building\n'
cp "$kept" "$edited"
cargo test --locked --no-run >/dev/null 2>&1
timed "all unit tests" cargo test --locked --lib
timed "all of tests/it" cargo test --locked --test it

printf 'Machine\n  %s, %s cores\n' "$(grep -m 1 'model name' /proc/cpuinfo | cut -d : -f 2 | cut -c 2-)" "$(nproc)"
