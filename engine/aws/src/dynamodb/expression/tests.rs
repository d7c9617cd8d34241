//! Laws and texts of expressions.

use super::ast::{Comparator, Condition, Function, Operand, Path, Step, Update};
use super::check::Placeholders;
use super::project::project;
use super::{Purpose, eval, parse_condition, parse_update, update};
use crate::dynamodb::attr::{Attr, Item, item_from_json, item_to_json};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn item(json: Json) -> Item {
    item_from_json(&json).unwrap()
}

fn condition(text: &str, names: &Json, values: &Json) -> Result<Condition, String> {
    let given = |map: &Json| (!map.is_null()).then(|| map.clone());
    let (names, values) = (given(names), given(values));
    let expressions = [(Purpose::Condition, true)];
    let filled =
        Placeholders::new(names.as_ref(), values.as_ref(), &expressions).and_then(|mut placeholders| {
            let condition = placeholders.condition(Purpose::Condition, Some(text))?;
            placeholders.finish()?;
            Ok(condition.unwrap())
        });
    filled.map_err(|error| error.message)
}

fn holds(text: &str, values: &Json, subject: &Item) -> bool {
    eval::holds(&condition(text, &Json::Null, values).unwrap(), subject)
}

fn changed(text: &str, values: Json, subject: Json) -> Result<Json, String> {
    let values = (!values.is_null()).then_some(values);
    let done =
        Placeholders::new(None, values.as_ref(), &[(Purpose::Update, true)]).and_then(|mut placeholders| {
            let change = placeholders.update(Some(text))?.unwrap();
            placeholders.finish()?;
            update::apply(&change, &item(subject))
        });
    done.map(|item| item_to_json(&item).into()).map_err(|error| error.message)
}

#[test]
fn mistakes_have_the_service_s_words() {
    // Source: answers of DynamoDB in public issues, and the tests of emulators that were recorded from it.
    let one = json!({":a": {"N": "1"}});
    for (text, names, values, expected) in [
        (
            "a = :b",
            json!(null),
            one.clone(),
            "An expression attribute value used in expression is not defined; attribute value: :b",
        ),
        (
            "#a = :a",
            json!(null),
            one.clone(),
            "An expression attribute name used in the document path is not defined; attribute name: #a",
        ),
        (
            "status = :a",
            json!(null),
            one.clone(),
            "Attribute name is a reserved keyword; reserved keyword: status",
        ),
        ("a = = :a", json!(null), one.clone(), "Syntax error; token: \"=\", near: \"= = :a\""),
        ("a = :a AND", json!(null), one.clone(), "Syntax error; token: \"<EOF>\", near: \"AND\""),
        ("((a = :a))", json!(null), one.clone(), "The expression has redundant parentheses;"),
        ("nothing(a)", json!(null), json!(null), "Invalid function name; function: nothing"),
        (
            "size(a)",
            json!(null),
            json!(null),
            "The function is not allowed to be used this way in an expression; function: size",
        ),
        (
            "a = contains(b, :a)",
            json!(null),
            one.clone(),
            "The function is not allowed to be used this way in an expression; function: contains",
        ),
        (
            "contains(a)",
            json!(null),
            json!(null),
            "Incorrect number of operands for operator or function; operator or function: contains, number of operands: 1",
        ),
        (
            "attribute_exists(:a)",
            json!(null),
            one.clone(),
            "Operator or function requires a document path; operator or function: attribute_exists",
        ),
        (
            "begins_with(a, :a)",
            json!(null),
            one.clone(),
            "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
        ),
        (
            "attribute_type(a, :a)",
            json!(null),
            json!({":a": {"S": "X"}}),
            "Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
        ),
        (
            "a = a",
            json!(null),
            json!(null),
            "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]",
        ),
        (
            "a BETWEEN :a AND :b",
            json!(null),
            json!({":a": {"N": "2"}, ":b": {"N": "1"}}),
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}",
        ),
    ] {
        let problem = condition(text, &names, &values).unwrap_err();
        assert_eq!(problem, format!("Invalid ConditionExpression: {expected}"), "{text}");
    }
    assert_eq!(
        condition("a = :a", &json!({"#x": "y", "#z": "z"}), &one).unwrap_err(),
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#x, #z}"
    );
    assert_eq!(
        condition("attribute_exists(a)", &Json::Null, &one).unwrap_err(),
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a}"
    );
    assert_eq!(
        condition("  ", &Json::Null, &Json::Null).unwrap_err(),
        "Invalid ConditionExpression: The expression can not be empty;"
    );
}

