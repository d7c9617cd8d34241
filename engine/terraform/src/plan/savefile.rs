//! Plan files: a plan kept for later, as JSON of our own.

use super::{Change, OutputChange, Plan, PlanMode, Reason};
use crate::addr::Key;
use crate::cli::session::Session;
use crate::parse_addr;
use crate::render::Action;
use crate::state::file::{StateFile, read_check, write_check};
use crate::state::json::{array, compact, member, object, string, text_of};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use nuvola_kernel::Map;
use nuvola_tf_lang::json::parse::{Json, parse};
use nuvola_tf_lang::json::{decode_type, encode_type};
use nuvola_tf_lang::{Data, Marks, Members, Number, Path, Step, Value};
use std::sync::Arc;

/// The first member of a plan file.
const FORMAT: &str = "nuvola-plan-1";

/// A plan with the state that it was made for.
pub struct SavedPlan {
    pub plan: Plan,
    pub based_on: Option<(String, u64)>,
}

/// The text of a plan file.
#[must_use]
pub fn write(plan: &Plan, session: &Session) -> String {
    let mut store = session.store(None);
    let based_on = store.read().ok().flatten().map_or(Json::Null, |file| {
        object([("lineage", string(&file.lineage)), ("serial", Json::Number(file.serial.to_string()))])
    });
    let state = |state: &crate::state::State| {
        let file = StateFile { state: state.clone(), ..StateFile::default() };
        parse(&file.write()).unwrap_or(Json::Null)
    };
    let outputs = plan.outputs.iter().map(|(name, output)| {
        let json = object([
            ("action", string(&format!("{:?}", output.action))),
            ("before", value_json(&output.before)),
            ("after", value_json(&output.after)),
            ("sensitive", Json::Bool(output.sensitive)),
        ]);
        (name.clone(), json)
    });
    let variables = plan.variables.iter().map(|(name, value)| (name.clone(), value_json(value)));
    compact(&object([
        ("format", string(FORMAT)),
        ("based_on", based_on),
        ("mode", string(&format!("{:?}", plan.mode))),
        ("timestamp_ms", Json::Number(plan.timestamp_ms.to_string())),
        ("targets", Json::Array(plan.targets.iter().map(|target| string(&target.to_string())).collect())),
        ("variables", Json::Object(variables.collect())),
        ("changes", Json::Array(plan.changes.iter().map(change_json).collect())),
        ("outputs", Json::Object(outputs.collect())),
        ("checks", Json::Array(plan.checks.iter().map(write_check).collect())),
        ("previous", state(&plan.previous)),
        ("prior", state(&plan.prior)),
    ]))
}

fn change_json(change: &Change) -> Json {
    let optional = |text: &Option<String>| text.as_ref().map_or(Json::Null, |text| string(text));
    object([
        ("address", string(&change.address.to_string())),
        ("previous_address", optional(&change.previous_address.as_ref().map(ToString::to_string))),
        ("deposed", optional(&change.deposed)),
        ("provider", string(&change.provider)),
        ("action", string(&format!("{:?}", change.action))),
        ("reason", string(change.reason.text())),
        ("before", value_json(&change.before)),
        ("after", value_json(&change.after)),
        ("replace", Json::Array(change.requires_replace.iter().map(path_json).collect())),
        ("private", string(&STANDARD.encode(&change.private))),
        ("importing", optional(&change.importing)),
    ])
}

fn path_json(path: &Path) -> Json {
    let step = |step: &Step| match step {
        Step::Attr(name) => object([("attr", string(name))]),
        Step::Key(key) => object([("key", string(key))]),
        Step::Index(at) => Json::Number(at.to_string()),
        Step::Element => Json::Null,
    };
    Json::Array(path.iter().map(step).collect())
}

/// A value with its type, its unknown parts and its marks.
fn value_json(value: &Value) -> Json {
    let data = match value.data() {
        Data::Null => Json::Null,
        Data::Unknown(_) => string("unknown"),
        Data::Bool(value) => Json::Bool(*value),
        Data::Number(number) => Json::Number(number.to_text()),
        Data::String(text) => object([("s", string(text))]),
        Data::Seq(items) => Json::Array(items.iter().map(value_json).collect()),
        Data::Members(members) => {
            let members = members.iter().map(|(name, value)| (name.to_string(), value_json(value)));
            object([("m", Json::Object(members.collect()))])
        }
        Data::Type(_) => Json::Null,
    };
    let ty = parse(&encode_type(value.ty())).unwrap_or(Json::Null);
    object([("t", ty), ("d", data), ("x", Json::Bool(value.marks().contains(Marks::SENSITIVE)))])
}

fn read_value(json: &Json) -> Option<Value> {
    let ty = decode_type(member(json, "t")?).ok()?;
    let value = match member(json, "d")? {
        Json::Null => Value::null(ty),
        Json::String(_) => Value::unknown(ty),
        Json::Bool(value) => Value::bool(*value),
        Json::Number(text) => Value::number(Number::parse(text)?),
        Json::Array(items) => {
            let items: Option<Vec<Value>> = items.iter().map(read_value).collect();
            crate::path::rebuild_seq(&ty, items?)
        }
        Json::Object(_) => {
            let data = member(json, "d")?;
            match member(data, "s") {
                Some(text) => Value::string(text_of(text)?),
                None => {
                    let Some(Json::Object(members)) = member(data, "m") else { return None };
                    let mut read = Members::new();
                    for (name, json) in members {
                        read.insert(Arc::from(name.as_str()), read_value(json)?);
                    }
                    crate::path::rebuild_members(&ty, read)
                }
            }
        }
    };
    let marks = if member(json, "x") == Some(&Json::Bool(true)) { Marks::SENSITIVE } else { Marks::NONE };
    Some(value.with_marks(marks))
}

