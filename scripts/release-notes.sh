#!/usr/bin/env bash
# Prints the version and the notes of a release, as outputs of a step, after a look at whether tag, Cargo.toml and
# CHANGELOG.md mean the same one.
#
# usage: scripts/release-notes.sh refs/tags/vVERSION    any other reference is a rehearsal, whose changes are not released yet
set -euo pipefail

reference=${1:?}
cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=$(sed -n '/^\[workspace\.package\]/,/^$/s/^version = "\(.*\)"/\1/p' Cargo.toml)
heading=Unreleased
if [[ $reference == refs/tags/* ]]; then
  heading=$version
  if [[ $reference != "refs/tags/v$version" ]]; then
    printf 'release-notes.sh: Cargo.toml has %s, so the tag has to be v%s and not %s\n' "$version" "$version" "${reference#refs/tags/}" >&2
    exit 1
  fi
fi

notes=$(awk -v heading="$heading" '
  /^## / { inside = $2 == heading || $2 == "[" heading "]"; next }
  inside' CHANGELOG.md)
if [[ -z ${notes//[[:space:]]/} ]]; then
  printf 'release-notes.sh: CHANGELOG.md says nothing under "## %s"\n' "$heading" >&2
  exit 1
fi
printf 'version=%s\nnotes<<END-OF-NOTES\n%s\nEND-OF-NOTES\n' "$version" "$notes"
