//! Listings: filters, pages, and answers.
//!
//! A listing works on what the client is shown: a filter's name leads to a member of the answer, so a
//! service's filters are a table of names and paths.
//!
//! **Source**: Amazon EC2 User Guide, "List and filter your resources"; EC2 API Reference, "Pagination".

use crate::auth::policy::pattern;
use crate::ec2::errors;
use crate::ec2::shapes::Filter;
use crate::paging;
use crate::service::{ApiResult, IntoOutcome, Outcome};
use nuvola_wire::{Structure, Value};

/// Filters of a listing: name, and the path of the member that it looks at. The name `tag` stands for
/// `tag:KEY` and `tag-key`, wherever the tags are.
pub type Filters = &'static [(&'static str, &'static str)];

/// What a client wants to see.
pub struct Listing<'i> {
    pub operation: &'static str,
    pub filters: &'i [Filter],
    pub known: Filters,
    pub max_results: Option<i32>,
    pub next_token: Option<&'i str>,
    /// The client named what it wants: then there are no pages.
    pub named: bool,
}

/// Items with their keys, and where the next page begins.
pub struct Page {
    pub items: Vec<Value>,
    pub next_token: Option<String>,
}

/// An answer that is a list.
pub struct Listed(Structure);

impl IntoOutcome for Listed {
    fn into_outcome(self) -> Outcome {
        Outcome::Done(self.0)
    }
}

impl Page {
    /// The answer with this page under the member's name.
    pub fn listed(self, member: &'static str) -> Listed {
        let mut out = Structure::new();
        out.insert(member, Value::List(self.items));
        out.insert_some("NextToken", self.next_token.map(Value::String));
        Listed(out)
    }
}

/// Pages hold five to a thousand items.
const MIN_PAGE: i32 = 5;
const MAX_PAGE: i32 = 1000;

impl Listing<'_> {
    /// The key after which the page begins. Fails on what is wrong with the request.
    pub fn start(&self) -> ApiResult<Option<String>> {
        for filter in self.filters {
            let name = filter.name.as_deref().unwrap_or_default();
            let known = |key: &str| self.known.iter().any(|(own, _)| *own == key);
            let by_tag = (name.starts_with("tag:") || name == "tag-key") && known("tag");
            if !known(name) && !by_tag || name == "tag" {
                return Err(errors::invalid_filter(name));
            }
            if filter.values.is_empty() {
                return Err(errors::missing_parameter("Value"));
            }
        }
        if self.named && self.max_results.is_some() {
            return Err(errors::combination(
                "The parameter idSet cannot be used with the parameter maxResults",
            ));
        }
        if let Some(size) = self.max_results {
            if size < MIN_PAGE {
                let text = format!(
                    "Value ( {size} ) for parameter maxResults is invalid. Expecting a value greater than 5."
                );
                return Err(errors::invalid_value(text));
            }
            if size > MAX_PAGE {
                let text = format!(
                    "Value ( {size} ) for parameter maxResults is invalid. Expecting a value less than or equal to 1000."
                );
                return Err(errors::invalid_value(text));
            }
        }
        let token = self
            .next_token
            .map(|token| paging::position(self.operation, token).ok_or_else(errors::invalid_token));
        token.transpose()
    }

    pub fn accepts(&self, item: &Value) -> bool {
        self.filters.iter().all(|filter| self.accepts_one(filter, item))
    }

    fn accepts_one(&self, filter: &Filter, item: &Value) -> bool {
        let name = filter.name.as_deref().unwrap_or_default();
        let mut found = Vec::new();
        if let Some(key) = name.strip_prefix("tag:") {
            tag_values(self.tag_path(), item, Some(key), &mut found);
        } else if name == "tag-key" {
            tag_values(self.tag_path(), item, None, &mut found);
        } else {
            let paths = self.known.iter().filter(|(own, _)| *own == name);
            for (_, path) in paths {
                texts_at(item, path, &mut found);
            }
        }
        filter.values.iter().any(|wanted| found.iter().any(|text| pattern::glob(wanted, text)))
    }

    fn tag_path(&self) -> &'static str {
        self.known.iter().find(|(own, _)| *own == "tag").map_or("Tags", |(_, path)| path)
    }

    /// A page of items that come in the order of their keys, and after the start.
    pub fn page(&self, items: &mut dyn Iterator<Item = (String, Value)>) -> Page {
        let size = self.max_results.map_or(usize::MAX, |size| usize::try_from(size).unwrap_or(usize::MAX));
        let mut page = Page { items: Vec::new(), next_token: None };
        let mut last = String::new();
        for (key, item) in items {
            if !self.accepts(&item) {
                continue;
            }
            if page.items.len() == size {
                page.next_token = Some(paging::token(self.operation, &last));
                break;
            }
            page.items.push(item);
            last = key;
        }
        page
    }

    /// A page of few items: those up to the start are skipped here.
    pub fn page_of(&self, items: Vec<(String, Value)>) -> ApiResult<Page> {
        let start = self.start()?;
        let mut rest = items.into_iter().filter(|(key, _)| start.as_ref().is_none_or(|start| key > start));
        Ok(self.page(&mut rest))
    }
}

/// The texts at a path; lists are entered.
fn texts_at(value: &Value, path: &str, out: &mut Vec<String>) {
    match value {
        Value::List(items) => items.iter().for_each(|item| texts_at(item, path, out)),
        Value::Structure(members) => {
            let (name, rest) = path.split_once('.').unwrap_or((path, ""));
            if let Some(inner) = members.get(name) {
                texts_at(inner, rest, out);
            }
        }
        Value::String(text) => out.push(text.clone()),
        Value::Boolean(truth) => out.push(truth.to_string()),
        Value::Integer(number) => out.push(number.to_string()),
        Value::Double(number) => out.push(number.to_string()),
        Value::Timestamp(at) => out.push(at.iso_millis()),
        Value::Blob(_) | Value::Document(_) | Value::Map(_) => {}
    }
}

/// Values of the tags with this key; without a key, the keys.
fn tag_values(path: &str, item: &Value, key: Option<&str>, out: &mut Vec<String>) {
    match item {
        Value::List(items) => items.iter().for_each(|item| tag_values(path, item, key, out)),
        Value::Structure(members) if path.is_empty() => match key {
            Some(key) if members.get_str("Key") == Some(key) => {
                out.extend(members.get_str("Value").map(str::to_owned));
            }
            Some(_) => {}
            None => out.extend(members.get_str("Key").map(str::to_owned)),
        },
        Value::Structure(members) => {
            let (name, rest) = path.split_once('.').unwrap_or((path, ""));
            if let Some(inner) = members.get(name) {
                tag_values(rest, inner, key, out);
            }
        }
        Value::Boolean(_)
        | Value::Integer(_)
        | Value::Double(_)
        | Value::String(_)
        | Value::Blob(_)
        | Value::Timestamp(_)
        | Value::Document(_)
        | Value::Map(_) => {}
    }
}
