//! The `-json` form of progress: one object a line.

use super::hooks::{elapsed_text, finished_text, started_text, still_text};
use super::session::Session;
use crate::addr::{Mode, ResourceInstance};
use crate::apply::Counts;
use crate::config::Config;
use crate::plan::savefile::key_json;
use crate::plan::{Change, Plan, Reason};
use crate::render::Action;
use crate::render::plan::{counts, summary};
use crate::state::State;
use crate::state::file::TERRAFORM_VERSION;
use crate::state::json::{compact, object, string};
use crate::ui::{Progress, Ui};
use nuvola_hcl::Diagnostic;
use nuvola_tf_lang::json::parse::{Json, parse};

/// Prints JSON lines.
pub struct JsonUi<'s> {
    pub session: &'s Session,
}

fn number(value: usize) -> Json {
    Json::Number(value.to_string())
}

fn resource(address: &ResourceInstance) -> Json {
    let local = ResourceInstance { module: crate::addr::ModuleInstance::root(), ..address.clone() };
    object([
        ("addr", string(&address.to_string())),
        ("module", string(&address.module.to_string())),
        ("resource", string(&local.to_string())),
        ("implied_provider", string(Config::implied_provider(&address.resource.kind))),
        ("resource_type", string(&address.resource.kind)),
        ("resource_name", string(&address.resource.name)),
        ("resource_key", key_json(&address.key)),
    ])
}

fn action_text(action: Action) -> &'static str {
    match action {
        Action::NoOp => "noop",
        Action::Create => "create",
        Action::Read => "read",
        Action::Update => "update",
        Action::Delete => "delete",
        Action::DeleteThenCreate | Action::CreateThenDelete => "replace",
        Action::Forget => "remove",
    }
}

impl<'s> JsonUi<'s> {
    #[must_use]
    pub fn new(session: &'s Session) -> Self {
        Self { session }
    }

    fn line(&self, level: &str, message: &str, rest: Vec<(&str, Json)>, kind: &str) {
        let time = rfc3339(self.session.host.now_ms());
        let mut members = vec![
            ("@level", string(level)),
            ("@message", string(message)),
            ("@module", string("terraform.ui")),
            ("@timestamp", string(&time)),
        ];
        members.extend(rest);
        members.push(("type", string(kind)));
        self.session.out(&format!("{}\n", compact(&object(members))));
    }

    pub fn version(&self) {
        let time = rfc3339(self.session.host.now_ms());
        let members = object([
            ("@level", string("info")),
            ("@message", string(&format!("Terraform {TERRAFORM_VERSION}"))),
            ("@module", string("terraform.ui")),
            ("@timestamp", string(&time)),
            ("terraform", string(TERRAFORM_VERSION)),
            ("type", string("version")),
            ("ui", string("1.2")),
        ]);
        self.session.out(&format!("{}\n", compact(&members)));
    }

    pub fn diagnostics(&self, diagnostics: &[Diagnostic]) {
        let mut sorted = diagnostics.to_vec();
        super::diagnostics::sort(&mut sorted, &self.session.sources.borrow());
        for diagnostic in &sorted {
            let view = diagnostic.to_view(&self.session.sources.borrow());
            let text = serde_json::to_string(&view).expect("a diagnostic is plain data");
            let json = parse(&text).unwrap_or(Json::Null);
            let (level, word) = if diagnostic.is_error() { ("error", "Error") } else { ("warn", "Warning") };
            self.line(
                level,
                &format!("{word}: {}", diagnostic.summary),
                vec![("diagnostic", json)],
                "diagnostic",
            );
        }
    }

    pub fn plan(&self, plan: &Plan) {
        for change in &plan.drift {
            let message = format!("{}: Drift detected ({})", change.address, action_text(change.action));
            self.line("info", &message, vec![("change", change_json(change))], "resource_drift");
        }
        for change in &plan.changes {
            let silent = change.action == Action::NoOp
                && change.importing.is_none()
                && change.previous_address.is_none();
            if silent || change.action == Action::Delete && change.address.resource.mode == Mode::Data {
                continue;
            }
            let action = if change.action == Action::NoOp && change.previous_address.is_some() {
                "move"
            } else if change.action == Action::NoOp {
                "import"
            } else {
                action_text(change.action)
            };
            let message = format!("{}: Plan to {action}", change.address);
            self.line("info", &message, vec![("change", change_json(change))], "planned_change");
        }
        let counts = counts(plan);
        let changes = object([
            ("add", number(counts.add)),
            ("change", number(counts.change)),
            ("import", number(counts.import)),
            ("remove", number(counts.remove)),
            ("operation", string("plan")),
        ]);
        self.line("info", &format!("Plan: {}", summary(plan)), vec![("changes", changes)], "change_summary");
        if plan.outputs.is_empty() {
            return;
        }
        let outputs = plan.outputs.iter().map(|(name, output)| {
            let json = object([
                ("sensitive", Json::Bool(output.sensitive)),
                ("action", string(action_text(output.action))),
            ]);
            (name.clone(), json)
        });
        let message = format!("Outputs: {}", plan.outputs.len());
        self.line("info", &message, vec![("outputs", Json::Object(outputs.collect()))], "outputs");
    }

    pub fn applied(&self, counts: Counts, state: &State, destroy: bool) {
        let (message, operation) = if destroy {
            (format!("Destroy complete! Resources: {} destroyed.", counts.destroyed), "destroy")
        } else {
            let imported =
                if counts.imported > 0 { format!("{} imported, ", counts.imported) } else { String::new() };
            let message = format!(
                "Apply complete! Resources: {imported}{} added, {} changed, {} destroyed.",
                counts.added, counts.changed, counts.destroyed
            );
            (message, "apply")
        };
        let changes = object([
            ("add", number(counts.added)),
            ("change", number(counts.changed)),
            ("import", number(counts.imported)),
            ("remove", number(counts.destroyed)),
            ("operation", string(operation)),
        ]);
        self.line("info", &message, vec![("changes", changes)], "change_summary");
        if !destroy {
            self.outputs(state);
        }
    }

