//! "Did you mean" suggestions.

/// The closest of some names, if one is close: fewer than three edits away.
pub fn closest<'a>(given: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|name| (distance(given, name), name))
        .filter(|(distance, _)| *distance < 3)
        .map(|(_, name)| name)
        .next()
}

/// ` Did you mean "x"?`, or nothing.
pub fn did_you_mean<'a>(given: &str, names: impl Iterator<Item = &'a str>) -> String {
    closest(given, names).map(|name| format!(" Did you mean \"{name}\"?")).unwrap_or_default()
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (index, a) in a.chars().enumerate() {
        let mut diagonal = index;
        row[0] = index + 1;
        for (column, b) in b.iter().enumerate() {
            let substitution = diagonal + usize::from(a != *b);
            diagonal = row[column + 1];
            row[column + 1] = substitution.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[b.len()]
}
