//! Colour codes written as words in brackets: `[red]text[reset]`.

const CODES: [(&str, &str); 12] = [
    ("reset", "0"),
    ("bold", "1"),
    ("underline", "4"),
    ("red", "31"),
    ("green", "32"),
    ("yellow", "33"),
    ("blue", "34"),
    ("cyan", "36"),
    ("light_gray", "37"),
    ("dark_gray", "90"),
    ("light_red", "91"),
    ("default", "39"),
];

/// Whether codes are written or left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color(pub bool);

impl Color {
    /// Replaces the words by codes; text that had any ends in one more reset, as Terraform writes it.
    #[must_use]
    pub fn paint(self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 16);
        let mut rest = text;
        let mut colored = false;
        while let Some(start) = rest.find('[') {
            out.push_str(&rest[..start]);
            let tail = &rest[start + 1..];
            let known = tail.find(']').and_then(|end| CODES.iter().find(|(word, _)| *word == &tail[..end]));
            if let Some((word, code)) = known {
                colored = true;
                if self.0 {
                    out.push_str("\u{1b}[");
                    out.push_str(code);
                    out.push('m');
                }
                rest = &tail[word.len() + 1..];
            } else {
                out.push('[');
                rest = tail;
            }
        }
        out.push_str(rest);
        if colored && self.0 {
            out.push_str("\u{1b}[0m");
        }
        out
    }
}

/// The line between sections of a plan.
#[must_use]
pub fn horizontal_rule(color: Color, columns: usize) -> String {
    let width = columns.saturating_sub(1);
    color.paint(&format!("[dark_gray]\n{}", "─".repeat(width)))
}

/// Wraps each line of a text at a terminal's width; lines that begin with a space stay as they are.
#[must_use]
pub fn word_wrap(text: &str, columns: usize) -> String {
    let wrap = |line: &str| {
        if line.starts_with(' ') || columns == 0 {
            line.to_owned()
        } else {
            nuvola_hcl::text::wrap(line, columns - 1)
        }
    };
    text.split('\n').map(wrap).collect::<Vec<_>>().join("\n")
}
