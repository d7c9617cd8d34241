//! What the panel of a resource shows, and invoking a function from it.

use crate::commands::refused;
use crate::console;
use crate::event::Reply;
use crate::files::{Files, is_generated};
use crate::map::{self, Existing};
use crate::sign::sign;
use crate::view::{Fact, InvocationView, Link, LogLine, Panel, Problem, Report, Section, Severity};
use crate::world::{self, Shared};
use nuvola_aws::inventory::Item;
use nuvola_kernel::Ordered;
use nuvola_kernel::{Blob, DEFAULT_REGION};
use nuvola_terraform::language::Checked;
use nuvola_wire::{Request, Response, uri};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many log lines a panel shows.
const LOG_LINES: usize = 200;

/// Largest text that the check sees. **Units**: bytes.
const CHECKED_BYTES: usize = 256 << 10;

/// The project's texts by path: the configuration, and what its functions (`file`, `templatefile`) may read.
pub(crate) fn configuration(files: &Files) -> BTreeMap<String, String> {
    files
        .below("")
        .filter(|(path, content)| !is_generated(path) && content.len() <= CHECKED_BYTES)
        .filter_map(|(path, content)| Some((path.to_owned(), content.as_text()?.to_owned())))
        .into_map()
}

/// Diagnostics as an editor wants them.
pub(crate) fn problems(checked: &Checked) -> Vec<Problem> {
    let mut problems = Vec::new();
    for diagnostic in &checked.diagnostics {
        let view = diagnostic.to_view(&checked.sources);
        let Some(range) = view.range else { continue };
        let severity = match diagnostic.severity {
            nuvola_hcl::Severity::Error => Severity::Error,
            nuvola_hcl::Severity::Warning => Severity::Warning,
        };
        problems.push(Problem {
            path: range.filename,
            severity,
            summary: view.summary,
            detail: view.detail,
            start_line: range.start.line,
            start_column: range.start.column,
            end_line: range.end.line,
            end_column: range.end.column,
        });
    }
    problems
}

/// A call of an AWS API with the student's keys, for looking: it leaves no line of activity.
async fn look(shared: &Shared, service: &str, mut request: Request) -> Option<Response> {
    request.headers.set("User-Agent", console::LOOKING);
    call(shared, service, request).await
}

/// A call of an AWS API with the student's keys.
pub(crate) async fn call(shared: &Shared, service: &str, mut request: Request) -> Option<Response> {
    request.headers.set("Host", request.host.clone());
    let signed = sign(&shared.borrow(), request, service, DEFAULT_REGION);
    world::http(shared, signed).await
}

pub(crate) async fn describe(shared: Shared, node: String) -> Reply {
    let found =
        map::existing(&shared.borrow().kept.files).into_iter().find(|resource| resource.address == node);
    let Some(resource) = found else {
        let unmanaged = shared.borrow().items.iter().find(|item| map::unmanaged_id(item) == node).cloned();
        return match unmanaged {
            Some(item) => describe_unmanaged(&shared, node, item).await,
            None => planned(&node),
        };
    };
    let mut sections = vec![facts(&resource)];
    match resource.kind.as_str() {
        "aws_lambda_function" => function_sections(&shared, &resource, &mut sections).await,
        "aws_s3_bucket" => bucket_sections(&shared, &resource, &mut sections).await,
        "aws_s3_bucket_website_configuration" => {
            let url = format!("http://{}/", text(&resource, "website_endpoint"));
            sections.push(links("Website", "Open the website", url));
        }
        "aws_lambda_function_url" => {
            sections.push(links("Address", "Open the function URL", text(&resource, "function_url")));
        }
        "aws_api_gateway_stage" => {
            sections.push(links("Address", "Invoke URL", text(&resource, "invoke_url")))
        }
        "aws_api_gateway_rest_api" => api_sections(&shared, &resource, &mut sections),
        "aws_cloudwatch_log_group" => {
            let lines = log_lines(&shared, &text(&resource, "name")).await;
            sections.insert(0, Section::Logs { title: "Log".to_owned(), lines });
        }
        _ => {}
    }
    documents(&resource, &mut sections);
    let title = [text(&resource, "function_name"), text(&resource, "bucket"), text(&resource, "name")]
        .into_iter()
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| resource.address.clone());
    let console = console::path_of(&resource.kind, &text(&resource, "id"), &text(&resource, "arn"));
    let Existing { address, kind, .. } = resource;
    Reply::Panel(Panel { node, kind, title, address: Some(address), console, sections })
}

