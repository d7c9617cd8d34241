//! `plan`, `apply`, `destroy` and `refresh`.

use super::args::{Args, Known};
use super::hooks::HumanUi;
use super::json_ui::JsonUi;
use super::session::Session;
use super::variables;
use crate::addr::{ResourceInstance, Target};
use crate::apply::change::planned_event;
use crate::apply::{Applier, Counts};
use crate::config::Config;
use crate::plan::planner::Planner;
use crate::plan::savefile::{self, SavedPlan};
use crate::plan::{Change, Plan, PlanMode, PlanOptions};
use crate::render::Action;
use crate::render::color::horizontal_rule;
use crate::render::plan::{Look, plan_text};
use crate::render::state::outputs_text;
use crate::run::{Op, Run};
use crate::state::State;
use crate::state::store::Store;
use crate::ui::Ui;
use nuvola_hcl::text::quote;
use nuvola_hcl::{Diagnostic, has_errors};
use nuvola_kernel::Ordered;
use std::cell::RefCell;
use std::rc::Rc;

/// The options of `plan`.
pub const PLAN: Known = Known {
    switches: &[
        "destroy",
        "refresh-only",
        "refresh",
        "input",
        "json",
        "detailed-exitcode",
        "compact-warnings",
        "lock",
    ],
    values: &[
        "out",
        "target",
        "replace",
        "var",
        "var-file",
        "state",
        "lock-timeout",
        "parallelism",
        "generate-config-out",
    ],
};
/// The options of `apply` and `destroy`.
pub const APPLY: Known = Known {
    switches: &[
        "auto-approve",
        "destroy",
        "refresh-only",
        "refresh",
        "input",
        "json",
        "compact-warnings",
        "lock",
    ],
    values: &[
        "target",
        "replace",
        "var",
        "var-file",
        "state",
        "state-out",
        "backup",
        "lock-timeout",
        "parallelism",
    ],
};
/// The options of `refresh`.
pub const REFRESH: Known = Known {
    switches: &["refresh", "destroy", "refresh-only", "input", "json", "compact-warnings", "lock"],
    values: &[
        "target",
        "replace",
        "var",
        "var-file",
        "state",
        "state-out",
        "backup",
        "lock-timeout",
        "parallelism",
    ],
};

/// Which command it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    Plan,
    Apply,
    Destroy,
    Refresh,
}

impl Command {
    fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Apply => "apply",
            Self::Destroy => "destroy",
            Self::Refresh => "refresh",
        }
    }
}

/// What a run of a command works with.
struct Operation<'s> {
    session: &'s Session,
    command: Command,
    args: Args,
    options: PlanOptions,
    json: Option<JsonUi<'s>>,
}

/// Runs one of the commands.
pub async fn run(session: &mut Session, command: Command, args: Args) -> i32 {
    session.compact_warnings = args.on("compact-warnings");
    let session: &Session = session;
    let json = args.on("json").then(|| JsonUi::new(session));
    if let Some(json) = &json {
        json.version();
    }
    let mut diagnostics = Vec::new();
    let options = options(command, &args, &mut diagnostics);
    let operation = Operation { session, command, args, options, json };
    if has_errors(&diagnostics) {
        operation.show(&diagnostics);
        operation.help_hint();
        return 1;
    }
    operation.run().await
}

