//! Regular expressions of all kinds, compared with what Terraform prints.
//!
//! Source of every expected answer: Terraform 1.11.4 itself (`terraform console`), recorded in `answers.json`.
//! Its first line has texts that occur often. Each further line has a function, a pattern (for `replace` also the
//! replacement), and either what is wrong with the pattern or pairs of a text (or the number of one) and the
//! answer; a third member is an error about that text.

use crate::support::FixtureHost;
use nuvola_hcl::{SourceFile, Sources, has_errors, parse_expression};
use nuvola_tf_lang::{Environment, EvalContext, console_text, evaluate};
use serde_json::Value as Json;

/// What a call gives: the value as JSON, or the detail of the error.
fn answer(function: &str, arguments: &[&str]) -> Result<Json, String> {
    let host = FixtureHost::default();
    let mut sources = Sources::new();
    let names = &["a", "b", "c"][..arguments.len()];
    let source = format!("jsonencode({function}({}))", names.join(", "));
    let file = sources.add(SourceFile::hidden("<console-input>", source));
    let (expr, mut diagnostics) = parse_expression(&sources, file);
    if !has_errors(&diagnostics) {
        let values = names.iter().zip(arguments).map(|(name, text)| ((*name).to_owned(), (*text).into()));
        let cx = EvalContext::new(Environment::new(&host), values.collect());
        let (value, found) = evaluate(&expr, &cx);
        if !has_errors(&found) {
            let text: String = serde_json::from_str(&plain(&console_text(&value).unwrap())).unwrap();
            return Ok(serde_json::from_str(&text).unwrap());
        }
        diagnostics = found;
    }
    Err(words(&diagnostics[0].detail))
}

/// A console's quoted text without HCL's own escapes.
fn plain(quoted: &str) -> String {
    quoted.replace("$${", "${").replace("%%{", "%{")
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn patterns_match_as_they_do_in_terraform() {
    let data: Vec<Json> = serde_json::from_str(include_str!("answers.json")).unwrap();
    let texts = &data[0];
    let mut checked = 0;
    let mut different = Vec::new();
    for record in &data[1..] {
        let record = record.as_array().unwrap();
        let function = record[0].as_str().unwrap();
        let pattern = record[1].as_str().unwrap();
        let is_replace = function == "replace";
        for expected in &record[2 + usize::from(is_replace)..] {
            let (text, want) = match expected {
                Json::String(error) => ("any", Err(error.clone())),
                Json::Array(pair) => {
                    let text = pair[0].as_u64().map_or(&pair[0], |at| &texts[at as usize]);
                    let error = pair.get(2).map(|error| error.as_str().unwrap().to_owned());
                    (text.as_str().unwrap(), error.map_or(Ok(pair[1].clone()), Err))
                }
                _ => panic!("no answer in {record:?}"),
            };
            checked += 1;
            let got = match is_replace {
                true => answer(function, &[text, pattern, record[2].as_str().unwrap()]),
                false => answer(function, &[pattern, text]),
            };
            if got != want {
                different.push(format!("{function} {pattern:?} {text:?}\n  got  {got:?}\n  want {want:?}"));
            }
        }
    }
    assert!(checked > 500, "only {checked} answers");
    assert!(different.is_empty(), "{} of {checked} differ:\n{}", different.len(), different.join("\n"));
}
