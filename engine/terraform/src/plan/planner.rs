//! Makes a plan by visiting the configuration's graph.

use super::{OutputChange, Plan, PlanMode, PlanOptions};
use crate::addr::{ConfigResource, ModuleInstance, ResourceInstance};
use crate::config::{CheckRule, Config, Output};
use crate::eval::{block, refs};
use crate::graph::walk::{PARALLELISM, walk};
use crate::graph::{Graph, Node, ancestors, build, find_cycle};
use crate::provider::ProviderDiagnostic;
use crate::render::Action;
use crate::run::{Op, Place, Run};
use crate::state::{CheckResult, CheckStatus, OutputState, State};
use crate::ui::Ui;
use nuvola_hcl::{Diagnostic, Range, Severity};
use nuvola_kernel::Ordered;
use nuvola_kernel::ordered::sort_by;
use nuvola_tf_lang::{Marks, Type, Value};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// A walk over the configuration that plans, validates, applies outputs or evaluates.
pub struct Planner<'a> {
    pub run: &'a Run,
    pub options: &'a PlanOptions,
    pub ui: &'a dyn Ui,
    pub state: RefCell<State>,
    pub previous: State,
    pub plan: RefCell<Plan>,
    /// Where moved instances come from.
    pub moves: BTreeMap<ResourceInstance, ResourceInstance>,
    /// Instances to import, with their ids.
    pub imports: RefCell<BTreeMap<ResourceInstance, String>>,
    /// Whether some resource is to be created before the old one goes, directly or for a dependent.
    pub create_first: BTreeSet<ConfigResource>,
    pub graph: Graph<Node>,
    /// Whether this is the refreshing before a destroy plan.
    pub refresh_only: bool,
}

impl<'a> Planner<'a> {
    #[must_use]
    pub fn new(run: &'a Run, options: &'a PlanOptions, ui: &'a dyn Ui, state: State) -> Self {
        let graph = build::build(&run.config);
        let create_first = create_first(&run.config, &graph, &state);
        Self {
            run,
            options,
            ui,
            previous: state.clone(),
            state: RefCell::new(state),
            plan: RefCell::default(),
            moves: BTreeMap::new(),
            imports: RefCell::default(),
            create_first,
            graph,
            refresh_only: options.mode == PlanMode::RefreshOnly,
        }
    }

    /// Walks the whole graph, or what the targets need.
    pub async fn walk(&self) {
        let graph = self.targeted();
        if let Some(cycle) = find_cycle(&graph) {
            let name = |node: &Node| match node {
                Node::Resource(resource) if self.run.op == Op::Validate => resource.to_string(),
                other => other.to_string(),
            };
            let names: Vec<String> = cycle.iter().map(name).collect();
            self.run.report([Diagnostic::error(format!("Cycle: {}", names.join(", ")), "")]);
            return;
        }
        let limit = self.options.parallelism.unwrap_or(PARALLELISM);
        walk(&graph, limit, |node| async move {
            let ok = self.visit(&node).await;
            (node, ok)
        })
        .await;
    }

    /// The graph without what no target needs.
    fn targeted(&self) -> Graph<Node> {
        if self.options.targets.is_empty() {
            return self.graph.clone();
        }
        let mut keep = BTreeSet::new();
        for node in self.graph.keys() {
            let Node::Resource(resource) = node else { continue };
            if self.options.targets.iter().any(|target| target.may_contain(resource)) {
                keep.extend(ancestors(&self.graph, node));
                keep.insert(node.clone());
            }
        }
        // Outputs of the root are worked out when all that they need is there.
        for node in self.graph.keys() {
            let Node::Output(path, _) = node else { continue };
            let needed = ancestors(&self.graph, node);
            let resources = needed.iter().filter(|node| matches!(node, Node::Resource(_))).count();
            if path.is_empty()
                && resources > 0
                && needed.iter().all(|node| !matches!(node, Node::Resource(_)) || keep.contains(node))
            {
                keep.insert(node.clone());
                keep.extend(needed);
            }
        }
        self.graph
            .iter()
            .filter(|(node, _)| keep.contains(node))
            .map(|(node, deps)| (node.clone(), deps.clone()))
            .into_map()
    }

