//! Wildcards and policy variables.
//!
//! **Source**: IAM User Guide, "IAM policy elements: Variables and tags" and "IAM JSON policy elements:
//! Resource".

use std::collections::BTreeMap;

/// Values of condition keys; the names are in lower case, because keys compare without case.
pub type Keys = BTreeMap<String, Vec<String>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Char(char),
    /// `?`
    One,
    /// `*`
    Any,
}

/// A text with wildcards, its variables replaced. What a variable stands for is literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Token>);

impl Pattern {
    /// `None`: a variable has no value, so nothing matches. `keys` is absent for policies of the version
    /// 2008-10-17, in which `${` is ordinary text.
    pub fn new(text: &str, keys: Option<&Keys>) -> Option<Self> {
        let mut tokens = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if let (Some(keys), Some(inner)) = (keys, rest.strip_prefix("${"))
                && let Some((variable, tail)) = inner.split_once('}')
            {
                tokens.extend(value_of(variable, keys)?.chars().map(Token::Char));
                rest = tail;
                continue;
            }
            tokens.push(match first {
                '*' => Token::Any,
                '?' => Token::One,
                other => Token::Char(other),
            });
            rest = &rest[first.len_utf8()..];
        }
        Some(Pattern(tokens))
    }

    /// Whether the whole text matches. Steps are bounded by the product of both lengths.
    pub fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let (mut at, mut in_text) = (0, 0);
        // Where to go on after the last `*`, with one more character eaten by it.
        let mut retry: Option<(usize, usize)> = None;
        while in_text < text.len() {
            let step = match self.0.get(at) {
                Some(Token::Any) => {
                    retry = Some((at + 1, in_text));
                    at += 1;
                    continue;
                }
                Some(Token::One) => true,
                Some(Token::Char(expected)) => *expected == text[in_text],
                None => false,
            };
            if step {
                at += 1;
                in_text += 1;
            } else if let Some((after, eaten)) = retry {
                retry = Some((after, eaten + 1));
                at = after;
                in_text = eaten + 1;
            } else {
                return false;
            }
        }
        self.0[at..].iter().all(|token| *token == Token::Any)
    }
}

/// The text of a policy in which only variables count, not wildcards (`StringEquals`).
pub fn expand(text: &str, keys: Option<&Keys>) -> Option<String> {
    let Some(keys) = keys else { return Some(text.to_owned()) };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inner)) = rest.split_once("${") {
        let Some((variable, tail)) = inner.split_once('}') else { break };
        out.push_str(before);
        out.push_str(&value_of(variable, keys)?);
        rest = tail;
    }
    out.push_str(rest);
    Some(out)
}

/// `${*}`, `${?}` and `${$}` are the characters themselves; `${key, 'default'}` has a fallback.
fn value_of(variable: &str, keys: &Keys) -> Option<String> {
    if matches!(variable, "*" | "?" | "$") {
        return Some(variable.to_owned());
    }
    let (name, default) = match variable.split_once(',') {
        Some((name, default)) => (name, default.trim().strip_prefix('\'').and_then(|d| d.strip_suffix('\''))),
        None => (variable, None),
    };
    // A key with several values cannot be a variable.
    match keys.get(&name.trim().to_lowercase()).map(Vec::as_slice) {
        Some([value]) => Some(value.clone()),
        Some(_) | None => default.map(str::to_owned),
    }
}

/// Actions compare without case.
pub fn action_matches(pattern: &str, action: &str) -> bool {
    glob(&pattern.to_lowercase(), &action.to_lowercase())
}

/// A pattern without variables.
pub fn glob(pattern: &str, text: &str) -> bool {
    Pattern::new(pattern, None).is_some_and(|pattern| pattern.matches(text))
}

/// ARNs compare part by part, so that `*` does not reach over a colon (but for the resource).
pub fn arn_matches(pattern: &str, arn: &str, keys: Option<&Keys>) -> bool {
    let parts = |text: &str| text.splitn(6, ':').map(str::to_owned).collect::<Vec<_>>();
    let (pattern, arn) = (parts(pattern), parts(arn));
    pattern.len() == arn.len()
        && pattern
            .iter()
            .zip(&arn)
            .all(|(part, text)| Pattern::new(part, keys).is_some_and(|part| part.matches(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys() -> Keys {
        Keys::from([("aws:username".to_owned(), vec!["a*b".to_owned()])])
    }

    #[test]
    fn wildcards_match_runs_and_single_characters() {
        // Source: IAM User Guide, "IAM JSON policy elements: Resource".
        for (pattern, text, expected) in [
            ("*", "", true),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b/x/y", true),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*ab*ab", "abcabab", true),
            ("", "x", false),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn variables_are_literal_and_may_have_defaults() {
        // Source: IAM User Guide, "IAM policy elements: Variables and tags".
        let matches = |pattern: &str, text: &str| {
            Pattern::new(pattern, Some(&keys())).is_some_and(|pattern| pattern.matches(text))
        };
        assert!(matches("home/${aws:username}/*", "home/a*b/x"));
        assert!(!matches("home/${aws:username}", "home/aXb"));
        assert!(matches("${aws:PrincipalTag/team, 'none'}", "none"));
        assert!(!matches("${aws:PrincipalTag/team}", ""));
        assert!(matches("${*}${?}${$}", "*?$"));
        assert!(Pattern::new("${aws:username}", None).unwrap().matches("${aws:username}"));
    }

    proptest! {
        #[test]
        fn a_text_matches_itself_and_any_split_by_a_star(text in "[a-c]{0,12}", at in 0usize..12) {
            let at = at.min(text.len());
            let starred = format!("{}*{}", &text[..at], &text[at..]);
            prop_assert!(glob(&text, &text));
            prop_assert!(glob(&starred, &text));
        }

        #[test]
        fn any_pattern_against_any_text_ends(pattern in "[a*?]{0,40}", text in "a{0,60}") {
            glob(&pattern, &text);
        }
    }
}
