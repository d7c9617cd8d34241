//! Command-line options in the style of Go's `flag` package.

use nuvola_hcl::text::quote;
use nuvola_kernel::Ordered;
use std::collections::BTreeMap;

/// Options and what follows them.
#[derive(Debug, Clone, Default)]
pub struct Args {
    pub options: Vec<(String, String)>,
    pub rest: Vec<String>,
}

/// What kinds of option a command has.
pub struct Known {
    /// Options without a value, or with `=true` and `=false`.
    pub switches: &'static [&'static str],
    pub values: &'static [&'static str],
}

impl Args {
    /// Reads options; they may stand anywhere before the first other argument, and `-var` may repeat.
    /// # Errors
    /// With Go's words for what is wrong.
    pub fn parse(words: &[String], known: &Known) -> Result<Self, String> {
        let mut out = Self::default();
        let mut words = words.iter().peekable();
        while let Some(word) = words.next() {
            let Some(name) = word.strip_prefix('-').filter(|name| !name.is_empty()) else {
                out.rest.push(word.clone());
                out.rest.extend(words.cloned());
                break;
            };
            let name = name.strip_prefix('-').unwrap_or(name);
            if name.is_empty() {
                out.rest.extend(words.cloned());
                break;
            }
            let (name, value) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (name, None),
            };
            if known.switches.contains(&name) {
                let value = value.unwrap_or_else(|| "true".to_owned());
                if boolean(&value).is_none() {
                    return Err(format!("invalid boolean value {} for -{name}: parse error", quote(&value)));
                }
                out.options.push((name.to_owned(), value));
            } else if known.values.contains(&name) {
                let Some(value) = value.or_else(|| words.next().cloned()) else {
                    return Err(format!("flag needs an argument: -{name}"));
                };
                if !fits(name, &value) {
                    return Err(format!("invalid value {} for flag -{name}: parse error", quote(&value)));
                }
                out.options.push((name.to_owned(), value));
            } else {
                return Err(format!("flag provided but not defined: -{name}"));
            }
        }
        Ok(out)
    }

    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.options.iter().rev().find(|(option, _)| option == name).map(|(_, value)| value.as_str())
    }

    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> + 's {
        self.options.iter().filter(move |(option, _)| option == name).map(|(_, value)| value.as_str())
    }

    /// Whether a switch is on.
    #[must_use]
    pub fn on(&self, name: &str) -> bool {
        self.or(name, false)
    }

    #[must_use]
    pub fn or(&self, name: &str, default: bool) -> bool {
        match self.value(name) {
            None => default,
            Some(value) => boolean(value) == Some(true),
        }
    }
}

/// A truth value as Go's `strconv` reads it.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "1" | "t" | "T" | "TRUE" | "True" => Some(true),
        "false" | "0" | "f" | "F" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// Whether an option that is a number or a duration has one.
fn fits(name: &str, value: &str) -> bool {
    match name {
        "parallelism" | "module-depth" => value.parse::<i64>().is_ok(),
        "lock-timeout" => {
            value == "0"
                || value.starts_with(|c: char| c.is_ascii_digit() || c == '-')
                    && value.ends_with(['s', 'm', 'h'])
        }
        _ => true,
    }
}

/// `TF_VAR_name` settings of an environment.
#[must_use]
pub fn environment_variables(environment: &[(String, String)]) -> BTreeMap<String, String> {
    let named = environment.iter().filter_map(|(name, value)| Some((name.strip_prefix("TF_VAR_")?, value)));
    named.map(|(name, value)| (name.to_owned(), value.clone())).into_map()
}