    /// Visits a node of the configuration.
    pub async fn visit(&self, node: &Node) -> bool {
        match node {
            Node::Variable(path, name) => self.variable(path, name),
            Node::ModuleExpand(path) => self.expand_module(path),
            Node::Local(path, name) => self.local(path, name),
            Node::Provider(address) => self.provider(address).await,
            Node::Resource(resource) => self.resource(resource).await,
            Node::Output(path, name) => self.output(path, name),
            Node::ModuleClose(_) => true,
            Node::Check(path, name) => self.check(path, name),
        }
    }

    fn local(&self, path: &[String], name: &str) -> bool {
        let Some(local) = self.config(path).and_then(|config| config.module.locals.get(name)) else {
            return false;
        };
        let mut fine = true;
        let itself = refs::references(&local.expr, &mut Vec::new());
        if let Some(found) =
            itself.iter().find(|found| matches!(&found.subject, refs::Subject::Local(other) if other == name))
        {
            let detail =
                format!("Local value local.{name} cannot use its own result as part of its expression.");
            self.run.report([Diagnostic::error("Self-referencing local value", detail).at(found.range)]);
            return false;
        }
        for module in self.run.module_instances(path) {
            let (value, problems) = self.run.eval(&local.expr, &Place::in_module(&module));
            fine &= self.run.accept(problems);
            self.run.values.borrow_mut().locals.insert((module, name.to_owned()), value);
        }
        fine
    }

    #[must_use]
    pub fn config(&self, path: &[String]) -> Option<&Config> {
        self.run.config.descendant(path)
    }

    async fn provider(&self, address: &str) -> bool {
        let Some(provider) =
            self.run.resolver().all().into_iter().find(|provider| provider.address() == address)
        else {
            return true;
        };
        let Some(schema) = self.run.schema(&provider.source) else { return false };
        let config = provider.config(&self.run.config);
        let module = ModuleInstance(
            provider.module.iter().map(|name| (name.clone(), crate::addr::Key::None)).collect(),
        );
        let place = Place::in_module(&module);
        let (value, body, start) = match config {
            Some(config) => {
                let mut problems = Vec::new();
                let eval = |expr: &_, bound: &block::Bound| self.run.eval_bound(expr, &place, bound);
                let value = block::object(
                    &config.body,
                    config.body_start,
                    &schema.config,
                    &eval,
                    &Vec::new(),
                    &mut problems,
                );
                if !self.run.accept(problems) {
                    return false;
                }
                (value, Some(&config.body), Some(config.range))
            }
            None => (block::empty_object(&schema.config), None, None),
        };
        let (value, _) = value.unmark_deep();
        let with = address.to_owned();
        let place_of = |problem: &ProviderDiagnostic| match (&problem.path, body, start) {
            (Some(path), Some(body), Some(start)) => Some(block::place(body, start, path)),
            (_, _, start) => start,
        };
        let report = |problems: Vec<ProviderDiagnostic>| {
            self.run.accept(
                problems
                    .iter()
                    .map(|problem| provider_problem(problem, Some(&with), place_of(problem)))
                    .collect(),
            )
        };
        let plain = self.run.plain_provider(&provider.source);
        let checked = plain.map_or_else(Vec::new, |provider| provider.validate_config(&value));
        if !report(checked) {
            return false;
        }
        if self.run.op == Op::Validate || self.run.op == Op::Eval {
            return true;
        }
        report(self.run.configure(&provider, value).await)
    }

    fn output(&self, path: &[String], name: &str) -> bool {
        let Some(output) = self.config(path).and_then(|config| config.module.outputs.get(name)) else {
            return false;
        };
        let mut fine = true;
        for module in self.run.module_instances(path) {
            fine &= self.output_instance(&module, output);
        }
        fine
    }

