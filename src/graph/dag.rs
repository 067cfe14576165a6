//! Order over things that need one another. Knows nothing of clouds.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;

use petgraph::algo::toposort;
use petgraph::graphmap::DiGraphMap;

/// Things and what each of them needs. Needs that are not among the things are ignored.
pub type Needs<K> = BTreeMap<K, BTreeSet<K>>;

/// Something that needs itself, directly or not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a dependency cycle goes through {0}")]
pub struct Cycle(pub String);

fn graph<K: Ord + Hash>(needs: &Needs<K>) -> DiGraphMap<&K, ()> {
    let mut graph = DiGraphMap::new();
    for (node, wanted) in needs {
        graph.add_node(node);
        for need in wanted {
            if let Some((need, _)) = needs.get_key_value(need) {
                graph.add_edge(need, node, ());
            }
        }
    }
    graph
}

/// An order in which everything comes after what it needs: first what needs nothing, then what needs only that, and so on,
/// each by itself in the order of its keys. So what is alike stands together, and the same input gives the same order.
///
/// # Errors
/// [`Cycle`] when there is none.
pub fn order<K: Ord + Hash + Clone + ToString>(needs: &Needs<K>) -> Result<Vec<K>, Cycle> {
    let sorted = toposort(&graph(needs), None).map_err(|cycle| Cycle(cycle.node_id().to_string()))?;
    let mut depths: BTreeMap<&K, usize> = BTreeMap::new();
    for node in sorted {
        let below = needs[node].iter().filter_map(|need| depths.get(need)).max();
        let depth = below.map_or(0, |below| below + 1);
        depths.insert(node, depth);
    }
    let mut order: Vec<(usize, &K)> = depths.into_iter().map(|(node, depth)| (depth, node)).collect();
    order.sort_unstable();
    Ok(order.into_iter().map(|(_, node)| node.clone()).collect())
}

/// The same edges the other way round: what each thing is needed by.
pub fn reversed<K: Ord + Clone>(needs: &Needs<K>) -> Needs<K> {
    let mut turned: Needs<K> = needs.keys().map(|node| (node.clone(), BTreeSet::new())).collect();
    for (node, wanted) in needs {
        for need in wanted {
            if let Some(needed_by) = turned.get_mut(need) {
                needed_by.insert(node.clone());
            }
        }
    }
    turned
}

/// The given things and everything they need, directly or not.
pub fn closure<K: Ord + Clone>(needs: &Needs<K>, from: impl IntoIterator<Item = K>) -> BTreeSet<K> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<K> = from.into_iter().collect();
    while let Some(node) = open.pop() {
        if let Some(wanted) = needs.get(&node)
            && reached.insert(node)
        {
            open.extend(wanted.iter().cloned());
        }
    }
    reached
}

/// Whether anything is `such` that a thing needs, directly or not.
pub fn needs_any<K: Ord>(needs: &Needs<K>, thing: &K, such: impl Fn(&K) -> bool) -> bool {
    let mut reached = BTreeSet::from([thing]);
    let mut open: Vec<&K> = needs.get(thing).into_iter().flatten().collect();
    while let Some(need) = open.pop() {
        let Some(wanted) = needs.get(need).filter(|_| reached.insert(need)) else { continue };
        if such(need) {
            return true;
        }
        open.extend(wanted);
    }
    false
}

/// The heaviest path through things that stand behind what they need, each with that, as the sum of the weights on it.
pub fn heaviest_path<'k, K: Ord + 'k>(
    ordered: impl IntoIterator<Item = (&'k K, &'k [K])>,
    weight: impl Fn(&K) -> usize,
) -> usize {
    let mut until: BTreeMap<&K, usize> = BTreeMap::new();
    for (node, needs) in ordered {
        let before = needs.iter().filter_map(|need| until.get(need)).max().copied().unwrap_or(0);
        let sum = before + weight(node);
        until.insert(node, sum);
    }
    until.into_values().max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Random acyclic needs: everything needs only smaller numbers.
    fn acyclic() -> impl Strategy<Value = Needs<u8>> {
        prop::collection::btree_map(0u8..30, prop::collection::btree_set(0u8..30, 0..6), 0..30).prop_map(
            |map| {
                map.into_iter()
                    .map(|(node, needs)| (node, needs.into_iter().filter(|need| *need < node).collect()))
                    .collect()
            },
        )
    }

    proptest! {
        #[test]
        fn everything_comes_after_what_it_needs(needs in acyclic()) {
            let order = order(&needs).unwrap();
            prop_assert_eq!(order.len(), needs.len());
            let position = |node: &u8| order.iter().position(|other| other == node);
            for (node, wanted) in &needs {
                for need in wanted.iter().filter(|need| needs.contains_key(need)) {
                    prop_assert!(position(need) < position(node));
                }
            }
        }

        #[test]
        fn destroy_order_reverses_create_order(needs in acyclic()) {
            let destroy = order(&reversed(&needs)).unwrap();
            let position = |node: &u8| destroy.iter().position(|other| other == node);
            for (node, wanted) in &needs {
                for need in wanted.iter().filter(|need| needs.contains_key(need)) {
                    prop_assert!(position(node) < position(need));
                }
            }
        }
    }

    #[test]
    fn what_is_alike_stands_together() {
        let needs = Needs::from([
            ("filter 1", BTreeSet::from(["group 1", "policy"])),
            ("filter 2", BTreeSet::from(["group 2", "policy"])),
            ("group 1", BTreeSet::new()),
            ("group 2", BTreeSet::new()),
            ("policy", BTreeSet::from(["stream"])),
            ("stream", BTreeSet::new()),
        ]);
        let expect = ["group 1", "group 2", "stream", "policy", "filter 1", "filter 2"];
        assert_eq!(order(&needs).unwrap(), expect);
    }

    #[test]
    fn a_cycle_is_named() {
        let needs = Needs::from([(1, BTreeSet::from([2])), (2, BTreeSet::from([1]))]);
        assert!(order(&needs).is_err());
    }

    #[test]
    fn the_heaviest_path_is_not_the_longest() {
        let ordered: [(&&str, &[&str]); 4] = [(&"a", &[]), (&"b", &["a"]), (&"c", &["b", "a"]), (&"d", &[])];
        assert_eq!(heaviest_path(ordered, |node| if *node == "d" { 9 } else { 1 }), 9);
        assert_eq!(heaviest_path(ordered, |node| if *node == "d" { 2 } else { 1 }), 3);
    }

    #[test]
    fn a_closure_is_all_that_is_needed_directly_or_not() {
        let needs =
            Needs::from([("a", BTreeSet::new()), ("b", BTreeSet::from(["a"])), ("c", BTreeSet::from(["b"]))]);
        assert_eq!(closure(&needs, ["b"]), BTreeSet::from(["a", "b"]));
        let needed = |thing| ["a", "b", "c"].map(|such| needs_any(&needs, &thing, |need| *need == such));
        assert_eq!(needed("c"), [true, true, false]);
        assert_eq!(needed("a"), [false; 3]);
    }
}
