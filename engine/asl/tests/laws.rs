//! Laws that hold for all values, and bounds that hold for all expressions.

#![allow(clippy::unwrap_used, reason = "a text that cannot be read fails the test")]

use nuvola_asl::jsonata::Expression;
use nuvola_asl::{Draws, Expression as PathOrCall, Path, Payload, Scope, Template, value};
use proptest::prelude::*;
use serde_json::{Value, json};

fn evaluate(text: &str, input: &Value) -> Result<Option<Value>, String> {
    let expression = Expression::parse(text).map_err(|error| error.to_string())?;
    let result = expression.evaluate(&Scope::new(input, &Value::Null), &mut Draws::new(1));
    result.map_err(|error| error.to_string())
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        // serde_json reads decimals of up to 15 digits exactly.
        any::<i32>().prop_map(|number| Value::from(f64::from(number) / 1000.0)),
        "[ -~äß€😀]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec(("[a-z]{1,4}", inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Pieces of the languages, put together at random: most are no expressions, none may panic or hang.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "$",
        "$$",
        "%",
        ".",
        "..",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "*",
        "**",
        "a",
        "b",
        "$x",
        "$f",
        ":=",
        ";",
        ",",
        ":",
        "?",
        "?:",
        "??",
        "~>",
        "|",
        "^",
        "@$v",
        "#$i",
        "&",
        "+",
        "-",
        "/",
        "=",
        "!=",
        "<",
        ">",
        "<=",
        "and",
        "or",
        "in",
        "1",
        "2.5",
        "'t'",
        "\"q\"",
        "`n`",
        "/r+/",
        "function($y)",
        "$map",
        "$sum",
        "$string",
        "$states.input",
        "[]",
        "[0]",
        "[-1]",
        "[1..3]",
        "true",
        "null",
        "$now()",
        "$reduce",
        " ",
        "\u{e4}",
        "\\",
        "States.Format(",
        "'{}'",
        "?(@.x",
        "==",
        "[?(",
        ")]",
    ]);
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn the_input_passes_through(input in any_json()) {
        prop_assert_eq!(evaluate("$states.input", &input), Ok(Some(input.clone())));
        let path = Path::parse("$").unwrap();
        let scope = Scope::new(&input, &Value::Null);
        prop_assert_eq!(path.evaluate(&scope).unwrap().into_owned(), input);
    }

    #[test]
    fn printed_json_reads_back(input in any_json()) {
        prop_assert!(value::equal(&value::parse(&value::to_text(&input)).unwrap(), &input));
        // JSONata's texts have 15 digits: what is read back prints the same.
        let text = evaluate("$string([$states.input])", &input).unwrap();
        let again = evaluate("$string($parse($states.input))", &text.clone().unwrap()).unwrap();
        prop_assert_eq!(again, text);
    }

    #[test]
    fn what_is_put_is_found(input in any_json(), new in any_json(), names in prop::collection::vec("[a-z]{1,3}", 1..4)) {
        let mut target = json!({"kept": input});
        let path = Path::parse(&format!("$.made.{}", names.join("."))).unwrap();
        path.put(&mut target, new.clone()).unwrap();
        let scope = Scope::new(&target, &Value::Null);
        prop_assert_eq!(path.evaluate(&scope).unwrap().into_owned(), new);
        prop_assert_eq!(&target["kept"], &input);
    }

    #[test]
    fn reverse_twice_and_sorted_are_permutations(numbers in prop::collection::vec(-100..100_i32, 2..12)) {
        let input = json!(numbers);
        prop_assert_eq!(evaluate("$reverse($reverse($states.input))", &input), Ok(Some(input.clone())));
        let mut sorted = numbers.clone();
        sorted.sort();
        prop_assert_eq!(evaluate("$sort($states.input)", &input), Ok(Some(json!(sorted.clone()))));
        prop_assert_eq!(evaluate("$states.input^($)", &input), Ok(Some(json!(sorted))));
        let sum: i64 = numbers.iter().map(|number| i64::from(*number)).sum();
        prop_assert_eq!(evaluate("$reduce($states.input, function($a, $b) { $a + $b })", &input), Ok(Some(json!(sum))));
    }

    #[test]
    fn base64_and_split_come_back(text in "[ -~é]{1,40}") {
        let input = json!(text);
        prop_assert_eq!(evaluate("$base64decode($base64encode($states.input))", &input), Ok(Some(input.clone())));
        let joined = evaluate("$join($split($states.input, ' '), ' ')", &input);
        prop_assert_eq!(joined, Ok(Some(input.clone())));
        let template = json!({"out.$": "States.Base64Decode(States.Base64Encode($))"});
        let template = Template::parse(&template).unwrap();
        let got = template.evaluate(&Scope::new(&input, &Value::Null), &mut Draws::new(1));
        prop_assert_eq!(got.unwrap(), json!({"out": text}));
    }

    #[test]
    fn partitions_join_to_the_whole(count in 1..40_usize, size in 1..9_usize) {
        let input = json!((0..count).collect::<Vec<_>>());
        let text = format!("$reduce($partition($states.input, {size}), $append)");
        prop_assert_eq!(evaluate(&text, &input), Ok(Some(input)));
    }

    #[test]
    fn an_instant_comes_back(millis in -2_000_000_000_000_i64..4_000_000_000_000) {
        let input = json!(millis);
        prop_assert_eq!(evaluate("$toMillis($fromMillis($states.input))", &input), Ok(Some(input.clone())));
        let picture = "'[Y0001]/[M01]/[D01] [H01].[m01].[s01] [f001]'";
        let text = format!("$toMillis($fromMillis($states.input, {picture}), {picture})");
        prop_assert_eq!(evaluate(&text, &input), Ok(Some(input)));
    }

    #[test]
    fn no_text_panics(text in any_text(), input in any_json()) {
        let _ = evaluate(&text, &input);
        let scope = Scope::new(&input, &Value::Null);
        if let Ok(path) = PathOrCall::parse(&text) {
            let _ = path.evaluate(&scope, &mut Draws::new(1), "field.$");
        }
        if let Ok(payload) = Payload::parse(&json!({"a": format!("{{%{text}%}}")})) {
            let _ = payload.evaluate(&scope, &mut Draws::new(1), "Output");
        }
    }
}