fn options(command: Command, args: &Args, diagnostics: &mut Vec<Diagnostic>) -> PlanOptions {
    let mut out = PlanOptions::default();
    if command == Command::Destroy {
        for (name, why) in
            [("destroy", ", because this command always runs in destroy mode"), ("refresh-only", "")]
        {
            if args.on(name) {
                let detail = format!("The -{name} option is not valid for \"terraform destroy\"{why}.");
                diagnostics.push(Diagnostic::error("Invalid mode option", detail));
                return out;
            }
        }
    }
    if command == Command::Destroy || args.on("destroy") {
        out.mode = PlanMode::Destroy;
    }
    if command == Command::Refresh || args.on("refresh-only") {
        if out.mode == PlanMode::Destroy {
            let detail = "The -destroy and -refresh-only options are mutually-exclusive.";
            diagnostics.push(Diagnostic::error("Incompatible plan mode options", detail));
        }
        out.mode = PlanMode::RefreshOnly;
    }
    out.skip_refresh = !args.or("refresh", true);
    if out.skip_refresh && out.mode == PlanMode::RefreshOnly {
        let detail = "It doesn't make sense to use -refresh-only at the same time as -refresh=false, because Terraform would have nothing to do.";
        diagnostics.push(Diagnostic::error("Incompatible refresh options", detail));
    }
    for text in args.all("target") {
        match crate::parse_addr::from_text(text) {
            Ok(target) => out.targets.push(target),
            Err(problem) => {
                diagnostics.push(Diagnostic::error(format!("Invalid target {}", quote(text)), problem.detail))
            }
        }
    }
    for text in args.all("replace") {
        match crate::parse_addr::from_text(text) {
            Ok(Target::Instance(ResourceInstance { resource, .. }) | Target::Resource(_, resource))
                if resource.mode == crate::addr::Mode::Data =>
            {
                diagnostics.push(Diagnostic::error(
                    format!("Invalid force-replace address {}", quote(text)),
                    "Only managed resources can be used with the -replace=... option.",
                ));
            }
            Ok(Target::Instance(instance)) => out.replace.push(instance),
            Ok(Target::Resource(module, resource)) => {
                out.replace.push(ResourceInstance::new(module, resource, crate::addr::Key::None))
            }
            Ok(Target::Module(_)) => {
                let detail = "A resource instance address is required here. The module path must be followed by a resource instance specification.";
                diagnostics.push(Diagnostic::error(
                    format!("Invalid force-replace address {}", quote(text)),
                    detail,
                ));
            }
            Err(problem) => diagnostics.push(Diagnostic::error(
                format!("Invalid force-replace address {}", quote(text)),
                problem.detail,
            )),
        }
    }
    out.parallelism = args.value("parallelism").and_then(|text| text.parse().ok());
    out.generate_config = args.value("generate-config-out").map(str::to_owned);
    out
}

