#!/usr/bin/env bash
# Asks Terraform about what `export terraform` writes: whether it is valid, whether it makes what the topology says, and
# whether what is there comes into its state without a change.
#
#   terraform.sh <path of the logpipe binary> <URL of moto> <folder with the AWS provider>
#
# The folder is a file system mirror of providers (`terraform providers mirror`).
moto_url=${2:?the URL of moto} providers=${3:?a folder with the AWS provider}
# shellcheck source=tests/export/judging.sh
source "$(dirname "${BASH_SOURCE[0]}")/judging.sh"

export TF_CLI_CONFIG_FILE=$folder/terraformrc TF_IN_AUTOMATION=true CHECKPOINT_DISABLE=true
printf 'provider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' "$providers" >"$TF_CLI_CONFIG_FILE"
configuration=$folder/configuration
mkdir "$configuration"

terraform_in() {
  terraform -chdir="$configuration" "$@" -no-color >"$folder/terraform.log" 2>&1 || { cat "$folder/terraform.log" && return 1; }
}

write() {
  rm -f "$configuration"/*.tf.json
  "$logpipe" export terraform "$@" --out "$configuration" >"$folder/export.log" 2>&1 || { cat "$folder/export.log" && return 1; }
}

say 'is it valid?'
write "$here/topologies/quickstart.yaml" --offline
terraform_in init -input=false
# The first has an organisation and scopes of accounts, the second agents, readers and alarms.
for topology in tests/it/cases/everything.yaml tests/export/wide.yaml; do
  WIDE_EXTERNAL_ID=wide-0815 write "$here/$topology" --offline
  terraform_in validate
done

say 'what does it make?'
name=terraform-$(od -An -N3 -tx1 /dev/urandom | tr -d ' \n')
sed "s/^name: quickstart/name: $name/; s:/app/web:/app/$name:" "$here/topologies/quickstart.yaml" >"$folder/topology.yaml"
moto "$moto_url" "$name-central"
cd "$folder"
write topology.yaml --offline
printf '{"provider": {"aws": [%s]}}' "$(grep -o '"alias": "[^"]*"' "$configuration/main.tf.json" |
  sed 's/.*/{&, "s3_use_path_style": true, "skip_metadata_api_check": "true"}/' | paste -sd ,)" >"$configuration/moto_override.tf.json"
terraform_in apply -input=false -auto-approve
grep -E '^Apply complete!' "$folder/terraform.log"
expect_adoptions

say 'what is imported?'
rm "$configuration"/terraform.tfstate
cp "$configuration/moto_override.tf.json" "$folder/"
write topology.yaml
cp "$folder/moto_override.tf.json" "$configuration/"
terraform_in plan -input=false
grep -E '^Plan:' "$folder/terraform.log"
grep -qE '^Plan: [0-9]+ to import, 0 to add, 0 to change, 0 to destroy' "$folder/terraform.log" || { cat "$folder/terraform.log" && exit 1; }

say 'everything held'
