//! Rules that hold for every text.

mod common;

use common::*;
use nuvola_hcl::lexer::{lex, lex_template};
use nuvola_hcl::token::TokenKind;
use nuvola_hcl::{
    SourceFile, Sources, format, has_errors, parse_config, parse_expression, parse_partial_traversal,
    parse_template, parse_traversal, render, unified_diff,
};
use proptest::prelude::*;

/// Does everything that can be done with a text; none of it may panic.
fn exercise(text: &str) {
    let mut sources = Sources::new();
    let file = sources.add(SourceFile::new("main.tf", text));
    let (_, diagnostics) = parse_config(&sources, file);
    for diagnostic in &diagnostics {
        assert!(!render(diagnostic, &sources, COLOR).is_empty());
    }
    let _ = parse_expression(&sources, file);
    let _ = parse_template(&sources, file);
    let _ = parse_traversal(&sources, file);
    let _ = parse_partial_traversal(&sources, file);
    for tokens in [lex(text), lex_template(text)] {
        assert_eq!(tokens.last().map(|token| token.kind), Some(TokenKind::EndOfFile));
        assert!(tokens.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
    }
    if let Ok(formatted) = format(&sources, file) {
        check_formatted(text, &formatted);
    }
}

fn check_formatted(text: &str, formatted: &str) {
    let (sources, file) = source("main.tf", formatted);
    let (_, diagnostics) = parse_config(&sources, file);
    assert!(!has_errors(&diagnostics), "{text:?} became {formatted:?}");
    assert_eq!(unified_diff(text, formatted, "main.tf").is_empty(), text == formatted);
}

/// What formatting keeps: the tokens, but for line breaks' own bytes and a comment's spaces.
fn token_texts(text: &str) -> Vec<String> {
    let tokens = lex(text).into_iter().filter(|token| token.kind != TokenKind::EndOfFile);
    tokens.map(|token| token.span.text(text).to_owned()).collect()
}

const WORDS: &[&str] = &[
    "a",
    "b-c",
    "é",
    "if",
    "for",
    "in",
    "true",
    "null",
    "1",
    "1.5e3",
    "1..2",
    "\"",
    "\"x\"",
    "\"${",
    "\"%{",
    "${",
    "%{",
    "~}",
    "}",
    "{",
    "(",
    ")",
    "[",
    "]",
    "=",
    "==",
    "=>",
    "!",
    "-",
    "+",
    "*",
    "/",
    "?",
    ":",
    "::",
    ".",
    "...",
    ",",
    "\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "#c\n",
    "//",
    "/*",
    "*/",
    "<<EOT\n",
    "<<-EOT\n",
    "EOT\n",
    "\nEOT\n",
    "endif",
    "endfor",
    "else",
    "$",
    "%",
    "$$",
    "\\",
    "\\u12",
    "'",
    "`",
    ";",
    "&",
    "|",
    "~",
    "^",
    "\u{feff}",
    "\u{0}",
    "\u{301}",
    "🦀",
    "a = 1\n",
    "b \"c\" {\n",
    "}\n",
    "x = [1, 2]\n",
];

/// Arguments and blocks that parse, spaced anyhow.
const SOUND: &[&str] = &[
    "a=1\n",
    "  bb  =  [1,2]\n",
    "c = {\n x=1\n  yy : 2 }\n",
    "d=\"${x}\"#e\n",
    "# f\n",
    "\n",
    "g {\n h=1\n}\n",
    "i \"j\" k {}\n",
    "l=<<-E\n  ${m}\n n\nE\n",
    "o=f(\n1,\n -2)\n",
    "p=[for q in r:q if(s)]\n",
    "t=!u&&v\n",
    "w = \"x\"  // y\n",
    "z=a?-1:b . c\n",
    "e1=\"${x}-${ y }\"\n",
    "/* m */\n",
    "f1 { g1=1 }\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_token_soup_panics(words in prop::collection::vec(prop::sample::select(WORDS), 0..40)) {
        exercise(&words.concat());
    }

    #[test]
    fn no_text_panics(text in ".{0,60}") {
        exercise(&text);
    }

    #[test]
    fn formatting_twice_is_formatting_once(lines in prop::collection::vec(prop::sample::select(SOUND), 0..12)) {
        let mut seen = 0;
        // Names are made unique, since an argument may be set only once.
        let text: String = lines
            .iter()
            .map(|line| {
                seen += 1;
                if line.contains('=') && !line.starts_with(['#', '/']) {
                    format!("n{seen}_{}", line.trim_start())
                } else {
                    (*line).to_owned()
                }
            })
            .collect();
        let (sources, file) = source("main.tf", &text);
        let once = format(&sources, file).expect("the text is sound");
        let (sources, file) = source("main.tf", &once);
        let twice = format(&sources, file).expect("formatting keeps a text sound");
        prop_assert_eq!(&once, &twice);
        if !text.contains("=\"${x}\"") && !text.contains(" k ") {
            prop_assert_eq!(token_texts(&text), token_texts(&once));
        }
    }
}

/// Real configurations with something cut out or put in.
#[test]
fn no_damaged_configuration_panics() {
    let Some(folder) = shared("terraform/workflows") else {
        return;
    };
    let mut seed = 7_u64;
    let mut random = |limit: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % limit.max(1)
    };
    for path in files(&folder, ".json") {
        let case = read_json(&path);
        for (_, content) in case["files"].as_object().into_iter().flatten() {
            let chars: Vec<char> = content.as_str().unwrap_or("").chars().collect();
            for _ in 0..20 {
                let start = random(chars.len());
                let end = (start + random(6)).min(chars.len());
                let mut text: String = chars[..start].iter().collect();
                text += WORDS[random(WORDS.len())];
                text.extend(&chars[end..]);
                exercise(&text);
            }
        }
    }
}

#[test]
fn deep_nesting_ends_in_an_error() {
    for unit in ["(", "[", "{a=", "-", "!", "f(", "\"${", "a ? ", "a[", "a{\n", "a[*]", "%{if a}", "a.*."] {
        exercise(&format!("x = {}", unit.repeat(20_000)));
        exercise(&unit.repeat(20_000));
    }
    exercise(&format!("x = a{}", " + a".repeat(20_000)));
    exercise(&format!("x = a{}", "[b]".repeat(20_000)));
    exercise(&format!("x = {}a", "/*".repeat(20_000)));
}