    fn output_instance(&self, module: &ModuleInstance, output: &Output) -> bool {
        let place = Place::in_module(module);
        let address = format!("{}output.{}", module.prefix(), output.name);
        if !output.preconditions.is_empty() && self.run.op != Op::Validate {
            let status = self.conditions(
                &output.preconditions,
                &place,
                &address,
                "Module output value precondition failed",
                Severity::Error,
            );
            self.record_check("output_value", &address, &address, status.clone());
            if status.0 == CheckStatus::Fail || status.0 == CheckStatus::Error {
                return false;
            }
        }
        let (value, mut problems) = self.run.eval(&output.expr, &place);
        if output.ephemeral && module.is_root() {
            let detail = "Ephemeral outputs are not allowed in context of a root module";
            problems.push(Diagnostic::error("Ephemeral output not allowed", detail).at(output.range));
        }
        let depends = refs::parse_all(&output.depends_on, &mut problems);
        self.run.check_references(&depends, &place, &mut problems);
        let fine = !nuvola_hcl::has_errors(&problems);
        if fine
            && module.is_root()
            && !output.sensitive
            && self.run.op != Op::Eval
            && value.deep_marks().contains(Marks::SENSITIVE)
        {
            let detail = "To reduce the risk of accidentally exporting sensitive data that was intended to be only internal, Terraform requires that any root module output containing sensitive data be explicitly marked as sensitive, to confirm your intent.\n\nIf you do intend to export this data, annotate the output value as sensitive by adding the following argument:\n    sensitive = true";
            problems.push(Diagnostic::error("Output refers to sensitive values", detail).at(output.range));
        }
        if !output.ephemeral && value.deep_marks().contains(Marks::EPHEMERAL) {
            let detail = "This output value is not declared as returning an ephemeral value, so it cannot be set to a result derived from an ephemeral value.";
            problems.push(Diagnostic::error("Ephemeral value not allowed", detail).at(output.expr.range));
        }
        let fine = self.run.accept(problems);
        self.run.values.borrow_mut().outputs.insert((module.clone(), output.name.clone()), value.clone());
        if fine && module.is_root() {
            self.plan_output(output, value);
        }
        fine
    }

    fn plan_output(&self, output: &Output, value: Value) {
        if matches!(self.run.op, Op::Validate | Op::Eval) {
            return;
        }
        let (plain, _) = value.clone().unmark_deep();
        let before_destroy = self.refresh_only && self.options.mode == PlanMode::Destroy;
        if before_destroy && self.previous.is_empty() {
            return;
        }
        if self.run.op == Op::Apply || plain.is_wholly_known() && self.refresh_only {
            let state = OutputState { value: plain.clone(), sensitive: output.sensitive };
            if !plain.is_null() {
                self.state.borrow_mut().outputs.insert(output.name.clone(), state);
            } else {
                self.state.borrow_mut().outputs.remove(&output.name);
            }
        }
        if before_destroy {
            return;
        }
        let old = self.previous.outputs.get(&output.name);
        let before = old.map_or_else(|| Value::null(Type::Dynamic), |old| old.value.clone());
        let was_sensitive = old.is_some_and(|old| old.sensitive);
        let action = match old {
            None if plain.is_null() && plain.is_known() => Action::NoOp,
            None => Action::Create,
            Some(_) if plain.is_null() && plain.is_known() => Action::Delete,
            Some(old) if old.value == plain && was_sensitive == output.sensitive => Action::NoOp,
            Some(_) => Action::Update,
        };
        let sensitive = output.sensitive || was_sensitive;
        let change = OutputChange { action, before, after: plain, sensitive };
        self.plan.borrow_mut().outputs.insert(output.name.clone(), change);
    }

    /// Outputs of the state that the configuration no longer has.
    pub fn removed_outputs(&self) {
        // What is to be destroyed was refreshed first, and its outputs with it.
        let known = match (self.options.mode, self.run.op) {
            (PlanMode::Destroy, Op::Plan) => self.state.borrow().outputs.clone(),
            _ => self.previous.outputs.clone(),
        };
        for (name, old) in &known {
            let gone = self.options.mode == PlanMode::Destroy && !self.refresh_only
                || !self.run.config.module.outputs.contains_key(name);
            if gone && self.options.targets.is_empty() {
                let change = OutputChange {
                    action: Action::Delete,
                    before: old.value.clone(),
                    after: Value::null(Type::Dynamic),
                    sensitive: old.sensitive,
                };
                self.plan.borrow_mut().outputs.insert(name.clone(), change);
                if self.run.op == Op::Apply || self.refresh_only {
                    self.state.borrow_mut().outputs.remove(name);
                }
            }
        }
    }

