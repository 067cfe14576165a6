//! From the name of an operation to its answer: GetCallerIdentity and AssumeRole.

use crate::authorization;
use crate::caller::{Caller, Issued};
use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::identifiers;
use crate::principals::role_of;
use crate::protocol::wire::Parameters;
use crate::protocol::xml::Element;
use crate::services::Service;
use crate::state::world::{World, iso_time};

/// How long expired credentials are still known to have been valid, so that they are answered with `ExpiredToken`.
const REMEMBERED_MS: u64 = 24 * 3_600 * 1_000;
/// The shortest session.
const SHORTEST_S: u64 = 900;
/// The longest session of a role assumed by another role's session.
const CHAINED_LIMIT_S: u64 = 3_600;

/// Answers an STS call.
pub(super) fn handle(world: &mut World, call: &Call, form: &Parameters) -> Result<Vec<Element>, Fault> {
    match call.operation.as_str() {
        "GetCallerIdentity" => Ok(identity(call)),
        "AssumeRole" => assume_role(world, call, form),
        _ => Err(call.not_simulated()),
    }
}

fn identity(call: &Call) -> Vec<Element> {
    vec![
        Element::text("Arn", call.caller.arn(call.partition())),
        Element::text("UserId", call.caller.user_id()),
        Element::text("Account", call.account()),
    ]
}

fn assume_role(world: &mut World, call: &Call, form: &Parameters) -> Result<Vec<Element>, Fault> {
    let role_arn = form.get("RoleArn").unwrap_or_default();
    let name = session_name(form)?;
    let seconds = duration(form)?;
    if form.has("Policy") || form.has("PolicyArns.member.1.arn") {
        return Err(Fault::not_simulated("sts", "AssumeRole with a session policy"));
    }
    let closed = role_of(role_arn).is_some_and(|(account, _)| world.suspended.contains(&account));
    let role = world
        .effective_role(role_arn, Service::Sts)
        .filter(|_| !closed)
        .ok_or_else(|| authorization::assume_refused(call, role_arn))?;
    let chained = matches!(call.caller, Caller::Session(_));
    if chained && seconds > CHAINED_LIMIT_S {
        return Err(validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        ));
    }
    if seconds > role.max_session_s {
        return Err(validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    let session = role.session(name);
    let lasts_ms = lasts_ms(world, seconds);
    let (expires_ms, expiration_ms) = expiry(world, lasts_ms);
    let number = world.next_number();
    let issued = Issued { session, token: identifiers::token("session", number), expires_ms };
    let key = identifiers::unique_id("ASIA", number);
    let answer = credentials(call, (&key, &identifiers::token("secret", number)), &issued, expiration_ms);
    let oldest = world.now_ms.saturating_sub(REMEMBERED_MS);
    world.sessions.retain(|_, issued| issued.expires_ms >= oldest);
    world.sessions.insert(key, issued);
    Ok(answer)
}

/// How long a session lasts for which this many seconds were asked: now and then no longer than the shortest one, where
/// that is left to chance. Whoever works with it has to go by the expiration it comes with.
fn lasts_ms(world: &mut World, seconds: u64) -> u64 {
    let shortest = world.rng.once_in(4);
    let seconds = if shortest { SHORTEST_S } else { seconds };
    world.timing.longest_session_ms.min(seconds * 1_000)
}

/// When a session expires, in simulated time and in that of callers: they have the whole of it, however fast simulated
/// time passes, and learn by their own clock when it ends.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "hours"
)]
fn expiry(world: &World, lasts_ms: u64) -> (u64, u64) {
    match world.callers {
        Some(callers) => {
            let passing_ms = (lasts_ms as f64 * callers.speed) as u64;
            (world.now_ms + passing_ms, callers.now_ms + lasts_ms)
        }
        None => (world.now_ms + lasts_ms, world.now_ms + lasts_ms),
    }
}

fn credentials(
    call: &Call,
    (key, secret): (&str, &str),
    issued: &Issued,
    expiration_ms: u64,
) -> Vec<Element> {
    let session = &issued.session;
    vec![
        Element::new("Credentials")
            .with_text("AccessKeyId", key)
            .with_text("SecretAccessKey", secret)
            .with_text("SessionToken", &issued.token)
            .with_text("Expiration", iso_time(expiration_ms)),
        Element::new("AssumedRoleUser")
            .with_text("AssumedRoleId", format!("{}:{}", session.role_id, session.session))
            .with_text("Arn", session.arn(call.partition())),
        Element::text("PackedPolicySize", 0),
    ]
}

fn session_name(form: &Parameters) -> Result<&str, Fault> {
    let name = form.get("RoleSessionName").unwrap_or_default();
    let letters = name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_+=,.@-".contains(letter));
    if letters && (2..=64).contains(&name.len()) {
        return Ok(name);
    }
    Err(validation(&format!(
        "1 validation error detected: Value '{name}' at 'roleSessionName' failed to satisfy constraint: Member must \
         satisfy regular expression pattern: [\\w+=,.@-]*"
    )))
}

fn duration(form: &Parameters) -> Result<u64, Fault> {
    let text = form.get("DurationSeconds").unwrap_or("3600");
    text.parse().ok().filter(|seconds| (SHORTEST_S..=43_200).contains(seconds)).ok_or_else(|| {
        validation(&format!(
            "1 validation error detected: Value '{text}' at 'durationSeconds' failed to satisfy constraint: Member \
             must have value between 900 and 43200"
        ))
    })
}

fn validation(text: &str) -> Fault {
    Fault::invalid("ValidationError", text)
}
