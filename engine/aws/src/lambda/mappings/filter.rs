//! Filter criteria: which records reach the function.
//!
//! **Source**: AWS Lambda Developer Guide, "Control which events Lambda sends to your function".

use crate::matching::Pattern;
use serde_json::Value;

/// Reads the patterns; nothing, if one of them is none.
pub fn read(patterns: &[String]) -> Option<Vec<Pattern>> {
    patterns.iter().map(|text| Pattern::parse(text).ok()).collect()
}

/// Whether a record fits one of the patterns. `data` is the member that holds the sender's text: patterns look
/// into it as JSON, if it is JSON.
pub fn fits(patterns: &[Pattern], record: &Value, data: Option<&str>) -> bool {
    if patterns.is_empty() {
        return true;
    }
    let mut record = record.clone();
    if let Some(member) = data {
        let parsed = record[member].as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
        if let Some(parsed) = parsed.filter(Value::is_object) {
            record[member] = parsed;
        }
    }
    patterns.iter().any(|pattern| pattern.fits(&record))
}
