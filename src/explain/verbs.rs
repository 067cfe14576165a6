//! What: actions in words.

use super::services::service;
use super::statement::all_of;

/// Actions whose names say too little.
const WORDS: [(&str, &str); 31] = [
    ("cloudwatch:PutMetricData", "publish metrics"),
    ("ec2:DescribeInstances", "describe instances"),
    ("ec2:DescribeTags", "read the tags of instances"),
    ("ec2:DescribeVolumes", "describe volumes"),
    ("firehose:PutRecord", "put records on a stream"),
    ("firehose:PutRecordBatch", "put records on a stream"),
    ("iam:PassRole", "pass a role to a service"),
    ("kms:Decrypt", "decrypt with the key"),
    ("kms:GenerateDataKey", "encrypt with the key"),
    ("logs:CreateLogGroup", "create log groups"),
    ("logs:CreateLogStream", "create log streams"),
    ("logs:DescribeLogGroups", "list log groups"),
    ("logs:DescribeLogStreams", "list log streams"),
    ("logs:FilterLogEvents", "search log events"),
    ("logs:GetLogEvents", "read log events"),
    ("logs:ListLogGroups", "list log groups"),
    ("logs:PutAccountPolicy", "subscribe whole accounts"),
    ("logs:PutLogEvents", "write log events"),
    ("logs:PutSubscriptionFilter", "point subscription filters at it"),
    ("s3:AbortMultipartUpload", "abort unfinished uploads"),
    ("s3:DeleteObject", "delete objects"),
    ("s3:GetBucketLocation", "look up the region of the bucket"),
    ("s3:GetObject", "read objects"),
    ("s3:ListBucket", "list objects"),
    ("s3:ListBucketMultipartUploads", "list unfinished uploads"),
    ("s3:PutObject", "write objects"),
    ("s3:PutObjectAcl", "set ACLs of objects"),
    ("ssm:GetParameter", "read parameters"),
    ("ssm:GetParameters", "read parameters"),
    ("ssm:PutParameter", "write parameters"),
    ("sts:AssumeRole", "assume the role"),
];

/// `Action`, or with `negated` `NotAction`.
pub(super) fn words(actions: &[&str], negated: bool) -> String {
    let mut phrases: Vec<String> = Vec::new();
    for phrase in actions.iter().map(|action| one(action)) {
        if !phrases.contains(&phrase) {
            phrases.push(phrase);
        }
    }
    match negated {
        true => format!("everything but: {}", all_of(&phrases)),
        false => all_of(&phrases),
    }
}

fn one(action: &str) -> String {
    if action == "*" {
        return "do everything".to_owned();
    }
    if let Some((_, words)) = WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(action)) {
        return (*words).to_owned();
    }
    let Some((of, name)) = action.split_once(':') else { return action.to_owned() };
    match name {
        "*" => format!("do everything in {}", service(of)),
        _ if name.contains(['*', '?']) => format!("do anything named {name} in {}", service(of)),
        _ => format!("{} in {}", spaced(name), service(of)),
    }
}

/// `DescribeVolumes` as `describe volumes`.
fn spaced(name: &str) -> String {
    let mut words = String::new();
    let mut before = ' ';
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
        before = letter;
    }
    words
}
