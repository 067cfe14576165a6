//! The entry to the sandbox: a shared state behind a lock, requests in, responses out.
//!
//! Owns the lock, which is never held across an await.

use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use logpipe_identifiers::{AccountId, Partition, Region};
use logpipe_machine::files::Disk;

use super::dispatch;
use super::faults::fault_injection::PendingCall;
use super::faults::rng::Rng;
use super::prepared::{existing, prepare};
use super::principals::PolicyText;
use super::protocol::wire::{WireRequest, WireResponse};
use super::state::state_file::{Called, StateFile};
use super::state::store::{self, StoreError};
use super::state::summary;
use super::state::world::{CallRecord, CallersTime, World, from_ms, http_time, to_ms};
use super::time::timing::Timing;

/// A simulated AWS, cheap to clone; clones share one world.
///
/// Handling a request is synchronous and deterministic: the answer and the new state depend on the state, the time
/// given and the request alone.
#[derive(Debug, Clone)]
pub struct Cloud {
    held: Arc<Mutex<Held>>,
}

/// A world, and where it is kept if it is.
#[derive(Debug)]
struct Held {
    world: World,
    file: Option<StateFile>,
}

/// The world to look at, locked.
pub(crate) struct Looked<'a>(MutexGuard<'a, Held>);

impl Deref for Looked<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        &self.0.world
    }
}

/// The world to change in other ways than by calls, locked.
pub(crate) struct Changed<'a>(MutexGuard<'a, Held>);

impl Deref for Changed<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        &self.0.world
    }
}

impl DerefMut for Changed<'_> {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.0.world
    }
}

impl Cloud {
    /// An empty cloud whose time starts at `now`. Kept in memory only.
    pub fn starting_at(now: SystemTime) -> Self {
        Self::holding(World::starting_at(now), None)
    }

    /// The cloud saved in a file, or a new one if there is no such file. [`Cloud::store`] then writes it back.
    pub fn open(path: &Path, now: SystemTime) -> Result<Self, StoreError> {
        Self::open_on(&Disk::real(), path, now)
    }

    /// The same on another disk.
    ///
    /// # Errors
    /// [`StoreError`], when there is a file and it cannot be used.
    pub fn open_on(disk: &Disk, path: &Path, now: SystemTime) -> Result<Self, StoreError> {
        let (file, world) = StateFile::open(disk, path)?;
        Ok(Self::holding(world.unwrap_or_else(|| World::starting_at(now)), Some(file)))
    }

    fn holding(world: World, file: Option<StateFile>) -> Self {
        Self { held: Arc::new(Mutex::new(Held { world, file })) }
    }

    /// Writes the state to a file: to a temporary one first, which then takes its place.
    pub fn save(&self, path: &Path) -> Result<(), StoreError> {
        store::save(&Disk::real(), path, &self.world()).map(|_| ())
    }

    /// Writes the state back to the file it was opened from, if it was opened from one.
    pub fn store(&self) -> Result<(), StoreError> {
        let Held { world, file } = &mut *self.held();
        file.as_mut().map_or(Ok(()), |file| file.write(world))
    }

    /// Answers a request at simulated time `now`. Whatever is due by then happens first.
    pub fn handle(&self, now: SystemTime, request: &WireRequest) -> WireResponse {
        let mut world = self.changed();
        world.advance_to(to_ms(now));
        dispatch::dispatch(&mut world, request)
    }

    /// Answers a request, and keeps what it made of the state if the call could change it.
    pub fn handle_and_store(
        &self,
        now: SystemTime,
        request: &WireRequest,
    ) -> Result<WireResponse, StoreError> {
        self.answer(now, None, request)
    }

    /// The same for a caller whose time is another one.
    pub(crate) fn handle_over_wire(
        &self,
        now: SystemTime,
        callers: CallersTime,
        request: &WireRequest,
    ) -> Result<WireResponse, StoreError> {
        self.answer(now, Some(callers), request)
    }

