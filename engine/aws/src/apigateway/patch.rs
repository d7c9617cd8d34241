//! PATCH operations: `{"op": "replace", "path": "/binaryMediaTypes/image~1png", "value": ".."}`.
//!
//! **Source**: API Gateway API Reference, "PatchOperation"; error texts recorded from AWS.

use std::collections::BTreeMap;

/// What a client asks to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    pub op: PatchOp,
    /// The path as sent.
    pub path: String,
    /// Its parts with `~1` and `~0` unescaped.
    pub parts: Vec<String>,
    pub value: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatchOp {
    Add,
    Remove,
    Replace,
    Move,
    Copy,
    Test,
}

impl PatchOp {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "add" => PatchOp::Add,
            "remove" => PatchOp::Remove,
            "replace" => PatchOp::Replace,
            "move" => PatchOp::Move,
            "copy" => PatchOp::Copy,
            "test" => PatchOp::Test,
            _ => return None,
        })
    }

    pub fn as_str(self) -> &'static str {
        match self {
            PatchOp::Add => "add",
            PatchOp::Remove => "remove",
            PatchOp::Replace => "replace",
            PatchOp::Move => "move",
            PatchOp::Copy => "copy",
            PatchOp::Test => "test",
        }
    }
}

/// Why an operation is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatchError {
    /// Not the name of an operation.
    UnknownOp,
    /// The path cannot be changed at all.
    Path(String),
    /// The path can be changed, but not by this operation.
    OnlyReplace,
    /// A path that is none of the resource's, with those that are.
    OneOf { path: String, op: PatchOp, allowed: &'static str },
    /// An operation that is not supported on this path.
    Unsupported { path: String, op: PatchOp },
    /// Another reason, in AWS's words.
    Text(String),
}

impl PatchError {
    /// The text of the BadRequestException.
    pub fn text(&self) -> String {
        match self {
            PatchError::UnknownOp => {
                "Invalid patch operation specified. Must be one of: [add, remove, move, test, replace, copy]"
                    .to_owned()
            }
            PatchError::Path(path) => format!("Invalid patch path {path}"),
            PatchError::OnlyReplace => {
                "Invalid patch operation specified. Must be one of: [replace]".to_owned()
            }
            PatchError::OneOf { path, op, allowed } => {
                let op = op.as_str();
                format!("Invalid patch path  '{path}' specified for op '{op}'. Must be one of: [{allowed}]")
            }
            PatchError::Unsupported { path, op } => {
                let op = op.as_str();
                format!(
                    "Invalid patch path  '{path}' specified for op '{op}'. Please choose supported operations"
                )
            }
            PatchError::Text(text) => text.clone(),
        }
    }
}

pub type PatchResult = Result<(), PatchError>;

impl Patch {
    pub fn new(op: Option<&str>, path: Option<&str>, value: Option<&str>) -> Result<Self, PatchError> {
        let op = op.and_then(PatchOp::parse).ok_or(PatchError::UnknownOp)?;
        let path = path.unwrap_or("").to_owned();
        let Some(rest) = path.strip_prefix('/') else { return Err(PatchError::Path(path)) };
        let parts = rest.split('/').map(unescape).collect();
        Ok(Patch { op, path, parts, value: value.map(str::to_owned) })
    }

    /// The parts as texts, to match on.
    pub fn parts(&self) -> Vec<&str> {
        self.parts.iter().map(String::as_str).collect()
    }

    pub fn refused(&self) -> PatchError {
        PatchError::Path(self.path.clone())
    }

    fn only_replace(&self) -> PatchResult {
        if self.op == PatchOp::Replace { Ok(()) } else { Err(PatchError::OnlyReplace) }
    }

    /// Replaces a text that must be there.
    pub fn text(&self, target: &mut String) -> PatchResult {
        self.only_replace()?;
        *target = self.value.clone().unwrap_or_default();
        Ok(())
    }

