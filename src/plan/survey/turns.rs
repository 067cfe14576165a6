//! In which order much is asked of many accounts.

use std::collections::BTreeMap;

/// One of each account and region after the other, so that those which AWS lets wait hold up no others.
pub fn in_turns<T, P: Ord>(
    items: impl IntoIterator<Item = T>,
    place: impl Fn(&T) -> P,
) -> impl Iterator<Item = T> {
    let mut taken: BTreeMap<P, usize> = BTreeMap::new();
    let mut turns: Vec<(usize, T)> = items
        .into_iter()
        .map(|item| {
            let turn = taken.entry(place(&item)).or_default();
            *turn += 1;
            (*turn, item)
        })
        .collect();
    turns.sort_by_key(|(turn, _)| *turn);
    turns.into_iter().map(|(_, item)| item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;

    #[test]
    fn each_account_and_region_has_its_turn() {
        let address = |text: &str| text.parse::<Address>().unwrap();
        let all = [
            "a/eu-west-1/log_group.1",
            "a/eu-west-1/log_group.2",
            "a/eu-west-1/log_group.3",
            "a/eu-west-2/log_group.4",
            "b/eu-west-1/log_group.5",
            "b/eu-west-1/log_group.6",
        ]
        .map(address);
        let asked: Vec<&str> =
            in_turns(&all, |it| (&it.account, &it.place)).map(|it| it.name.as_ref()).collect();
        assert_eq!(asked, ["1", "4", "5", "2", "6", "3"]);
    }
}