    fn answer(
        &self,
        now: SystemTime,
        callers: Option<CallersTime>,
        request: &WireRequest,
    ) -> Result<WireResponse, StoreError> {
        let Held { world, file } = &mut *self.held();
        world.callers = callers;
        let called = match file {
            Some(file) if file.follows() => Called::of(world, to_ms(now), request),
            _ => None,
        };
        world.advance_to(to_ms(now));
        let mut response = dispatch::dispatch(world, request);
        // Callers tell by it how far their clock is from AWS's.
        if let Ok(date) = http::HeaderValue::try_from(http_time(world.now_ms)) {
            response.headers_mut().insert(http::header::DATE, date);
        }
        let wrote = world.calls.back().is_some_and(CallRecord::writes);
        if let Some(file) = file {
            file.answered(called, wrote, world)?;
        }
        Ok(response)
    }

    /// What a request that is about to be sent asks for; nothing where it cannot be read.
    pub(crate) fn pending_call(&self, request: &WireRequest) -> Option<PendingCall> {
        PendingCall::of(&self.world(), request)
    }

    /// The error code of the last answer, if it was an error.
    pub(crate) fn last_error(&self) -> Option<String> {
        self.world().calls.back().and_then(|call| call.error.clone())
    }

    /// A cloud of its own that continues from here.
    pub fn fork(&self) -> Self {
        Self::holding(self.world().clone(), None)
    }

    /// What accounts and buckets hold, in the form of the state file.
    ///
    /// # Errors
    /// [`serde_json::Error`], which the state as it is never causes.
    pub fn holdings(&self) -> Result<serde_json::Value, serde_json::Error> {
        let world = self.world();
        let (accounts, buckets) =
            (serde_json::to_value(&world.accounts)?, serde_json::to_value(&world.buckets)?);
        Ok(serde_json::json!({ "accounts": accounts, "buckets": buckets }))
    }

    /// Lets time pass without a request.
    pub fn advance_to(&self, now: SystemTime) {
        self.changed().advance_to(to_ms(now));
    }

    /// The simulated time reached so far.
    pub fn now(&self) -> SystemTime {
        from_ms(self.world().now_ms)
    }

    /// How long until the next planned event, if one is planned.
    pub fn until_next_event(&self) -> Option<Duration> {
        let world = self.world();
        world.queue.next_ms().map(|at_ms| Duration::from_millis(at_ms.saturating_sub(world.now_ms)))
    }

    /// Forgets everything except the time, the timing and the organisation.
    pub fn reset(&self) {
        let mut world = self.changed();
        *world = world.emptied();
    }

    /// How long things take.
    pub fn timing(&self) -> Timing {
        self.world().timing
    }

    /// Changes how long things take, for what is planned from now on.
    pub fn set_timing(&self, timing: Timing) {
        self.changed().timing = timing;
    }

    /// Lets this seed decide what AWS leaves to chance, such as how long a change takes to reach other services.
    pub fn set_seed(&self, seed: u64) {
        self.changed().rng = Rng::seeded(seed);
    }

    /// Hands accounts over in this partition from now on, with what is prepared in them; it is `aws` otherwise.
    pub fn set_partition(&self, partition: Partition) {
        self.changed().partition = partition;
    }

    /// Lets nobody assume a role in an account any more, as AWS does once it has suspended one.
    pub fn suspend_account(&self, account: &AccountId) {
        self.changed().suspended.insert(account.clone());
    }

    /// Opens a suspended account again.
    pub fn reopen_account(&self, account: &AccountId) {
        self.changed().suspended.remove(account);
    }

    /// Puts all accounts into one organisation, for policies that ask for `aws:PrincipalOrgID`; without one, into none.
    /// A new cloud has `o-exampleorgid`.
    pub fn set_organization(&self, id: Option<&str>) {
        self.changed().organization = id.map(str::to_owned);
    }

