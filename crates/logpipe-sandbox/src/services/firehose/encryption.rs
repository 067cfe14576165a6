//! Server-side encryption of what a stream holds: with a key of AWS, or with one of a customer, on which Firehose makes itself a
//! grant in the name of the caller (Amazon Data Firehose API Reference, StartDeliveryStreamEncryption).
//!
//! A key that refuses the grant leaves the stream as it was, with the attempt on show. AWS takes a moment for it, the sandbox
//! none.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::kms;
use crate::protocol::json::{present, read};
use crate::state::world::World;

use super::names::invalid;
use super::state::StreamAddress;

/// How a stream encrypts what it holds, as it is shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Encryption {
    status: String,
    key_type: Option<String>,
    key: Option<String>,
    /// Firehose's code for why the last attempt failed, with its words.
    failure: Option<(String, String)>,
}

impl Encryption {
    /// As it is shown.
    pub(super) fn shown(encryption: Option<&Self>) -> Value {
        let Some(Self { status, key_type, key, failure }) = encryption else {
            return json!({ "Status": "DISABLED" });
        };
        let failure = failure.as_ref().map(|(kind, details)| json!({ "Type": kind, "Details": details }));
        present(
            json!({ "Status": status, "KeyType": key_type, "KeyARN": key, "FailureDescription": failure }),
        )
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StartDeliveryStreamEncryption {
    delivery_stream_name: String,
    #[serde(rename = "DeliveryStreamEncryptionConfigurationInput")]
    configuration: Option<Configuration>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Configuration {
    key_type: String,
    #[serde(rename = "KeyARN")]
    key_arn: Option<String>,
}

/// StartDeliveryStreamEncryption.
pub(super) fn start(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: StartDeliveryStreamEncryption = read(input)?;
    let address = StreamAddress::of(call, &input.delivery_stream_name);
    world.expect_stream(&address)?;
    let configuration = input.configuration;
    let kind = configuration.as_ref().map_or("AWS_OWNED_CMK", |given| given.key_type.as_str());
    let key = configuration.as_ref().and_then(|given| given.key_arn.clone());
    let granted = match (kind, &key) {
        ("AWS_OWNED_CMK", None) => true,
        ("CUSTOMER_MANAGED_CMK", Some(key)) if kms::is_key_arn(key) => {
            kms::caller_may_grant(world, call, key, &address.site.region)
        }
        _ => return Err(invalid("KeyARN goes with the KeyType CUSTOMER_MANAGED_CMK alone.".to_owned())),
    };
    let failure = (!granted).then(|| {
        let text = "Access to the KMS key was denied: Firehose could not create a grant on it.";
        ("KMS_ACCESS_DENIED".to_owned(), text.to_owned())
    });
    let status = if granted { "ENABLED" } else { "ENABLING_FAILED" };
    let encryption = Encryption { status: status.to_owned(), key_type: Some(kind.to_owned()), key, failure };
    if let Some(stream) = world.stream_mut(&address) {
        stream.encryption = Some(encryption);
    }
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StopDeliveryStreamEncryption {
    delivery_stream_name: String,
}

/// StopDeliveryStreamEncryption.
pub(super) fn stop(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: StopDeliveryStreamEncryption = read(input)?;
    let address = StreamAddress::of(call, &input.delivery_stream_name);
    world.expect_stream(&address)?;
    if let Some(stream) = world.stream_mut(&address) {
        stream.encryption = None;
    }
    Ok(json!({}))
}
