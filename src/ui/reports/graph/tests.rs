use proptest::prelude::*;

use super::dot::dot;
use super::html::{data_of, html};
use super::layout::Layout;
use super::mermaid::mermaid;
use super::picture::{Arrow, Frame, Node, Picture, listed};
use super::svg::svg;

/// A picture in which everything bears this name.
fn picture(name: &str) -> Picture {
    let node = |column| Node {
        frame: 0,
        column,
        kind: "log group".to_owned(),
        names: vec![name.to_owned()],
        about: vec![name.to_owned()],
        absent: false,
        stations: Vec::new(),
    };
    Picture {
        frames: vec![Frame { title: name.to_owned(), accounts: vec!["app".parse().unwrap()] }],
        nodes: vec![node(0), node(1)],
        arrows: vec![Arrow { from: 0, to: 1, lines: vec![name.to_owned()], verdict: None, hops: Vec::new() }],
    }
}

/// The lines with what is between quotes taken out; a quote behind a backslash ends nothing in DOT.
fn without_labels(lines: &[String], escapes: bool) -> Vec<String> {
    let outside = |line: &String| {
        let (mut outside, mut inside, mut escaped) = (String::new(), false, false);
        for character in line.chars() {
            match character {
                _ if escaped => escaped = false,
                '\\' if inside && escapes => escaped = true,
                '"' => inside = !inside,
                character if !inside => outside.push(character),
                _ => {}
            }
        }
        assert!(!inside, "a label does not end in {line}");
        outside
    };
    lines.iter().map(outside).collect()
}

/// Names as hostile as they get: every sign that means something in one of the languages.
fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        r#"[a-z"'\\<>&#;|\[\]{}()`\n\r\t \-=%*_~$!/]{0,40}"#,
        Just("\"]; end; click n0 \"javascript:x\"".to_owned()),
        Just("</title></svg><script>alert(1)</script>".to_owned()),
        Just("\\".to_owned()),
    ]
}

proptest! {
    #[test]
    fn no_name_breaks_out_of_its_label(name in names()) {
        let (hostile, harmless) = (picture(&name), picture("name"));
        prop_assert_eq!(
            without_labels(&mermaid(&hostile), false),
            without_labels(&mermaid(&harmless), false)
        );
        prop_assert_eq!(
            without_labels(&dot(&hostile, &name), true),
            without_labels(&dot(&harmless, "name"), true)
        );
    }

    #[test]
    fn mermaid_reads_no_markup_in_names(name in names()) {
        for line in mermaid(&picture(&name)) {
            let label = line.replace("<br/>", "");
            prop_assert!(!label.contains(['<', '`', '&', '\\']) || label.contains("-->"), "{}", line);
        }
    }
}

#[test]
fn many_names_are_counted() {
    let check = |number: usize, expect: &str| {
        let names: Vec<String> = (1..=number).map(|number| format!("n{number}")).collect();
        assert_eq!(listed(&names), expect);
    };
    check(0, "");
    check(1, "n1");
    check(2, "n1 and n2");
    check(3, "n1, n2 and n3");
    check(20, "n1, n2 and 18 more");
}

/// The tags of a document, without what their attributes and texts say; that it is well formed is the parser's word.
fn tags(document: &str) -> Vec<String> {
    xmlparser::Tokenizer::from(document)
        .filter_map(|token| match token.unwrap() {
            xmlparser::Token::ElementStart { local, .. } => Some(format!("<{local}")),
            xmlparser::Token::Attribute { local, .. } => Some(local.to_string()),
            xmlparser::Token::ElementEnd { end, .. } => {
                Some(format!("{end:?}").split('(').next().unwrap().to_owned())
            }
            _ => None,
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_name_is_markup_in_a_drawing(name in names()) {
        // Lines differ in how they are broken, but not in what they are.
        let kinds = |name: &str| {
            let mut kinds: Vec<String> =
                tags(&svg(&picture(name), name)).into_iter().filter(|tag| tag.starts_with('<')).collect();
            kinds.sort();
            kinds.dedup();
            kinds
        };
        prop_assert_eq!(kinds(&name), kinds("name"));
    }

    #[test]
    fn no_name_is_markup_in_a_page(name in names()) {
        let page = |name: &str| html(&diagram(name), &picture(name), name, &[name.to_owned()]);
        let (hostile, harmless) = (page(&name), page("name"));
        for tag in ["<script", "</script", "<style", "</style", "<img", "<title", "<noscript", "</noscript"] {
            prop_assert_eq!(hostile.matches(tag).count(), harmless.matches(tag).count(), "{}", tag);
        }
        prop_assert!(!data_of(&hostile).is_null(), "the data of the page are JSON");
    }

    #[test]
    fn nothing_is_drawn_over_another_thing(
        columns in prop::collection::vec((0usize..4, 0usize..5), 1..14),
        ends in prop::collection::vec((0usize..14, 0usize..14), 0..14),
    ) {
        let mut drawn = picture("name");
        drawn.arrows.clear();
        drawn.frames = (0..4).map(|_| Frame { title: "x".to_owned(), accounts: Vec::new() }).collect();
        drawn.nodes = columns.iter().map(|(frame, column)| Node { frame: *frame, column: *column, ..node("n") }).collect();
        let of = |at: usize| at % columns.len();
        let arrow = |(from, to): &(usize, usize)| Arrow { from: of(*from), to: of(*to), lines: vec!["x".to_owned()], verdict: None, hops: Vec::new() };
        drawn.arrows = ends.iter().map(arrow).collect();
        let drawn = drawn.in_order();
        let layout = Layout::of(&drawn);
        let overlap = |one: super::layout::Area, other: super::layout::Area| {
            one.x < other.x + other.width && other.x < one.x + one.width
                && one.y < other.y + other.height && other.y < one.y + one.height
        };
        for (at, one) in layout.nodes.iter().enumerate() {
            prop_assert!(one.x + one.width <= layout.width && one.y + one.height <= layout.height);
            for other in &layout.nodes[at + 1..] {
                prop_assert!(!overlap(*one, *other), "{one:?} {other:?}");
            }
        }
    }
}

fn node(name: &str) -> Node {
    Node {
        frame: 0,
        column: 0,
        kind: "log group".to_owned(),
        names: vec![name.to_owned()],
        about: Vec::new(),
        absent: false,
        stations: Vec::new(),
    }
}

/// A diagram in which everything bears this name.
fn diagram(name: &str) -> crate::diagram::Diagram {
    use crate::diagram::{Diagram, DrawnAccount, Hop, HopKind, Means, MeansKind, Station, StationKind};
    let account: crate::address::AccountName = "app".parse().unwrap();
    let station =
        Station { account: account.clone(), region: None, name: name.to_owned(), kind: StationKind::Agent };
    let means = Means { kind: MeansKind::Role, name: name.to_owned(), address: None };
    Diagram {
        topology: "x".parse().unwrap(),
        live: false,
        accounts: vec![DrawnAccount { name: account, id: "111111111111".parse().ok() }],
        stations: vec![station.clone(), station],
        hops: vec![Hop {
            from: 0,
            to: 1,
            kind: HopKind::Write,
            pattern: name.to_owned(),
            means: vec![means],
            state: None,
        }],
        resources: Vec::new(),
        policies: crate::explain::Explanation::default(),
        notes: Vec::new(),
    }
}
