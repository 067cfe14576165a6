#!/usr/bin/env bash
# Installs a release of logpipe on a runner, after comparing it with the release's checksums. A step of action.yml.
set -euo pipefail

fail() {
  printf '::error title=logpipe is not installed::%s\n' "$1"
  exit 1
}

repository=${INPUT_REPOSITORY:-${ACTION_REPOSITORY:-$GITHUB_REPOSITORY}}

version=${INPUT_VERSION#v}
if [[ -z $version && $ACTION_REF =~ ^v[0-9]+\.[0-9]+\.[0-9]+ ]]; then
  version=${ACTION_REF#v}
fi
if [[ -z $version ]]; then
  latest=$(curl --fail --silent --show-error --location --retry 3 -H @<(printf 'Authorization: Bearer %s\n' "$TOKEN") \
    "$GITHUB_API_URL/repos/$repository/releases/latest") ||
    fail "$repository has no release, or the token may not ask for it; \`version\` names one"
  version=$(jq -er '.tag_name | ltrimstr("v")' <<<"$latest") || fail "GitHub names no tag for the newest release of $repository"
fi
[[ $version =~ ^[0-9A-Za-z.+-]+$ ]] || fail "\`version: $version\` is no version; write it as 0.1.0"

case $(uname -s)-$(uname -m) in
  Linux-x86_64) target=x86_64-unknown-linux ;;
  Linux-aarch64) target=aarch64-unknown-linux ;;
  Darwin-x86_64) target=x86_64-apple-darwin ;;
  Darwin-arm64) target=aarch64-apple-darwin ;;
  *) fail "there is no binary for $(uname -s) on $(uname -m); run the job on Linux or macOS" ;;
esac
if [[ $target == *linux ]]; then
  # Alpine and the like have another C library; the static binary needs none.
  if compgen -G '/lib/ld-musl-*' >/dev/null; then target+=-musl; else target+=-gnu; fi
fi

name=logpipe-$version-$target
folder=$RUNNER_TEMP/logpipe-release
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
release=$GITHUB_SERVER_URL/$repository/releases/download/v$version
for file in SHA256SUMS "$name.tar.gz"; do
  curl --fail --silent --show-error --location --retry 3 --output "$file" "$release/$file" ||
    fail "$release/$file could not be loaded; $GITHUB_SERVER_URL/$repository/releases lists the versions and files there are"
done

awk -v name="$name.tar.gz" '$2 == name || $2 == "*" name' SHA256SUMS >expected
[[ $(wc -l <expected) -eq 1 ]] || fail "SHA256SUMS of $version does not have $name.tar.gz exactly once"
sha256() {
  if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}
sha256 --check --status expected ||
  fail "$name.tar.gz is not what its release says: its SHA-256 is $(sha256 "$name.tar.gz" | cut -d' ' -f1). Nothing of it was run"

tar -xzf "$name.tar.gz"
"$folder/$name/logpipe" --version
printf '%s\n' "$folder/$name" >>"$GITHUB_PATH"
printf 'version=%s\n' "$version" >>"$GITHUB_OUTPUT"
