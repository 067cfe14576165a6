#!/usr/bin/env bash
# Keeps one comment with the plan on the pull request: the first push makes it, the next ones change it. A step of action.yml.
set -euo pipefail

[[ $INPUT_COMMENT == true ]] || exit 0
number=$(jq -r '.pull_request.number // empty' "$GITHUB_EVENT_PATH")
if [[ -z $number ]]; then
  echo "No pull request, so there is nothing to comment on."
  exit 0
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
answer=$folder/answer
comments=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues

# Asks GitHub, leaves what it says in $answer, and gives the status.
api() {
  local method=$1 url=$2 again=0
  shift 2
  # A comment that was made although GitHub answered otherwise would be made twice.
  [[ $method != GET ]] || again=3
  curl --silent --show-error --location --retry "$again" --request "$method" --output "$answer" --write-out '%{http_code}' \
    -H @<(printf 'Authorization: Bearer %s\n' "$TOKEN") -H 'Accept: application/vnd.github+json' \
    -H 'X-GitHub-Api-Version: 2022-11-28' "$@" "$url"
}

fail() {
  printf '::error title=No comment on the pull request::GitHub answered %s to %s: %s\n' "$1" "$2" \
    "$(jq -r '.message // empty' "$answer" 2>/dev/null | tr '\r\n' '  ')"
  exit 1
}

# Several topologies of one repository have a comment each. Two hyphens would end the marker.
place=$INPUT_WORKING_DIRECTORY/$INPUT_TOPOLOGY
place=${place#./}
marker="<!-- logpipe plan of ${place//--/-} -->"
{
  printf '%s\n' "$marker"
  if [[ -s $REPORT ]]; then
    cat "$REPORT"
  else
    # shellcheck disable=SC2016
    printf '`logpipe plan` ended with %s and printed no plan; the log of the job says why.\n' "$EXIT_CODE"
  fi
  printf '\n<sub>%s, commit %s, [job](%s)</sub>\n' "\`$place\`" "$(jq -r '.pull_request.head.sha[:10]' "$GITHUB_EVENT_PATH")" \
    "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
} >"$folder/body.md"
jq -Rs '{body: .}' "$folder/body.md" >"$folder/request.json"

# Whoever may not write to the repository could put the marker into a comment of theirs, which stays as it is.
# shellcheck disable=SC2016
ours='map(select((.body | startswith($marker))
  and (.user.type == "Bot" or (.author_association | IN("OWNER", "MEMBER", "COLLABORATOR"))))) | first | .id // empty'
id=
for ((page = 1; ; page++)); do
  status=$(api GET "$comments/$number/comments?per_page=100&page=$page")
  [[ $status == 200 ]] || fail "$status" "the question for the comments"
  id=$(jq -r --arg marker "$marker" "$ours" "$answer")
  if [[ -n $id ]] || (($(jq length "$answer") < 100)); then break; fi
done

if [[ -n $id ]]; then
  status=$(api PATCH "$comments/comments/$id" --data "@$folder/request.json")
else
  status=$(api POST "$comments/$number/comments" --data "@$folder/request.json")
fi
case $status in
  200 | 201)
    url=$(jq -r .html_url "$answer")
    printf 'The plan is at %s\n' "$url"
    printf 'url=%s\n' "$url" >>"$GITHUB_OUTPUT"
    ;;
  403)
    printf '::warning title=No comment on the pull request::%s\n' \
      "The token may not write comments. The job needs \`permissions: { pull-requests: write }\`, which pull requests from forks never get. The summary of the job has the plan."
    ;;
  *) fail "$status" "the comment" ;;
esac