/// Expressions without an end, or with too much of one, are refused in time and space.
#[test]
fn bad_expressions_end() {
    let nested = format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000));
    let chained = vec!["1"; 10_000].join("+");
    let deep = |open: &str| open.repeat(5_000);
    let endless = [
        "($f := function() { $f() }; $f())",
        "($f := function($n) { 1 + $f($n + 1) }; $f(0))",
        "($f := function($n, $a) { $n = 0 ? $a : $f($n - 1, [$a]) }; $f(100000, []))",
        "($f := function($n, $g) { $n = 0 ? $g : $f($n - 1, function() { $g }) }; $f(100000, 1))",
        "($f := function($n, $g) { $n = 0 ? $g : $f($n - 1, $g ~> $string) }; $f(100000, $string))",
        "($f := function($n, $s) { $n = 0 ? $s : $f($n - 1, $s & $s) }; $length($f(60, 'xx')))",
        "$map([1..1000000], function($v) { $map([1..1000000], function($w) { $v * $w }) })",
        "[1..9000000]",
        "$reduce([1..100000], function($a, $b) { $append($a, [$a, $b]) }, [1])",
        "$match($pad('a', 2000, 'a'), /(a+)+b/)",
    ];
    for text in endless {
        let result = evaluate(text, &Value::Null);
        println!("{text}: {}", result.as_ref().err().map_or("ended", |error| error));
    }
    for text in
        [nested, chained, deep("["), deep("{'a':"), deep("-"), deep("a."), deep("a["), deep("$f("), deep("!")]
    {
        assert!(Expression::parse(&text).is_err(), "{}", &text[..20]);
        let _ = Path::parse(&format!("$[?({text}"));
    }
    for text in
        ["$[?(".repeat(500), format!("$[?({}", "!".repeat(5000)), format!("$[?(@.a in {}", "[".repeat(5000))]
    {
        assert!(Path::parse(&text).is_err());
    }
    let calls = format!("{}1{}", "States.Array(".repeat(11), ")".repeat(11));
    assert!(PathOrCall::parse(&calls).is_err());
    assert!(PathOrCall::parse(&calls[13..calls.len() - 1]).is_ok());
}

/// The depth of calls that is allowed fits a small stack, such as a worker's.
#[test]
fn calls_fit_a_small_stack() {
    let run = || {
        let text = "($f := function($n) { $n = 0 ? 0 : (1 + $f($n - 1)) }; $f(40))";
        assert_eq!(evaluate(text, &Value::Null), Ok(Some(json!(40))));
        let error = evaluate(&text.replace("40", "4000"), &Value::Null).unwrap_err();
        assert!(error.starts_with("D1011"), "{error}");
    };
    std::thread::Builder::new().stack_size(1536 * 1024).spawn(run).unwrap().join().unwrap();
}