impl Operation<'_> {
    fn show(&self, diagnostics: &[Diagnostic]) {
        match &self.json {
            Some(json) => json.diagnostics(diagnostics),
            None => self.session.show(diagnostics),
        }
    }

    fn help_hint(&self) {
        if self.json.is_none() {
            let name = self.command.name();
            self.session
                .err(&format!("\nFor more help on using this command, run:\n  terraform {name} -help\n"));
        }
    }

    fn ui(&self) -> Box<dyn Ui + '_> {
        match &self.json {
            Some(json) => Box::new(JsonUi::new(json.session)),
            None => Box::new(HumanUi(self.session)),
        }
    }

    async fn run(&self) -> i32 {
        if matches!(self.command, Command::Apply | Command::Destroy)
            && let [path] = self.args.rest.as_slice()
        {
            return self.apply_saved(path).await;
        }
        if !self.args.rest.is_empty() {
            let expected = match self.command {
                Command::Plan => "To specify a working directory for the plan, use the global -chdir flag.",
                Command::Apply | Command::Destroy | Command::Refresh => {
                    "Expected at most one positional argument."
                }
            };
            self.show(&[Diagnostic::error("Too many command line arguments", expected)]);
            self.help_hint();
            return 1;
        }
        let session = self.session;
        let mut diagnostics = Vec::new();
        if !session.has_config() && self.options.mode != PlanMode::Destroy {
            let (word, verb) = match self.command {
                Command::Plan => ("Plan", "Planning"),
                Command::Apply => ("Apply", "Applying"),
                Command::Destroy | Command::Refresh => ("Refresh", "Refreshing"),
            };
            let detail = if self.command == Command::Plan {
                "Plan requires configuration to be present. Planning without a configuration would mark everything for destruction, which is normally not what is desired. If you would like to destroy everything, run plan with the -destroy option. Otherwise, create a Terraform configuration file (.tf file) and try again.".to_owned()
            } else {
                format!(
                    "{word} requires configuration to be present. {verb} without a configuration would mark everything for destruction, which is normally not what is desired. If you would like to destroy everything, run 'terraform destroy' instead."
                )
            };
            self.show(&[Diagnostic::error("No configuration files", detail)]);
            return 1;
        }
        let config = session.load(&mut diagnostics);
        if has_errors(&diagnostics) {
            self.show(&diagnostics);
            return 1;
        }
        let store = RefCell::new(self.store(&config));
        let state = match session.read_state(&mut store.borrow_mut()) {
            Ok(file) => file.map(|file| file.state).unwrap_or_default(),
            Err(code) => return code,
        };
        let missing = session.missing_providers(&config);
        if !missing.is_empty() {
            diagnostics.extend(missing);
            self.show(&diagnostics);
            return 1;
        }
        let run = session.run(&config, Op::Plan);
        if !variables::collect(session, &self.args, &config, &run, &mut diagnostics).await {
            self.show(&diagnostics);
            return 1;
        }
        // Everything that can be found without planning comes first.
        diagnostics.extend(super::validate::static_check(session, &config));
        if has_errors(&diagnostics) {
            self.show(&diagnostics);
            return 1;
        }
        let ui = self.ui();
        let plan = make_plan(&run, &self.options, &*ui, state).await;
        diagnostics.extend(run.diagnostics.take());
        self.after_plan(&config, &run, plan, &store, diagnostics).await
    }

    fn store(&self, config: &Config) -> Store {
        match self.args.value("state") {
            Some(path) => Store::new(Rc::clone(&self.session.host), path),
            None => self.session.store(Some(config)),
        }
    }

    async fn after_plan(
        &self,
        config: &Rc<Config>,
        run: &Run,
        plan: Plan,
        store: &RefCell<Store>,
        mut diagnostics: Vec<Diagnostic>,
    ) -> i32 {
        let session = self.session;
        session.host.on_event(planned_event(&plan.changes));
        if !plan.targets.is_empty() {
            let detail = "You are creating a plan with the -target option, which means that the result of this plan may not represent all of the changes requested by the current configuration.\n\nThe -target option is not for routine use, and is provided only for exceptional situations such as recovering from errors or mistakes, or when Terraform specifically suggests to use it as part of an error message.";
            diagnostics.push(Diagnostic::warning("Resource targeting is in effect", detail));
        }
        diagnostics.extend(forgotten(&plan));
        if let Some(text) = infinity(&plan) {
            session.err(&text);
            if !text.contains("encode") {
                self.note(None);
                return 0;
            }
            return 1;
        }
        let empty = plan.changes.iter().all(|change| change.action == Action::NoOp)
            && plan.outputs.values().all(|output| output.action == Action::NoOp);
        // Only `plan` shows a failed plan in which there is nothing to show.
        let nothing = plan.aborted
            || plan.errored
                && empty
                && (plan.mode == PlanMode::Destroy
                    || matches!(self.command, Command::Apply | Command::Destroy));
        if self.command == Command::Refresh && plan.previous.is_empty() && !plan.errored {
            let detail =
                "There are currently no remote objects tracked in the state, so there is nothing to refresh.";
            diagnostics.push(Diagnostic::warning("Empty or non-existent state", detail));
        }
        if self.command != Command::Refresh && !nothing {
            self.print_plan(run, &plan);
        }
        if has_errors(&diagnostics) {
            self.show(&diagnostics);
            return 1;
        }
        if self.command == Command::Plan {
            return self.finish_plan(&plan, &diagnostics);
        }
        let applyable = plan.can_apply();
        if applyable
            && self.command != Command::Refresh
            && !self.args.on("auto-approve")
            && self.json.is_none()
        {
            self.show(&diagnostics);
            diagnostics.clear();
            if !self.args.or("input", true) {
                return 1;
            }
            if !self.approve(&plan).await {
                return 1;
            }
        } else if !applyable && self.json.is_none() {
            self.show(&diagnostics);
            diagnostics.clear();
        }
        let variables = run.values.borrow().variables.clone();
        self.apply(config, &variables, &plan, store, diagnostics).await
    }

    fn print_plan(&self, run: &Run, plan: &Plan) {
        let schemas = |change: &Change| {
            let source = crate::providers::resolve::source_of(&change.provider)?;
            run.resource_schema(&source, &change.address.resource)
        };
        match &self.json {
            Some(json) => json.plan(plan),
            None => {
                let look = Look { color: self.session.color, columns: self.session.columns() };
                self.session.out(&plan_text(plan, &schemas, look));
            }
        }
    }

    fn finish_plan(&self, plan: &Plan, diagnostics: &[Diagnostic]) -> i32 {
        self.show(diagnostics);
        let out = self.args.value("out");
        if let Some(path) = out {
            let text = savefile::write(plan, self.session);
            if let Err(error) = self.session.host.write_file(path, text.as_bytes()) {
                return self.session.fail(
                    "Failed to write plan file",
                    format!("The plan file could not be written: {error}."),
                );
            }
        }
        if self.json.is_none() && plan.can_apply() {
            self.note(out);
        }
        if self.args.on("detailed-exitcode") && plan.can_apply() { 2 } else { 0 }
    }

    /// What to do with the plan.
    fn note(&self, out: Option<&str>) {
        let session = self.session;
        session.out(&format!("{}\n", horizontal_rule(session.color, session.columns())));
        match out {
            None => session.out("\nNote: You didn't use the -out option to save this plan, so Terraform can't\nguarantee to take exactly these actions if you run \"terraform apply\" now.\n"),
            Some(path) => session.out(&format!("\nSaved the plan to: {path}\n\nTo perform exactly these actions, run the following command to apply:\n    terraform apply {}\n", quote(path))),
        }
    }

    async fn approve(&self, plan: &Plan) -> bool {
        let session = self.session;
        let workspace = session.workspace();
        let within = if workspace == "default" {
            String::new()
        } else {
            format!(" in workspace {}", quote(&workspace))
        };
        let (question, detail) = match plan.mode {
            PlanMode::Destroy => (
                format!("Do you really want to destroy all resources{within}?"),
                "Terraform will destroy all your managed infrastructure, as shown above.\nThere is no undo. Only 'yes' will be accepted to confirm.",
            ),
            PlanMode::RefreshOnly => (
                format!(
                    "Would you like to update the Terraform state to reflect these detected changes{}?",
                    within
                ),
                "Terraform will write these changes to the state without modifying any real infrastructure.\nThere is no undo. Only 'yes' will be accepted to confirm.",
            ),
            PlanMode::Normal => (
                format!("Do you want to perform these actions{within}?"),
                "Terraform will perform the actions described above.\nOnly 'yes' will be accepted to approve.",
            ),
        };
        session.out("\n");
        let answer = variables::prompt(session, &question, detail, false).await;
        if answer.as_deref().map(str::trim) == Some("yes") {
            return true;
        }
        if answer.is_none() {
            session.show(&[Diagnostic::error("error asking for approval: EOF", "")]);
            return false;
        }
        let what = if plan.mode == PlanMode::Destroy { "Destroy" } else { "Apply" };
        session.out(&format!("{what} cancelled.\n"));
        false
    }

    async fn apply(
        &self,
        config: &Rc<Config>,
        variables: &std::collections::BTreeMap<(crate::addr::ModuleInstance, String), nuvola_tf_lang::Value>,
        plan: &Plan,
        store: &RefCell<Store>,
        mut diagnostics: Vec<Diagnostic>,
    ) -> i32 {
        let session = self.session;
        // Checks are made again; what planning said of them no longer matters.
        diagnostics.retain(|diagnostic| !diagnostic.summary.starts_with("Check block assertion"));
        let mut run = session.run(config, Op::Apply);
        run.plan_time_ms = plan.timestamp_ms;
        let root = variables.iter().filter(|((module, _), _)| module.is_root());
        run.values.borrow_mut().variables.extend(root.map(|(key, value)| (key.clone(), value.clone())));
        let ui = self.ui();
        let options = PlanOptions { mode: plan.mode, ..self.options.clone() };
        let mut planner = Planner::new(&run, &options, &*ui, plan.prior.clone());
        planner.previous = plan.previous.clone();
        let counts = {
            let applier = Applier::new(&planner, plan, store);
            applier.apply().await;
            if applier.halted.get() {
                run.report([Diagnostic::error("execution halted", "")]);
            }
            applier.counts.get()
        };
        if !plan.targets.is_empty() && self.command != Command::Refresh {
            let detail = "The plan was created with the -target option in effect, so some changes requested in the configuration may have been ignored and the output values may not be fully updated. Run the following command to verify that no other changes are pending:\n    terraform plan\n\nNote that the -target option is not suitable for routine use, and is provided only for exceptional situations such as recovering from errors or mistakes, or when Terraform specifically suggests to use it as part of an error message.";
            diagnostics.push(Diagnostic::warning("Applied changes may be incomplete", detail));
        }
        diagnostics.extend(run.diagnostics.take());
        if let Err(text) = super::backend::persist(session).await {
            diagnostics.extend(super::backend::rescue(session, &text));
        }
        let failed = has_errors(&diagnostics);
        self.show(&diagnostics);
        if failed {
            return 1;
        }
        let state = planner.state.borrow();
        self.summary(counts, &state, plan);
        0
    }

    fn summary(&self, counts: Counts, state: &State, plan: &Plan) {
        let destroy = self.command == Command::Destroy;
        if let Some(json) = &self.json {
            if self.command == Command::Refresh {
                json.outputs(state);
            } else {
                json.applied(counts, state, destroy);
            }
            return;
        }
        let session = self.session;
        if self.command != Command::Refresh {
            let text = if destroy {
                format!(
                    "[reset][bold][green]\nDestroy complete! Resources: {} destroyed.\n",
                    counts.destroyed
                )
            } else {
                let imported = if counts.imported > 0 {
                    format!("{} imported, ", counts.imported)
                } else {
                    String::new()
                };
                format!(
                    "[reset][bold][green]\nApply complete! Resources: {imported}{} added, {} changed, {} destroyed.\n",
                    counts.added, counts.changed, counts.destroyed
                )
            };
            session.out(&session.color.paint(&text));
        }
        if !state.outputs.is_empty() && plan.mode != PlanMode::Destroy {
            session.out(&session.color.paint("[reset][bold][green]\nOutputs:\n\n"));
            session.out(&outputs_text(&state.outputs));
        }
    }

    async fn apply_saved(&self, path: &str) -> i32 {
        let session = self.session;
        let text = match session.host.read_file(path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => {
                return session.fail(
                    format!("Failed to load {} as a plan file", quote(path)),
                    format!("Error: stat {path}: {error}"),
                );
            }
        };
        let Some(saved) = SavedPlan::read(&text) else {
            return session.fail(
                format!("Failed to load {} as a plan file", quote(path)),
                "Error: zip: not a valid zip file",
            );
        };
        let mut diagnostics = Vec::new();
        let config = session.load(&mut diagnostics);
        if has_errors(&diagnostics) {
            self.show(&diagnostics);
            return 1;
        }
        if let Some(problem) = changed_variable(session, &self.args, &config, &saved) {
            self.show(&[problem]);
            return 1;
        }
        let store = RefCell::new(self.store(&config));
        if let Err(code) = session.read_state(&mut store.borrow_mut()) {
            return code;
        }
        let current = store.borrow().current().map(|file| (file.lineage.clone(), file.serial));
        if current != saved.based_on {
            return session.fail("Saved plan is stale", "The given plan file can no longer be applied because the state was changed by another operation after the plan was created.");
        }
        let root = crate::addr::ModuleInstance::root();
        let mut variables: std::collections::BTreeMap<_, _> = saved
            .plan
            .variables
            .iter()
            .map(|(name, value)| ((root.clone(), name.clone()), value.clone()))
            .into_map();
        for (name, variable) in &config.module.variables {
            if let Some(value) = variables.get_mut(&(root.clone(), name.clone())) {
                *value = crate::plan::expand::marked(value.clone(), variable);
            }
        }
        session.host.on_event(planned_event(&saved.plan.changes));
        self.apply(&config, &variables, &saved.plan, &store, diagnostics).await
    }
}

