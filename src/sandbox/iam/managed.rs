//! The AWS managed policies the sandbox knows.
//!
//! Shortened to what matters to log pipelines, in AWS's own words where a statement is kept.

const ADMINISTRATOR: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
const LOGS_READ_ONLY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:Describe*","logs:Get*","logs:List*","logs:StartQuery","logs:StopQuery","logs:TestMetricFilter","logs:FilterLogEvents","logs:StartLiveTail","logs:StopLiveTail"],"Resource":"*"}]}"#;
const LOGS_FULL: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:*","Resource":"*"}]}"#;
const CLOUDWATCH_READ_ONLY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["cloudwatch:Describe*","cloudwatch:Get*","cloudwatch:List*","logs:Get*","logs:List*","logs:Describe*","logs:StartQuery","logs:StopQuery","logs:TestMetricFilter","logs:FilterLogEvents"],"Resource":"*"}]}"#;
const AGENT_SERVER: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["cloudwatch:PutMetricData","ec2:DescribeVolumes","ec2:DescribeTags","logs:PutLogEvents","logs:PutRetentionPolicy","logs:DescribeLogStreams","logs:DescribeLogGroups","logs:CreateLogStream","logs:CreateLogGroup"],"Resource":"*"},{"Effect":"Allow","Action":["ssm:GetParameter"],"Resource":"arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*"}]}"#;
const S3_FULL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","s3-object-lambda:*"],"Resource":"*"}]}"#;
const S3_READ_ONLY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*","s3:Describe*"],"Resource":"*"}]}"#;
const FIREHOSE_FULL: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"firehose:*","Resource":"*"}]}"#;
const SSM_CORE: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ssm:DescribeAssociation","ssm:GetDocument","ssm:UpdateInstanceInformation","ssmmessages:*","ec2messages:*"],"Resource":"*"}]}"#;
const READ_ONLY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*","logs:Describe*","logs:Get*","logs:List*","logs:FilterLogEvents","iam:Get*","iam:List*","firehose:Describe*","firehose:List*"],"Resource":"*"}]}"#;

/// The document of an AWS managed policy, whatever the partition of its ARN.
pub(crate) fn document(arn: &str) -> Option<&'static str> {
    let (prefix, name) = arn.split_once(":iam::aws:policy/")?;
    prefix.strip_prefix("arn:")?;
    match name {
        "AdministratorAccess" => Some(ADMINISTRATOR),
        "CloudWatchLogsReadOnlyAccess" => Some(LOGS_READ_ONLY),
        "CloudWatchLogsFullAccess" => Some(LOGS_FULL),
        "CloudWatchReadOnlyAccess" => Some(CLOUDWATCH_READ_ONLY),
        "CloudWatchAgentServerPolicy" => Some(AGENT_SERVER),
        "AmazonS3FullAccess" => Some(S3_FULL),
        "AmazonS3ReadOnlyAccess" => Some(S3_READ_ONLY),
        "AmazonKinesisFirehoseFullAccess" => Some(FIREHOSE_FULL),
        "AmazonSSMManagedInstanceCore" => Some(SSM_CORE),
        "ReadOnlyAccess" => Some(READ_ONLY),
        _ => None,
    }
}