#[test]
fn deep_expressions_end_in_an_error() {
    let deep = format!("{}a = :a{}", "(".repeat(1500), ")".repeat(1500));
    assert!(parse_condition(Purpose::Filter, &deep).is_err());
    let long = vec!["a = :a"; 400].join(" OR ");
    assert!(parse_condition(Purpose::Filter, &long).is_err());
}

#[test]
fn conditions_look_at_types_and_paths() {
    // Source: Developer Guide, "Condition and filter expressions, operators, and functions".
    let subject = item(json!({
        "n": {"N": "5"}, "s": {"S": "hello"}, "tags": {"SS": ["a", "b"]}, "b": {"B": "AAEC"},
        "seq": {"L": [{"M": {"x": {"N": "1"}}}, {"S": "y"}]}, "nothing": {"NULL": true},
    }));
    let values = |value: Json| json!({":v": value});
    for (text, value, expected) in [
        ("n = :v", json!({"N": "5.0"}), true),
        ("n = :v", json!({"S": "5"}), false),
        ("n < :v", json!({"N": "10"}), true),
        ("s < :v", json!({"S": "hellp"}), true),
        ("s < :v", json!({"N": "1"}), false),
        ("absent <> :v", json!({"N": "1"}), true),
        ("absent = :v", json!({"N": "1"}), false),
        ("seq[0].x = :v", json!({"N": "1"}), true),
        ("seq[9].x = :v", json!({"N": "1"}), false),
        ("contains(s, :v)", json!({"S": "ell"}), true),
        ("contains(tags, :v)", json!({"S": "b"}), true),
        ("contains(seq, :v)", json!({"S": "y"}), true),
        ("contains(b, :v)", json!({"B": "AQI="}), true),
        ("begins_with(s, :v)", json!({"S": "he"}), true),
        ("size(tags) = :v", json!({"N": "2"}), true),
        ("size(n) = :v", json!({"N": "1"}), false),
        ("attribute_type(nothing, :v)", json!({"S": "NULL"}), true),
        ("n IN (:v, seq[0].x)", json!({"N": "5"}), true),
        ("NOT n = :v OR n = :v", json!({"N": "5"}), true),
        ("NOT (n = :v OR n = :v)", json!({"N": "5"}), false),
        ("n BETWEEN :v AND :v", json!({"N": "5"}), true),
    ] {
        assert_eq!(holds(text, &values(value), &subject), expected, "{text}");
    }
}