/// A variable that is given a value which a saved plan does not have.
fn changed_variable(
    session: &Session,
    args: &Args,
    config: &Config,
    saved: &SavedPlan,
) -> Option<Diagnostic> {
    for text in args.all("var") {
        let (name, given) = text.split_once('=')?;
        let Some(variable) = config.module.variables.get(name) else {
            let detail = format!(
                "A variable named {} was assigned on the command line, but the root module does not declare a variable of that name. To use this value, add a \"variable\" block to the configuration.",
                quote(name)
            );
            return Some(Diagnostic::error("Value for undeclared variable", detail));
        };
        let planned = saved.plan.variables.get(name)?;
        let value = if variable.literal {
            nuvola_tf_lang::Value::string(given)
        } else {
            let file = nuvola_hcl::SourceFile::hidden(format!("<value for var.{name}>"), given);
            let file = session.sources.borrow_mut().add(file);
            let (expr, _) = nuvola_hcl::parse_expression(&session.sources.borrow(), file);
            crate::eval::constant(&expr).0
        };
        let value = nuvola_tf_lang::convert(&value, &variable.constraint.ty).unwrap_or(value);
        if value != *planned && !variable.ephemeral {
            let shown = |value: &nuvola_tf_lang::Value| {
                if variable.sensitive {
                    "(sensitive value)".to_owned()
                } else {
                    nuvola_tf_lang::format_value(value, 0)
                }
            };
            let detail = format!(
                "The variable {name} cannot be set using the -var and -var-file options when applying a saved plan file, because a saved plan includes the variable values that were set when it was created. The saved plan specifies {} as the value whereas during apply the value {} was set by a CLI argument. To declare an ephemeral variable which is not saved in the plan file, use ephemeral = true.",
                shown(planned),
                shown(&value)
            );
            return Some(Diagnostic::error("Can't change variable when applying a saved plan", detail));
        }
    }
    None
}

