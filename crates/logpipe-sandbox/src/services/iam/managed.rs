//! The AWS managed policies the sandbox knows.
//!
//! Shortened to what matters to log pipelines, in AWS's own words where a statement is kept (AWS Managed Policy
//! Reference Guide). An ARN that is not here is one that AWS does not have.

const ADMINISTRATOR: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
const POWER_USER: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},{"Effect":"Allow","Action":["iam:ListRoles","organizations:DescribeOrganization"],"Resource":"*"}]}"#;
const READ_ONLY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*","logs:Describe*","logs:Get*","logs:List*","logs:FilterLogEvents","iam:Get*","iam:List*","firehose:Describe*","firehose:List*","ec2:Describe*","cloudwatch:Describe*","cloudwatch:Get*","cloudwatch:List*","ssm:Describe*","ssm:Get*","ssm:List*"],"Resource":"*"}]}"#;
const VIEW_ONLY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["cloudwatch:Describe*","cloudwatch:Get*","cloudwatch:List*","ec2:Describe*","firehose:List*","iam:List*","logs:Describe*","s3:ListAllMyBuckets","s3:ListBucket","ssm:ListDocuments"],"Resource":"*"}]}"#;
const SECURITY_AUDIT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["cloudwatch:Describe*","ec2:Describe*","firehose:DescribeDeliveryStream","firehose:ListDeliveryStreams","iam:Get*","iam:List*","iam:SimulatePrincipalPolicy","logs:Describe*","s3:GetBucketPolicy","s3:GetEncryptionConfiguration","s3:ListAllMyBuckets","ssm:DescribeParameters"],"Resource":"*"}]}"#;
const LOGS_READ_ONLY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:Describe*","logs:Get*","logs:List*","logs:StartQuery","logs:StopQuery","logs:TestMetricFilter","logs:FilterLogEvents","logs:StartLiveTail","logs:StopLiveTail","cloudwatch:GenerateQuery"],"Resource":"*"}]}"#;
const LOGS_FULL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:*","cloudwatch:GenerateQuery"],"Resource":"*"}]}"#;
const CLOUDWATCH_READ_ONLY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["cloudwatch:BatchGet*","cloudwatch:Describe*","cloudwatch:GenerateQuery","cloudwatch:Get*","cloudwatch:List*","logs:Get*","logs:List*","logs:StartQuery","logs:StopQuery","logs:Describe*","logs:TestMetricFilter","logs:FilterLogEvents","logs:StartLiveTail","logs:StopLiveTail"],"Resource":"*"}]}"#;
const CLOUDWATCH_FULL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["cloudwatch:*","logs:*","sns:CreateTopic","sns:ListTopics","iam:GetRole"],"Resource":"*"}]}"#;
const AGENT_SERVER: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"CWACloudWatchServerPermissions","Effect":"Allow","Action":["cloudwatch:PutMetricData","ec2:DescribeVolumes","ec2:DescribeTags","logs:PutLogEvents","logs:PutRetentionPolicy","logs:DescribeLogStreams","logs:DescribeLogGroups","logs:CreateLogStream","logs:CreateLogGroup","xray:PutTraceSegments","xray:PutTelemetryRecords","xray:GetSamplingRules","xray:GetSamplingTargets","xray:GetSamplingStatisticSummaries"],"Resource":"*"},{"Sid":"CWASSMServerPermissions","Effect":"Allow","Action":["ssm:GetParameter"],"Resource":"arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*"}]}"#;
const AGENT_ADMIN: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"CWACloudWatchPermissions","Effect":"Allow","Action":["cloudwatch:PutMetricData","ec2:DescribeTags","logs:PutLogEvents","logs:PutRetentionPolicy","logs:DescribeLogStreams","logs:DescribeLogGroups","logs:CreateLogStream","logs:CreateLogGroup","xray:PutTraceSegments","xray:PutTelemetryRecords","xray:GetSamplingRules","xray:GetSamplingTargets","xray:GetSamplingStatisticSummaries"],"Resource":"*"},{"Sid":"CWASSMPermissions","Effect":"Allow","Action":["ssm:GetParameter","ssm:PutParameter"],"Resource":"arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*"}]}"#;
const S3_FULL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","s3-object-lambda:*"],"Resource":"*"}]}"#;
const S3_READ_ONLY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*","s3:Describe*","s3-object-lambda:Get*","s3-object-lambda:List*"],"Resource":"*"}]}"#;
const FIREHOSE_FULL: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"firehose:*","Resource":"*"}]}"#;
const FIREHOSE_READ_ONLY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["firehose:Describe*","firehose:List*"],"Resource":"*"}]}"#;
const EC2_FULL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:*","elasticloadbalancing:*","cloudwatch:*","autoscaling:*"],"Resource":"*"}]}"#;
const EC2_READ_ONLY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:Describe*","ec2:GetSecurityGroupsForVpc"],"Resource":"*"},{"Effect":"Allow","Action":["cloudwatch:ListMetrics","cloudwatch:GetMetricStatistics","cloudwatch:Describe*"],"Resource":"*"}]}"#;
const IAM_FULL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:*","organizations:DescribeAccount","organizations:DescribeOrganization","organizations:ListRoots"],"Resource":"*"}]}"#;
const IAM_READ_ONLY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:GenerateCredentialReport","iam:GenerateServiceLastAccessedDetails","iam:Get*","iam:List*","iam:SimulateCustomPolicy","iam:SimulatePrincipalPolicy"],"Resource":"*"}]}"#;
const SSM_FULL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["cloudwatch:PutMetricData","ds:CreateComputer","ds:DescribeDirectories","ec2:DescribeInstanceStatus","logs:*","ssm:*","ec2messages:*"],"Resource":"*"}]}"#;
const SSM_READ_ONLY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ssm:Describe*","ssm:Get*","ssm:List*"],"Resource":"*"}]}"#;
const SSM_CORE: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ssm:DescribeAssociation","ssm:GetDeployablePatchSnapshotForInstance","ssm:GetDocument","ssm:DescribeDocument","ssm:GetManifest","ssm:GetParameter","ssm:GetParameters","ssm:ListAssociations","ssm:ListInstanceAssociations","ssm:PutInventory","ssm:PutComplianceItems","ssm:PutConfigurePackageResult","ssm:UpdateAssociationStatus","ssm:UpdateInstanceAssociationStatus","ssm:UpdateInstanceInformation"],"Resource":"*"},{"Effect":"Allow","Action":["ssmmessages:CreateControlChannel","ssmmessages:CreateDataChannel","ssmmessages:OpenControlChannel","ssmmessages:OpenDataChannel"],"Resource":"*"},{"Effect":"Allow","Action":["ec2messages:AcknowledgeMessage","ec2messages:DeleteMessage","ec2messages:FailMessage","ec2messages:GetEndpoint","ec2messages:GetMessages","ec2messages:SendReply"],"Resource":"*"}]}"#;
const XRAY_WRITE: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["xray:PutTraceSegments","xray:PutTelemetryRecords","xray:GetSamplingRules","xray:GetSamplingTargets","xray:GetSamplingStatisticSummaries"],"Resource":"*"}]}"#;
const LAMBDA_BASIC: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*"}]}"#;