    /// Whether CloudWatch Logs says of which organisation a sender is when it assumes a role (`aws:SourceOrgID`). The IAM
    /// User Guide has the key for all services, and AWS does not document which of them fill it. A new cloud has it filled.
    pub fn fill_source_organization(&self, on: bool) {
        self.changed().hides_source_organization = !on;
    }

    /// Raises the quota `Role trust policy length` of all accounts to this many characters.
    ///
    /// A quota that is higher already stays.
    pub fn raise_trust_quota(&self, characters: usize) {
        let mut world = self.changed();
        world.trust_quota = world.trust_quota.max(Some(characters));
    }

    /// Sets the quota of streams in a region of an account.
    pub fn set_stream_quota(&self, streams: usize) {
        self.changed().stream_quota = Some(streams);
    }

    /// Sets what a stream takes from services and SDKs, in bytes a second. CloudWatch tells it; nothing is refused for it.
    pub fn set_throughput_quota(&self, bytes_per_second: u64) {
        self.changed().throughput_quota = Some(bytes_per_second);
    }

    /// Lets the next stream that is made end as CREATING_FAILED, with this as Firehose's reason; asked again, the one
    /// after it too.
    pub fn fail_next_stream(&self, why: &str) {
        self.changed().failing_streams.push_back(why.to_owned());
    }

    /// Lets an account list the organisation, as its management account: every other is refused.
    pub fn set_management_account(&self, account: &AccountId) {
        self.changed().directory.management = Some(account.clone());
    }

    /// Makes sure that the organisation has a unit of this id, below another one or below the root. One that is there
    /// stays where it is.
    pub fn add_unit(&self, id: &str, parent: Option<&str>) {
        self.changed().directory.add_unit(id, parent);
    }

    /// Makes sure that an account is listed as an active one of the organisation, in a unit or below the root. One that
    /// is listed stays as it is.
    pub fn add_member(&self, account: &AccountId, unit: Option<&str>) {
        self.changed().directory.add_member(account, unit);
    }

    /// Gives an account of the organisation a name.
    pub fn name_member(&self, account: &AccountId, name: &str) {
        self.changed().directory.name_member(account, name);
    }

    /// Gives an account of the organisation a tag.
    pub fn tag_member(&self, account: &AccountId, key: &str, value: &str) {
        self.changed().directory.tag_member(account, key, value);
    }

    /// Puts an account of the organisation into a state, such as `SUSPENDED`.
    pub fn set_member_state(&self, account: &AccountId, state: &str) {
        self.changed().directory.set_state(account, state);
    }

    /// The accounts that the organisation lists, whatever their state.
    pub fn members(&self) -> BTreeSet<AccountId> {
        self.world().directory.members.keys().cloned().collect()
    }

    /// Takes an account out of what the organisation lists.
    pub fn remove_member(&self, account: &AccountId) {
        self.changed().directory.members.remove(account);
    }

    /// Whether every second page of a listing of the organisation is empty, as AWS allows itself.
    pub fn set_empty_pages(&self, on: bool) {
        self.changed().directory.empty_pages = on;
    }

    /// Gives a KMS key a policy instead of the default one, which admits only the key's own account.
    pub fn set_key_policy(&self, key_arn: &str, policy: &str) {
        self.changed().kms_keys.insert(key_arn.to_owned(), PolicyText::unnamed(policy));
    }

    /// Whether calls that come faster than AWS takes them are refused.
    pub fn set_throttling(&self, on: bool) {
        self.changed().throttle.on = on;
    }

    /// What there is, in numbers and names, for `sandbox show` and `/_sandbox/state`.
    pub fn summary(&self) -> serde_json::Value {
        summary::of(&self.world())
    }

    /// The last calls, oldest first.
    pub fn calls(&self) -> Vec<CallRecord> {
        self.world().calls.iter().cloned().collect()
    }

