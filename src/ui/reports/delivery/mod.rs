//! What CloudWatch has counted of a delivery, as a person reads it, as JSON, and on a page.

mod human;
mod json;
mod markdown;
mod report;

pub use report::DeliveryReport;
