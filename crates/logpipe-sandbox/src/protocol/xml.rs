//! A small XML tree, for the bodies that S3, IAM and STS speak.
//!
//! Owns parsing and printing. Knows no service.

use std::fmt::Write as _;

use quick_xml::Reader;
use quick_xml::escape::escape;
use quick_xml::events::{BytesStart, Event};
use serde::{Deserialize, Serialize};

/// One element with either text or children. Namespaces are kept as ordinary attributes and prefixes are dropped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Element {
    name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    attributes: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    children: Vec<Element>,
}

/// A body that is not well-formed XML.
#[derive(Debug, thiserror::Error)]
#[error("the XML is not well-formed")]
pub(crate) struct MalformedXml;

impl Element {
    /// An empty element.
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// An element that holds text.
    pub(crate) fn text(name: &str, text: impl ToString) -> Self {
        Self { name: name.to_owned(), text: text.to_string(), ..Self::default() }
    }

    /// The same with one more child.
    pub(crate) fn with(mut self, child: Element) -> Self {
        self.children.push(child);
        self
    }

    /// The same with more children.
    pub(crate) fn with_all(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.children.extend(children);
        self
    }

    /// The same with one more child that holds text.
    pub(crate) fn with_text(self, name: &str, text: impl ToString) -> Self {
        self.with(Self::text(name, text))
    }

    /// The same with one more child that holds text, if there is text.
    pub(crate) fn with_optional(self, name: &str, text: Option<impl ToString>) -> Self {
        match text {
            Some(text) => self.with_text(name, text),
            None => self,
        }
    }

    /// The same with one more attribute.
    pub(crate) fn with_attribute(mut self, name: &str, value: &str) -> Self {
        self.attributes.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Its name without a prefix.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Its text.
    pub(crate) fn value(&self) -> &str {
        &self.text
    }

    /// The first child of that name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first child of that name.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(Element::value)
    }

    /// Every child of that name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The whole document, with its declaration.
    pub(crate) fn document(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            // Writing into a string cannot fail.
            write!(out, " {name}=\"{}\"", escape(value.as_str())).expect("a string takes everything");
        }
        out.push('>');
        out.push_str(&escape(self.text.as_str()));
        for child in &self.children {
            child.write(out);
        }
        write!(out, "</{}>", self.name).expect("a string takes everything");
    }

    /// Reads a document.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, MalformedXml> {
        let text = std::str::from_utf8(body).map_err(|_| MalformedXml)?;
        let mut reader = Reader::from_str(text);
        let mut open: Vec<Element> = Vec::new();
        loop {
            match reader.read_event().map_err(|_| MalformedXml)? {
                Event::Start(start) => open.push(Self::opened(&start)?),
                Event::Empty(start) => {
                    if let Some(root) = close(Self::opened(&start)?, &mut open) {
                        return Ok(root);
                    }
                }
                Event::End(_) => {
                    let element = open.pop().ok_or(MalformedXml)?;
                    if let Some(root) = close(element, &mut open) {
                        return Ok(root);
                    }
                }
                Event::Text(text) => append(&mut open, &text.xml10_content()),
                Event::CData(text) => append(&mut open, &text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let entity = format!("&{};", reference.xml10_content());
                    append(&mut open, &quick_xml::escape::unescape(&entity).map_err(|_| MalformedXml)?);
                }
                Event::Eof => return Err(MalformedXml),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }

    fn opened(start: &BytesStart<'_>) -> Result<Self, MalformedXml> {
        let mut element = Self::new(local(start.name().0));
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|_| MalformedXml)?;
            let name = attribute.key.0;
            // The namespace is the sandbox's to say when it answers, not the caller's.
            if !name.starts_with("xmlns") {
                element.attributes.push((name.to_owned(), attribute.value.as_ref().to_owned()));
            }
        }
        Ok(element)
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn append(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// Ends an element: gives it to its parent, or returns it if it was the root.
fn close(mut element: Element, open: &mut [Element]) -> Option<Element> {
    if !element.children.is_empty() {
        // White space between children is layout.
        element.text.clear();
    }
    match open.last_mut() {
        Some(parent) => {
            parent.children.push(element);
            None
        }
        None => Some(element),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_survive_printing_and_parsing() {
        let tree = Element::new("Tagging").with(
            Element::new("TagSet")
                .with(Element::new("Tag").with_text("Key", "a&b").with_text("Value", "<é> \"x\"")),
        );
        assert_eq!(Element::parse(tree.document().as_bytes()).unwrap(), tree);
    }

    #[test]
    fn layout_and_namespaces_are_dropped() {
        let parsed =
            Element::parse(b"<a xmlns=\"http://x/\">\n  <s3:b>1 &lt; 2</s3:b>\n  <c/>\n</a>").unwrap();
        assert_eq!(parsed, Element::new("a").with_text("b", "1 < 2").with(Element::new("c")));
    }

    #[test]
    fn broken_documents_are_refused() {
        for body in ["", "plain", "<a>", "<a></b>", "<a>&nosuch;</a>"] {
            assert!(Element::parse(body.as_bytes()).is_err(), "{body}");
        }
    }
}
