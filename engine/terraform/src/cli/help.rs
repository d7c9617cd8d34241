//! What `-help` prints, as the real program 1.11.4 prints it.

/// The texts, each after a line of `=== ` and the command's name; the first is the program's own.
const TEXTS: &str = include_str!("help.txt");

/// The help of a command (`state mv`), or of the program for an empty name.
#[must_use]
pub fn text(command: &str) -> &'static str {
    let heading = format!("=== {command}\n");
    let Some(start) = TEXTS.find(&heading) else { return "" };
    let text = &TEXTS[start + heading.len()..];
    text.find("\n=== ").map_or(text, |end| &text[..=end])
}

/// The commands that a name like `state` has below it, or the program itself for an empty name.
pub fn commands(group: &str) -> impl Iterator<Item = &'static str> {
    let group = if group.is_empty() { String::new() } else { format!("{group} ") };
    TEXTS.lines().filter_map(move |line| {
        let name = line.strip_prefix("=== ")?.strip_prefix(group.as_str())?;
        (!name.is_empty() && !name.contains(' ')).then_some(name)
    })
}