/// Something that Terraform does not manage.
async fn describe_unmanaged(shared: &Shared, node: String, item: Item) -> Reply {
    let facts = [("arn", item.arn.clone()), ("id", item.id.clone()), ("", item.subtitle.clone())];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let facts = facts.map(|(label, value)| Fact { label: label.to_owned(), value }).collect();
    let text = "Made by the AWS CLI, by code or by a service: Terraform does not manage it.".to_owned();
    let mut sections = vec![
        Section::Facts { title: "Properties".to_owned(), facts },
        Section::Text { title: "Not in Terraform's state".to_owned(), text },
    ];
    if item.kind == "aws_cloudwatch_log_group" {
        sections.insert(
            0,
            Section::Logs { title: "Log".to_owned(), lines: log_lines(shared, &item.title).await },
        );
    }
    let console = console::path_of(&item.kind, &item.id, &item.arn);
    Reply::Panel(Panel { node, kind: item.kind, title: item.title, address: None, console, sections })
}

/// A resource that is only declared yet.
fn planned(node: &str) -> Reply {
    let kind = node.split('[').next().unwrap_or(node).rsplit('.').nth(1).unwrap_or_default().to_owned();
    let text =
        "Declared in the configuration, not yet in the cloud. `terraform apply` creates it.".to_owned();
    let sections = vec![Section::Text { title: "Not created yet".to_owned(), text }];
    Reply::Panel(Panel {
        node: node.to_owned(),
        kind,
        title: node.to_owned(),
        address: Some(node.to_owned()),
        console: None,
        sections,
    })
}

fn text(resource: &Existing, attribute: &str) -> String {
    resource.attributes[attribute].as_str().unwrap_or_default().to_owned()
}

fn links(title: &str, label: &str, url: String) -> Section {
    Section::Links { title: title.to_owned(), links: vec![Link { label: label.to_owned(), url }] }
}

/// Attributes that are documents are shown as such, not as facts.
const DOCUMENTS: &[&str] = &["policy", "assume_role_policy", "content", "inline_policy", "body"];

/// The attributes with plain values, the names that people look for first.
fn facts(resource: &Existing) -> Section {
    const FIRST: &[&str] = &["arn", "id", "region", "runtime", "handler", "memory_size", "timeout", "role"];
    let mut facts = Vec::new();
    let all = resource.attributes.as_object().cloned().unwrap_or_default();
    let rest = all.keys().map(String::as_str).filter(|name| !FIRST.contains(name));
    for name in FIRST.iter().copied().chain(rest) {
        let value = match all.get(name) {
            Some(Value::String(text)) if !text.is_empty() && !DOCUMENTS.contains(&name) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Bool(flag)) => flag.to_string(),
            _ => continue,
        };
        facts.push(Fact { label: name.to_owned(), value });
    }
    Section::Facts { title: "Properties".to_owned(), facts }
}

/// Policies and other documents, indented.
fn documents(resource: &Existing, sections: &mut Vec<Section>) {
    for name in DOCUMENTS {
        let text = text(resource, name);
        if text.is_empty() {
            continue;
        }
        let parsed = serde_json::from_str::<Value>(&text).ok();
        let (language, text) = match parsed.and_then(|value| serde_json::to_string_pretty(&value).ok()) {
            Some(pretty) => ("json", pretty),
            None => ("html", text),
        };
        sections.push(Section::Code { title: name.replace('_', " "), language: language.to_owned(), text });
    }
}

async fn function_sections(shared: &Shared, resource: &Existing, sections: &mut Vec<Section>) {
    let function = text(resource, "function_name");
    let saved = shared.borrow().kept.test_events.get(&function).cloned().unwrap_or_default();
    let mut events: Vec<(String, String)> = saved.into_iter().collect();
    if events.is_empty() {
        events.push(("GET x=2, y=10".to_owned(), sample_event()));
        events.push(("empty".to_owned(), "{}".to_owned()));
    }
    sections.insert(0, Section::Test { function: function.clone(), events });
    if let Some(variables) =
        resource.attributes.pointer("/environment/0/variables").and_then(Value::as_object)
    {
        let facts = variables.iter().map(|(label, value)| Fact {
            label: label.clone(),
            value: value.as_str().unwrap_or_default().to_owned(),
        });
        sections.push(Section::Facts { title: "Environment variables".to_owned(), facts: facts.collect() });
    }
    sections.push(Section::Logs {
        title: "Log".to_owned(),
        lines: log_lines(shared, &format!("/aws/lambda/{function}")).await,
    });
}

