//! The commands for Windows, as a script for PowerShell.

use super::commands::{Facts, Source, streams};

const CONTROL: &str = r"C:\Program Files\Amazon\AmazonCloudWatchAgent\amazon-cloudwatch-agent-ctl.ps1";
const FILE: &str = r"C:\ProgramData\Amazon\AmazonCloudWatchAgent\logpipe.json";

const INSTALL: &str = r#"# 1. Install the agent.
$installer = Join-Path $env:TEMP 'amazon-cloudwatch-agent.msi'
Invoke-WebRequest -UseBasicParsing -Uri "$packages/windows/amd64/latest/amazon-cloudwatch-agent.msi" -OutFile $installer
$setup = Start-Process msiexec.exe -Wait -PassThru -ArgumentList '/i', "`"$installer`"", '/qn'
if ($setup.ExitCode -ne 0) { throw "msiexec ended with $($setup.ExitCode)" }
"#;

const CHECK: &str = r"
# 4. Check that the instance has the right role and that log lines arrive. A log stream appears with its first line.
$token = Invoke-RestMethod -Method Put -Uri http://169.254.169.254/latest/api/token -Headers @{ 'X-aws-ec2-metadata-token-ttl-seconds' = '60' }
$instance = Invoke-RestMethod -Uri http://169.254.169.254/latest/meta-data/instance-id -Headers @{ 'X-aws-ec2-metadata-token' = $token }
";

/// Text as one word of PowerShell, whatever is in it.
fn word(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

pub(super) fn script(facts: &Facts<'_>) -> String {
    let mut lines = format!(
        "# {}, in {}. Run it on each instance, in PowerShell as an administrator.\n$ErrorActionPreference = 'Stop'\n$packages = {}\n$control = {}\n\n{INSTALL}\n",
        facts.title,
        facts.region,
        word(&facts.packages),
        word(CONTROL)
    );
    let from = match &facts.source {
        Source::File(configuration) => {
            // Not Set-Content: its UTF-8 begins with a byte order mark, which is not JSON.
            lines += &format!(
                "# 2. Write its configuration.\n$configuration = @'\n{configuration}\n'@\n[System.IO.File]::WriteAllText({}, $configuration)\n",
                word(FILE)
            );
            format!("file:{FILE}")
        }
        Source::Parameter(name) => {
            lines += "# 2. Its configuration is in an SSM parameter, which the role may read.\n";
            format!("ssm:{name}")
        }
    };
    lines += &format!(
        "\n# 3. Load the configuration, start the agent now and at every boot, and show its status.\n& $control -a fetch-config -m ec2 -s -c {}\n& $control -m ec2 -a status\n{CHECK}",
        word(&from)
    );
    lines += &checks(facts);
    lines
}

fn checks(facts: &Facts<'_>) -> String {
    let role = facts.role.map(|role| format!(" # assumed-role/{role}/")).unwrap_or_default();
    let mut lines = format!("aws sts get-caller-identity --query Arn --output text{role}\n");
    for (group, of_the_instance) in &facts.groups {
        lines += &streams((group, *of_the_instance), facts.region, "$instance", word);
    }
    lines + &format!("Get-Content -Tail 20 {}\n", word(facts.log_file))
}
