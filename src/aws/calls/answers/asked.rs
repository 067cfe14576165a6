//! Passes a request's operation to the code that judges its answer, because the request on the wire no longer says it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

/// One call, all its attempts.
#[derive(Debug, Clone)]
pub(super) struct AskedCall {
    /// The service, as the SDK names it.
    pub(super) service: String,
    /// The operation.
    pub(super) operation: String,
    waited: Waited,
}

/// How long the attempts of a call have waited for answers.
#[derive(Debug, Clone, Default)]
struct Waited(Arc<Mutex<Duration>>);

impl Storable for Waited {
    type Storer = StoreReplace<Self>;
}

impl AskedCall {
    #[cfg(test)]
    pub(super) fn of(service: &str, operation: &str) -> Self {
        Self { service: service.to_owned(), operation: operation.to_owned(), waited: Waited::default() }
    }

    /// How long its attempts have waited so far.
    pub(super) fn waited(&self) -> Duration {
        *self.waited.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that an attempt has waited.
    pub(super) fn wait(&self, time: Duration) {
        *self.waited.0.lock().unwrap_or_else(PoisonError::into_inner) += time;
    }
}

/// Tells, with every request of a client, what it asks.
#[derive(Debug)]
pub(crate) struct Asking;

impl Intercept for Asking {
    fn name(&self) -> &'static str {
        "Asking"
    }

    fn read_before_execution(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        bag.interceptor_state().store_put(Waited::default());
        Ok(())
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let asked = bag.load::<Metadata>().map(|metadata| AskedCall {
            service: metadata.service().to_owned(),
            operation: metadata.name().to_owned(),
            waited: bag.load::<Waited>().cloned().unwrap_or_default(),
        });
        if let Some(asked) = asked {
            context.request_mut().add_extension(asked);
        }
        Ok(())
    }
}
