//! What of a role is a difference, what is left alone, and when a role of others will do.

use super::*;

fn role(borrowed: Option<&str>) -> IamRole {
    IamRole {
        borrowed_arn: borrowed.map(str::to_owned),
        description: String::new(),
        trust: json!({}),
        policy: Some(json!({})),
        permissions_boundary: None,
        attachments: ["arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned()].into(),
        sole: false,
        tags: OwnTags::default(),
    }
}

fn live(attached: &[&str]) -> LiveRole {
    LiveRole {
        arn: "arn:aws:iam::111111111111:role/team/ops".to_owned(),
        trust: Some(json!({})),
        policy: Some(json!({})),
        attached: attached.iter().map(|policy| (*policy).to_owned()).collect(),
        ..LiveRole::default()
    }
}

#[test]
fn a_policy_somebody_attached_is_shown_but_never_a_change() {
    let theirs = "arn:aws:iam::aws:policy/AdministratorAccess";
    let live = live(&["arn:aws:iam::aws:policy/ReadOnlyAccess", theirs]);
    assert!(role(None).diff(&live).is_empty());
    let foreign = role(None).foreign(&live);
    assert_eq!(
        (foreign[0].field.to_string().as_str(), &foreign[0].from),
        ("foreign.attached_policies", &json!([theirs]))
    );
}

#[test]
fn a_role_without_a_policy_of_ours_loses_the_one_it_had() {
    let bare = IamRole { policy: None, ..role(None) };
    let changes = bare.diff(&live(&[]));
    assert_eq!((changes[0].field.to_string().as_str(), &changes[0].to), ("policy", &Value::Null));
    assert!(bare.diff(&LiveRole { policy: None, ..live(&[]) }).is_empty());
}

#[test]
fn a_trust_whose_principal_was_recreated_is_a_change() {
    let trusts = |principal: &str| json!({"Statement": [{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}]});
    let reader = IamRole { trust: trusts("arn:aws:iam::222222222222:role/ops"), ..role(None) };
    let there = |principal: &str| LiveRole { trust: Some(trusts(principal)), ..live(&[]) };
    assert!(reader.diff(&there("arn:aws:iam::222222222222:role/ops")).is_empty());
    assert_eq!(reader.diff(&there("AROAEXAMPLE"))[0].field, Field::from("trust"));
}

#[test]
fn somebody_elses_role_is_never_a_change_and_has_to_be_there() {
    let arn = "arn:aws:iam::111111111111:role/team/ops";
    let theirs = LiveRole { policy: None, trust: None, ..live(&["arn:aws:iam::aws:policy/X"]) };
    let borrowed = role(Some(arn));
    assert!(borrowed.diff(&theirs).is_empty() && borrowed.foreign(&theirs).is_empty());

    let check = |wanted: &str, live: Option<&LiveRole>, expect: Option<&str>| {
        let said = not_borrowed(wanted, live).map(|obstacle| obstacle.to_string());
        assert_eq!(said.is_some(), expect.is_some(), "{said:?}");
        assert!(said.unwrap_or_default().contains(expect.unwrap_or_default()));
    };
    check(arn, Some(&theirs), None);
    check(arn, None, Some("there is no role `team/ops`"));
    check("arn:aws:iam::111111111111:role/ops", Some(&theirs), Some("write `team/ops` instead of `ops`"));
}
