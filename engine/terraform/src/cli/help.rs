//! What `-help` prints, as the real program 1.11.4 prints it.

use std::sync::OnceLock;

static LENT: OnceLock<String> = OnceLock::new();

/// Lends the texts (`help.txt`) to a program that was built without them: they weigh more than the commands.
pub fn lend(texts: String) {
    // A second loan changes nothing: what was printed once is printed again.
    let _ = LENT.set(texts);
}

/// The texts, each after a line of `=== ` and the command's name; the first is the program's own.
fn texts() -> &'static str {
    #[cfg(feature = "texts")]
    let built_in = include_str!("help.txt");
    #[cfg(not(feature = "texts"))]
    let built_in = "";
    LENT.get().map_or(built_in, String::as_str)
}

/// The help of a command (`state mv`), or of the program for an empty name.
#[must_use]
pub fn text(command: &str) -> &'static str {
    let heading = format!("=== {command}\n");
    let Some(start) = texts().find(&heading) else { return "" };
    let text = &texts()[start + heading.len()..];
    text.find("\n=== ").map_or(text, |end| &text[..=end])
}

/// The commands that a name like `state` has below it, or the program itself for an empty name.
pub fn commands(group: &str) -> impl Iterator<Item = &'static str> {
    let group = if group.is_empty() { String::new() } else { format!("{group} ") };
    texts().lines().filter_map(move |line| {
        let name = line.strip_prefix("=== ")?.strip_prefix(group.as_str())?;
        (!name.is_empty() && !name.contains(' ')).then_some(name)
    })
}
