//! What is on a page, read back by a parser of Markdown: text of others is text and nothing else, and a comment takes it.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::*;

/// A page with the same text in every place that takes one.
fn page(said: &str) -> Page {
    let table = Table::new(&["name", "said"], &["number"]);
    let row = |table: Table| table.row([Line::name(said), Line::from(said).below(said.into()), "7".into()]);
    Page::new(Mark::Bad, Line::name(said).and(said))
        .line(said)
        .titled("Said", [Item::new(said).with(Line::loud("fix:").and(" ").and(said)), Item::new(said)])
        .table(row(row(table)))
        .fold(Line::loud(said).and(said).and_name(said), vec![Block::Lines("diff", vec![said.to_owned()])])
        .line("the end")
}

fn text(page: &Page) -> String {
    page.text(&str::to_owned)
}

fn parsed(text: &str) -> Vec<Event<'_>> {
    Parser::new_ext(text, Options::all()).collect()
}

/// What a parser finds that no text of others may make.
fn injected(event: &Event<'_>) -> bool {
    const OURS: [&str; 3] = ["<code>", "</code>", "<br>"];
    match event {
        Event::InlineHtml(html) => !OURS.contains(&&**html),
        Event::Html(html) => !is_ours(html),
        Event::Start(tag) => !matches!(
            tag,
            Tag::Heading { .. }
                | Tag::Paragraph
                | Tag::List(None)
                | Tag::Item
                | Tag::Table(_)
                | Tag::TableHead
                | Tag::TableRow
                | Tag::TableCell
                | Tag::Strong
                | Tag::CodeBlock(_)
                | Tag::HtmlBlock
        ),
        Event::Rule | Event::FootnoteReference(_) | Event::TaskListMarker(_) => true,
        Event::InlineMath(_) | Event::DisplayMath(_) | Event::HardBreak => true,
        Event::End(_) | Event::Text(_) | Event::Code(_) | Event::SoftBreak => false,
    }
}

/// A line of HTML without any tag that we do not write.
fn is_ours(html: &str) -> bool {
    let tags = html.split('<').skip(1).map(|tag| tag.split_once('>').map_or(tag, |(tag, _)| tag));
    let known = ["details", "details open", "/details", "summary", "/summary", "b", "/b", "code", "/code"];
    tags.into_iter().all(|tag| known.contains(&tag))
}

fn check(said: &str) {
    let text = text(&page(said));
    let events = parsed(&text);
    let injections: Vec<_> = events.iter().filter(|event| injected(event)).collect();
    assert!(injections.is_empty(), "{said:?} makes {injections:?} of\n{text}");
    let number = |wanted: &TagEnd| events.iter().filter(|event| **event == Event::End(*wanted)).count();
    assert_eq!((number(&TagEnd::TableRow), number(&TagEnd::TableCell)), (2, 9), "{said:?}\n{text}");
    assert_eq!((number(&TagEnd::Item), number(&TagEnd::CodeBlock)), (3, 1), "{said:?}\n{text}");
    assert!(text.ends_with("\n\nthe end\n"), "{text}");
    // Mentions, references and emoji are looked for in what is no code.
    let mut in_code = 0;
    for event in &events {
        match event {
            Event::InlineHtml(html) if &**html == "<code>" => in_code += 1,
            Event::InlineHtml(html) if &**html == "</code>" => in_code -= 1,
            Event::Start(Tag::CodeBlock(_)) => in_code += 1,
            Event::End(TagEnd::CodeBlock) => in_code -= 1,
            Event::Text(plain) if in_code == 0 => {
                assert!(!plain.contains(['@', '#', '$']) && !plain.contains("://"), "{plain:?} of {said:?}");
            }
            _ => {}
        }
    }
}