fn read_action(text: &str) -> Action {
    [
        Action::Create,
        Action::Read,
        Action::Update,
        Action::Delete,
        Action::DeleteThenCreate,
        Action::CreateThenDelete,
        Action::Forget,
    ]
    .into_iter()
    .find(|action| format!("{action:?}") == text)
    .unwrap_or(Action::NoOp)
}

fn read_reason(text: &str) -> Reason {
    [
        Reason::Tainted,
        Reason::Requested,
        Reason::Triggered,
        Reason::CannotUpdate,
        Reason::NoResourceConfig,
        Reason::NoModule,
        Reason::WrongRepetition,
        Reason::CountIndex,
        Reason::EachKey,
        Reason::NoMoveTarget,
        Reason::ConfigUnknown,
        Reason::DependencyPending,
        Reason::CheckNested,
    ]
    .into_iter()
    .find(|reason| reason.text() == text)
    .unwrap_or_default()
}

fn read_change(json: &Json) -> Option<Change> {
    let text = |name: &str| member(json, name).and_then(text_of);
    Some(Change {
        address: parse_addr::instance(text("address")?).ok()?,
        previous_address: text("previous_address").and_then(|text| parse_addr::instance(text).ok()),
        deposed: text("deposed").map(str::to_owned),
        provider: text("provider")?.to_owned(),
        action: read_action(text("action")?),
        reason: read_reason(text("reason")?),
        before: read_value(member(json, "before")?)?,
        after: read_value(member(json, "after")?)?,
        requires_replace: array(member(json, "replace")).iter().map(read_path).collect(),
        private: STANDARD.decode(text("private")?).ok()?,
        importing: text("importing").map(str::to_owned),
    })
}

fn read_path(json: &Json) -> Path {
    let step = |step: &Json| match step {
        Json::Number(text) => text.parse().map_or(Step::Element, Step::Index),
        Json::Object(_) => {
            let name = |name: &str| member(step, name).and_then(text_of).map(Arc::from);
            name("attr").map(Step::Attr).or_else(|| name("key").map(Step::Key)).unwrap_or(Step::Element)
        }
        Json::Null | Json::Bool(_) | Json::String(_) | Json::Array(_) => Step::Element,
    };
    array(Some(json)).iter().map(step).collect()
}

impl SavedPlan {
    /// Reads a plan file; nothing when the text is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let json = parse(text).ok()?;
        if member(&json, "format").and_then(text_of) != Some(FORMAT) {
            return None;
        }
        let number = |json: &Json, name: &str| match member(json, name) {
            Some(Json::Number(text)) => text.parse().ok(),
            _ => None,
        };
        let state = |name: &str| {
            let text = compact(member(&json, name).unwrap_or(&Json::Null));
            StateFile::read(&text).map(|file| file.state).unwrap_or_default()
        };
        let members = |name: &str| match member(&json, name) {
            Some(Json::Object(members)) => members.clone(),
            _ => Vec::new(),
        };
        let mut plan = Plan {
            mode: match member(&json, "mode").and_then(text_of) {
                Some("Destroy") => PlanMode::Destroy,
                Some("RefreshOnly") => PlanMode::RefreshOnly,
                _ => PlanMode::Normal,
            },
            timestamp_ms: number(&json, "timestamp_ms").unwrap_or(0),
            previous: state("previous"),
            prior: state("prior"),
            ..Plan::default()
        };
        let targets = array(member(&json, "targets")).iter().filter_map(text_of);
        plan.targets = targets.filter_map(|text| parse_addr::from_text(text).ok()).collect();
        plan.changes = array(member(&json, "changes")).iter().map(read_change).collect::<Option<_>>()?;
        for (name, value) in members("variables") {
            plan.variables.insert(name, read_value(&value)?);
        }
        let mut outputs = Map::new();
        for (name, output) in members("outputs") {
            let change = OutputChange {
                action: read_action(member(&output, "action").and_then(text_of)?),
                before: read_value(member(&output, "before")?)?,
                after: read_value(member(&output, "after")?)?,
                sensitive: member(&output, "sensitive") == Some(&Json::Bool(true)),
            };
            outputs.insert(name, change);
        }
        plan.outputs = outputs;
        plan.checks = array(member(&json, "checks")).iter().filter_map(read_check).collect();
        let based_on = member(&json, "based_on").and_then(|base| {
            let lineage = member(base, "lineage").and_then(text_of)?.to_owned();
            let Some(Json::Number(serial)) = member(base, "serial") else { return None };
            Some((lineage, serial.parse().ok()?))
        });
        Some(Self { plan, based_on })
    }
}

/// The key of an instance in a plan's `-json` form.
#[must_use]
pub fn key_json(key: &Key) -> Json {
    match key {
        Key::None => Json::Null,
        Key::Int(index) => Json::Number(index.to_string()),
        Key::Str(text) => string(text),
    }
}
