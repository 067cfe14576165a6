#!/usr/bin/env bash
# Makes the documentation's site in target/book/html, with mdBook. Pages link to each other, to topologies and to files of the
# source by where these are in the repository, so all of them are put where mdBook finds them, in the same places.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

source=target/book/source
rm -rf target/book
mkdir -p "$source"/{scripts,src/cost}
cp -R ./*.md docs topologies LICENSE-APACHE LICENSE-MIT "$source/"
cp scripts/aws-smoke-*.json "$source/scripts/"
cp src/cost/prices.json "$source/src/cost/"
# The table of contents stands beside its pages; mdBook wants it at the top.
sed -E 's#\]\((\.\./)?([^)]*)\)#](\1:\2)#; s#\]\(\.\./:#](#; s#\]\(:#](docs/#' docs/SUMMARY.md >"$source/SUMMARY.md"
rm "$source/docs/SUMMARY.md"
# On the site it is a page that mdBook makes.
sed -i.unchanged 's#docs/SUMMARY\.md#toc.html#' "$source"/README*.md && rm "$source"/*.unchanged
mdbook build
