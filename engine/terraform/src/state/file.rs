//! The state file, version 4.

use super::json::{array, member, object, pretty, string, text_of};
use super::{CheckResult, CheckStatus, InstanceState, Object, OutputState, ResourceKey, State};
use crate::addr::{ConfigResource, Key, Mode, ModuleInstance, ResourceName, Target};
use base64::Engine;
use nuvola_kernel::ordered::sort_by_key;
use nuvola_tf_lang::json::parse::{Json, parse};
use nuvola_tf_lang::json::{decode, decode_type, encode_plain, encode_type};
use nuvola_tf_lang::{Number, Path, Step};
use std::sync::Arc;

/// The version of Terraform that this is.
pub const TERRAFORM_VERSION: &str = "1.11.4";

/// A state with what identifies it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StateFile {
    pub lineage: String,
    pub serial: u64,
    pub terraform_version: String,
    pub state: State,
}

impl StateFile {
    /// Reads a state file; an empty text is no state.
    /// # Errors
    /// With one or several problems, each a summary and a detail.
    pub fn read(text: &str) -> Result<Self, Vec<(String, String)>> {
        const UNSUPPORTED: &str = "Unsupported state file format";
        let problem = |detail: String| (UNSUPPORTED.to_owned(), detail);
        let json = parse(text).map_err(|_| {
            let at = super::json::error_offset(text);
            vec![
                problem(format!("The state file could not be parsed as JSON: syntax error at byte offset {at}.")),
                problem("The state file does not have a \"version\" attribute, which is required to identify the format version.".to_owned()),
            ]
        })?;
        let version = match member(&json, "version") {
            Some(Json::Number(text)) => text.clone(),
            _ => {
                return Err(vec![problem("The state file does not have a \"version\" attribute, which is required to identify the format version.".to_owned())]);
            }
        };
        if version != "4" {
            let newer = version.parse::<u64>().is_ok_and(|version| version > 4);
            let more = if newer {
                " This state file may have been created by a newer version of Terraform."
            } else {
                ""
            };
            return Err(vec![problem(format!(
                "The state file uses format version {version}, which is not supported by Terraform {TERRAFORM_VERSION}.{more}"
            ))]);
        }
        let text = |name: &str| member(&json, name).and_then(text_of).unwrap_or_default().to_owned();
        let serial = match member(&json, "serial") {
            Some(Json::Number(text)) => text.parse().unwrap_or(0),
            _ => 0,
        };
        let state = read_state(&json).map_err(|detail| vec![("Invalid state file".to_owned(), detail)])?;
        Ok(Self { lineage: text("lineage"), serial, terraform_version: text("terraform_version"), state })
    }

    /// The file's text.
    #[must_use]
    pub fn write(&self) -> String {
        let outputs = self.state.outputs.iter().map(|(name, output)| (name.clone(), write_output(output)));
        let mut resources: Vec<_> = self.state.resources.iter().collect();
        sort_by_key(&mut resources, |(key, _)| (key.module.to_string(), key.resource.clone()));
        let resources = resources.into_iter().map(|(key, resource)| write_resource(key, resource));
        let checks = if self.state.checks.is_empty() {
            Json::Null
        } else {
            Json::Array(self.state.checks.iter().map(write_check).collect())
        };
        let json = object([
            ("version", Json::Number("4".to_owned())),
            ("terraform_version", string(TERRAFORM_VERSION)),
            ("serial", Json::Number(self.serial.to_string())),
            ("lineage", string(&self.lineage)),
            ("outputs", Json::Object(outputs.collect())),
            ("resources", Json::Array(resources.collect())),
            ("check_results", checks),
        ]);
        pretty(&json) + "\n"
    }
}

fn write_output(output: &OutputState) -> Json {
    let (plain, _) = output.value.clone().unmark_deep();
    let value = encode_plain(&plain).ok().and_then(|text| parse(&text).ok()).unwrap_or(Json::Null);
    let ty = parse(&encode_type(plain.ty())).unwrap_or(Json::Null);
    let mut members = vec![("value", value), ("type", ty)];
    if output.sensitive {
        members.push(("sensitive", Json::Bool(true)));
    }
    object(members)
}

