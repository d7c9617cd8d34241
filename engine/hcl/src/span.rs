//! Places in source text: byte spans, files, and their lines and columns.
//!
//! Everything in the syntax tree carries a [`Range`]: a file and a byte span in it.
//! Lines and columns are worked out from the [`SourceFile`] only when a person or an editor
//! wants to see them. Columns count grapheme clusters from 1, as HCL does.

use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};
use unicode_segmentation::UnicodeSegmentation;

/// A half-open range of byte offsets in one source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    #[must_use]
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// An empty span at one offset.
    #[must_use]
    pub fn at(offset: u32) -> Self {
        Self::new(offset, offset)
    }

    /// From the start of `self` to the end of `end`.
    #[must_use]
    pub fn to(self, end: Self) -> Self {
        Self::new(self.start, end.end)
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    #[must_use]
    pub fn contains(self, offset: u32) -> bool {
        self.start <= offset && offset < self.end
    }

    /// The text of this span in `source`; empty when the span does not fit it.
    #[must_use]
    pub fn text(self, source: &str) -> &str {
        source.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

/// Names one file of a [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// A span in a certain file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Range {
    pub file: FileId,
    pub span: Span,
}

impl Range {
    /// A place in no file at all, which the real program prints as line 0 of a file without a name.
    pub const NOWHERE: Self = Self { file: FileId(u32::MAX - 1), span: Span { start: 0, end: 0 } };

    #[must_use]
    pub fn new(file: FileId, span: Span) -> Self {
        Self { file, span }
    }

    /// From the start of `self` to the end of `end`, which is in the same file.
    #[must_use]
    pub fn to(self, end: Self) -> Self {
        Self::new(self.file, self.span.to(end.span))
    }

    /// The smallest range that holds both, which are in the same file.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self::new(self.file, self.span.cover(other.span))
    }
}

/// A place as people count it: both from 1, the column in grapheme clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LineColumn {
    pub line: u32,
    pub column: u32,
}

/// One source text with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    name: String,
    text: String,
    /// False for text that has no file to show, such as a piped console expression.
    shown: bool,
    /// The byte offset at which each line begins.
    line_starts: Vec<u32>,
    /// The top-level blocks and what diagnostics call them, once one was asked for.
    blocks: OnceLock<Vec<(Span, String)>>,
}

impl SourceFile {
    /// A file whose lines may be quoted in diagnostics.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::with_visibility(name.into(), text.into(), true)
    }

    /// Text whose lines are never quoted: diagnostics say "(source code not available)".
    #[must_use]
    pub fn hidden(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::with_visibility(name.into(), text.into(), false)
    }

    fn with_visibility(name: String, text: String, shown: bool) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(breaks.map(|(at, _)| offset(at + 1))).collect();
        Self { name, text, shown, line_starts, blocks: OnceLock::new() }
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.shown
    }

    /// The number of lines; text that ends in a line break has an empty last line.
    #[must_use]
    pub fn line_count(&self) -> u32 {
        offset(self.line_starts.len())
    }

    /// The span of a line, counted from 1, without its line break.
    #[must_use]
    pub fn line_span(&self, line: u32) -> Option<Span> {
        let index = (line as usize).checked_sub(1)?;
        let start = *self.line_starts.get(index)?;
        let next = self.line_starts.get(index + 1);
        let end = next.map_or(offset(self.text.len()), |next| next - 1);
        let with_return = end > start && self.text.as_bytes()[end as usize - 1] == b'\r';
        Some(Span::new(start, end - u32::from(with_return)))
    }

    /// The line, counted from 1, that holds `offset`.
    #[must_use]
    pub fn line_of(&self, offset: u32) -> u32 {
        let after = self.line_starts.partition_point(|start| *start <= offset);
        u32::try_from(after).expect("a file has fewer than 2^32 lines")
    }

    /// The line and column of a byte offset; an offset past the end counts as the end.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let mut at = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.line_of(u32::try_from(at).expect("an offset in the text fits 32 bits"));
        let start = self.line_starts[line as usize - 1] as usize;
        let before = &self.text[start..at];
        // A byte-order mark is not part of the first line.
        let before = if start == 0 { before.strip_prefix('\u{feff}').unwrap_or(before) } else { before };
        let graphemes = if before.is_ascii() { before.len() } else { before.graphemes(true).count() };
        LineColumn { line, column: u32::try_from(graphemes).expect("a line has fewer than 2^32 columns") + 1 }
    }

    /// The name of the top-level block that holds an offset and begins before it:
    /// what a diagnostic there calls its surroundings.
    pub(crate) fn enclosing_block(&self, offset: u32) -> Option<String> {
        if self.name.ends_with(".json") {
            return crate::json::context(&self.text, offset);
        }
        let before = offset.checked_sub(1)?;
        let blocks = self.blocks.get_or_init(|| crate::parser::top_level_blocks(self));
        let found = blocks.iter().find(|(span, _)| span.contains(before));
        found.map(|(_, name)| name.clone())
    }

    /// A place as HCL prints it: `main.tf:1,1-30`, or `main.tf:1,1-2,3` over several lines.
    #[must_use]
    pub fn describe(&self, span: Span) -> String {
        let start = self.line_column(span.start);
        let end = self.line_column(span.end);
        let name = &self.name;
        if start.line == end.line {
            format!("{name}:{},{}-{}", start.line, start.column, end.column)
        } else {
            format!("{name}:{},{}-{},{}", start.line, start.column, end.line, end.column)
        }
    }

    /// The byte offset of a line and column as [`Self::line_column`] gives them, for editors.
    #[must_use]
    pub fn offset_of(&self, place: LineColumn) -> Option<u32> {
        let span = self.line_span(place.line)?;
        let line = span.text(&self.text);
        let mut places = line.grapheme_indices(true).map(|(at, _)| at);
        let at = places.nth(place.column.saturating_sub(1) as usize);
        Some(span.start + offset(at.unwrap_or(line.len())))
    }
}

/// Offsets are 32 bits wide: no configuration file comes near 4 GB.
fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("a source text is smaller than 4 GB")
}

/// The files that ranges refer to.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Arc<SourceFile>>,
}

impl Sources {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub fn add(&mut self, file: SourceFile) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).expect("fewer than 2^32 files"));
        self.files.push(Arc::new(file));
        id
    }

    #[must_use]
    pub fn get(&self, id: FileId) -> Option<&Arc<SourceFile>> {
        self.files.get(id.0 as usize)
    }

    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0..).map(FileId).zip(self.files.iter().map(Arc::as_ref))
    }

    /// The source text of a range; empty when the file is unknown.
    #[must_use]
    pub fn text(&self, range: Range) -> &str {
        self.get(range.file).map_or("", |file| range.span.text(file.text()))
    }

    /// A range as HCL prints it: `main.tf:1,1-30`, or `main.tf:1,1-2,3` over several lines.
    #[must_use]
    pub fn describe(&self, range: Range) -> String {
        self.get(range.file).map_or_else(String::new, |file| file.describe(range.span))
    }
}
