//! Carries out a plan: creates, updates and destroys, each after what it needs.

pub mod change;
pub mod order;
pub mod provision;

use crate::addr::{Mode, ResourceInstance};
use crate::graph::find_cycle;
use crate::graph::walk::{PARALLELISM, walk};
use crate::plan::planner::Planner;
use crate::plan::{Plan, PlanMode};
use crate::state::store::Store;
use crate::state::{CheckResult, CheckStatus};
use nuvola_hcl::Diagnostic;
use nuvola_kernel::ordered::sort_by;
use order::Step;
use std::cell::{Cell, RefCell};

/// What an apply did.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    pub added: usize,
    pub changed: usize,
    pub destroyed: usize,
    pub imported: usize,
    pub forgotten: usize,
}

/// Carries out one plan.
pub struct Applier<'a> {
    pub planner: &'a Planner<'a>,
    pub plan: &'a Plan,
    pub store: &'a RefCell<Store>,
    pub counts: Cell<Counts>,
    pub halted: Cell<bool>,
}

impl<'a> Applier<'a> {
    #[must_use]
    pub fn new(planner: &'a Planner<'a>, plan: &'a Plan, store: &'a RefCell<Store>) -> Self {
        Self { planner, plan, store, counts: Cell::default(), halted: Cell::new(false) }
    }

    /// Does everything that is planned; problems are with the run.
    pub async fn apply(&self) {
        // Before anything is done, what refreshing found is kept.
        self.save();
        let graph = order::order(self.planner, self.plan);
        if let Some(cycle) = find_cycle(&graph) {
            let names: Vec<String> = cycle.iter().map(|step| order::describe(step, self.plan)).collect();
            self.planner.run.report([Diagnostic::error(format!("Cycle: {}", names.join(", ")), "")]);
            return;
        }
        let limit = self.planner.options.parallelism.unwrap_or(PARALLELISM);
        walk(&graph, limit, |step| async move {
            let fine = self.visit(&step).await;
            (step, fine)
        })
        .await;
        self.planner.removed_outputs();
        if self.plan.mode == PlanMode::Destroy {
            self.forget_data();
        }
        self.finish_checks();
        self.save();
    }

    async fn visit(&self, step: &Step) -> bool {
        if self.planner.run.host.interruptions() > 0 {
            self.halted.set(true);
            return false;
        }
        match step {
            Step::Config(node) => self.planner.visit(node).await,
            Step::Create(at) => self.create_or_update(&self.plan.changes[*at]).await,
            Step::Destroy(at) => self.destroy(&self.plan.changes[*at]).await,
        }
    }

    pub fn count(&self, change: impl FnOnce(&mut Counts)) {
        let mut counts = self.counts.get();
        change(&mut counts);
        self.counts.set(counts);
    }

    /// Writes the state as it is now, so that nothing is lost whatever happens next.
    pub fn save(&self) {
        let state = self.planner.state.borrow().clone();
        if let Err(error) = self.store.borrow_mut().write(&state) {
            let detail = format!("Error saving state: {error}");
            self.planner.run.report([Diagnostic::error("Failed to save state", detail)]);
        }
    }

    /// What was only read goes with the last thing that was made.
    fn forget_data(&self) {
        let mut state = self.planner.state.borrow_mut();
        let all: Vec<ResourceInstance> =
            state.instances().into_iter().map(|(instance, _)| instance).collect();
        if all.iter().all(|instance| instance.resource.mode == Mode::Data) {
            for instance in &all {
                state.remove(instance);
            }
        }
    }

    fn finish_checks(&self) {
        let mut state = self.planner.state.borrow_mut();
        state.checks = check_results(self.planner, self.plan.mode);
        if self.plan.mode != PlanMode::Destroy {
            carry_over(&mut state.checks, &self.plan.checks);
        }
    }
}

/// What was found while planning about what was not looked at while applying:
/// variables keep their results, of everything else only the names are known.
fn carry_over(checks: &mut [CheckResult], planned: &[CheckResult]) {
    for check in checks.iter_mut().filter(|check| check.objects.is_none()) {
        let same = |other: &&CheckResult| other.kind == check.kind && other.config == check.config;
        let Some(found) = planned.iter().find(same) else { continue };
        if check.kind == "var" {
            *check = found.clone();
        } else {
            let unknown = |(address, ..): &(String, CheckStatus, Vec<String>)| {
                (address.clone(), CheckStatus::Unknown, Vec::new())
            };
            check.objects = found.objects.as_ref().map(|objects| objects.iter().map(unknown).collect());
        }
    }
}

/// The results of conditions as the state keeps them; after a destroy nothing is known of them.
#[must_use]
pub fn check_results(planner: &Planner<'_>, mode: PlanMode) -> Vec<crate::state::CheckResult> {
    let mut out = planner.run.values.borrow().checks.clone();
    if mode == PlanMode::Destroy {
        out.clear();
    }
    let mut declared: Vec<(&str, String)> = Vec::new();
    for node in planner.run.config.all() {
        let prefix = if node.path.is_empty() {
            String::new()
        } else {
            format!("{}.", crate::addr::module_path_text(&node.path))
        };
        for (name, resource) in &node.module.resources {
            if !resource.preconditions.is_empty() || !resource.postconditions.is_empty() {
                declared.push(("resource", format!("{prefix}{name}")));
            }
        }
        for (name, output) in &node.module.outputs {
            if !output.preconditions.is_empty() {
                declared.push(("output_value", format!("{prefix}output.{name}")));
            }
        }
        declared.extend(node.module.checks.keys().map(|name| ("check", format!("{prefix}check.{name}"))));
        for (name, variable) in &node.module.variables {
            if !variable.validations.is_empty() {
                declared.push(("var", format!("{prefix}var.{name}")));
            }
        }
    }
    for (kind, config) in declared {
        if !out.iter().any(|check| check.kind == kind && check.config == config) {
            let (kind, status) = (kind.to_owned(), CheckStatus::Unknown);
            out.push(CheckResult { kind, config, status, objects: None });
        }
    }
    sort_by(&mut out, |a, b| (&a.kind, &a.config).cmp(&(&b.kind, &b.config)));
    out
}