fn write_resource(key: &ResourceKey, resource: &super::ResourceState) -> Json {
    let mut members = Vec::new();
    if !key.module.is_root() {
        members.push(("module", string(&key.module.to_string())));
    }
    members.push(("mode", string(key.resource.mode.text())));
    members.push(("type", string(&key.resource.kind)));
    members.push(("name", string(&key.resource.name)));
    members.push(("provider", string(&resource.provider)));
    let mut instances = Vec::new();
    for (instance_key, slot) in &resource.instances {
        if let Some(current) = &slot.current {
            instances.push(write_object(instance_key, None, current));
        }
        for (deposed, object) in &slot.deposed {
            instances.push(write_object(instance_key, Some(deposed), object));
        }
    }
    members.push(("instances", Json::Array(instances)));
    object(members)
}

fn write_object(key: &Key, deposed: Option<&str>, item: &Object) -> Json {
    let mut members = Vec::new();
    match key {
        Key::None => {}
        Key::Int(index) => members.push(("index_key", Json::Number(index.to_string()))),
        Key::Str(text) => members.push(("index_key", string(text))),
    }
    if item.tainted {
        members.push(("status", string("tainted")));
    }
    if let Some(deposed) = deposed {
        members.push(("deposed", string(deposed)));
    }
    members.push(("schema_version", Json::Number(item.schema_version.to_string())));
    members.push(("attributes", item.attributes.clone()));
    members.push((
        "sensitive_attributes",
        Json::Array(item.sensitive.iter().map(|path| write_path(path)).collect()),
    ));
    if !item.private.is_empty() {
        let text = base64::engine::general_purpose::STANDARD.encode(&item.private);
        members.push(("private", string(&text)));
    }
    if !item.dependencies.is_empty() {
        let texts = item.dependencies.iter().map(|dependency| string(&dependency.to_string()));
        members.push(("dependencies", Json::Array(texts.collect())));
    }
    if item.create_before_destroy {
        members.push(("create_before_destroy", Json::Bool(true)));
    }
    object(members)
}

fn write_path(path: &[Step]) -> Json {
    let index = |value: Json, ty: &str| {
        object([("type", string("index")), ("value", object([("value", value), ("type", string(ty))]))])
    };
    let step = |step: &Step| match step {
        Step::Attr(name) => object([("type", string("get_attr")), ("value", string(name))]),
        Step::Key(key) => index(string(key), "string"),
        Step::Index(at) => index(Json::Number(at.to_string()), "number"),
        Step::Element => object([("type", string("index")), ("value", Json::Null)]),
    };
    Json::Array(path.iter().map(step).collect())
}

pub(crate) fn write_check(check: &CheckResult) -> Json {
    let object_json = |(address, status, messages): &(String, CheckStatus, Vec<String>)| {
        let mut members = vec![("object_addr", string(address)), ("status", string(status.text()))];
        if !messages.is_empty() {
            members
                .push(("failure_messages", Json::Array(messages.iter().map(|text| string(text)).collect())));
        }
        object(members)
    };
    let objects = match &check.objects {
        Some(objects) => Json::Array(objects.iter().map(object_json).collect()),
        None => Json::Null,
    };
    object([
        ("object_kind", string(if check.kind == "output_value" { "output" } else { &check.kind })),
        ("config_addr", string(&check.config)),
        ("status", string(check.status.text())),
        ("objects", objects),
    ])
}

fn read_state(json: &Json) -> Result<State, String> {
    let mut state = State::default();
    if let Some(Json::Object(outputs)) = member(json, "outputs") {
        for (name, output) in outputs {
            state.outputs.insert(name.clone(), read_output(output)?);
        }
    }
    for resource in array(member(json, "resources")) {
        read_resource(resource, &mut state)?;
    }
    for check in array(member(json, "check_results")) {
        state.checks.extend(read_check(check));
    }
    Ok(state)
}

fn read_output(json: &Json) -> Result<OutputState, String> {
    let ty = member(json, "type").ok_or("an output has no type")?;
    let ty = decode_type(ty).map_err(|error| error.to_string())?;
    let value =
        decode(member(json, "value").unwrap_or(&Json::Null), &ty).map_err(|error| error.to_string())?;
    Ok(OutputState { value, sensitive: member(json, "sensitive") == Some(&Json::Bool(true)) })
}

