//! The provider's types that are not simulated, by name only.

const NAMES: &str = include_str!("names.txt");

/// Whether the real provider has a resource type (or data source) that this one lacks.
#[must_use]
pub fn is_known_elsewhere(type_name: &str, is_data: bool) -> bool {
    let word = if is_data { "data" } else { "resource" };
    NAMES
        .lines()
        .any(|line| line.strip_prefix(word).and_then(|rest| rest.strip_prefix(' ')) == Some(type_name))
}