    /// Makes an account ready to be deployed to, as an organisation would have it: a role (named with its path, as
    /// after `role/` in an ARN) that `trusted` may assume, with this external id if one is given. Does nothing where it is as it should be.
    pub fn prepare_account(
        &self,
        account: &AccountId,
        role: &str,
        external_id: Option<&str>,
        trusted: &AccountId,
    ) {
        prepare::deployer_role(&mut self.changed(), account, role, external_id, trusted);
    }

    /// Gives a prepared role exactly these inline policies (name and document) instead of all it has, visible to every
    /// service at once. Does nothing where there is no such role.
    pub fn prepare_policies(&self, account: &AccountId, role: &str, policies: &[(&str, &str)]) {
        prepare::policies(&mut self.changed(), account, role, policies);
    }

    /// Makes a role (named with its path, as after `role/` in an ARN) as one that is there before anything is deployed:
    /// with this trust policy, these inline policies (name and document) and these managed policies (ARNs), all of it in
    /// effect. Does nothing where there is one of that name.
    pub fn prepare_role(
        &self,
        account: &AccountId,
        role: &str,
        trust: &str,
        policies: &[(&str, &str)],
        attached: &[&str],
    ) {
        existing::role(&mut self.changed(), account, role, trust, policies, attached);
    }

    /// Whether an account has a role of this name.
    pub fn has_role(&self, account: &AccountId, role: &str) -> bool {
        self.changed().account(account).iam.role_mut(role).is_some()
    }

    /// Makes a customer managed policy as one that is there before anything is deployed, and returns its ARN. Does
    /// nothing where there is one of that name.
    pub fn prepare_policy(&self, account: &AccountId, name: &str, document: &str) -> String {
        existing::policy(&mut self.changed(), account, name, document)
    }

    /// Makes an instance profile with a role of the account as one that EC2 has known for long. Does nothing where
    /// there is one of that name.
    pub fn prepare_instance_profile(&self, account: &AccountId, name: &str, role: Option<&str>) {
        existing::instance_profile(&mut self.changed(), account, name, role);
    }

    /// Makes an instance in a state such as `running`, with the instance profile of that name if one is given. Does
    /// nothing where there is one with that id.
    pub fn prepare_instance(
        &self,
        account: &AccountId,
        region: &Region,
        id: &str,
        name: &str,
        state: &str,
        profile: Option<&str>,
    ) {
        existing::instance(&mut self.changed(), account, region, id, (name, state), profile);
    }

    /// Keeps an action out of the statement of this Sid in all policies that roles of an account are given from now on,
    /// to see what goes wrong without it.
    pub fn withhold(&self, account: &AccountId, sid: &str, action: &str) {
        self.changed().withheld.insert((account.clone(), sid.to_owned(), action.to_owned()));
    }

    /// Lets an account list the organisation where none may yet.
    pub fn prepare_management_account(&self, account: &AccountId) {
        self.changed().directory.management.get_or_insert_with(|| account.clone());
    }

    /// Makes a bucket as one that is there before anything is deployed, with AWS's defaults for new buckets. Does
    /// nothing where there is one of that name.
    pub fn prepare_bucket(&self, account: &AccountId, region: &Region, name: &str) {
        prepare::bucket(&mut self.changed(), account, region, name);
    }

    /// Makes a log group as one that is there before anything is deployed. Does nothing where there is one of that name.
    pub fn prepare_log_group(&self, account: &AccountId, region: &Region, name: &str) {
        prepare::log_group(&mut self.changed(), account, region, name);
    }

    /// The world, to look at.
    pub(crate) fn world(&self) -> Looked<'_> {
        Looked(self.held())
    }

    /// The world, to change it in another way than by a call: what is kept of calls alone no longer tells it.
    pub(crate) fn changed(&self) -> Changed<'_> {
        let mut held = self.held();
        if let Some(file) = &mut held.file {
            file.changed();
        }
        Changed(held)
    }

    /// A panic while it was locked leaves a state that is as good as any other.
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