fn read_resource(json: &Json, state: &mut State) -> Result<(), String> {
    let text = |name: &str| member(json, name).and_then(text_of).unwrap_or_default();
    let module = match text("module") {
        "" => ModuleInstance::root(),
        module => match crate::parse_addr::from_text(module) {
            Ok(Target::Module(module)) => module,
            Ok(Target::Resource(..) | Target::Instance(_)) | Err(_) => {
                return Err(format!("The state file contains an invalid module address {module:?}."));
            }
        },
    };
    let mode = match text("mode") {
        "managed" => Mode::Managed,
        "data" => Mode::Data,
        mode => return Err(format!("State contains a resource with an unsupported resource mode {mode:?}.")),
    };
    let key = ResourceKey { module, resource: ResourceName::new(mode, text("type"), text("name")) };
    let resource = state.resources.entry(key).or_default();
    text("provider").clone_into(&mut resource.provider);
    for instance in array(member(json, "instances")) {
        let key = match member(instance, "index_key") {
            Some(Json::Number(text)) => Key::Int(text.parse().unwrap_or(0)),
            Some(Json::String(text)) => Key::Str(text.clone()),
            _ => Key::None,
        };
        let slot: &mut InstanceState = resource.instances.entry(key).or_default();
        let object = read_object(instance);
        match member(instance, "deposed").and_then(text_of) {
            Some(deposed) => {
                slot.deposed.insert(deposed.to_owned(), object);
            }
            None => slot.current = Some(object),
        }
    }
    Ok(())
}

fn read_object(json: &Json) -> Object {
    let number = |name: &str| match member(json, name) {
        Some(Json::Number(text)) => text.parse().unwrap_or(0),
        _ => 0,
    };
    let private = member(json, "private").and_then(text_of).unwrap_or_default();
    let dependencies = array(member(json, "dependencies")).iter().filter_map(text_of);
    Object {
        tainted: member(json, "status").and_then(text_of) == Some("tainted"),
        schema_version: number("schema_version"),
        attributes: member(json, "attributes").cloned().unwrap_or(Json::Null),
        sensitive: array(member(json, "sensitive_attributes")).iter().map(read_path).collect(),
        private: base64::engine::general_purpose::STANDARD.decode(private).unwrap_or_default(),
        dependencies: dependencies.filter_map(read_dependency).collect(),
        create_before_destroy: member(json, "create_before_destroy") == Some(&Json::Bool(true)),
    }
}

fn read_dependency(text: &str) -> Option<ConfigResource> {
    match crate::parse_addr::from_text(text).ok()? {
        Target::Resource(module, resource) => Some(ConfigResource { module: module.path(), resource }),
        Target::Instance(instance) => Some(instance.config()),
        Target::Module(_) => None,
    }
}

fn read_path(json: &Json) -> Path {
    let step = |step: &Json| {
        let value = member(step, "value")?;
        if let Json::String(name) = value {
            return Some(Step::Attr(Arc::from(name.as_str())));
        }
        Some(match member(value, "value") {
            Some(Json::Number(text)) => Step::Index(Number::parse(text)?.to_text().parse().ok()?),
            Some(Json::String(key)) => Step::Key(Arc::from(key.as_str())),
            _ => Step::Element,
        })
    };
    array(Some(json)).iter().filter_map(step).collect()
}

pub(crate) fn read_check(json: &Json) -> Option<CheckResult> {
    let text = |json: &Json, name: &str| member(json, name).and_then(text_of).unwrap_or_default().to_owned();
    let objects = match member(json, "objects")? {
        Json::Array(items) => Some(
            items
                .iter()
                .map(|item| {
                    let messages = array(member(item, "failure_messages")).iter();
                    (
                        text(item, "object_addr"),
                        CheckStatus::from_text(&text(item, "status")),
                        messages.filter_map(text_of).map(str::to_owned).collect(),
                    )
                })
                .collect(),
        ),
        _ => None,
    };
    Some(CheckResult {
        kind: match text(json, "object_kind").as_str() {
            "output" => "output_value".to_owned(),
            kind => kind.to_owned(),
        },
        config: text(json, "config_addr"),
        status: CheckStatus::from_text(&text(json, "status")),
        objects,
    })
}
