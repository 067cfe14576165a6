# Central logging as Terraform modules of the field have it: a provider for each account, names with random ends, policies
# attached rather than inline, and the same tags everywhere.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" { type = string }
variable "prefix" { type = string }
variable "archive" { type = string }
variable "source_account" { type = string }

locals {
  region   = "ap-northeast-1"
  name     = "${var.prefix}-logs"
  services = ["firehose", "iam", "logs", "s3", "sts"]
}

provider "aws" {
  region                      = local.region
  access_key                  = "test"
  secret_key                  = "test"
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_credentials_validation = true
  s3_use_path_style           = true
  assume_role { role_arn = "arn:aws:iam::${var.archive}:role/LogpipeDeployer" }
  default_tags { tags = { ManagedBy = "terraform", Environment = "prod" } }
  endpoints {
    firehose = var.endpoint
    iam      = var.endpoint
    logs     = var.endpoint
    s3       = var.endpoint
    sts      = var.endpoint
  }
}

provider "aws" {
  alias                       = "source"
  region                      = local.region
  access_key                  = "test"
  secret_key                  = "test"
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_credentials_validation = true
  assume_role { role_arn = "arn:aws:iam::${var.source_account}:role/LogpipeDeployer" }
  endpoints {
    iam  = var.endpoint
    logs = var.endpoint
    sts  = var.endpoint
  }
}

resource "aws_s3_bucket" "logs" {
  bucket = "${local.name}-20240607081122"
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    id     = "retention"
    status = "Enabled"
    filter {}
    expiration { days = 400 }
  }
}

data "aws_iam_policy_document" "firehose_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["firehose.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "firehose" {
  name               = "${local.name}-firehose-20240607081122"
  assume_role_policy = data.aws_iam_policy_document.firehose_trust.json
}

data "aws_iam_policy_document" "firehose" {
  statement {
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.logs.arn, "${aws_s3_bucket.logs.arn}/*"]
  }
}

resource "aws_iam_policy" "firehose" {
  name   = "${local.name}-firehose"
  policy = data.aws_iam_policy_document.firehose.json
}

resource "aws_iam_role_policy_attachment" "firehose" {
  role       = aws_iam_role.firehose.name
  policy_arn = aws_iam_policy.firehose.arn
}

resource "aws_kinesis_firehose_delivery_stream" "logs" {
  name        = local.name
  destination = "extended_s3"
  extended_s3_configuration {
    role_arn            = aws_iam_role.firehose.arn
    bucket_arn          = aws_s3_bucket.logs.arn
    prefix              = "AWSLogs/!{timestamp:yyyy/MM/dd}/"
    error_output_prefix = "errors/!{firehose:error-output-type}/"
    buffering_size      = 10
    buffering_interval  = 120
    compression_format  = "GZIP"
    file_extension      = ".json.gz"
    processing_configuration {
      enabled = true
      processors {
        type = "Decompression"
        parameters {
          parameter_name  = "CompressionFormat"
          parameter_value = "GZIP"
        }
      }
    }
  }
}

data "aws_iam_policy_document" "logs_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["logs.amazonaws.com"]
    }
    condition {
      test     = "StringLike"
      variable = "aws:SourceArn"
      values   = ["arn:aws:logs:${local.region}:${var.source_account}:*", "arn:aws:logs:${local.region}:${var.archive}:*"]
    }
  }
}

resource "aws_iam_role" "logs" {
  name               = "${local.name}-cwl-20240607081122"
  assume_role_policy = data.aws_iam_policy_document.logs_trust.json
}

data "aws_iam_policy_document" "logs" {
  statement {
    actions   = ["firehose:PutRecord", "firehose:PutRecordBatch"]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "logs" {
  name   = "put"
  role   = aws_iam_role.logs.name
  policy = data.aws_iam_policy_document.logs.json
}

resource "aws_cloudwatch_log_destination" "logs" {
  name       = local.name
  role_arn   = aws_iam_role.logs.arn
  target_arn = aws_kinesis_firehose_delivery_stream.logs.arn
  depends_on = [aws_iam_role_policy.logs]
}

data "aws_iam_policy_document" "destination" {
  statement {
    actions   = ["logs:PutSubscriptionFilter"]
    resources = [aws_cloudwatch_log_destination.logs.arn]
    principals {
      type        = "AWS"
      identifiers = [var.source_account]
    }
  }
}

resource "aws_cloudwatch_log_destination_policy" "logs" {
  destination_name = aws_cloudwatch_log_destination.logs.name
  access_policy    = data.aws_iam_policy_document.destination.json
}

# moto takes the ARN of a destination for that of a log group, and wants one of that name (docs/second-opinions.md).
resource "aws_cloudwatch_log_group" "stand_in" {
  name = local.name
}

resource "aws_cloudwatch_log_group" "app" {
  provider = aws.source
  for_each = toset(["api", "web"])
  name     = "/terraform/${var.prefix}/${each.key}"
}

resource "aws_cloudwatch_log_subscription_filter" "app" {
  provider        = aws.source
  for_each        = aws_cloudwatch_log_group.app
  name            = local.name
  log_group_name  = each.value.name
  filter_pattern  = ""
  destination_arn = aws_cloudwatch_log_destination.logs.arn
  depends_on      = [aws_cloudwatch_log_destination_policy.logs, aws_cloudwatch_log_group.stand_in]
}