/// Documents by what stands after `policy/` in the ARN, the path included.
const KNOWN: [(&str, &str); 26] = [
    ("AdministratorAccess", ADMINISTRATOR),
    ("PowerUserAccess", POWER_USER),
    ("ReadOnlyAccess", READ_ONLY),
    ("SecurityAudit", SECURITY_AUDIT),
    ("job-function/ViewOnlyAccess", VIEW_ONLY),
    ("CloudWatchLogsReadOnlyAccess", LOGS_READ_ONLY),
    ("CloudWatchLogsFullAccess", LOGS_FULL),
    ("CloudWatchReadOnlyAccess", CLOUDWATCH_READ_ONLY),
    ("CloudWatchFullAccess", CLOUDWATCH_FULL),
    ("CloudWatchFullAccessV2", CLOUDWATCH_FULL),
    ("CloudWatchAgentServerPolicy", AGENT_SERVER),
    ("CloudWatchAgentAdminPolicy", AGENT_ADMIN),
    ("AmazonS3FullAccess", S3_FULL),
    ("AmazonS3ReadOnlyAccess", S3_READ_ONLY),
    ("AmazonKinesisFirehoseFullAccess", FIREHOSE_FULL),
    ("AmazonKinesisFirehoseReadOnlyAccess", FIREHOSE_READ_ONLY),
    ("AmazonEC2FullAccess", EC2_FULL),
    ("AmazonEC2ReadOnlyAccess", EC2_READ_ONLY),
    ("IAMFullAccess", IAM_FULL),
    ("IAMReadOnlyAccess", IAM_READ_ONLY),
    ("AmazonSSMFullAccess", SSM_FULL),
    ("AmazonSSMReadOnlyAccess", SSM_READ_ONLY),
    ("AmazonSSMManagedInstanceCore", SSM_CORE),
    ("AWSXRayDaemonWriteAccess", XRAY_WRITE),
    ("AWSXrayWriteOnlyAccess", XRAY_WRITE),
    ("service-role/AWSLambdaBasicExecutionRole", LAMBDA_BASIC),
];

/// The document of an AWS managed policy, in the partition of its ARN.
pub(crate) fn document(arn: &str) -> Option<String> {
    let (prefix, named) = arn.split_once(":iam::aws:policy/")?;
    let partition = prefix.strip_prefix("arn:")?;
    let (_, document) = KNOWN.iter().find(|(known, _)| *known == named)?;
    Some(document.replace("arn:aws:", &format!("arn:{partition}:")))
}
