#!/usr/bin/env bash
# Makes the packages of a release from a binary that is built already: an archive, a .deb and an .rpm, each with manual
# pages, completions, example topologies and licences. The binary has to run on this machine, because it writes its own
# manual pages and completions.
set -euo pipefail

usage() {
  cat <<'EOF'
usage: scripts/package.sh --binary FILE --out DIR [options] FORMAT...

  FORMAT           archive (.tar.gz, or .zip for Windows), deb, rpm
  --binary FILE    the binary to pack
  --out DIR        where the packages go
  --target TRIPLE  part of the archive's name [default: the host that rustc tells]
  --strip          leave out debugging symbols, which only a build for tests has
  --fast           compress little or nothing, for tests

cargo-deb and cargo-generate-rpm have to be on the path for deb and rpm; .ci/packages.txt has both.
EOF
}

fail() {
  printf 'package.sh: %s\n' "$1" >&2
  exit "${2:-1}"
}

binary=
out=
target=
strip=
fast=
formats=()
while (($# > 0)); do
  case $1 in
    --binary | --out | --target)
      (($# > 1)) || fail "$1 needs a value" 64
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    --strip) strip=yes ;;
    --fast) fast=-1 ;;
    -h | --help)
      usage
      exit
      ;;
    archive | deb | rpm) formats+=("$1") ;;
    *) fail "$1 is neither an option nor a format; --help lists them" 64 ;;
  esac
  shift
done
if [[ -z $binary || -z $out ]] || ((${#formats[@]} == 0)); then
  usage >&2
  exit 64
fi
[[ -f $binary ]] || fail "$binary is not there: build it first, with cargo build --release --locked"

mkdir -p "$out"
out=$(cd "$out" && pwd)
binary=$(cd "$(dirname "$binary")" && pwd)/$(basename "$binary")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=$("$binary" --version)
version=${version#logpipe }
[[ -n $target ]] || target=$(rustc -vV | sed -n 's/^host: //p')

# Everything that is packed, in the folders that it is found in.
stage=target/stage
rm -rf "$stage"
mkdir -p "$stage"/{man,completions,docs,examples/policies}
name=logpipe
[[ $binary != *.exe ]] || name=logpipe.exe
cp "$binary" "$stage/$name"
[[ -z $strip ]] || strip "$stage/$name"
cp README*.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT "$stage/"
cp docs/*.md "$stage/docs/"
cp topologies/*.yaml topologies/topology.schema.json "$stage/examples/"
cp topologies/policies/*.json "$stage/examples/policies/"
"$stage/$name" man --out "$stage/man" 2>"$stage/man.log" || fail "$(<"$stage/man.log")"
for shell in bash elvish fish powershell zsh; do
  "$stage/$name" completions "$shell" >"$stage/completions/logpipe.$shell"
done

checksum() {
  if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi
}

# Both tools read one manifest, and pack manual pages as Linux has them, compressed.
linux() {
  [[ ! -e $stage/Cargo.toml ]] || return 0
  sed "s/^version = .*/version = \"$version\"/" packaging/linux/Cargo.toml >"$stage/Cargo.toml"
  printf 'fn main() {}\n' >"$stage/main.rs"
  gzip -9 -n -k "$stage"/man/*.1
  gzip -9 -n -c CHANGELOG.md >"$stage/changelog.gz"
  {
    cat LICENSE-MIT
    printf '\nOr, at your option, the Apache License, Version 2.0: /usr/share/common-licenses/Apache-2.0 has it.\n'
  } >"$stage/licences.txt"
}

archive() {
  local folder=logpipe-$version-$target packed=$stage/archive
  mkdir -p "$packed/$folder/man"
  (cd "$stage" && cp -R "$name" README*.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT completions examples \
    "archive/$folder/" && cp man/*.1 "archive/$folder/man/")
  if [[ $name == *.exe ]]; then
    made=$out/$folder.zip
    (cd "$packed" && 7z a -bd -bso0 "$made" "$folder")
  else
    made=$out/$folder.tar.gz
    (cd "$packed" && tar -cf - "$folder") | gzip -n "${fast:--9}" >"$made"
  fi
}

deb() {
  linux
  made=$out/logpipe_$version-1_$(dpkg --print-architecture).deb
  local flags=(--no-build --no-strip --quiet)
  [[ -z $fast ]] || flags+=(--fast -Z gz)
  (cd "$stage" && cargo-deb deb "${flags[@]}" --output "$made" >/dev/null)
}

rpm() {
  linux
  made=$out/logpipe-$version-1.$(uname -m).rpm
  local flags=(--auto-req builtin)
  [[ -z $fast ]] || flags+=(--payload-compress none)
  (cd "$stage" && cargo-generate-rpm "${flags[@]}" --output "$made")
}

for format in "${formats[@]}"; do
  made=
  "$format"
  (cd "$out" && checksum "$(basename "$made")") >"$made.sha256"
  printf '%s\n' "$made"
done