/// What an API sends to a function for `GET ?x=2&y=10`, as far as most handlers look.
fn sample_event() -> String {
    let event = json!({ "httpMethod": "GET", "queryStringParameters": { "x": "2", "y": "10" } });
    serde_json::to_string_pretty(&event).expect("a literal is JSON")
}

async fn log_lines(shared: &Shared, group: &str) -> Vec<LogLine> {
    let mut request = Request::new("POST", &format!("logs.{DEFAULT_REGION}.amazonaws.com"), "/");
    request.headers.set("Content-Type", "application/x-amz-json-1.1");
    request.headers.set("X-Amz-Target", "Logs_20140328.FilterLogEvents");
    let body = json!({ "logGroupName": group, "limit": 10_000 });
    request.body = Blob::from(body.to_string());
    let Some(response) = look(shared, "logs", request).await else { return Vec::new() };
    let answer: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let events = answer["events"].as_array().cloned().unwrap_or_default();
    let skipped = events.len().saturating_sub(LOG_LINES);
    let line = |event: &Value| LogLine {
        at_ms: event["timestamp"].as_i64().unwrap_or_default(),
        text: event["message"].as_str().unwrap_or_default().trim_end().to_owned(),
    };
    events[skipped..].iter().map(line).collect()
}

async fn bucket_sections(shared: &Shared, resource: &Existing, sections: &mut Vec<Section>) {
    let bucket = text(resource, "bucket");
    let mut request = Request::new("GET", &format!("{bucket}.s3.{DEFAULT_REGION}.amazonaws.com"), "/");
    request.query = "list-type=2".to_owned();
    let Some(response) = look(shared, "s3", request).await else { return };
    let rows = listed_objects(response.body.as_text().unwrap_or_default());
    let columns = ["Key", "Size (bytes)", "Last modified"].map(str::to_owned).to_vec();
    sections.insert(0, Section::Table { title: "Objects".to_owned(), columns, rows });
    let website = map::existing(&shared.borrow().kept.files)
        .into_iter()
        .find(|other| other.kind == "aws_s3_bucket_website_configuration" && text(other, "bucket") == bucket);
    if let Some(website) = website {
        let url = format!("http://{}/", text(&website, "website_endpoint"));
        sections.insert(0, links("Website", "Open the website", url));
    }
}

/// The rows of a ListObjectsV2 answer.
fn listed_objects(xml: &str) -> Vec<Vec<String>> {
    let field = |entry: &str, name: &str| {
        let (_, rest) = entry.split_once(&format!("<{name}>"))?;
        let (value, _) = rest.split_once(&format!("</{name}>"))?;
        let plain =
            value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
        Some(plain.replace("&amp;", "&"))
    };
    let entries = xml.split("<Contents>").skip(1);
    entries
        .map(|entry| {
            ["Key", "Size", "LastModified"]
                .iter()
                .map(|name| field(entry, name).unwrap_or_default())
                .collect()
        })
        .collect()
}

fn api_sections(shared: &Shared, api: &Existing, sections: &mut Vec<Section>) {
    let id = text(api, "id");
    let all = map::existing(&shared.borrow().kept.files);
    let of_api = |kind: &str| {
        let (kind, id) = (kind.to_owned(), id.clone());
        all.iter().filter(move |other| other.kind == kind && text(other, "rest_api_id") == id)
    };
    let paths: BTreeMap<String, String> = of_api("aws_api_gateway_resource")
        .map(|resource| (text(resource, "id"), text(resource, "path")))
        .into_map();
    let path = |id: &str| paths.get(id).cloned().unwrap_or_else(|| "/".to_owned());
    let rows: Vec<Vec<String>> = of_api("aws_api_gateway_method")
        .map(|method| {
            let (http_method, resource_id) = (text(method, "http_method"), text(method, "resource_id"));
            let integration = of_api("aws_api_gateway_integration").find(|other| {
                text(other, "http_method") == http_method && text(other, "resource_id") == resource_id
            });
            let kind = integration.map(|other| text(other, "type")).unwrap_or_default();
            vec![http_method, path(&resource_id), kind, text(method, "authorization")]
        })
        .collect();
    let columns = ["Method", "Path", "Integration", "Authorization"].map(str::to_owned).to_vec();
    let links = of_api("aws_api_gateway_stage").flat_map(|stage| {
        let base = text(stage, "invoke_url");
        let gets = rows.iter().filter(|row| row[0] == "GET" || row[0] == "ANY");
        gets.map(|row| Link {
            label: format!("{} {}", row[0], row[1]),
            url: format!("{base}{}?x=2&y=10", row[1]),
        })
        .collect::<Vec<_>>()
    });
    let links: Vec<Link> = links.collect();
    if !links.is_empty() {
        sections.insert(0, Section::Links { title: "Call it".to_owned(), links });
    }
    sections.insert(0, Section::Table { title: "Methods".to_owned(), columns, rows });
}

