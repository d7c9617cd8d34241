//! Functions on numbers.

use num_bigint::BigInt;

use super::{Failure, Function, seq, text, whole};
use crate::host::Host;
use crate::number::Number;
use crate::ops::{Arithmetic, arithmetic};
use crate::types::Type;
use crate::value::Value;

type Outcome = Result<Value, Failure>;

/// `range` refuses to make more numbers than this.
const MAX_RANGE: usize = 1024;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("abs", "num:number* -> number", |_, args, _| Ok(Value::number(number(&args[0]).abs()))),
        Function::new("ceil", "num:number -> number", |_, args, _| Ok(round(&args[0], true))),
        Function::new("floor", "num:number -> number", |_, args, _| Ok(round(&args[0], false))),
        Function::new("log", "num:number base:number -> number", log),
        Function::new("pow", "num:number power:number -> number", pow),
        Function::new("signum", "num:number -> number", |_, args, _| {
            let whole = whole(&args[0]).map_err(Failure::Call)?;
            Ok(whole.signum().into())
        }),
        Function::new("max", "...numbers:number* -> number", |_, args, _| extreme(args, true)),
        Function::new("min", "...numbers:number* -> number", |_, args, _| extreme(args, false)),
        Function::new("parseint", "number:any base:number -> number", parseint).typed(parseint_type),
        Function::new("sum", "list:any -> number", sum),
        Function::new("range", "...params:number -> list(number)", range),
    ]
}

fn number(value: &Value) -> &Number {
    value.as_number().expect("arguments have been converted to numbers")
}

fn round(value: &Value, up: bool) -> Value {
    let number = number(value);
    if number.is_infinite() || number.is_integer() {
        return value.clone();
    }
    // Truncation goes towards zero, so only one of the signs needs a step.
    let truncated = number.trunc();
    let rounded = match (up, number.is_negative()) {
        (true, false) => truncated + 1,
        (false, true) => truncated - 1,
        (true, true) | (false, false) => truncated,
    };
    Value::number(number.with_integer(&rounded))
}

/// A call whose result is not a number is one that Terraform reports as a panic.
fn from_f64(value: f64) -> Outcome {
    match Number::from_f64(value) {
        Some(number) => Ok(Value::number(number)),
        None => Failure::call("panic in function implementation: interface conversion: NaN"),
    }
}

fn log(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let (num, base) = (number(&args[0]).to_f64(), number(&args[1]).to_f64());
    from_f64(libm::log(num) / libm::log(base))
}

fn pow(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    from_f64(go_pow(number(&args[0]).to_f64(), number(&args[1]).to_f64()))
}

/// Go's algorithm, whose last bits differ from those of other libraries.
fn go_pow(x: f64, y: f64) -> f64 {
    let odd = |y: f64| y.abs() < 2f64.powi(53) && y % 2.0 != 0.0 && libm::trunc(y) == y;
    if y == 0.0 || x == 1.0 {
        return 1.0;
    }
    if y == 1.0 {
        return x;
    }
    if x == 0.0 {
        let signed = |value: f64| if odd(y) { value.copysign(x) } else { value };
        return if y < 0.0 { signed(f64::INFINITY) } else { signed(0.0) };
    }
    if y.is_infinite() {
        return match (x == -1.0, (x.abs() < 1.0) == (y > 0.0)) {
            (true, _) => 1.0,
            (false, true) => 0.0,
            (false, false) => f64::INFINITY,
        };
    }
    if x.is_infinite() {
        let magnitude = if y < 0.0 { 0.0 } else { f64::INFINITY };
        return if x < 0.0 && odd(y) { -magnitude } else { magnitude };
    }
    if y == 0.5 {
        return x.sqrt();
    }
    if y == -0.5 {
        return 1.0 / x.sqrt();
    }
    finite_pow(x, y)
}

fn finite_pow(x: f64, y: f64) -> f64 {
    let mut whole = libm::trunc(y.abs());
    let mut fraction = y.abs() - whole;
    if fraction != 0.0 && x < 0.0 {
        return f64::NAN;
    }
    if whole >= 9.223_372_036_854_776e18 {
        return match (x == -1.0, (x.abs() < 1.0) == (y > 0.0)) {
            (true, _) => 1.0,
            (false, true) => 0.0,
            (false, false) => f64::INFINITY,
        };
    }
    let (mut mantissa, mut exponent) = (1.0, 0i32);
    if fraction != 0.0 {
        if fraction > 0.5 {
            fraction -= 1.0;
            whole += 1.0;
        }
        mantissa = libm::exp(fraction * libm::log(x));
    }
    let (mut base, mut base_exponent) = libm::frexp(x);
    #[expect(clippy::cast_possible_truncation, reason = "whole is below 2^63")]
    let mut left = whole as i64;
    while left != 0 {
        if !(-4096..=4096).contains(&base_exponent) {
            exponent = exponent.saturating_add(base_exponent);
            break;
        }
        if left & 1 == 1 {
            mantissa *= base;
            exponent += base_exponent;
        }
        base *= base;
        base_exponent <<= 1;
        if base < 0.5 {
            base += base;
            base_exponent -= 1;
        }
        left >>= 1;
    }
    if y < 0.0 {
        (mantissa, exponent) = (1.0 / mantissa, -exponent);
    }
    libm::ldexp(mantissa, exponent)
}

