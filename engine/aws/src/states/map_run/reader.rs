//! Item readers: JSON, JSON lines, CSV and listings from S3.
//!
//! **Source**: Step Functions Developer Guide, "ItemReader (Map)".

use crate::context::OpContext;
use crate::states::integrate;
use nuvola_asl::{Data, Failure};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The error of items that cannot be read.
const FAILED: &str = "States.ItemReaderFailed";

fn failed(text: impl AsRef<str>) -> Failure {
    Failure::new(FAILED, text)
}

/// Reads the items of a map run.
pub fn read(
    cx: &mut OpContext<'_>,
    execution: &str,
    resource: &str,
    parameters: Option<&Value>,
    config: &Option<Value>,
) -> Result<Vec<Data>, Failure> {
    let nothing = json!({});
    let parameters = parameters.unwrap_or(&nothing);
    let setting = |name: &str| config.as_ref().and_then(|config| config.get(name)).cloned();
    if resource.ends_with("s3:listObjectsV2") {
        return list(cx, execution, resource, parameters);
    }
    let text = object(cx, execution, resource, parameters)?;
    let kind = setting("InputType").and_then(|kind| kind.as_str().map(str::to_owned));
    let items = match kind.as_deref() {
        Some("CSV") => {
            csv(&text, setting("CSVHeaderLocation"), setting("CSVHeaders"), setting("CSVDelimiter"))?
        }
        Some("JSONL") => lines(&text)?,
        Some("MANIFEST") => return manifest(cx, execution, resource, &text),
        Some("JSON") | None => array(&text, setting("ItemsPointer"))?,
        Some(other) => return Err(failed(format!("the input type {other} is not simulated by Nuvola"))),
    };
    Ok(items.into_iter().map(Arc::new).collect())
}

fn object(
    cx: &mut OpContext<'_>,
    execution: &str,
    resource: &str,
    parameters: &Value,
) -> Result<String, Failure> {
    let resource = resource.replace(":::s3:", ":::aws-sdk:s3:");
    let output = integrate::call_now(cx, execution, &resource, parameters);
    let output = output.map_err(|failure| failed(failure.cause.as_deref().unwrap_or_default()))?;
    Ok(output.get("Body").and_then(Value::as_str).unwrap_or_default().to_owned())
}

fn list(
    cx: &mut OpContext<'_>,
    execution: &str,
    resource: &str,
    parameters: &Value,
) -> Result<Vec<Data>, Failure> {
    let resource = resource.replace(":::s3:", ":::aws-sdk:s3:");
    let mut asked = parameters.clone();
    let mut items = Vec::new();
    loop {
        let output = integrate::call_now(cx, execution, &resource, &asked);
        let output = output.map_err(|failure| failed(failure.cause.as_deref().unwrap_or_default()))?;
        for object in output.get("Contents").and_then(Value::as_array).into_iter().flatten() {
            let mut object = object.clone();
            if let Some(at) = object.get("LastModified").and_then(Value::as_str).and_then(instant_s)
                && let Some(map) = object.as_object_mut()
            {
                map.insert("LastModified".into(), Value::from(at));
            }
            items.push(Arc::new(object));
        }
        match output.get("NextContinuationToken") {
            Some(token) => {
                if let Some(map) = asked.as_object_mut() {
                    map.insert("ContinuationToken".into(), token.clone());
                }
            }
            None => return Ok(items),
        }
    }
}

fn instant_s(text: &str) -> Option<i64> {
    nuvola_kernel::Timestamp::parse(text).map(nuvola_kernel::Timestamp::epoch_s)
}

/// A manifest of S3 Inventory, or one that Athena wrote, names the objects that hold the items.
fn manifest(_: &mut OpContext<'_>, _: &str, _: &str, _: &str) -> Result<Vec<Data>, Failure> {
    Err(failed("inventories of S3 as items are not simulated by Nuvola"))
}

fn array(text: &str, pointer: Option<Value>) -> Result<Vec<Value>, Failure> {
    let value = nuvola_asl::value::parse(text);
    let value = value.map_err(|_| failed("Attempting to read an object that is not valid JSON"))?;
    let found = match pointer.as_ref().and_then(Value::as_str) {
        Some(pointer) => value.pointer(pointer).cloned(),
        None => Some(value),
    };
    match found {
        Some(Value::Array(items)) => Ok(items),
        Some(_) | None => Err(failed("Attempting to map over non-iterable node.")),
    }
}

fn lines(text: &str) -> Result<Vec<Value>, Failure> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let parsed: Result<Vec<Value>, _> = lines.map(nuvola_asl::value::parse).collect();
    parsed.map_err(|_| failed("Attempting to read a line that is not valid JSON"))
}

fn csv(
    text: &str,
    location: Option<Value>,
    headers: Option<Value>,
    delimiter: Option<Value>,
) -> Result<Vec<Value>, Failure> {
    let delimiter = match delimiter.as_ref().and_then(Value::as_str) {
        Some("PIPE") => '|',
        Some("SEMICOLON") => ';',
        Some("SPACE") => ' ',
        Some("TAB") => '\t',
        Some(_) | None => ',',
    };
    let mut rows = rows(text, delimiter).into_iter();
    let given = location.as_ref().and_then(Value::as_str) == Some("GIVEN");
    let headers: Vec<String> = match given {
        true => {
            let headers = headers.as_ref().and_then(Value::as_array).cloned().unwrap_or_default();
            headers.iter().map(|name| name.as_str().unwrap_or_default().to_owned()).collect()
        }
        false => rows.next().ok_or_else(|| failed("The CSV file has no header row."))?,
    };
    Ok(rows
        .map(|row| {
            let mut item = Map::new();
            for (at, header) in headers.iter().enumerate() {
                let value = row.get(at).cloned().unwrap_or_default();
                item.insert(header.clone(), Value::from(value));
            }
            Value::Object(item)
        })
        .collect())
}

/// Rows of fields; quoted fields may hold the delimiter, line ends and doubled quotes.
/// **Source**: RFC 4180.
fn rows(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = Vec::new();
    let (mut row, mut field) = (Vec::new(), String::new());
    let (mut quoted, mut begun) = (false, false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.is_empty() => {
                quoted = true;
                begun = true;
            }
            c if c == delimiter && !quoted => {
                row.push(std::mem::take(&mut field));
                begun = true;
            }
            '\n' | '\r' if !quoted => {
                if c == '\r' && chars.peek() == Some(&'\n') {
                    chars.next();
                }
                if begun || !field.is_empty() {
                    row.push(std::mem::take(&mut field));
                    rows.push(std::mem::take(&mut row));
                }
                begun = false;
            }
            c => field.push(c),
        }
    }
    if begun || !field.is_empty() {
        row.push(field);
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_as_rfc_4180_has_them() {
        let text = "a,\"b \"\"x\"\", c\"\r\n,\n\n  \nlast";
        let expected: Vec<Vec<&str>> = vec![vec!["a", "b \"x\", c"], vec!["", ""], vec!["  "], vec!["last"]];
        assert_eq!(rows(text, ','), expected);
    }
}
