//! The commands for Linux, as a script for `sh`.

use super::commands::{Facts, Source, streams};

const CONTROL: &str = "/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl";
/// Where the configuration goes. The agent keeps a copy of its own in a folder beside it.
const FILE: &str = "/opt/aws/amazon-cloudwatch-agent/etc/logpipe.json";
/// Ends the configuration; JSON has no such line.
const END: &str = "END_OF_CONFIGURATION";

const INSTALL: &str = r#"# 1. Install the agent.
case "$(uname -m)" in
    aarch64 | arm64) architecture=arm64 ;;
    *) architecture=amd64 ;;
esac
# shellcheck source=/dev/null
. /etc/os-release
case "$ID" in
    amzn)
        sudo yum install -y amazon-cloudwatch-agent
        ;;
    rhel)
        curl -fsSL -o /tmp/amazon-cloudwatch-agent.rpm "$packages/redhat/$architecture/latest/amazon-cloudwatch-agent.rpm"
        sudo rpm -U --replacepkgs /tmp/amazon-cloudwatch-agent.rpm
        ;;
    ubuntu | debian)
        curl -fsSL -o /tmp/amazon-cloudwatch-agent.deb "$packages/$ID/$architecture/latest/amazon-cloudwatch-agent.deb"
        sudo dpkg -i -E /tmp/amazon-cloudwatch-agent.deb
        ;;
    *)
        echo "no package is known for $ID; see the CloudWatch User Guide, Download the CloudWatch agent package" >&2
        exit 1
        ;;
esac
"#;

const CHECK: &str = r#"
# 4. Check that the instance has the right role and that log lines arrive. A log stream appears with its first line.
token=$(curl -fsS -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
instance=$(curl -fsS -H "X-aws-ec2-metadata-token: $token" http://169.254.169.254/latest/meta-data/instance-id)
"#;

/// Text as one word of a shell, whatever is in it.
pub(super) fn word(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

pub(super) fn script(facts: &Facts<'_>) -> String {
    let mut lines = format!(
        "#!/bin/sh\n# {}, in {}. Run it on each instance, as a user who may use sudo.\nset -eu\npackages={}\n\n{INSTALL}\n",
        facts.title,
        facts.region,
        word(&facts.packages)
    );
    let from = match &facts.source {
        Source::File(configuration) => {
            lines += &format!(
                "# 2. Write its configuration.\nsudo tee {FILE} > /dev/null << '{END}'\n{configuration}\n{END}\n"
            );
            format!("file:{FILE}")
        }
        Source::Parameter(name) => {
            lines += "# 2. Its configuration is in an SSM parameter, which the role may read.\n";
            format!("ssm:{name}")
        }
    };
    lines += &format!(
        "\n# 3. Load the configuration, start the agent now and at every boot, and show its status.\nsudo {CONTROL} -a fetch-config -m ec2 -s -c {}\nsudo {CONTROL} -m ec2 -a status\n{CHECK}",
        word(&from)
    );
    lines += &checks(facts);
    lines
}

fn checks(facts: &Facts<'_>) -> String {
    let role = facts.role.map(|role| format!(" # assumed-role/{role}/")).unwrap_or_default();
    let mut lines = format!("aws sts get-caller-identity --query Arn --output text{role}\n");
    for (group, of_the_instance) in &facts.groups {
        lines += &streams((group, *of_the_instance), facts.region, "\"$instance\"", word);
    }
    lines + &format!("sudo tail -n 20 {}\n", facts.log_file)
}
