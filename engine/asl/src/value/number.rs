//! Numbers as text.

use serde_json::Number;

/// A number as Jackson writes it: whole numbers plainly, others as Java's `Double.toString`.
pub fn number_to_text(number: &Number) -> String {
    match number.as_f64() {
        Some(double) if number.is_f64() => double_to_text(double),
        _ => number.to_string(),
    }
}

/// A double as `Double.toString` writes it: `1.0`, `0.001`, `1.0E7`, `1.0E-4`.
///
/// Source: `java.lang.Double#toString` (Java SE documentation).
pub fn double_to_text(double: f64) -> String {
    if double == 0.0 {
        return if double.is_sign_negative() { "-0.0" } else { "0.0" }.to_string();
    }
    // Rust's shortest digits are those of Java (19 on): d.ddd, and the power of ten.
    let scientific = format!("{double:e}");
    let Some((digits, power)) = scientific.split_once('e') else { return scientific };
    let power: i32 = power.parse().unwrap_or(0);
    if !(-3..7).contains(&power) {
        let point = if digits.contains('.') { "" } else { ".0" };
        return format!("{digits}{point}E{power}");
    }
    let plain = format!("{double}");
    if plain.contains('.') { plain } else { format!("{plain}.0") }
}

/// A number as JavaScript shows it, rounded to 15 digits: `1`, `0.1`, `1e+21`, `1e-7`.
pub fn javascript_number(number: &Number) -> String {
    let Some(double) = number.as_f64().filter(|_| number.is_f64()) else { return number.to_string() };
    let rounded: f64 = match double == libm::trunc(double) {
        true => double,
        false => format!("{double:.14e}").parse().unwrap_or(double),
    };
    let scientific = format!("{rounded:e}");
    let Some((digits, power)) = scientific.split_once('e') else { return scientific };
    let power: i32 = power.parse().unwrap_or(0);
    match power {
        -6..=20 if rounded == 0.0 => "0".to_string(),
        -6..=20 => format!("{rounded}"),
        21.. => format!("{digits}e+{power}"),
        _ => format!("{digits}e{power}"),
    }
}
