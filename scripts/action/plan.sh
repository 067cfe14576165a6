#!/usr/bin/env bash
# Plans a topology into a page of Markdown, and notes how it ended. A step of action.yml.
set -euo pipefail

arguments=()
while IFS= read -r line; do
  [[ -z ${line//[[:space:]]/} ]] || arguments+=("$line")
done <<<"$INPUT_ARGUMENTS"

report=$RUNNER_TEMP/logpipe-plan.md
code=0
logpipe plan "$INPUT_TOPOLOGY" --chdir "$INPUT_WORKING_DIRECTORY" --output markdown --detailed-exitcode \
  ${arguments[@]+"${arguments[@]}"} >"$report" || code=$?
cat "$report"

changes=false
((code != 2)) || changes=true
{
  printf 'exit-code=%s\n' "$code"
  printf 'changes=%s\n' "$changes"
  printf 'report=%s\n' "$report"
} >>"$GITHUB_OUTPUT"