    fn check(&self, path: &[String], name: &str) -> bool {
        let Some(check) = self.config(path).and_then(|config| config.module.checks.get(name)) else {
            return false;
        };
        for module in self.run.module_instances(path) {
            let place = Place::in_module(&module);
            let address = format!("{}check.{name}", module.prefix());
            if self.run.op == Op::Validate {
                for rule in &check.asserts {
                    let (_, problems) = self.run.eval(&rule.condition, &place);
                    self.run.report(problems);
                }
                continue;
            }
            let failed = self.run.values.borrow().failed_checks.get(&address).cloned();
            let status = match failed {
                Some(messages) => (CheckStatus::Fail, messages),
                None => self.conditions(
                    &check.asserts,
                    &place,
                    "",
                    "Check block assertion failed",
                    Severity::Warning,
                ),
            };
            let config = if path.is_empty() {
                format!("check.{name}")
            } else {
                format!("{}.check.{name}", crate::addr::module_path_text(path))
            };
            self.record_check("check", &config, &address, status);
        }
        true
    }

    /// Evaluates conditions; the result is their common status and the messages of those that fail.
    pub fn conditions(
        &self,
        rules: &[CheckRule],
        place: &Place,
        about: &str,
        summary: &str,
        severity: Severity,
    ) -> (CheckStatus, Vec<String>) {
        let mut status = CheckStatus::Pass;
        let mut messages = Vec::new();
        for rule in rules {
            let (value, problems) = self.run.eval_as(&rule.condition, &Type::Bool, place);
            let notes = crate::eval::functions::notes(self.run, &rule.condition, place);
            if nuvola_hcl::has_errors(&problems) {
                self.run.report(problems.into_iter().map(|problem| as_severity(problem, severity)));
                status = CheckStatus::Error;
                continue;
            }
            let (value, _) = value.unmark();
            if !value.is_known() {
                if status == CheckStatus::Pass {
                    status = CheckStatus::Unknown;
                }
                if severity == Severity::Warning {
                    let detail = "The condition could not be evaluated at this time, a result will be known when this plan is applied.";
                    let warning = Diagnostic::warning("Check block assertion known after apply", detail);
                    self.run.report([warning.at(rule.condition.range).with_values(notes)]);
                }
                continue;
            }
            if value.is_null() {
                let detail = "Condition expression must return either true or false, not null.";
                self.run
                    .report([Diagnostic::error("Invalid condition result", detail).at(rule.condition.range)]);
                status = CheckStatus::Error;
                continue;
            }
            if value.as_bool() == Some(true) {
                continue;
            }
            let message = self.error_message(rule, place);
            let diagnostic = match severity {
                Severity::Error => Diagnostic::error(summary, message.clone()),
                Severity::Warning => Diagnostic::warning(summary, message.clone()),
            };
            let diagnostic = diagnostic.at(rule.condition.range).with_values(notes);
            let _ = about;
            self.run.report([diagnostic]);
            status = CheckStatus::Fail;
            messages.push(message);
        }
        (status, messages)
    }

    #[must_use]
    pub fn error_message(&self, rule: &CheckRule, place: &Place) -> String {
        let (message, problems) = self.run.eval_as(&rule.error_message, &Type::String, place);
        if nuvola_hcl::has_errors(&problems) {
            self.run.report(problems);
        }
        if message.deep_marks().contains(Marks::SENSITIVE) {
            return "The error message included a sensitive value, so it will not be displayed.".to_owned();
        }
        match message.as_str() {
            Some(text) => text.trim().to_owned(),
            None => "This check failed, but has an invalid error message as described in the other accompanying messages.".to_owned(),
        }
    }

