//! A topology as a script around the AWS CLI, which makes what is missing, in dependency order. Each kind has its calls, as
//! logpipe makes them; what they share is in `head.sh`.

mod calls;
mod iam;
mod logs;
mod s3;
mod script;
mod services;
mod step;

pub use script::write;