#[test]
fn updates_take_operands_from_the_item_as_it_was() {
    // Source: Developer Guide, "Using update expressions in DynamoDB".
    let one = json!({":v": {"N": "1"}});
    for (text, values, before, after) in [
        (
            "SET a = a + :v, b = a",
            one.clone(),
            json!({"a": {"N": "1"}}),
            json!({"a": {"N": "2"}, "b": {"N": "1"}}),
        ),
        ("SET a = :v - a", one.clone(), json!({"a": {"N": "0.5"}}), json!({"a": {"N": "0.5"}})),
        ("SET a = if_not_exists(a, :v)", one.clone(), json!({}), json!({"a": {"N": "1"}})),
        ("SET a = if_not_exists(a, :v) + :v", one.clone(), json!({}), json!({"a": {"N": "2"}})),
        (
            "SET a = list_append(a, :v)",
            json!({":v": {"L": [{"N": "2"}]}}),
            json!({"a": {"L": [{"N": "1"}]}}),
            json!({"a": {"L": [{"N": "1"}, {"N": "2"}]}}),
        ),
        (
            "SET a[7] = :v, a[5] = a[0]",
            one.clone(),
            json!({"a": {"L": [{"S": "x"}]}}),
            json!({"a": {"L": [{"S": "x"}, {"S": "x"}, {"N": "1"}]}}),
        ),
        (
            "REMOVE a[0], a[2]",
            json!(null),
            json!({"a": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}]}}),
            json!({"a": {"L": [{"N": "1"}]}}),
        ),
        ("REMOVE m.x, absent", json!(null), json!({"m": {"M": {"x": {"N": "0"}}}}), json!({"m": {"M": {}}})),
        ("ADD a :v", one.clone(), json!({}), json!({"a": {"N": "1"}})),
        ("ADD a :v", one.clone(), json!({"a": {"N": "-1"}}), json!({"a": {"N": "0"}})),
        (
            "ADD a :v",
            json!({":v": {"SS": ["b", "c"]}}),
            json!({"a": {"SS": ["a", "b"]}}),
            json!({"a": {"SS": ["a", "b", "c"]}}),
        ),
        ("DELETE a :v", json!({":v": {"SS": ["a", "b"]}}), json!({"a": {"SS": ["a", "b"]}}), json!({})),
        (
            "DELETE a :v",
            json!({":v": {"SS": ["b"]}}),
            json!({"a": {"SS": ["a", "b"]}}),
            json!({"a": {"SS": ["a"]}}),
        ),
    ] {
        assert_eq!(changed(text, values, before), Ok(after), "{text}");
    }
    for (text, values, before, problem) in [
        (
            "SET a = b",
            json!(null),
            json!({}),
            "The provided expression refers to an attribute that does not exist in the item",
        ),
        (
            "SET a.b = :v",
            one.clone(),
            json!({}),
            "The document path provided in the update expression is invalid for update",
        ),
        (
            "SET a = a + :v",
            one.clone(),
            json!({"a": {"S": "x"}}),
            "An operand in the update expression has an incorrect data type",
        ),
        (
            "SET a = :v + :w",
            json!({":v": {"N": "1"}, ":w": {"S": "x"}}),
            json!({}),
            "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S",
        ),
        (
            "SET a = :v, a.b = :v",
            one.clone(),
            json!({}),
            "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]",
        ),
        (
            "SET a.b = :v, a[0] = :v",
            one.clone(),
            json!({}),
            "Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [0]]",
        ),
        (
            "SET a = :v SET b = :v",
            one.clone(),
            json!({}),
            "Invalid UpdateExpression: The \"SET\" section can only be used once in an update expression;",
        ),
        (
            "SET a = size(b)",
            json!(null),
            json!({}),
            "Invalid UpdateExpression: The function is not allowed in an update expression; function: size",
        ),
        (
            "ADD a :v",
            json!({":v": {"S": "x"}}),
            json!({}),
            "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND",
        ),
        (
            "a = :v",
            one.clone(),
            json!({}),
            "Invalid UpdateExpression: Syntax error; token: \"a\", near: \"a =\"",
        ),
    ] {
        assert_eq!(changed(text, values, before), Err(problem.to_owned()), "{text}");
    }
}

#[test]
fn projections_pick_parts() {
    // Source: Developer Guide, "Using projection expressions in DynamoDB".
    let subject = item(
        json!({"a": {"L": [{"N": "0"}, {"N": "1"}, {"M": {"x": {"N": "2"}, "y": {"N": "3"}}}]}, "b": {"S": "s"}}),
    );
    let mut placeholders = Placeholders::new(None, None, &[(Purpose::Projection, true)]).unwrap();
    let paths = placeholders.projection(Some("a[2].x, a[0], c, b.d")).unwrap().unwrap();
    let picked: Json = item_to_json(&project(&subject, &paths)).into();
    assert_eq!(picked, json!({"a": {"L": [{"N": "0"}, {"M": {"x": {"N": "2"}}}]}}));
}

fn path() -> impl Strategy<Value = Path> {
    let step = prop_oneof![
        prop::sample::select(vec!["aa", "b1", "c_c", "#d"]).prop_map(|name| Step::Name(name.to_owned())),
        (0usize..20).prop_map(Step::Index),
    ];
    let head = prop::sample::select(vec!["aa", "b1", "#d"]).prop_map(|name| Step::Name(name.to_owned()));
    (head, prop::collection::vec(step, 0..3)).prop_map(|(head, mut steps)| {
        steps.insert(0, head);
        Path(steps)
    })
}

fn operand() -> impl Strategy<Value = Operand> {
    prop_oneof![
        path().prop_map(Operand::Path),
        prop::sample::select(vec![":v", ":w"]).prop_map(|name| Operand::Placeholder(name.to_owned())),
        path().prop_map(|path| Operand::Function(Function {
            name: "size".to_owned(),
            arguments: vec![Operand::Path(path)],
        })),
    ]
}

