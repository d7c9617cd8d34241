//! The provider's types that are not simulated, by name only.

use std::sync::OnceLock;

static LENT: OnceLock<String> = OnceLock::new();

/// Lends the names (`names.txt`) to a program that was built without them.
pub fn lend_type_names(names: String) {
    // A second loan changes nothing: all loans are the same file.
    let _ = LENT.set(names);
}

/// One name a line, sorted; data sources after a line `data`.
fn names() -> &'static str {
    #[cfg(feature = "texts")]
    let built_in = include_str!("names.txt");
    #[cfg(not(feature = "texts"))]
    let built_in = "";
    LENT.get().map_or(built_in, String::as_str)
}

/// The types of the real provider that this one lacks, sorted.
#[must_use]
pub fn types_not_simulated(is_data: bool) -> Vec<&'static str> {
    let (resources, data) = names().split_once("\ndata\n").unwrap_or((names(), ""));
    let part = if is_data { data } else { resources };
    part.lines().filter(|line| !line.starts_with('#')).collect()
}

/// Whether the real provider has a resource type (or data source) that this one lacks.
#[must_use]
pub fn is_known_elsewhere(type_name: &str, is_data: bool) -> bool {
    types_not_simulated(is_data).binary_search(&type_name).is_ok()
}