    pub fn record_check(
        &self,
        kind: &str,
        config: &str,
        object: &str,
        (status, messages): (CheckStatus, Vec<String>),
    ) {
        let mut values = self.run.values.borrow_mut();
        let found = values.checks.iter_mut().find(|check| check.kind == kind && check.config == config);
        let entry = (object.to_owned(), status, messages);
        match found {
            None => values.checks.push(CheckResult {
                kind: kind.to_owned(),
                config: config.to_owned(),
                status,
                objects: Some(vec![entry]),
            }),
            Some(check) => {
                let objects = check.objects.get_or_insert_default();
                match objects.iter_mut().find(|(address, ..)| address == object) {
                    Some(slot) => {
                        // Preconditions and postconditions of one object count together.
                        let worse = [CheckStatus::Error, CheckStatus::Fail, CheckStatus::Unknown];
                        slot.1 = *worse
                            .iter()
                            .find(|worse| **worse == slot.1 || **worse == status)
                            .unwrap_or(&CheckStatus::Pass);
                        slot.2.extend(entry.2);
                    }
                    None => objects.push(entry),
                }
                let worse = [CheckStatus::Error, CheckStatus::Fail, CheckStatus::Unknown];
                let all: Vec<CheckStatus> = objects.iter().map(|(_, status, _)| *status).collect();
                check.status = *worse.iter().find(|worse| all.contains(worse)).unwrap_or(&CheckStatus::Pass);
            }
        }
    }

    /// The finished plan.
    #[must_use]
    pub fn into_plan(self) -> Plan {
        let mut plan = self.plan.into_inner();
        plan.mode = self.options.mode;
        plan.targets.clone_from(&self.options.targets);
        sort_by(&mut plan.changes, |a, b| (&a.address, &a.deposed).cmp(&(&b.address, &b.deposed)));
        sort_by(&mut plan.drift, |a, b| a.address.cmp(&b.address));
        plan.previous = self.previous;
        plan.prior = self.state.into_inner();
        plan.checks = self.run.values.borrow().checks.clone();
        plan.errored = self.run.has_errors();
        plan.timestamp_ms = self.run.plan_time_ms;
        plan
    }
}

fn as_severity(mut problem: Diagnostic, severity: Severity) -> Diagnostic {
    problem.severity = severity;
    problem
}

/// A provider's problem with its place.
#[must_use]
pub fn provider_problem(
    problem: &ProviderDiagnostic,
    about: Option<&str>,
    place: Option<Range>,
) -> Diagnostic {
    let diagnostic = match problem.severity {
        Severity::Error => Diagnostic::error(&problem.summary, &problem.detail),
        Severity::Warning => Diagnostic::warning(&problem.summary, &problem.detail),
    };
    if problem.path.as_ref().is_some_and(Vec::is_empty) {
        return diagnostic;
    }
    let diagnostic = match about {
        Some(about) => diagnostic.about(about),
        None => diagnostic,
    };
    match place {
        Some(place) => diagnostic.at(place),
        None => diagnostic,
    }
}

/// Resources whose replacement comes first: as configured, and all that those depend on.
fn create_first(config: &Config, graph: &Graph<Node>, state: &State) -> BTreeSet<ConfigResource> {
    let mut out = BTreeSet::new();
    for node in config.all() {
        for (name, resource) in &node.module.resources {
            let address = ConfigResource { module: node.path.clone(), resource: name.clone() };
            if resource.lifecycle.create_before_destroy == Some(true) {
                for before in ancestors(graph, &Node::Resource(address.clone())) {
                    if let Node::Resource(before) = before {
                        out.insert(before);
                    }
                }
                out.insert(address);
            }
        }
    }
    for (instance, slot) in state.instances() {
        let known = config
            .descendant(&instance.module.path())
            .is_some_and(|node| node.module.resources.contains_key(&instance.resource));
        if !known && slot.current.as_ref().is_some_and(|object| object.create_before_destroy) {
            out.insert(instance.config());
        }
    }
    out
}