#[test]
fn what_others_have_called_something_is_only_a_name() {
    for said in [
        "plain",
        "a | b \\| c",
        "</summary></details><script>alert(1)</script>",
        "<!-- a --> <img src=x onerror=alert(1)>",
        "@octocat @org/team fixes #1",
        "[x](javascript:y) ![x](https://example.com/x.png)",
        "``` `a` ```",
        "\n\n# heading\n- item\n> quote\n---\n",
        "    indented",
        "1. one",
        "+",
        "***",
        "~~~",
        "$x$ $$y$$ $`z`$",
        "[^1] [^1]: note",
        "| a |\n| --- |",
        "&lt;b&gt; &#64;me",
        ":tada: :+1:",
        "line\\",
        "`",
        "``",
        "",
        " ",
    ] {
        check(said);
    }
}

proptest! {
    #[test]
    fn no_text_is_markup(said in "[a-z0-9 `|\\\\<>&@#*_~$!\\[\\]():/.^+=-]{0,40}") {
        check(&said);
    }
}

proptest! {
    // Each makes up to half a megabyte.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_page_is_longer_than_a_comment(rows in 0usize..300, lines in 0usize..100, wide in 1usize..30) {
        let word = "wide 日本 ".repeat(wide);
        let table = (0..rows).fold(Table::new(&["a"], &["b"]), |table, _| table.row([(&*word).into(), "1".into()]));
        let page = (0..8).fold(Page::new(Mark::Good, "heading").table(table), |page, _| {
            page.fold("title", vec![Block::Lines("text", vec![word.clone(); lines])])
        });
        let text = text(&page);
        prop_assert!(text.encode_utf16().count() <= 64_000, "{}", text.encode_utf16().count());
        let opened = text.matches("<details").count();
        prop_assert_eq!(opened, text.matches("</details>").count());
        prop_assert_eq!(text.matches("\n```").count() % 2, 0);
    }
}

#[test]
fn what_is_left_out_is_said_with_the_command_that_shows_it() {
    let line = "x".repeat(100);
    let page = (0..20).fold(Page::new(Mark::Neutral, "heading"), |page, index| {
        page.fold(format!("part {index}"), vec![Block::Lines("text", vec![line.clone(); 100])])
    });
    let said = page.text(&|text| text.replace("logpipe …", "logpipe plan t.yaml"));
    let (_, end) = said.split_once("> [!NOTE]\n").expect("it says so");
    insta::assert_snapshot!(end, @r"
    > 13 parts and 78 lines left out to fit into a comment; `logpipe plan t.yaml` prints all of it
    >
    > - part 7
    > - part 8
    > - part 9
    > - part 10
    > - part 11 …
    ");
    let third = page.clone().one_of(3).text(&str::to_owned);
    assert!(third.len() < 22_000 && third.contains("left out"), "{}", third.len());
    let whole = page.whole().text(&str::to_owned);
    assert!(whole.len() > 200_000 && !whole.contains("left out") && !whole.contains("<details"));
}

#[test]
fn a_page_is_read_from_the_top() {
    let table = Table::new(&["account"], &["to create", "unchanged"]);
    let table = table.row([
        Line::from("app (111111111111)").below("the same in 1 more".into()),
        "2".into(),
        "0".into(),
    ]);
    let page = Page::new(Mark::Caution, Line::from("Plan of ").and_name("x_y").and(": 2 to create"))
        .table(table)
        .titled("Notes", [Item::new("one").with("below")])
        .fold(Line::loud("app").and(": 2 to create"), vec![Block::Lines("diff", vec!["+ a".to_owned()])]);
    insta::assert_snapshot!(text(&page), @r"
    ### ⚠️ Plan of `x_y`: 2 to create

    | account | to create | unchanged |
    | --- | ---: | ---: |
    | app (111111111111)<br>the same in 1 more | 2 | 0 |

    **Notes**

    - one
      - below

    <details open><summary><b>app</b>: 2 to create</summary>

    ```diff
    + a
    ```

    </details>
    ");
}