    /// Replaces a text, or takes it away: an empty value is no value.
    pub fn optional(&self, target: &mut Option<String>) -> PatchResult {
        match self.op {
            PatchOp::Add | PatchOp::Replace => *target = self.value.clone().filter(|text| !text.is_empty()),
            PatchOp::Remove => *target = None,
            PatchOp::Move | PatchOp::Copy | PatchOp::Test => return Err(PatchError::OnlyReplace),
        }
        Ok(())
    }

    /// Replaces a flag; what is not `true` is false.
    pub fn flag(&self, target: &mut bool) -> PatchResult {
        self.only_replace()?;
        *target = self.flag_value();
        Ok(())
    }

    pub fn flag_value(&self) -> bool {
        self.value.as_deref().is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// Adds, replaces or removes one entry of a map.
    pub fn entry<T>(&self, map: &mut BTreeMap<String, T>, key: &str, value: T) -> PatchResult {
        match self.op {
            PatchOp::Add | PatchOp::Replace => {
                map.insert(key.to_owned(), value);
            }
            PatchOp::Remove => {
                if map.remove(key).is_none() {
                    return Err(self.refused());
                }
            }
            PatchOp::Move | PatchOp::Copy | PatchOp::Test => return Err(self.refused()),
        }
        Ok(())
    }

    /// As [`Patch::entry`], with the operation's own value.
    pub fn text_entry(&self, map: &mut BTreeMap<String, String>, key: &str) -> PatchResult {
        self.entry(map, key, self.value.clone().unwrap_or_default())
    }

    /// Adds, replaces or removes one item of a list, which the path names by itself.
    pub fn item(&self, list: &mut Vec<String>, item: &str) -> PatchResult {
        let at = list.iter().position(|known| known == item);
        match (self.op, at) {
            (PatchOp::Add, None) => list.push(item.to_owned()),
            (PatchOp::Add, Some(_)) => {}
            (PatchOp::Replace, Some(at)) => {
                // The replaced item goes to the end, as AWS answers show.
                list.remove(at);
                list.push(self.value.clone().unwrap_or_default());
            }
            (PatchOp::Remove, Some(at)) => {
                list.remove(at);
            }
            (PatchOp::Replace | PatchOp::Remove, None)
            | (PatchOp::Move | PatchOp::Copy | PatchOp::Test, _) => return Err(self.refused()),
        }
        Ok(())
    }
}

/// RFC 6901: `~1` is a slash, `~0` a tilde.
fn unescape(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(op: &str, path: &str, value: Option<&str>) -> Patch {
        Patch::new(Some(op), Some(path), value).unwrap()
    }

    #[test]
    fn paths_are_json_pointers() {
        // Source: RFC 6901, section 4.
        assert_eq!(
            patch("add", "/binaryMediaTypes/image~1png", None).parts(),
            ["binaryMediaTypes", "image/png"]
        );
        assert_eq!(patch("add", "/a/~01", None).parts(), ["a", "~1"]);
        assert!(Patch::new(Some("add"), Some("name"), None).is_err());
        assert_eq!(Patch::new(Some("put"), Some("/name"), None), Err(PatchError::UnknownOp));
    }

    #[test]
    fn lists_and_maps_change_by_their_own_keys() {
        // Source: answers of UpdateRestApi recorded from AWS (add, replace, remove of binary media types).
        let mut list = Vec::new();
        patch("add", "/binaryMediaTypes/image~1png", None).item(&mut list, "image/png").unwrap();
        patch("add", "/binaryMediaTypes/image~1jpeg", None).item(&mut list, "image/jpeg").unwrap();
        assert_eq!(list, ["image/png", "image/jpeg"]);
        patch("replace", "/b/image~1png", Some("image/gif")).item(&mut list, "image/png").unwrap();
        assert_eq!(list, ["image/jpeg", "image/gif"]);
        patch("remove", "/b/image~1gif", None).item(&mut list, "image/gif").unwrap();
        assert_eq!(list, ["image/jpeg"]);
        let mut map = BTreeMap::new();
        patch("replace", "/variables/a", Some("1")).text_entry(&mut map, "a").unwrap();
        assert_eq!(map["a"], "1");
        patch("remove", "/variables/a", None).text_entry(&mut map, "a").unwrap();
        assert!(map.is_empty());
    }
}
