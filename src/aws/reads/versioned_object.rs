//! A text in an S3 object that is written only over the version last seen: S3 User Guide, "How to prevent object
//! overwrites with conditional writes". Reached with the starting credentials.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::OnceCell;

use crate::address::{AccountId, Region, arn};
use crate::aws::base::Base;
use crate::aws::call::{CallError, CallPlace, Class, chain};
use crate::aws::clients::RegionalClients;
use crate::aws::credentials::NoStart;
use crate::aws::date::Date;
use crate::aws::fence::permitted;
use crate::aws::meter::{Scope, within};
use crate::aws::wait::{self, Answer, TimedOut, Wait};
use crate::permit::Permit;
use crate::versioned::{Trouble, VersionRead, Versioned, Written};
use crate::wait_for::{LastSeen, WaitFor};

const READ: &str = "s3:GetObject";
const WRITE: &str = "s3:PutObject";
const REMOVE: &str = "s3:DeleteObject";

/// The first two bytes of gzip.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The lease where nothing is said.
const LEASE: Duration = Duration::from_secs(120);

/// Stands where errors of other calls have the account.
const NOBODY: &str = "000000000000";

/// Two conditional writes that race are both asked to try again (S3 API Reference, PutObject,
/// `ConditionalRequestConflict`).
const RACE: Wait = Wait {
    what: WaitFor::RecordWritten,
    limit: Duration::from_secs(30),
    first: Duration::from_millis(200),
    longest: Duration::from_secs(5),
};

/// An object, and the way to it.
#[derive(Debug)]
pub struct VersionedObject {
    name: String,
    key: String,
    lease: Duration,
    bucket: Arc<Bucket>,
}

/// The bucket that objects are in, and the way to it.
#[derive(Debug)]
struct Bucket {
    name: String,
    profile: Option<String>,
    base: Base,
    clients: OnceCell<RegionalClients>,
    /// Where the bucket is: first where the topology is, then where S3 says.
    region: Mutex<Region>,
}

impl Bucket {
    /// A client of the region that the bucket is in, as far as is known.
    async fn client(&self) -> Result<aws_sdk_s3::Client, Trouble> {
        let clients = self.clients.get_or_try_init(|| self.start()).await?;
        Ok(clients.of(&self.region()).s3().clone())
    }

    async fn start(&self) -> Result<RegionalClients, Trouble> {
        let profile = self.profile.as_deref();
        let config = self.base.starting(profile, None, &self.region()).await.map_err(no_start)?;
        let pace = self.base.pace(profile.unwrap_or_default());
        Ok(RegionalClients::new(config, self.base.meter().clone(), pace))
    }

    fn region(&self) -> Region {
        self.region.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Goes where S3 says that the bucket is; false when that is where we were already.
    fn moved(&self, error: &CallError) -> bool {
        let Some(there) = error.bucket_region().and_then(|region| region.parse::<Region>().ok()) else {
            return false;
        };
        let mut region = self.region.lock().unwrap_or_else(PoisonError::into_inner);
        let moved = *region != there;
        *region = there;
        moved
    }
}

/// Without starting credentials there is nobody to ask S3.
fn no_start(none: NoStart) -> Trouble {
    let (text, hint) = match none {
        NoStart::Words(words) => (words, None),
        NoStart::Call(error) => (error.to_string(), error.hint()),
    };
    let hint = hint.unwrap_or_else(|| "name a profile with --profile or `access.profile`".to_owned());
    Trouble { text: format!("no starting credentials: {text}"), denied: true, hint: Some(hint) }
}

impl VersionedObject {
    /// An object of a bucket that is in `region` unless S3 says otherwise. Nothing is called yet.
    pub fn new(base: &Base, bucket: &str, key: &str, profile: Option<&str>, region: &Region) -> Self {
        let bucket = Arc::new(Bucket {
            name: bucket.to_owned(),
            profile: profile.map(str::to_owned),
            base: base.clone(),
            clients: OnceCell::new(),
            region: Mutex::new(region.clone()),
        });
        Self::of(bucket, key.to_owned(), LEASE)
    }

    fn of(bucket: Arc<Bucket>, key: String, lease: Duration) -> Self {
        Self { name: format!("s3://{}/{key}", bucket.name), key, lease, bucket }
    }

    /// The same with a lease of its own.
    pub fn leased_for(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }

    async fn get(&self) -> Result<Option<VersionRead>, Trouble> {
        let client = self.bucket.client().await?;
        let date = Date::default();
        let call = client
            .get_object()
            .bucket(&self.bucket.name)
            .key(&self.key)
            .customize()
            .interceptor(date.clone());
        let answer = match call.send().await.map_err(|error| self.error(READ, &error)) {
            Ok(answer) => answer,
            Err(error) if error.is("NoSuchKey", &[]) => return Ok(None),
            Err(error) if self.bucket.moved(&error) => return Box::pin(self.get()).await,
            Err(error) => return Err(self.trouble(&error)),
        };
        let written = answer.last_modified.and_then(|written| SystemTime::try_from(written).ok());
        let version = answer.e_tag.unwrap_or_default();
        let text = collected(answer.body).await.map_err(|why| self.broken(why))?.into();
        // By the clock of S3 at both ends; ours may be wrong.
        let now = date.said().unwrap_or_else(|| self.bucket.base.clock().now());
        let age = written.and_then(|written| now.duration_since(written).ok()).unwrap_or_default();
        Ok(Some(VersionRead { text, version, age }))
    }

