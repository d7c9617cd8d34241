//! The prose of lessons: a little Markdown, read into blocks. What it does not know stays as it is written.

use crate::interop::browser;
use crate::texts::t;
use crate::ui::{IconButton, Shape};
use leptos::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    Paragraph(Vec<Span>),
    List { ordered: bool, items: Vec<Vec<Span>> },
    Code { language: String, text: String },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    Plain(String),
    Code(String),
    Strong(String),
    Emphasis(String),
}

/// Paragraphs, lists (`- `, `1. `) and fenced code.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut all = Vec::new();
    let mut paragraph = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            end_paragraph(&mut paragraph, &mut all);
            let code: Vec<&str> = lines.by_ref().take_while(|line| line.trim() != "```").collect();
            all.push(Block::Code { language: language.trim().to_owned(), text: code.join("\n") });
        } else if let Some((ordered, item)) = list_item(line) {
            end_paragraph(&mut paragraph, &mut all);
            match all.last_mut() {
                Some(Block::List { ordered: same, items }) if *same == ordered => items.push(spans(item)),
                _ => all.push(Block::List { ordered, items: vec![spans(item)] }),
            }
        } else if line.trim().is_empty() {
            end_paragraph(&mut paragraph, &mut all);
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line.trim());
        }
    }
    end_paragraph(&mut paragraph, &mut all);
    all
}

fn end_paragraph(paragraph: &mut String, all: &mut Vec<Block>) {
    if !paragraph.is_empty() {
        all.push(Block::Paragraph(spans(&std::mem::take(paragraph))));
    }
}

fn list_item(line: &str) -> Option<(bool, &str)> {
    let line = line.trim_start();
    if let Some(item) = line.strip_prefix("- ") {
        return Some((false, item));
    }
    let (number, item) = line.split_once(". ")?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some((true, item))
}

/// `code`, **strong** and *emphasis*.
pub fn spans(text: &str) -> Vec<Span> {
    let mut all = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let marked = ["`", "**", "*"].into_iter().find_map(|mark| {
            let inside = rest.strip_prefix(mark)?;
            let (inside, after) = inside.split_once(mark)?;
            (!inside.is_empty() && !inside.starts_with(' ')).then_some((mark, inside, after))
        });
        match marked {
            Some((mark, inside, after)) => {
                if !plain.is_empty() {
                    all.push(Span::Plain(std::mem::take(&mut plain)));
                }
                let inside = inside.to_owned();
                all.push(match mark {
                    "`" => Span::Code(inside),
                    "**" => Span::Strong(inside),
                    _ => Span::Emphasis(inside),
                });
                rest = after;
            }
            None => {
                plain.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
    }
    if !plain.is_empty() {
        all.push(Span::Plain(plain));
    }
    all
}

/// One line of prose.
pub fn line(text: &str) -> AnyView {
    draw_spans(spans(text))
}

pub fn draw(text: &str) -> AnyView {
    blocks(text).into_iter().map(draw_block).collect_view().into_any()
}

fn draw_spans(spans: Vec<Span>) -> AnyView {
    let span = |span: Span| match span {
        Span::Plain(text) => text.into_any(),
        Span::Code(text) => view! { <code>{text}</code> }.into_any(),
        Span::Strong(text) => view! { <strong>{text}</strong> }.into_any(),
        Span::Emphasis(text) => view! { <em>{text}</em> }.into_any(),
    };
    spans.into_iter().map(span).collect_view().into_any()
}

fn draw_block(block: Block) -> AnyView {
    match block {
        Block::Paragraph(spans) => view! { <p>{draw_spans(spans)}</p> }.into_any(),
        Block::List { ordered, items } => {
            let items = items.into_iter().map(|item| view! { <li>{draw_spans(item)}</li> }).collect_view();
            match ordered {
                true => view! { <ol>{items}</ol> }.into_any(),
                false => view! { <ul>{items}</ul> }.into_any(),
            }
        }
        Block::Code { text, .. } => code(text),
    }
}

/// Code with a button that copies it.
pub fn code(text: String) -> AnyView {
    let copied = text.clone();
    view! {
        <div class="nv-lesson-code">
            <pre class="nv-code" tabindex="0">{text}</pre>
            <IconButton label=t().copy icon=Shape::Page on_press=Callback::new(move |()| browser::copy(&copied)) />
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_read_into_blocks() {
        // Source: CommonMark 0.31: the parts of it that lessons use.
        let text = "One **two**\nthree `a*b*c`.\n\n- x\n- *y*\n\n1. z\n```hcl\nb = 1\n\nc = 2\n```\nEnd";
        let plain = |text: &str| Span::Plain(text.to_owned());
        assert_eq!(
            blocks(text),
            [
                Block::Paragraph(vec![
                    plain("One "),
                    Span::Strong("two".into()),
                    plain(" three "),
                    Span::Code("a*b*c".into()),
                    plain(".")
                ]),
                Block::List {
                    ordered: false,
                    items: vec![vec![plain("x")], vec![Span::Emphasis("y".into())]]
                },
                Block::List { ordered: true, items: vec![vec![plain("z")]] },
                Block::Code { language: "hcl".into(), text: "b = 1\n\nc = 2".into() },
                Block::Paragraph(vec![plain("End")]),
            ]
        );
    }

    #[test]
    fn marks_without_an_end_are_text() {
        // Source: CommonMark 0.31, section 6.
        assert_eq!(spans("2 * 3 `x"), [Span::Plain("2 * 3 `x".into())]);
    }
}
