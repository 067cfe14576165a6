//! Parses AWS's XML answers, whole or not at all. The SDK's own reader mistakes the end of a truncated text for the end
//! of the document.

use xmlparser::{ElementEnd, Token, Tokenizer};

/// More levels than any answer has.
const DEEPEST: usize = 64;

/// One element.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// Its name, without a prefix.
    pub(super) name: String,
    /// Its text, entities as they are written.
    pub(super) text: String,
    /// The elements in it.
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The only element of a document, if the document is whole.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut open: Vec<Self> = vec![Self::default()];
        for token in Tokenizer::from(text.trim_start_matches('\u{feff}')) {
            match token.ok()? {
                Token::ElementStart { local, .. } => {
                    open.push(Self { name: local.as_str().to_owned(), ..Self::default() });
                }
                Token::ElementEnd { end: ElementEnd::Open, .. } if open.len() > DEEPEST => return None,
                Token::ElementEnd { end: ElementEnd::Open, .. } => {}
                Token::ElementEnd { end, .. } => {
                    let element = open.pop()?;
                    if let ElementEnd::Close(_, name) = end
                        && name.as_str() != element.name
                    {
                        return None;
                    }
                    open.last_mut()?.children.push(element);
                }
                Token::Text { text } => open.last_mut()?.text.push_str(text.as_str()),
                Token::Cdata { text, .. } => open.last_mut()?.text.push_str(text.as_str()),
                _ => {}
            }
        }
        let mut around = open.pop().filter(|_| open.is_empty())?;
        around.children.pop().filter(|_| around.children.is_empty())
    }

    /// The elements of a name in it.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element at the end of these names.
    pub(super) fn at<'a>(&'a self, names: &[&'a str]) -> Option<&'a Self> {
        names.iter().copied().try_fold(self, |element, name| element.all(name).next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str =
        "<?xml version=\"1.0\"?>\n<a xmlns=\"x\"><b>1</b><b>2<c/></b><p:d><![CDATA[<]]></p:d></a>\n";

    #[test]
    fn a_document_is_read_with_its_elements() {
        let root = Element::read(WHOLE).unwrap();
        assert_eq!(root.name, "a");
        assert_eq!(root.all("b").map(|b| b.text.as_str()).collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(root.at(&["d"]).map(|d| d.text.as_str()), Some("<"));
        assert!(root.at(&["b", "x"]).is_none());
    }

    #[test]
    fn no_beginning_of_a_document_is_one() {
        let end = WHOLE.trim_end().len();
        for cut in (0..end).filter(|cut| WHOLE.is_char_boundary(*cut)) {
            assert!(Element::read(&WHOLE[..cut]).is_none(), "{}", &WHOLE[..cut]);
        }
        for bad in ["<a></b>", "<a/><b/>", "<a></a></a>", "<a><b></a></b>", "a", "{}", &"<a>".repeat(5_000)] {
            assert!(Element::read(bad).is_none(), "{bad}");
        }
    }
}
