//! XML as a small tree (read by quick-xml) and as text (written here).
//!
//! Elements lose their namespace prefixes; attributes keep theirs, since S3 tells grantees apart by
//! `xsi:type`. A document type is refused: entities could grow without end.

use quick_xml::{Reader, events::Event};

/// Deeper documents are refused; no AWS shape comes near.
const MAX_DEPTH: usize = 64;

/// An element and what is in it.
#[derive(Debug, Default)]
pub struct Element {
    /// Without its namespace prefix.
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// All character data directly inside.
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    pub fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The root element, or `None` where the text is not one well-formed document.
pub fn parse(text: &str) -> Option<Element> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                if open.len() >= MAX_DEPTH || root.is_some() {
                    return None;
                }
                open.push(element(&tag)?);
            }
            Event::Empty(tag) => close(element(&tag)?, &mut open, &mut root)?,
            Event::End(_) => close(open.pop()?, &mut open, &mut root)?,
            Event::Text(text) => add_text(&text.xml10_content(), &mut open)?,
            Event::CData(text) => add_text(&text.xml10_content(), &mut open)?,
            Event::GeneralRef(reference) => {
                let mut buffer = [0; 4];
                let resolved = match reference.resolve_char_ref().ok()? {
                    Some(character) => character.encode_utf8(&mut buffer),
                    None => quick_xml::escape::resolve_xml_entity(&reference.xml10_content())?,
                };
                open.last_mut()?.text.push_str(resolved);
            }
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::DocType(_) => return None,
            Event::Eof => return if open.is_empty() { root } else { None },
        }
    }
}

fn element(tag: &quick_xml::events::BytesStart<'_>) -> Option<Element> {
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.ok()?;
        let value = quick_xml::escape::unescape(attribute.value.as_ref()).ok()?.into_owned();
        attributes.push((attribute.key.into_inner().to_owned(), value));
    }
    Some(Element { name: tag.local_name().into_inner().to_owned(), attributes, ..Element::default() })
}

fn close(done: Element, open: &mut [Element], root: &mut Option<Element>) -> Option<()> {
    match open.last_mut() {
        Some(parent) => parent.children.push(done),
        None if root.is_some() => return None,
        None => *root = Some(done),
    }
    Some(())
}

fn add_text(text: &str, open: &mut [Element]) -> Option<()> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty() => {}
        None => return None,
    }
    Some(())
}

/// XML text in the making.
#[derive(Debug, Default)]
pub struct Writer(String);

impl Writer {
    /// Starts with the declaration, as AWS's XML services do.
    pub fn with_declaration() -> Self {
        Writer("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned())
    }

    /// `<name attr="value">`
    pub fn open(&mut self, name: &str, attributes: &[(String, String)]) {
        self.0.push('<');
        self.0.push_str(name);
        for (key, value) in attributes {
            self.0.push(' ');
            self.0.push_str(key);
            self.0.push_str("=\"");
            self.escape(value, "");
            self.0.push('"');
        }
        self.0.push('>');
    }

    pub fn close(&mut self, name: &str) {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }

    /// Escaped character data. What XML 1.0 cannot hold is written as a character reference all the
    /// same, as S3 does with such keys.
    pub fn text(&mut self, text: &str) {
        self.escape(text, "\n\t");
    }

    /// A line's end inside an attribute must be a reference: readers make it a space otherwise.
    fn escape(&mut self, text: &str, kept: &str) {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                control if (control < ' ' && !kept.contains(control)) || control == '\u{7f}' => {
                    self.0.push_str(&format!("&#{};", u32::from(control)));
                }
                other => self.0.push(other),
            }
        }
    }

    /// `<name>text</name>`
    pub fn leaf(&mut self, name: &str, text: &str) {
        self.open(name, &[]);
        self.text(text);
        self.close(name);
    }

    pub fn finish(self) -> String {
        self.0
    }
}
