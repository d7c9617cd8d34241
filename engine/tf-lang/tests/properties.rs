//! Laws of values: numbers survive printing, conversions agree with each other, JSON is read back.

#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

use nuvola_tf_lang::json::{decode, decode_type, encode, encode_type, parse::parse};
use nuvola_tf_lang::{Number, Type, Value, convert, unify};
use proptest::prelude::*;

fn number() -> impl Strategy<Value = Number> {
    "-?[0-9]{1,40}(\\.[0-9]{1,40})?(e-?[0-9]{1,2})?".prop_map(|text| Number::parse(&text).unwrap())
}

fn primitive() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::bool),
        number().prop_map(Value::number),
        "[a-z0-9é]{0,5}".prop_map(Value::string),
        Just(Value::null(Type::String)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    primitive().prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::tuple),
            proptest::collection::btree_map("[a-c]", inner, 0..4).prop_map(Value::object),
        ]
    })
}

proptest! {
    #[test]
    fn printing_and_parsing_give_the_number_back(number in number()) {
        prop_assert_eq!(Number::parse(&number.to_text()).unwrap(), number);
    }

    #[test]
    fn doubles_survive(bits in any::<u64>()) {
        let double = f64::from_bits(bits);
        if let Some(number) = Number::from_f64(double) {
            prop_assert_eq!(number.to_f64().to_bits(), if double == 0.0 && double.is_sign_negative() { bits } else { double.to_bits() });
        }
    }

    #[test]
    fn order_agrees_with_subtraction(a in number(), b in number()) {
        let sign = a.sub(&b).unwrap().signum();
        prop_assert_eq!(a.cmp(&b) as i32, sign);
    }

    #[test]
    fn converting_twice_is_converting_once(value in value()) {
        for wanted in [Type::String, Type::list(Type::Dynamic), Type::set(Type::String), Type::map(Type::Dynamic)] {
            if let Ok(once) = convert(&value, &wanted) {
                prop_assert_eq!(convert(&once, &wanted).unwrap(), once);
            }
        }
    }

    #[test]
    fn numbers_pass_through_strings(number in number()) {
        let value = Value::number(number);
        let text = convert(&value, &Type::String).unwrap();
        prop_assert_eq!(convert(&text, &Type::Number).unwrap(), value);
    }

    #[test]
    fn both_sides_convert_to_their_unification(a in value(), b in value()) {
        if let Some(common) = unify(&[a.ty().clone(), b.ty().clone()], false) {
            prop_assert!(convert(&a, &common).is_ok());
            prop_assert!(convert(&b, &common).is_ok());
        }
    }

    #[test]
    fn json_is_read_back(value in value()) {
        let text = encode(&value, &Type::Dynamic).unwrap();
        let json = parse(&text).unwrap();
        prop_assert_eq!(decode(&json, &Type::Dynamic).unwrap(), value.clone());
        let ty = parse(&encode_type(value.ty())).unwrap();
        prop_assert_eq!(&decode_type(&ty).unwrap(), value.ty());
    }
}
