#!/usr/bin/env bash
# Prints the Homebrew formula of a release.
#
# usage: scripts/formula.sh OWNER/REPOSITORY VERSION SHA256SUMS
set -euo pipefail

repository=${1:?} version=${2:?} sums=${3:?}
formula=$(<"$(dirname "${BASH_SOURCE[0]}")/../packaging/homebrew/logpipe.rb")
formula=${formula//@REPOSITORY@/$repository}
formula=${formula//@VERSION@/$version}
while [[ $formula =~ @SHA256:([a-z0-9_-]+)@ ]]; do
  placeholder=${BASH_REMATCH[0]}
  file=logpipe-$version-${BASH_REMATCH[1]}.tar.gz
  sum=$(awk -v file="$file" '$2 == file { print $1 }' "$sums")
  if [[ ! $sum =~ ^[0-9a-f]{64}$ ]]; then
    printf 'formula.sh: %s does not have %s exactly once\n' "$sums" "$file" >&2
    exit 1
  fi
  formula=${formula//"$placeholder"/$sum}
done
# What is said of placeholders is for whoever edits this file.
printf '%s\n' "${formula/ \`scripts\/formula.sh\` fills in what is between @ signs./}"
