//! STS: callers, trust, external ids, expiry.

use aws_credential_types::Credentials;
use aws_sdk_sts::Client;

use super::bench::{ALPHA, BETA, Bench, ForTests as _, OPERATOR, TOKYO, code, refusal};

fn prepare(bench: &Bench, account: &str, external_id: Option<&str>) -> String {
    let account = account.parse().unwrap();
    bench.cloud.prepare_account(&account, "deployer", external_id, &OPERATOR.parse().unwrap());
    format!("arn:aws:iam::{account}:role/deployer")
}

pub(super) async fn assume(
    client: &Client,
    role: &str,
    external_id: Option<&str>,
) -> Result<Credentials, String> {
    let call = client.assume_role().role_arn(role).role_session_name("tests");
    let result = call.set_external_id(external_id.map(str::to_owned)).send().await;
    match result {
        Ok(output) => {
            let issued = output.credentials.unwrap();
            Ok(Credentials::for_tests_of(&issued.access_key_id, Some(&issued.session_token)))
        }
        Err(error) => Err(refusal(Err::<(), _>(error))),
    }
}

#[tokio::test(start_paused = true)]
async fn an_operator_is_a_user_of_its_account() {
    let bench = Bench::new();
    let identity = Client::new(&bench.operator(ALPHA)).get_caller_identity().send().await.unwrap();
    assert_eq!(identity.account(), Some(ALPHA));
    assert_eq!(identity.arn(), Some("arn:aws:iam::111111111111:user/operator"));
}

#[tokio::test(start_paused = true)]
async fn an_unknown_key_is_refused() {
    let bench = Bench::new();
    let config = bench.with(Credentials::for_tests_of("AKIAIOSFODNN7EXAMPLE", None), TOKYO);
    assert_eq!(
        refusal(Client::new(&config).get_caller_identity().send().await),
        "InvalidClientTokenId: The security token included in the request is invalid."
    );
}

#[tokio::test(start_paused = true)]
async fn a_trusted_account_gets_a_session_that_works_until_it_expires() {
    let bench = Bench::new();
    let role = prepare(&bench, ALPHA, None);
    let operator = Client::new(&bench.operator(OPERATOR));
    let session = assume(&operator, &role, None).await.unwrap();
    let client = Client::new(&bench.with(session, TOKYO));
    let identity = client.get_caller_identity().send().await.unwrap();
    assert_eq!(identity.arn(), Some("arn:aws:sts::111111111111:assumed-role/deployer/tests"));
    bench.pass(3_600).await;
    assert_eq!(code(client.get_caller_identity().send().await), "ExpiredToken");
}

#[tokio::test(start_paused = true)]
async fn trust_is_enforced() {
    let bench = Bench::new();
    let role = prepare(&bench, ALPHA, Some("shared"));
    let operator = Client::new(&bench.operator(OPERATOR));
    let stranger = Client::new(&bench.operator(BETA));
    let denied = |account: &str, role: &str| {
        Some(format!(
            "AccessDenied: User: arn:aws:iam::{account}:user/operator is not authorized to perform: sts:AssumeRole \
             on resource: {role}"
        ))
    };
    assert_eq!(assume(&operator, &role, Some("shared")).await.err(), None);
    assert_eq!(assume(&operator, &role, None).await.err(), denied(OPERATOR, &role));
    assert_eq!(assume(&operator, &role, Some("other")).await.err(), denied(OPERATOR, &role));
    assert_eq!(assume(&stranger, &role, Some("shared")).await.err(), denied(BETA, &role));
    let missing = format!("{role}-missing");
    assert_eq!(assume(&operator, &missing, Some("shared")).await.err(), denied(OPERATOR, &missing));
}

#[tokio::test(start_paused = true)]
async fn sessions_have_limits() {
    let bench = Bench::new();
    let first = prepare(&bench, ALPHA, None);
    let operator = Client::new(&bench.operator(OPERATOR));
    let long = operator.assume_role().role_arn(&first).role_session_name("tests").duration_seconds(7_200);
    assert!(refusal(long.send().await).contains("exceeds the MaxSessionDuration set for this role"));

    bench.cloud.prepare_account(&BETA.parse().unwrap(), "deployer", None, &ALPHA.parse().unwrap());
    let chained = Client::new(&bench.with(assume(&operator, &first, None).await.unwrap(), TOKYO));
    let second = format!("arn:aws:iam::{BETA}:role/deployer");
    let long = chained.assume_role().role_arn(&second).role_session_name("tests").duration_seconds(7_200);
    assert!(refusal(long.send().await).contains("1 hour session limit for roles assumed by role chaining"));
    assert!(assume(&chained, &second, None).await.is_ok());
}
