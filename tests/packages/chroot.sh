#!/usr/bin/env bash
# Installs the packages on a system that has nothing else on it, and has the quickstart's line delivered there.
#
# usage: tests/packages/chroot.sh prepare DIR         makes the system: this one's release, with what the .deb needs
#        tests/packages/chroot.sh check DIR DEB RPM   installs, runs and removes both packages in it
#
# Needs root, or sudo, and mmdebstrap, which makes the same system as debootstrap in a third of the processor time.
set -euo pipefail

as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

inside() {
  # A path of this system would be another one there, and its messages are in English.
  as_root env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 chroot "$root" "$@"
}

fail() {
  printf 'packages: %s\n' "$1" >&2
  exit 1
}

# Where the system is, as rpm wants it: from the root of this one.
at() {
  mkdir -p "$(dirname "$1")"
  root=$(realpath "$1")
}

prepare() {
  local ID VERSION_CODENAME mirror
  # shellcheck disable=SC1091
  source /etc/os-release
  case $ID in
    debian) mirror=http://deb.debian.org/debian ;;
    ubuntu) mirror=http://archive.ubuntu.com/ubuntu ;;
    *) fail "no Debian and no Ubuntu, so there is no release to take" ;;
  esac
  # Nothing of this system is mounted there, so that whoever removes it, or is killed, harms nothing here.
  as_root rm -rf --one-file-system "$root"
  local command=(mmdebstrap --quiet --mode=root --skip=chroot/mount --variant=essential --include=ca-certificates
    "$VERSION_CODENAME" "$root" "$mirror")
  # As this very process, which a signal ends.
  if ((EUID == 0)); then exec "${command[@]}"; else exec sudo "${command[@]}"; fi
}

# What every package has to bring: a binary that delivers a line, manual pages, completions.
delivers() {
  local examples=/usr/share/doc/logpipe/examples work=/root/work
  inside logpipe version
  inside mkdir -p "$work"
  inside logpipe --quiet --chdir "$work" apply "$examples/quickstart.yaml" --sandbox --yes --verify >"$log"
  tail -8 "$log"
  grep -q '"message":"logpipe test event"' "$log" || fail "no line was delivered"
  inside logpipe --chdir "$work" verify "$examples/quickstart.yaml" --sandbox --json >"$log" 2>/dev/null
  python3 - "$log" <<'PYTHON'
import json, sys
verdict = json.load(open(sys.argv[1], encoding="utf-8"))
assert [route["delivered"] for route in verdict["routes"]] == [True], verdict
PYTHON
  inside logpipe --quiet validate "$examples/everything.yaml"
  inside rm -rf "$work"
  # shellcheck disable=SC2016
  inside bash -c 'set -eu; source /usr/share/bash-completion/completions/logpipe
    COMP_WORDS=(logpipe ver) COMP_CWORD=1 COMP_TYPE=9
    _clap_complete_logpipe logpipe ver logpipe
    [[ ${COMPREPLY[*]} == *verify* ]]' || fail "bash completes nothing"
  local page
  for page in logpipe logpipe-apply logpipe-sandbox-serve; do
    inside gzip -dc "/usr/share/man/man1/$page.1.gz" | grep -q '^\.TH' || fail "$page.1 is no manual page"
  done
  local file
  for file in "$@"; do
    [[ -s $root/$file ]] || fail "$file is missing"
  done
}

# Empty folders stay where cargo-generate-rpm made them: its packages own files alone.
gone() {
  local left
  left=$(find "$root/usr" -path '*logpipe*' ! -type d)
  [[ -z $left ]] || fail "stays after removal: $left"
}

check() {
  local deb=$1 rpm=$2
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT

  as_root cp "$deb" "$root/root/logpipe.deb"
  inside dpkg -i /root/logpipe.deb
  delivers usr/share/zsh/vendor-completions/_logpipe usr/share/fish/vendor_completions.d/logpipe.fish \
    usr/share/doc/logpipe/copyright usr/share/doc/logpipe/docs/ci.md
  inside dpkg --purge logpipe
  gone

  # The libraries that it asks for, and nothing of a system that only one distribution has.
  rpm -qp --requires "$rpm" | sort -u >"$log"
  grep -qx 'ca-certificates' "$log" || fail "the .rpm does not ask for certificates"
  grep -q '^libc\.so\.6(GLIBC_2\.[0-9]*)' "$log" || fail "the .rpm does not ask for a C library"
  tr '\n' ' ' <"$log" && echo
  if grep -Ev '^(/bin/sh|ca-certificates|(libc|libm|libgcc_s|ld-linux[a-z0-9_-]*)\.so\.[0-9]+\(.*|rtld\(GNU_HASH\)|rpmlib\(.*)$' "$log"; then
    fail "the .rpm asks for this too"
  fi
  # The names of packages are those of its own distributions, so they are not looked up here.
  as_root rpm --root "$root" --nodeps -i "$rpm"
  delivers usr/share/zsh/site-functions/_logpipe usr/share/fish/vendor_completions.d/logpipe.fish \
    usr/share/licenses/logpipe/LICENSE-MIT usr/share/doc/logpipe/docs/ci.md
  as_root rpm --root "$root" -e logpipe
  gone
}

case ${1:-} in
  prepare)
    at "${2:?}"
    prepare
    ;;
  check)
    at "${2:?}"
    check "${3:?}" "${4:?}"
    ;;
  *)
    sed -n 's/^# \{0,1\}//; 2,7p' "${BASH_SOURCE[0]}" >&2
    exit 64
    ;;
esac