/// Invokes a function through the API, with the tail of its log.
pub(crate) async fn invoke(shared: Shared, function: String, event: String) -> Reply {
    if let Err(error) = serde_json::from_str::<Value>(&event) {
        return refused(format!("the test event is not JSON: {error}"));
    }
    let path = format!("/2015-03-31/functions/{}/invocations", uri::encode(&function));
    let mut request = Request::new("POST", &format!("lambda.{DEFAULT_REGION}.amazonaws.com"), &path);
    request.headers.set("X-Amz-Log-Type", "Tail");
    request.headers.set("X-Amz-Invocation-Type", "RequestResponse");
    request.body = Blob::from(event);
    let Some(response) = call(&shared, "lambda", request).await else {
        return refused("the Lambda endpoint did not answer");
    };
    let log = response.headers.get("x-amz-log-result").map(decode_log).unwrap_or_default();
    let refusal = response.headers.get("x-amzn-errortype").map(|kind| kind.split(':').next().unwrap_or(kind));
    let error = response.headers.get("x-amz-function-error").or(refusal).map(str::to_owned);
    Reply::Invocation(InvocationView {
        function,
        payload: pretty(&response.body),
        error,
        report: log.lines().rev().find_map(read_report),
        log,
        status: response.status,
    })
}

fn pretty(body: &[u8]) -> String {
    let value = serde_json::from_slice::<Value>(body).ok();
    value
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| String::from_utf8_lossy(body).into_owned())
}

fn decode_log(text: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.decode(text).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// Reads a REPORT line.
fn read_report(line: &str) -> Option<Report> {
    let rest = line.strip_prefix("REPORT RequestId: ")?;
    let mut fields = rest.split('\t').map(str::trim);
    let request_id = fields.next()?.to_owned();
    let values: BTreeMap<&str, f64> = fields
        .filter_map(|field| {
            let (name, value) = field.split_once(": ")?;
            Some((name, value.split(' ').next()?.parse().ok()?))
        })
        .into_map();
    Some(Report {
        request_id,
        duration_ms: *values.get("Duration")?,
        billed_duration_ms: *values.get("Billed Duration")?,
        memory_size_mb: *values.get("Memory Size")? as u32,
        max_memory_used_mb: *values.get("Max Memory Used")? as u32,
        init_duration_ms: values.get("Init Duration").copied(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn report_lines_are_read() {
        // Source: AWS Lambda Developer Guide, "Viewing CloudWatch logs for Lambda functions": the REPORT line.
        let line = "REPORT RequestId: 4a1b\tDuration: 12.31 ms\tBilled Duration: 113 ms\tMemory Size: 128 MB\t\
                    Max Memory Used: 36 MB\tInit Duration: 100.20 ms";
        let report = read_report(line).unwrap();
        assert_eq!((report.duration_ms, report.billed_duration_ms), (12.31, 113.0));
        assert_eq!((report.memory_size_mb, report.max_memory_used_mb), (128, 36));
        assert_eq!(report.init_duration_ms, Some(100.2));
    }

    #[test]
    fn listings_are_read_with_their_escapes() {
        // Source: Amazon S3 API Reference, ListObjectsV2: the response syntax.
        let xml = "<ListBucketResult><Contents><Key>a&amp;b.txt</Key><LastModified>2026-01-01T00:00:00.000Z\
                   </LastModified><Size>3</Size></Contents></ListBucketResult>";
        assert_eq!(listed_objects(xml), [["a&b.txt", "3", "2026-01-01T00:00:00.000Z"]]);
    }
}
