//! What services are called.

/// The names of services, by the prefixes of their actions, ARNs and principals.
const SERVICES: [(&str, &str); 26] = [
    ("autoscaling", "EC2 Auto Scaling"),
    ("cloudformation", "CloudFormation"),
    ("cloudtrail", "CloudTrail"),
    ("cloudwatch", "CloudWatch"),
    ("delivery.logs", "the log delivery of AWS services"),
    ("dynamodb", "DynamoDB"),
    ("ec2", "EC2"),
    ("ecr", "ECR"),
    ("ecs-tasks", "ECS tasks"),
    ("events", "EventBridge"),
    ("firehose", "Firehose"),
    ("iam", "IAM"),
    ("kinesis", "Kinesis"),
    ("kms", "KMS"),
    ("lambda", "Lambda"),
    ("logs", "CloudWatch Logs"),
    ("oam", "CloudWatch observability links"),
    ("organizations", "Organizations"),
    ("s3", "S3"),
    ("secretsmanager", "Secrets Manager"),
    ("sns", "SNS"),
    ("sqs", "SQS"),
    ("ssm", "Systems Manager"),
    ("sts", "STS"),
    ("vpc-flow-logs", "VPC flow logs"),
    ("xray", "X-Ray"),
];

/// What a service is called.
pub(super) fn service(prefix: &str) -> String {
    let known = SERVICES.iter().find(|(known, _)| *known == prefix);
    known.map_or_else(|| format!("`{prefix}`"), |(_, name)| (*name).to_owned())
}
