//! Result writers: the results of a map run as objects in S3.
//!
//! **Source**: Step Functions Developer Guide, "ResultWriter (Map)".

use crate::context::OpContext;
use crate::states::integrate;
use crate::states::state::Execution;
use nuvola_asl::value::to_text;
use nuvola_asl::{Data, Failure};
use nuvola_kernel::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;

const PUT: &str = "arn:aws:states:::s3:putObject";
/// The error of results that cannot be written.
const FAILED: &str = "States.ResultWriterFailed";

/// Writes the results, and a manifest that names them; the manifest's place is the state's result.
pub fn write(cx: &mut OpContext<'_>, arn: &str) -> Result<Data, Failure> {
    let Some(run) = cx.state().states.map_runs.get(arn) else { return Ok(Data::default()) };
    let Some(writer) = run.writer.clone() else { return Ok(Data::default()) };
    let setting =
        |name: &str| writer.config.as_ref().and_then(|config| config.get(name)).and_then(Value::as_str);
    let parameter =
        |name: &str| writer.parameters.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (bucket, prefix) = (parameter("Bucket"), parameter("Prefix"));
    let transformation = setting("Transformation").unwrap_or("NONE").to_owned();
    let jsonl = setting("OutputType") == Some("JSONL");
    let execution = run.execution.clone();
    let children = run.children.clone();
    let id = arn.rsplit(':').next().unwrap_or_default().to_owned();
    let folder = match prefix.is_empty() {
        true => id,
        false => format!("{}/{id}", prefix.trim_end_matches('/')),
    };
    let mut files = json!({"FAILED": [], "PENDING": [], "SUCCEEDED": []});
    let mut written = 0;
    for status in ["FAILED", "SUCCEEDED"] {
        let states = &cx.state().states;
        let found: Vec<&Execution> = children
            .iter()
            .filter_map(|child| states.executions.get(child))
            .filter(|child| (child.status() == "SUCCEEDED") == (status == "SUCCEEDED"))
            .collect();
        if found.is_empty() {
            continue;
        }
        let rows: Vec<Value> = found.iter().map(|child| row(child, &transformation)).collect();
        let rows = match transformation.as_str() {
            "FLATTEN" => rows.into_iter().flat_map(flat).collect(),
            _ => rows,
        };
        written += found.len() as u64;
        let (body, ending) = match jsonl {
            true => (rows.iter().map(|row| to_text(row) + "\n").collect::<String>(), "jsonl"),
            false => (to_text(&Value::Array(rows)), "json"),
        };
        let key = format!("{folder}/{status}_0.{ending}");
        let size = body.len();
        put(cx, &execution, &bucket, &key, body)?;
        files[status] = json!([{"Key": key, "Size": size}]);
    }
    let manifest = json!({"DestinationBucket": bucket, "MapRunArn": arn, "ResultFiles": files});
    let key = format!("{folder}/manifest.json");
    put(cx, &execution, &bucket, &key, to_text(&manifest))?;
    if let Some(run) = cx.states().map_runs.get_mut(arn) {
        run.results_written = written;
    }
    Ok(Arc::new(json!({"MapRunArn": arn, "ResultWriterDetails": {"Bucket": bucket, "Key": key}})))
}

fn flat(value: Value) -> Vec<Value> {
    if let Value::Array(items) = value { items } else { vec![value] }
}

/// One child's result, as the transformation has it.
fn row(child: &Execution, transformation: &str) -> Value {
    if transformation != "NONE" {
        return match (child.output(), child.failure()) {
            (Some(output), _) => (**output).clone(),
            (None, failure) => {
                let failure = failure.cloned().unwrap_or_default();
                json!({"Error": failure.error.as_deref(), "Cause": failure.cause.as_deref()})
            }
        };
    }
    let mut row = json!({
        "ExecutionArn": child.arn,
        "Input": &*child.input,
        "InputDetails": {"Included": true},
        "Name": child.name,
        "StartDate": Timestamp(child.started_ms).iso_millis(),
        "StateMachineArn": child.machine_arn,
        "Status": child.status(),
        "StopDate": Timestamp(child.stopped_ms.unwrap_or(child.started_ms)).iso_millis(),
    });
    if let Some(map) = row.as_object_mut() {
        if let Some(output) = child.output() {
            map.insert("Output".into(), Value::from(to_text(output)));
            map.insert("OutputDetails".into(), json!({"Included": true}));
        }
        if let Some(failure) = child.failure() {
            for (name, text) in [("Error", &failure.error), ("Cause", &failure.cause)] {
                if let Some(text) = text {
                    map.insert(name.into(), Value::from(&**text));
                }
            }
        }
    }
    row
}

fn put(
    cx: &mut OpContext<'_>,
    execution: &str,
    bucket: &str,
    key: &str,
    body: String,
) -> Result<(), Failure> {
    let parameters = json!({"Bucket": bucket, "Key": key, "Body": body, "ContentType": "application/json"});
    match integrate::call_now(cx, execution, PUT, &parameters) {
        Ok(_) => Ok(()),
        Err(failure) => Err(Failure::new(FAILED, failure.cause.as_deref().unwrap_or_default())),
    }
}
