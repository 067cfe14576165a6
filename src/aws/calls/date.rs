//! When AWS answered, by AWS's clock.

use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::FinalizerInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;

/// Reads the `Date` of the answer to one call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Date(Arc<OnceLock<SystemTime>>);

impl Date {
    /// What the answer said, if it said so.
    pub(crate) fn said(&self) -> Option<SystemTime> {
        self.0.get().copied()
    }
}

impl Intercept for Date {
    fn name(&self) -> &'static str {
        "Date"
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(date) = context.response().and_then(date_of) {
            self.0.get_or_init(|| date);
        }
        Ok(())
    }
}

/// When an answer was made.
pub(in crate::aws) fn date_of(answer: &HttpResponse) -> Option<SystemTime> {
    let date = DateTime::from_str(answer.headers().get("date")?, Format::HttpDate).ok()?;
    SystemTime::try_from(date).ok()
}
