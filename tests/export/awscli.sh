#!/usr/bin/env bash
# Runs the scripts of `export awscli` with the aws command line: in a sandbox that is served, where lines arrive then, and
# against moto. In both, nothing differs from the topology afterwards.
#
#   awscli.sh <path of the logpipe binary> <URL of moto>
moto_url=${2:?the URL of moto}
# shellcheck source=tests/export/judging.sh
source "$(dirname "${BASH_SOURCE[0]}")/judging.sh"

say 'scripts of all topologies'
mkdir "$folder/scripts"
for topology in "$here"/topologies/*.yaml "$here/tests/it/cases/everything.yaml"; do
  "$logpipe" export awscli "$topology" --offline >"$folder/scripts/$(basename "$topology" .yaml)-$(basename "$(dirname "$topology")").sh" 2>/dev/null
done
shellcheck "$folder"/scripts/*.sh
for script in "$folder"/scripts/*.sh; do bash -n "$script"; done

quick_aws
export PAUSE=1 WIDE_EXTERNAL_ID=wide-0815
name=script-$(od -An -N3 -tx1 /dev/urandom | tr -d ' \n')

# Runs the script, and shows what it said where it fails.
run_script() {
  bash "$folder/pipeline.sh" >"$folder/script.log" 2>&1 || { cat "$folder/script.log" && exit 1; }
}

# Runs logpipe, and shows what it said where it fails.
quietly() {
  in_folder "$logpipe" "$@" >"$folder/logpipe.log" 2>&1 || { cat "$folder/logpipe.log" && exit 1; }
}

say 'nearly every kind, in the sandbox'
cp "$here/tests/export/wide.yaml" "$folder/topology.yaml"
serve 20
quietly export awscli topology.yaml --out .
mv "$folder/wide.sh" "$folder/pipeline.sh"
for account in 111111111111 222222222222 999999999999; do export "EXTERNAL_ID_$account=$WIDE_EXTERNAL_ID"; done
run_script
expect_adoptions
say 'what the script made delivers'
quietly apply topology.yaml --adopt --yes --verify
quietly plan topology.yaml --detailed-exitcode

say 'a second run changes nothing'
run_script
quietly plan topology.yaml --detailed-exitcode
end_servers

say 'against moto'
rm -rf "$folder/.logpipe" "$folder/aws"
quick_aws
sed "s/^name: quickstart/name: $name/; s:/app/web:/app/$name:" "$here/topologies/quickstart.yaml" >"$folder/topology.yaml"
moto "$moto_url" "$name-central"
in_folder "$logpipe" export awscli topology.yaml --offline >"$folder/pipeline.sh"
run_script
expect_adoptions

say 'everything held'
