//! Roles of others in a plan: who works with them, and what they have before and after.

use serde_json::{Value, json};

use crate::address::{Arn, last_part};
use crate::plan::{BorrowedRole, Instance};
use crate::ui::terminal::style::Paint;
use crate::ui::text;

/// What the tables are about.
pub(crate) const TITLE: &str =
    "Existing roles that policies are attached to; nothing else about them changes";

/// What stands for nothing.
const NONE: &str = "-";

/// The roles, as wide as it takes or below one another where that is too wide. Those about which nothing changes are for
/// whoever wants to see everything.
pub(crate) fn roles_text(
    roles: &[BorrowedRole],
    verbose: bool,
    width: usize,
    paint: Paint,
) -> Option<String> {
    let shown = roles.iter().filter(|role| verbose || role.changes());
    let blocks: Vec<String> = shown.map(|role| role_text(role, width, paint)).collect();
    let title = paint.bold(TITLE);
    (!blocks.is_empty()).then(|| format!("{title}\n{}", blocks.join("\n\n")))
}

fn role_text(role: &BorrowedRole, width: usize, paint: Paint) -> String {
    let instances = (!role.instances.is_empty()).then(|| {
        let rows = role.instances.iter().map(instance_row).collect::<Vec<_>>();
        table(&["instance", "name", "state", "address", "profile", "role"], &rows, width, paint)
    });
    let policies = table(&["policy", "kind", "before", "after"], &policy_rows(role), width, paint);
    let lines = [Some(format!("    {}", role.address)), instances, Some(policies)];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

fn instance_row(instance: &Instance) -> Vec<String> {
    let last = |arn: &Option<String>| arn.as_deref().map(|arn| last_part(arn).to_owned());
    let cells = [
        Some(instance.id.clone()),
        instance.name.clone(),
        Some(instance.state.clone()),
        instance.address.clone(),
        last(&instance.profile),
        last(&instance.role),
    ];
    cells.into_iter().map(|cell| text::clean(&cell.unwrap_or_else(|| NONE.to_owned()))).collect()
}

fn policy_rows(role: &BorrowedRole) -> Vec<Vec<String>> {
    let has =
        |policies: &[String], arn: &String| if policies.contains(arn) { "yes" } else { NONE }.to_owned();
    let added = role.managed.after.iter().filter(|arn| !role.managed.before.contains(arn));
    let managed = role.managed.before.iter().chain(added).map(|arn| {
        let of_aws = Arn::parse(arn).is_some_and(|arn| arn.is_of_aws());
        let kind = if of_aws { "managed by AWS" } else { "managed" };
        let (before, after) = (has(&role.managed.before, arn), has(&role.managed.after, arn));
        vec![text::clean(last_part(arn)), kind.to_owned(), before, after]
    });
    let inline = role
        .inline
        .iter()
        .map(|name| vec![text::clean(name), "inline".to_owned(), "yes".to_owned(), "yes".to_owned()]);
    managed.chain(inline).collect()
}

fn table(titles: &[&str], rows: &[Vec<String>], width: usize, paint: Paint) -> String {
    let widest = |column: usize| {
        let cells = rows.iter().map(|row| text::width(&row[column]));
        cells.max().unwrap_or(0).max(text::width(titles[column]))
    };
    let widths: Vec<usize> = (0..titles.len()).map(widest).collect();
    let line = |cells: Vec<&str>| {
        let cells: Vec<String> =
            cells.into_iter().zip(&widths).map(|(cell, width)| text::pad(cell, *width)).collect();
        format!("    {}", cells.join("  ").trim_end())
    };
    if 4 + widths.iter().sum::<usize>() + 2 * (widths.len() - 1) > width {
        return stacked(titles, rows, paint);
    }
    let title = paint.dim(&line(titles.to_vec()));
    let rows = rows.iter().map(|row| line(row.iter().map(String::as_str).collect()));
    std::iter::once(title).chain(rows).collect::<Vec<_>>().join("\n")
}

/// One cell a line.
fn stacked(titles: &[&str], rows: &[Vec<String>], paint: Paint) -> String {
    let widest = titles.iter().map(|title| text::width(title)).max().unwrap_or(0);
    let row = |row: &Vec<String>| {
        let lines = titles
            .iter()
            .zip(row)
            .map(|(title, cell)| format!("    {}  {cell}", paint.dim(&text::pad(title, widest))));
        lines.collect::<Vec<_>>().join("\n")
    };
    rows.iter().map(row).collect::<Vec<_>>().join("\n\n")
}

/// A role as JSON.
pub(crate) fn role_json(role: &BorrowedRole) -> Value {
    json!({
        "address": role.address,
        "account": role.address.account,
        "account_id": role.account,
        "arn": role.arn,
        "instances": role.instances,
        "managed_policies": { "before": role.managed.before, "after": role.managed.after },
        "inline_policies": { "before": role.inline, "after": role.inline },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Policies;

    fn role() -> BorrowedRole {
        let aws = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore".to_owned();
        let ours = "arn:aws:iam::111111111111:policy/poc-existing-agent-policy".to_owned();
        let instance = |id: &str, name: Option<&str>, state: &str| Instance {
            id: id.to_owned(),
            name: name.map(str::to_owned),
            state: state.to_owned(),
            address: Some("10.0.1.12".to_owned()),
            profile: Some("arn:aws:iam::111111111111:instance-profile/ec2-profile".to_owned()),
            role: Some("arn:aws:iam::111111111111:role/team/ec2-role".to_owned()),
        };
        BorrowedRole {
            address: "app/global/iam_role.ec2-role".parse().unwrap(),
            account: "111111111111".parse().unwrap(),
            arn: "arn:aws:iam::111111111111:role/team/ec2-role".to_owned(),
            instances: vec![
                instance("i-0297dec34ad7ea77b", Some("web-1"), "running"),
                instance("i-0f464ba83118e3114", None, "stopped"),
            ],
            managed: Policies { before: vec![aws.clone()], after: vec![aws, ours] },
            inline: vec!["s3-access".to_owned()],
        }
    }

    fn check(role: &BorrowedRole, verbose: bool, width: usize) -> String {
        roles_text(std::slice::from_ref(role), verbose, width, Paint::new(false)).unwrap_or_default()
    }

    #[test]
    fn instances_and_policies_stand_in_columns() {
        insta::assert_snapshot!(check(&role(), false, 100), @r"
        Existing roles that policies are attached to; nothing else about them changes
            app/global/iam_role.ec2-role

            instance             name   state    address    profile      role
            i-0297dec34ad7ea77b  web-1  running  10.0.1.12  ec2-profile  ec2-role
            i-0f464ba83118e3114  -      stopped  10.0.1.12  ec2-profile  ec2-role

            policy                        kind            before  after
            AmazonSSMManagedInstanceCore  managed by AWS  yes     yes
            poc-existing-agent-policy     managed         -       yes
            s3-access                     inline          yes     yes
        ");
    }

    #[test]
    fn what_is_too_wide_stands_below_one_another() {
        let mut narrow = role();
        narrow.instances.truncate(1);
        narrow.inline.clear();
        narrow.managed.before.clear();
        narrow.managed.after.truncate(1);
        insta::assert_snapshot!(check(&narrow, false, 50), @r"
        Existing roles that policies are attached to; nothing else about them changes
            app/global/iam_role.ec2-role

            instance  i-0297dec34ad7ea77b
            name      web-1
            state     running
            address   10.0.1.12
            profile   ec2-profile
            role      ec2-role

            policy  AmazonSSMManagedInstanceCore
            kind    managed by AWS
            before  -
            after   yes
        ");
    }

    #[test]
    fn a_role_that_stays_as_it_is_is_shown_to_those_who_ask() {
        let mut same = role();
        same.managed.after = same.managed.before.clone();
        assert_eq!(check(&same, false, 100), "");
        assert!(
            check(&same, true, 100).contains("AmazonSSMManagedInstanceCore  managed by AWS  yes     yes")
        );
    }
}
