//! The provider's types that are not simulated, by name only.

/// One name a line, sorted; data sources after a line `data`.
const NAMES: &str = include_str!("names.txt");

/// The types of the real provider that this one lacks, sorted.
#[must_use]
pub fn types_not_simulated(is_data: bool) -> Vec<&'static str> {
    let (resources, data) = NAMES.split_once("\ndata\n").unwrap_or((NAMES, ""));
    let part = if is_data { data } else { resources };
    part.lines().filter(|line| !line.starts_with('#')).collect()
}

/// Whether the real provider has a resource type (or data source) that this one lacks.
#[must_use]
pub fn is_known_elsewhere(type_name: &str, is_data: bool) -> bool {
    types_not_simulated(is_data).binary_search(&type_name).is_ok()
}
