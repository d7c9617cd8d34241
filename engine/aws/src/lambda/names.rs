//! The ways to name a function: name, ARN, partial ARN, each with an optional qualifier.

use super::limits::LATEST;

/// A function as a request names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionName {
    pub name: String,
    /// A version, an alias or `$LATEST`, where the name carries one.
    pub qualifier: Option<String>,
    /// The region of a full ARN.
    pub region: Option<String>,
    /// The account of a full or partial ARN.
    pub account: Option<String>,
}

/// **Source**: AWS Lambda API Reference, "CreateFunction", the pattern of FunctionName.
pub const PATTERN: &str = r"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?";

/// Reads a name that fits [`PATTERN`].
pub fn parse(text: &str) -> Option<FunctionName> {
    let mut rest = text;
    let mut region = None;
    let mut account = None;
    if let Some(tail) = rest.strip_prefix("arn:") {
        let (partition, tail) = tail.split_once(':')?;
        if !partition.is_empty() && !partition.starts_with("aws") {
            return None;
        }
        rest = tail.strip_prefix("lambda:")?;
    }
    if let Some((first, tail)) = rest.split_once(':')
        && is_region(first)
    {
        region = Some(first.to_owned());
        rest = tail;
    }
    if let Some((first, tail)) = rest.split_once(':')
        && is_account(first)
    {
        account = Some(first.to_owned());
        rest = tail;
    }
    rest = rest.strip_prefix("function:").unwrap_or(rest);
    let (name, qualifier) = match rest.split_once(':') {
        Some((name, qualifier)) => (name, Some(qualifier)),
        None => (rest, None),
    };
    let fits = is_word(name) && qualifier.is_none_or(|text| text == LATEST || is_word(text));
    fits.then(|| FunctionName {
        name: name.to_owned(),
        qualifier: qualifier.map(str::to_owned),
        region,
        account,
    })
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text looks like a region's code (`eu-south-1`, `us-gov-west-1`).
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    (3..=4).contains(&parts.len())
        && parts[0].len() == 2
        && parts[..parts.len() - 1].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_lowercase()))
        && parts[parts.len() - 1].len() == 1
        && parts[parts.len() - 1].bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text may be an alias: not a number, and of the letters that are allowed.
pub fn is_alias(text: &str) -> bool {
    is_word(text) && !is_number(text)
}

pub fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, Option<&str>)>) {
        let found = parse(text);
        let found = found.as_ref().map(|name| (name.name.as_str(), name.qualifier.as_deref()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn all_documented_forms_are_read() {
        // Source: AWS Lambda API Reference, "Invoke", name formats of FunctionName.
        check("my-function", Some(("my-function", None)));
        check("my-function:v1", Some(("my-function", Some("v1"))));
        check("my-function:$LATEST", Some(("my-function", Some("$LATEST"))));
        check("arn:aws:lambda:us-west-2:123456789012:function:my-function", Some(("my-function", None)));
        check(
            "arn:aws:lambda:us-west-2:123456789012:function:my-function:7",
            Some(("my-function", Some("7"))),
        );
        check("123456789012:function:my-function", Some(("my-function", None)));
        check("123456789012:function:my-function:live", Some(("my-function", Some("live"))));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in
            ["", "a b", "f:", "f:a:b", "f:$OTHER", "arn:aws:s3:eu-south-1:123456789012:function:f", "ü"]
        {
            check(text, None);
        }
    }
}