/// Walks the configuration and what the state has beyond it.
pub async fn make_plan(run: &Run, options: &PlanOptions, ui: &dyn Ui, state: State) -> Plan {
    run.report(run.pending.take());
    let mut planner = Planner::new(run, options, ui, state);
    let moves = crate::plan::moves::apply(&run.config, &mut planner.state.borrow_mut());
    planner.moves = moves;
    planner.collect_imports();
    if options.mode == PlanMode::Normal {
        planner.check_import_targets();
    }
    let removed = crate::plan::statements::check_removed(run);
    if !removed.is_empty() && options.mode == PlanMode::Normal {
        run.report(removed);
        planner.plan.borrow_mut().aborted = true;
        return planner.into_plan();
    }
    if run.has_errors() && options.mode == PlanMode::Normal && !planner.run.config.module.imports.is_empty() {
        planner.plan.borrow_mut().aborted = true;
        return planner.into_plan();
    }
    if options.mode == PlanMode::Destroy {
        planner.refresh_only = true;
        if !options.skip_refresh {
            planner.walk().await;
            planner.plan_orphans().await;
        }
        if !run.has_errors() {
            planner.refresh_only = false;
            planner.plan.take();
            planner.plan_destroy();
            planner.removed_outputs();
        }
    } else {
        planner.walk().await;
        planner.plan_orphans().await;
        planner.missing_import_targets();
        planner.removed_outputs();
        let problems = crate::plan::statements::check(run);
        if !problems.is_empty() {
            run.report(problems);
            planner.plan.borrow_mut().aborted = true;
        }
    }
    planner.find_drift();
    let root: std::collections::BTreeMap<String, nuvola_tf_lang::Value> = run
        .values
        .borrow()
        .variables
        .iter()
        .filter(|((module, _), _)| module.is_root())
        .map(|((_, name), value)| (name.clone(), value.clone().unmark_deep().0))
        .into_map();
    let mut plan = planner.into_plan();
    plan.variables = root;
    plan
}

