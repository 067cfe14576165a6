//! What every operation of the sandbox takes, operation by operation, and what is refused in which words.

mod ec2_rows;
mod iam_rows;
mod listing;
mod logs_rows;
mod over_time;
mod passing;
mod requests;
mod rows;
mod s3_rows;
mod stage;
mod table;
