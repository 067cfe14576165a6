//! The examples at the end of every `--help`.

pub(crate) const VALIDATE: &str = "\
Examples:
  logpipe validate                                 check topology.yaml
  logpipe validate other.yaml --output json        every problem with line and column, for editors and CI";

pub(crate) const PLAN: &str = "\
Examples:
  logpipe plan topology.yaml                       what apply would do, and why
  logpipe plan topology.yaml --detailed-exitcode   exits with 2 when something would change
  logpipe plan topology.yaml --out plan.json       save it; apply --plan plan.json carries it out
  logpipe plan topology.yaml --prune               also what would go that the topology no longer names
  logpipe plan topology.yaml --offline             without credentials, as if nothing existed
  logpipe plan topology.yaml --output json | jq .summary";

pub(crate) const APPLY: &str = "\
Examples:
  logpipe apply topology.yaml                      show the plan, ask, carry it out
  logpipe apply topology.yaml --yes --verify       no question; then prove that a log line arrives
  logpipe apply topology.yaml --lock-timeout 10m   wait for another run that holds the record
  logpipe apply topology.yaml --adopt              take over what has the planned names, or recover a lost record
  logpipe apply topology.yaml --prune              also remove what the topology no longer names
  logpipe apply topology.yaml --sandbox --yes      rehearse it in a simulated AWS";

pub(crate) const VERIFY: &str = "\
Examples:
  logpipe verify topology.yaml                     a test event through every route
  logpipe verify topology.yaml --source app-logs   the routes of one source
  logpipe verify --message 'ERROR test' --timeout 90s";

pub(crate) const LOGS: &str = "\
Examples:
  logpipe logs topology.yaml                       the last 10 minutes of every log group it delivers
  logpipe logs --source app-logs --since 2h        of one source
  logpipe logs --follow --filter '?ERROR ?WARN'    what comes, until Ctrl-C
  logpipe logs --log-group '/aws/ec2/*' --stream 'i-0134*'
  logpipe logs --as ops --log-group /aws/ec2/messages
                                                   another account's, with the role of a reader
  logpipe logs --since 2026-11-22T10:00:00Z --until 2026-11-22T10:05:00Z
  logpipe logs --output json | jq -r .message";

pub(crate) const STATUS: &str = "\
Examples:
  logpipe status topology.yaml                     in sync, drifted, missing or foreign
  logpipe status --detailed-exitcode               exits with 2 unless everything is in sync";

pub(crate) const DESTROY: &str = "\
Examples:
  logpipe destroy topology.yaml                    the bucket and its objects stay
  logpipe destroy topology.yaml --delete-data --confirm my-bucket --yes
  logpipe destroy topology.yaml --target archive/eu-west-1/s3_bucket.old --delete-data";

pub(crate) const ACCESS: &str = "\
Examples:
  logpipe access topology.yaml                     what each account's role needs, to read and paste
  logpipe access --for plan --account archive      the read-only part, of one account
  logpipe access --trusted arn:aws:iam::444444444444:role/ci --format cloudformation > roles.json
  logpipe access --format awscli > roles.sh        to be run once in each account
  logpipe access --output json | jq -r '.roles[].actions[]' | sort -u";

pub(crate) const AGENT_CONFIG: &str = "\
Examples:
  logpipe agent-config > amazon-cloudwatch-agent.json
  logpipe agent-config topology.yaml --agent web   of one agent, where there are several
  logpipe agent-config --commands > install.sh     to be run on each instance
  logpipe agent-config --ssm                       store it in the agent's accounts, after asking
  logpipe agent-config --commands --from ssm       the commands that take it from there
  logpipe agent-config --from amazon-cloudwatch-agent.json
                                                   what a topology has to declare for a configuration
  ssh web-1 cat /opt/aws/amazon-cloudwatch-agent/bin/config.json | logpipe agent-config --from -";

pub(crate) const COST: &str = "\
Examples:
  logpipe cost topology.yaml --gb-per-month 100    what all sources log together
  logpipe cost --volume app-logs=80 --volume audit=5
  logpipe cost --measure                           as much as in the last 14 days
  logpipe cost --gb-per-month 100 --months 36 --retention-days 30
  logpipe cost --gb-per-month 100 --prices ours.json --output json | jq .usd";

pub(crate) const EXPLAIN: &str = "\
Examples:
  logpipe explain topology.yaml                    every policy that the topology declares, in plain words
  logpipe explain --live                           as they are in the accounts, what others added included
  logpipe explain --policy policy.json             any policy of yours
  aws iam get-role --role-name x --query Role.AssumeRolePolicyDocument | logpipe explain --policy -
  logpipe explain --format markdown > policies.md
  logpipe explain --output json | jq -r '.policies[].statements[] | .who.words + \": \" + .what.words'";

pub(crate) const PROFILE: &str = "\
Examples:
  logpipe profile topology.yaml >> ~/.aws/config   for an EC2 instance that reads
  logpipe profile --reader ops --source-profile me credentials of another profile
  logpipe profile --via sso                        through IAM Identity Center, to be filled in";

pub(crate) const SCHEMA: &str = "\
Examples:
  logpipe schema > topology.schema.json            for the first line of a topology:
                                                   # yaml-language-server: $schema=./topology.schema.json
  logpipe schema --markdown                        the reference, docs/topology-reference.md";

pub(crate) const OUTPUTS: &str = "\
Examples:
  logpipe outputs                                  every output of topology.yaml
  logpipe outputs other.yaml central.bucket_arn    one bare value
  aws s3 ls \"s3://$(logpipe outputs central.bucket_name)/\"
  logpipe outputs --output json | jq -r '.outputs[\"central.stream_arn\"].value'";

pub(crate) const VERSION: &str = "\
Examples:
  logpipe version                                  the version, and what this build can do
  logpipe version --json | jq -r .version";

pub(crate) const COMPLETIONS: &str = "\
Examples:
  logpipe completions bash > ~/.local/share/bash-completion/completions/logpipe
  logpipe completions zsh > \"${fpath[1]}/_logpipe\"
  logpipe completions fish > ~/.config/fish/completions/logpipe.fish
  logpipe completions powershell >> $PROFILE";

pub(crate) const MAN: &str = "\
Examples:
  logpipe man | man -l -                           read the page
  logpipe man apply > logpipe-apply.1              that of one command
  logpipe man --out ~/.local/share/man/man1        all of them";

pub(crate) const SANDBOX: &str = "\
Examples:
  logpipe apply topology.yaml --sandbox --yes      use it in one process
  logpipe sandbox show                             see what is in it
  logpipe sandbox reset                            forget everything";

pub(crate) const SERVE: &str = "\
Examples:
  logpipe sandbox serve topology.yaml --port 4567
  logpipe apply topology.yaml --endpoint-url http://127.0.0.1:4567
  logpipe sandbox serve topology.yaml --speed 20   a minute passes in three seconds
  logpipe sandbox serve topology.yaml --seed 7     with delays and refusals, the same each time";