fn extreme(args: &[Value], largest: bool) -> Outcome {
    let Some(first) = args.first() else { return Failure::call("must pass at least one number") };
    let better = |a: &Number, b: &Number| if largest { a > b } else { a < b };
    let best =
        args[1..].iter().fold(first, |best, arg| if better(number(arg), number(best)) { arg } else { best });
    Ok(best.clone())
}

fn parseint_type(args: &[Value]) -> Result<Type, Failure> {
    match args[0].ty() {
        Type::String => Ok(Type::Number),
        other => Failure::arg(0, format!("first argument must be a string, not {}", other.friendly_name())),
    }
}

fn parseint(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let bad_base = || Failure::arg(1, "base must be a whole number between 2 and 62 inclusive");
    let Ok(base) = whole(&args[1]) else { return bad_base() };
    let Some(base) = u32::try_from(base).ok().filter(|base| (2..=62).contains(base)) else {
        return bad_base();
    };
    let source = text(&args[0]);
    let (negative, digits) = match source.as_bytes().first() {
        Some(b'-') => (true, &source[1..]),
        Some(b'+') => (false, &source[1..]),
        _ => (false, source),
    };
    let invalid = || {
        Failure::arg(0, format!("cannot parse {} as a base {base} integer", crate::format::quote_go(source)))
    };
    let Some(values) = digits.chars().map(|c| digit_value(c, base)).collect::<Option<Vec<u8>>>() else {
        return invalid();
    };
    if values.is_empty() {
        return invalid();
    }
    let parsed = BigInt::from_radix_be(num_bigint::Sign::Plus, &values, base).unwrap_or_default();
    Ok(Value::number(Number::from_bigint(&if negative { -parsed } else { parsed })))
}

/// Up to base 36 letters of both cases are the same digit; above, capitals come after small letters.
fn digit_value(c: char, base: u32) -> Option<u8> {
    let value = match c {
        '0'..='9' => u32::from(c) - u32::from('0'),
        'a'..='z' => u32::from(c) - u32::from('a') + 10,
        'A'..='Z' if base <= 36 => u32::from(c) - u32::from('A') + 10,
        'A'..='Z' => u32::from(c) - u32::from('A') + 36,
        _ => return None,
    };
    u8::try_from(value).ok().filter(|_| value < base)
}

fn sum(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let not_iterable = "argument must be list, set, or tuple. Received ";
    match args[0].ty() {
        Type::List(_) | Type::Set(_) | Type::Tuple(_) => {}
        Type::Bool | Type::Number | Type::String => return Failure::arg(0, "cannot sum noniterable"),
        other => return Failure::arg(0, format!("{not_iterable}{}", other.friendly_name())),
    }
    let elements = seq(&args[0]);
    if elements.is_empty() {
        return Failure::arg(0, "cannot sum an empty list");
    }
    if !args[0].is_wholly_known() {
        return Ok(Value::unknown(Type::Number));
    }
    let mut total: Option<Value> = None;
    for element in elements {
        if element.is_null() {
            return Failure::arg(0, "argument must be list, set, or tuple of number values");
        }
        let number = crate::convert::convert(element, &Type::Number).map_err(|_| {
            Failure::Arg(0, "argument must be list, set, or tuple of number values".to_owned())
        })?;
        total = Some(match total {
            None => number,
            Some(total) => arithmetic(Arithmetic::Add, &total, &number)
                .map_err(|message| Failure::Call(message.to_owned()))?,
        });
    }
    Ok(total.unwrap_or_else(|| Value::int(0)))
}

fn range(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let one = Number::from(1i64);
    let (start, end, step) = match args {
        [end] => {
            let end = number(end).clone();
            let step = if end.is_negative() { one.neg() } else { one };
            (Number::from(0i64), end, step)
        }
        [start, end] => {
            let (start, end) = (number(start).clone(), number(end).clone());
            let step = if end < start { one.neg() } else { one };
            (start, end, step)
        }
        [start, end, step] => (number(start).clone(), number(end).clone(), number(step).clone()),
        _ => return Failure::call("must have one, two, or three arguments"),
    };
    let down = step.is_negative() && !step.is_zero();
    if down && end > start {
        return Failure::arg(1, "end must be less than start when step is negative");
    }
    if !down && end < start {
        return Failure::arg(1, "end must be greater than start when step is positive");
    }
    let mut values = Vec::new();
    let mut next = start;
    while if down { next > end } else { next < end } {
        if values.len() >= MAX_RANGE {
            return Failure::call(
                "more than 1024 values were generated; either decrease the difference between start and end or use a smaller step",
            );
        }
        values.push(Value::number(next.clone()));
        next = next
            .add(&step)
            .map_err(|_| Failure::Call("can't compute sum of opposing infinities".to_owned()))?;
    }
    Ok(Value::list_of(Type::Number, values))
}