/// What the plan will only stop managing.
fn forgotten(plan: &Plan) -> Option<Diagnostic> {
    let forgotten = plan.changes.iter().filter(|change| change.action == Action::Forget);
    let names: Vec<String> = forgotten.map(|change| format!(" - {}", change.address)).collect();
    let detail = format!(
        "If you apply this plan, Terraform will discard its tracking information for the following objects, but it will not delete them:\n{}\n\nAfter applying this plan, Terraform will no longer manage these objects. You will need to import them into Terraform to manage them again.",
        names.join("\n")
    );
    let warning = Diagnostic::warning("Some objects will no longer be managed by Terraform", detail);
    (!names.is_empty()).then_some(warning)
}

/// An infinite number cannot be stored: the message that the real program gives.
fn infinity(plan: &Plan) -> Option<String> {
    const MARSHAL: &str = "Failed to marshal plan to json: cannot serialize infinity as JSON";
    if let Some(change) = plan.changes.iter().find(|change| has_infinity(&change.after)) {
        return Some(format!(
            "{MARSHAL}\nError: failed to encode {} in state: failed to serialize value: cannot serialize infinity as JSON\n\n",
            change.address
        ));
    }
    let outputs = plan.outputs.values().filter(|output| output.action != Action::NoOp);
    outputs.into_iter().any(|output| has_infinity(&output.after)).then(|| MARSHAL.to_owned())
}

fn has_infinity(value: &nuvola_tf_lang::Value) -> bool {
    value.as_number().is_some_and(nuvola_tf_lang::Number::is_infinite)
        || value.as_seq().is_some_and(|items| items.iter().any(has_infinity))
        || value.as_members().is_some_and(|members| members.values().any(has_infinity))
}