fn any_condition() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![
        (prop::sample::select(Comparator::ALL.to_vec()), operand(), operand())
            .prop_map(|(comparator, left, right)| Condition::Compare(comparator, left, right)),
        (operand(), operand(), operand()).prop_map(|(value, low, high)| Condition::Between(value, low, high)),
        (operand(), prop::collection::vec(operand(), 1..4))
            .prop_map(|(value, choices)| Condition::In(value, choices)),
        (path(), operand()).prop_map(|(path, other)| Condition::Function(Function {
            name: "contains".to_owned(),
            arguments: vec![Operand::Path(path), other],
        })),
    ];
    leaf.prop_recursive(4, 20, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| Condition::Not(Box::new(inner))),
            (inner.clone(), inner.clone()).prop_map(|sides| Condition::And(Box::new(sides))),
            (inner.clone(), inner).prop_map(|sides| Condition::Or(Box::new(sides))),
        ]
    })
}

fn any_update() -> impl Strategy<Value = Update> {
    let value =
        || prop::sample::select(vec![":v", ":w"]).prop_map(|name| Operand::Placeholder(name.to_owned()));
    let sum = (operand(), operand(), any::<bool>()).prop_map(|(left, right, plus)| {
        let sides = Box::new((left, right));
        if plus { Operand::Plus(sides) } else { Operand::Minus(sides) }
    });
    let set = prop::collection::vec((path(), prop_oneof![operand(), sum]), 0..3);
    let changes = || prop::collection::vec((path(), value()), 0..3);
    (set, prop::collection::vec(path(), 0..3), changes(), changes())
        .prop_map(|(set, remove, add, delete)| Update { set, remove, add, delete })
        .prop_filter("an update does something", |update| update.paths().next().is_some())
}

/// Conditions that hold or not by numbers.
fn numbers() -> impl Strategy<Value = Item> {
    prop::collection::btree_map(prop::sample::select(vec!["a", "b", "c"]), -3i64..4, 0..4).prop_map(
        |numbers| {
            let attr = |number: i64| item(json!({"x": {"N": number.to_string()}})).get("x").cloned().unwrap();
            numbers.into_iter().map(|(name, number)| (name.to_owned(), attr(number))).collect()
        },
    )
}

proptest! {
    #[test]
    fn what_is_printed_parses_to_the_same(condition in any_condition()) {
        let parsed = parse_condition(Purpose::Condition, &condition.to_string()).unwrap();
        prop_assert_eq!(parsed.tree, condition);
    }

    #[test]
    fn printed_updates_parse_to_the_same(update in any_update()) {
        prop_assert_eq!(parse_update(&update.to_string()).unwrap().tree, update);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[a-z#: ()\\[\\].,<>=+NOTADRE0-9é-]{0,40}") {
        let _ = parse_condition(Purpose::Condition, &text);
        let _ = parse_update(&text);
        let _ = super::parse_projection(&text);
    }

    #[test]
    fn a_double_negation_changes_nothing(condition in any_condition(), subject in numbers()) {
        let twice = Condition::Not(Box::new(Condition::Not(Box::new(condition.clone()))));
        prop_assert_eq!(eval::holds(&twice, &subject), eval::holds(&condition, &subject));
    }

    #[test]
    fn between_is_two_comparisons(low in -3i64..4, high in -3i64..4, subject in numbers()) {
        prop_assume!(low <= high);
        let values = json!({":l": {"N": low.to_string()}, ":h": {"N": high.to_string()}});
        prop_assert_eq!(
            holds("a BETWEEN :l AND :h", &values, &subject),
            holds("a >= :l AND a <= :h", &values, &subject)
        );
    }

    #[test]
    fn de_morgan_holds(a in any_condition(), b in any_condition(), subject in numbers()) {
        let not = |condition: Condition| Condition::Not(Box::new(condition));
        let left = not(Condition::And(Box::new((a.clone(), b.clone()))));
        let right = Condition::Or(Box::new((not(a), not(b))));
        prop_assert_eq!(eval::holds(&left, &subject), eval::holds(&right, &subject));
    }

    #[test]
    fn an_added_number_is_there(amount in -1000i64..1000, before in prop::option::of(-1000i64..1000)) {
        let subject = before.map_or(json!({}), |number| json!({"a": {"N": number.to_string()}}));
        let after = changed("ADD a :v", json!({":v": {"N": amount.to_string()}}), subject).unwrap();
        prop_assert_eq!(after, json!({"a": {"N": (before.unwrap_or(0) + amount).to_string()}}));
    }
}

#[test]
fn attr_kinds_are_named() {
    assert_eq!((Attr::Null.kind(), Attr::Bool(true).long_kind()), ("NULL", "BOOLEAN"));
}