    /// The outputs as they are now.
    pub fn outputs(&self, state: &State) {
        let outputs = state.outputs.iter().map(|(name, output)| {
            let ty = parse(&nuvola_tf_lang::json::encode_type(output.value.ty())).unwrap_or(Json::Null);
            let mut members = vec![("sensitive", Json::Bool(output.sensitive)), ("type", ty)];
            if !output.sensitive {
                let text = nuvola_tf_lang::json::encode_plain(&output.value).unwrap_or_default();
                members.push(("value", parse(&text).unwrap_or(Json::Null)));
            }
            (name.clone(), object(members))
        });
        let message = format!("Outputs: {}", state.outputs.len());
        self.line("info", &message, vec![("outputs", Json::Object(outputs.collect()))], "outputs");
    }
}

fn change_json(change: &Change) -> Json {
    let mut members = vec![("resource", resource(&change.address))];
    if let Some(previous) = &change.previous_address {
        members.push(("previous_resource", resource(previous)));
    }
    members.push(("action", string(action_text(change.action))));
    if change.reason != Reason::None {
        members.push(("reason", string(change.reason.text())));
    }
    if let Some(id) = &change.importing {
        members.push(("importing", object([("id", string(id))])));
    }
    object(members)
}

fn id_members(id: Option<&String>) -> Vec<(&'static str, Json)> {
    id.map_or_else(Vec::new, |id| vec![("id_key", string("id")), ("id_value", string(id))])
}

fn id_text(id: Option<&String>) -> String {
    id.map_or(String::new(), |id| format!(" [id={id}]"))
}

impl Ui for JsonUi<'_> {
    fn progress(&self, progress: Progress) {
        let (message, members, kind) = match progress {
            Progress::Refreshing { address, id } => {
                let mut members = vec![("resource", resource(&address))];
                members.extend(id_members(id.as_ref()));
                (format!("{address}: Refreshing state...{}", id_text(id.as_ref())), members, "refresh_start")
            }
            Progress::Refreshed { address, id } => {
                let mut members = vec![("resource", resource(&address))];
                members.extend(id_members(id.as_ref()));
                (format!("{address}: Refresh complete{}", id_text(id.as_ref())), members, "refresh_complete")
            }
            Progress::Started { address, action, id, .. } => {
                let mut members =
                    vec![("resource", resource(&address)), ("action", string(action_text(action)))];
                members.extend(id_members(id.as_ref()));
                (
                    format!("{address}: {}{}", started_text(action), id_text(id.as_ref())),
                    members,
                    "apply_start",
                )
            }
            Progress::StillWorking { address, action, elapsed_s, .. } => {
                let elapsed = ("elapsed_seconds", Json::Number(elapsed_s.to_string()));
                let members =
                    vec![("resource", resource(&address)), ("action", string(action_text(action))), elapsed];
                (
                    format!("{address}: {} [{} elapsed]", still_text(action), elapsed_text(elapsed_s)),
                    members,
                    "apply_progress",
                )
            }
            Progress::Finished { address, action, id, elapsed_s } => {
                let mut members =
                    vec![("resource", resource(&address)), ("action", string(action_text(action)))];
                members.extend(id_members(id.as_ref()));
                members.push(("elapsed_seconds", Json::Number(elapsed_s.to_string())));
                (
                    format!(
                        "{address}: {} after {}{}",
                        finished_text(action),
                        elapsed_text(elapsed_s),
                        id_text(id.as_ref())
                    ),
                    members,
                    "apply_complete",
                )
            }
            Progress::Failed { address, action, elapsed_s } => {
                let elapsed = ("elapsed_seconds", Json::Number(elapsed_s.to_string()));
                let members =
                    vec![("resource", resource(&address)), ("action", string(action_text(action))), elapsed];
                let word = finished_text(action).replace("complete", "errored");
                (format!("{address}: {word} after {}", elapsed_text(elapsed_s)), members, "apply_errored")
            }
            Progress::Provisioning { address, provisioner } => {
                let members = vec![("resource", resource(&address)), ("provisioner", string(&provisioner))];
                (format!("{address}: Provisioning with '{provisioner}'..."), members, "provision_start")
            }
            Progress::ProvisionerOutput { address, provisioner, line } => {
                let members = vec![
                    ("resource", resource(&address)),
                    ("provisioner", string(&provisioner)),
                    ("output", string(&line)),
                ];
                (format!("{address}: ({provisioner}): {line}"), members, "provision_progress")
            }
            Progress::Provisioned { address, provisioner, failed } => {
                let members = vec![("resource", resource(&address)), ("provisioner", string(&provisioner))];
                let (word, kind) = if failed {
                    ("errored", "provision_errored")
                } else {
                    ("complete", "provision_complete")
                };
                (format!("{address}: ({provisioner}) Provisioning {word}"), members, kind)
            }
            Progress::PreparingImport { .. } | Progress::Importing { .. } | Progress::Imported { .. } => {
                return;
            }
        };
        self.line("info", &message, vec![("hook", object(members))], kind);
    }
}

/// A time as RFC 3339 has it, in UTC.
#[must_use]
pub fn rfc3339(now_ms: i64) -> String {
    nuvola_kernel::Timestamp(now_ms).iso_millis()
}