    async fn put(&self, text: &Bytes, over: Option<&str>) -> Result<Answer<Written>, Trouble> {
        let client = self.bucket.client().await?;
        let of_type = if text.starts_with(&GZIP) { "application/gzip" } else { "application/json" };
        let call = client.put_object().bucket(&self.bucket.name).key(&self.key).content_type(of_type);
        let call = match over {
            Some(version) => call.if_match(version),
            None => call.if_none_match("*"),
        };
        let call = call.body(ByteStream::from(text.clone()));
        match call.send().await.map_err(|error| self.error(WRITE, &error)) {
            Ok(answer) => Ok(Answer::Ready(Written::As(answer.e_tag.unwrap_or_default()))),
            Err(error) if error.status == Some(412) => Ok(Answer::Ready(Written::Refused)),
            Err(error) if error.is("ConditionalRequestConflict", &[]) => {
                Ok(Answer::NotYet(LastSeen::Words(error.message)))
            }
            // What was to be written over is gone.
            Err(error) if error.is("NoSuchKey", &[]) => Ok(Answer::Ready(Written::Refused)),
            Err(error) if self.bucket.moved(&error) => Box::pin(self.put(text, over)).await,
            Err(error) => Err(self.trouble(&error)),
        }
    }

    async fn delete(&self) -> Result<(), Trouble> {
        let client = self.bucket.client().await?;
        let call = client.delete_object().bucket(&self.bucket.name).key(&self.key);
        match call.send().await.map_err(|error| self.error(REMOVE, &error)) {
            Ok(_) => Ok(()),
            Err(error) if self.bucket.moved(&error) => Box::pin(self.delete()).await,
            Err(error) => Err(self.trouble(&error)),
        }
    }

    fn error<E>(&self, operation: &'static str, error: &SdkError<E, HttpResponse>) -> CallError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        // Whose account the starting credentials are of is not asked, and not told.
        let account = NOBODY.parse::<AccountId>().expect("the constant is twelve digits");
        let place = CallPlace { account, region: self.bucket.region().to_string(), role: None };
        CallError::from_sdk(operation, place, error)
    }

    fn trouble(&self, error: &CallError) -> Trouble {
        let code = error.code.as_deref().map(|code| format!("{code}: ")).unwrap_or_default();
        let request = error.request_id.as_deref().map(|id| format!(" (request id {id})")).unwrap_or_default();
        let region = self.bucket.region();
        let text = format!(
            "{} with the starting credentials ({region}): {code}{}{request}",
            error.operation, error.message
        );
        let hint = match error.class {
            Class::Denied => Some(self.denied_hint(&region)),
            _ if error.is("NoSuchBucket", &[]) => Some(format!(
                "the bucket {} must exist before logpipe runs: create it, with versioning, so that a damaged record can be restored",
                self.bucket.name
            )),
            _ => error.hint(),
        };
        Trouble { text, denied: error.denied(), hint }
    }

    fn denied_hint(&self, region: &Region) -> String {
        let key = &self.key;
        let arn = arn::bucket(region.partition(), &self.bucket.name);
        format!(
            "allow {READ} and {WRITE} on {arn}/{key}, both and {REMOVE} on {arn}/{key}.base-*, and s3:ListBucket on {arn}, to the starting credentials; without s3:ListBucket, S3 answers that the object is forbidden while it does not exist"
        )
    }

    fn broken(&self, why: String) -> Trouble {
        let hint = Some("run the command again".to_owned());
        Trouble { text: format!("{READ} with the starting credentials: {why}"), denied: false, hint }
    }
}

/// More bytes than a record has: one of a thousand accounts has some megabytes.
const LONGEST: usize = 256 * 1024 * 1024;

/// A whole body, if it is no longer than records are.
async fn collected(mut body: ByteStream) -> Result<Vec<u8>, String> {
    let mut collected = Vec::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| format!("it broke off: {}", chain(&error)))?;
        if collected.len() + chunk.len() > LONGEST {
            return Err(format!("it is longer than {LONGEST} bytes, more than any record"));
        }
        collected.extend_from_slice(&chunk);
    }
    Ok(collected)
}

impl Versioned for VersionedObject {
    fn name(&self) -> &str {
        &self.name
    }

    fn lease(&self) -> Duration {
        self.lease
    }

    fn read(&self) -> BoxFuture<'_, Result<Option<VersionRead>, Trouble>> {
        within(Scope::Record, self.get()).boxed()
    }

    fn write(&self, text: Bytes, over: Option<String>) -> BoxFuture<'_, Result<Written, Trouble>> {
        let put = async move {
            let ask = || self.put(&text, over.as_deref());
            wait::until(RACE, self.bucket.base.clock(), &self.name, |_, _| {}, ask).await
        };
        // What it is written over says by itself whether it may be.
        within(Scope::Record, permitted(Permit::unlimited(), put)).boxed()
    }

    fn remove(&self) -> BoxFuture<'_, Result<(), Trouble>> {
        within(Scope::Record, permitted(Permit::unlimited(), self.delete())).boxed()
    }

    fn beside(&self, ending: &str) -> Arc<dyn Versioned> {
        Arc::new(Self::of(self.bucket.clone(), format!("{}{ending}", self.key), self.lease))
    }
}

impl From<TimedOut> for Trouble {
    fn from(error: TimedOut) -> Self {
        Self { text: error.to_string(), denied: false, hint: Some("run the command again".to_owned()) }
    }
}
