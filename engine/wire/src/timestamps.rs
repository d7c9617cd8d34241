//! Instants as the protocols write them. Source: Smithy 2.0, "timestampFormat trait".

use crate::shape::TimestampFormat;
use nuvola_kernel::Timestamp;

/// The text in a header, a query string or XML. `millis`: ISO texts always have three decimals.
pub(crate) fn to_text(at: Timestamp, format: TimestampFormat, millis: bool) -> String {
    match format {
        TimestampFormat::DateTime if millis || at.0.rem_euclid(1000) != 0 => at.iso_millis(),
        TimestampFormat::DateTime => at.iso_seconds(),
        TimestampFormat::HttpDate => at.http_date(),
        TimestampFormat::EpochSeconds => epoch_seconds(at).to_string(),
    }
}

/// Reads any of the formats: services accept what they do not write.
pub(crate) fn from_text(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return from_seconds(seconds);
    }
    Timestamp::parse(text)
}

/// Seconds as a JSON number, with a fraction where there is one.
pub(crate) fn epoch_seconds(at: Timestamp) -> serde_json::Number {
    if at.0.rem_euclid(1000) == 0 {
        return at.epoch_s().into();
    }
    // A quotient of two exact numbers is always finite.
    serde_json::Number::from_f64(at.0 as f64 / 1000.0).unwrap_or_else(|| at.epoch_s().into())
}

/// The last instant of year 9999: what AWS's services accept at most.
const LAST_MS: f64 = 253_402_300_799_999.0;

pub(crate) fn from_seconds(seconds: f64) -> Option<Timestamp> {
    let ms = (seconds * 1000.0).round();
    (ms.abs() <= LAST_MS).then_some(Timestamp(ms as i64))
}
