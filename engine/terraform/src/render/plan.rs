//! A plan as a person reads it.

use super::Action;
use super::color::{Color, horizontal_rule, word_wrap};
use super::compute::{self, Diff, Replace};
use super::human::{Options, attribute_name, render};
use super::item::Item;
use crate::addr::{Key, Mode};
use crate::plan::{Change, OutputChange, Plan, PlanMode, Reason};
use crate::schema::ResourceSchema;
use nuvola_hcl::text::quote;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Finds the schema of a change's resource type.
pub type Schemas<'s> = dyn Fn(&Change) -> Option<Rc<ResourceSchema>> + 's;

/// How a plan is shown.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub color: Color,
    pub columns: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Cause {
    Proposed,
    Drift,
}

/// The whole text of a plan.
#[must_use]
pub fn plan_text(plan: &Plan, schemas: &Schemas<'_>, look: Look) -> String {
    let mut out = String::new();
    let shown: Vec<&Change> = plan.changes.iter().filter(|change| is_shown(change)).collect();
    let outputs: BTreeMap<&String, &OutputChange> =
        plan.outputs.iter().filter(|(_, change)| change.action != Action::NoOp).collect();
    let drifted = drift_text(&mut out, plan, schemas, look, shown.is_empty() && outputs.is_empty());
    let rule = |out: &mut String| {
        out.push_str(&horizontal_rule(look.color, look.columns));
        out.push('\n');
    };
    if shown.is_empty() && outputs.is_empty() {
        if drifted && plan.mode != PlanMode::RefreshOnly {
            rule(&mut out);
        }
        nothing(&mut out, plan, drifted, look);
        return out;
    }
    if drifted {
        rule(&mut out);
    }
    changes_text(&mut out, plan, &shown, schemas, look);
    if !outputs.is_empty() {
        out.push_str("\nChanges to Outputs:\n");
        out.push_str(&outputs_text(&plan.outputs, look));
        out.push('\n');
        if shown.iter().all(|change| change.action == Action::NoOp) {
            let text = "\nYou can apply this plan to save these new output values to the Terraform state, without changing any real infrastructure.";
            out.push_str(&word_wrap(text, look.columns));
            out.push('\n');
        }
    }
    out
}

fn is_shown(change: &Change) -> bool {
    match change.action {
        Action::NoOp => change.previous_address.is_some() || change.importing.is_some(),
        Action::Delete => change.address.resource.mode == Mode::Managed,
        Action::Create
        | Action::Read
        | Action::Update
        | Action::DeleteThenCreate
        | Action::CreateThenDelete
        | Action::Forget => true,
    }
}

fn nothing(out: &mut String, plan: &Plan, drifted: bool, look: Look) {
    if plan.errored {
        out.push_str(&look.color.paint("\n[reset][bold][red]Planning failed.[reset][bold] Terraform encountered an error while generating this plan.[reset]\n\n"));
        return;
    }
    let (headline, detail) = match plan.mode {
        PlanMode::RefreshOnly if drifted => return,
        PlanMode::RefreshOnly => (
            "Your infrastructure still matches the configuration.",
            "Terraform has checked that the real remote objects still match the result of your most recent changes, and found no differences.",
        ),
        PlanMode::Destroy => (
            "No objects need to be destroyed.",
            "Either you have not created any objects yet or the existing objects were already deleted outside of Terraform.",
        ),
        PlanMode::Normal if drifted => (
            "Your infrastructure matches the configuration.",
            "Your configuration already applies the changes detected above. If you'd like to update the Terraform state to match, create and apply a refresh-only plan:\n  terraform apply -refresh-only",
        ),
        PlanMode::Normal => (
            "Your infrastructure matches the configuration.",
            "Terraform has compared your real infrastructure against your configuration and found no differences, so no changes are needed.",
        ),
    };
    out.push_str(
        &look.color.paint(&format!("\n[reset][bold][green]No changes.[reset][bold] {headline}[reset]\n\n")),
    );
    out.push_str(&word_wrap(detail, look.columns));
    out.push('\n');
}

fn description(action: Action) -> &'static str {
    match action {
        Action::Create => "  [green]+[reset] create",
        Action::Update => "  [yellow]~[reset] update in-place",
        Action::Delete => "  [red]-[reset] destroy",
        Action::DeleteThenCreate => "[red]-[reset]/[green]+[reset] destroy and then create replacement",
        Action::CreateThenDelete => "[green]+[reset]/[red]-[reset] create replacement and then destroy",
        Action::Read => " [cyan]<=[reset] read (data resources)",
        Action::Forget | Action::NoOp => "",
    }
}

fn changes_text(out: &mut String, plan: &Plan, shown: &[&Change], schemas: &Schemas<'_>, look: Look) {
    if shown.is_empty() {
        return;
    }
    let count = |wanted: Action| shown.iter().filter(|change| change.action == wanted).count();
    let intro = "\nTerraform used the selected providers to generate the following execution plan. Resource actions are indicated with the following symbols:";
    if shown.iter().any(|change| change.action != Action::NoOp) {
        out.push_str(&word_wrap(intro, look.columns));
        out.push('\n');
    }
    let order = [
        Action::Create,
        Action::Update,
        Action::Delete,
        Action::DeleteThenCreate,
        Action::CreateThenDelete,
        Action::Read,
    ];
    for action in order.into_iter().filter(|action| count(*action) > 0) {
        out.push_str(&look.color.paint(description(action)));
        out.push('\n');
    }
    out.push_str(if plan.errored {
        "\nTerraform planned the following actions, but then encountered a problem:\n"
    } else {
        "\nTerraform will perform the following actions:\n"
    });
    for change in shown {
        if let Some(text) = change_text(change, Cause::Proposed, schemas, look) {
            out.push('\n');
            out.push_str(&text);
            out.push('\n');
        }
    }
    out.push_str(&look.color.paint(&format!("\n[bold]Plan:[reset] {}\n", summary(plan))));
}

/// `1 to add, 0 to change, 0 to destroy.`
#[must_use]
pub fn summary(plan: &Plan) -> String {
    let counts = counts(plan);
    let mut text = String::new();
    if counts.import > 0 {
        text += &format!("{} to import, ", counts.import);
    }
    text + &format!("{} to add, {} to change, {} to destroy.", counts.add, counts.change, counts.remove)
}

/// How many objects a plan concerns.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlanCounts {
    pub import: usize,
    pub add: usize,
    pub change: usize,
    pub remove: usize,
    pub forget: usize,
}

#[must_use]
pub fn counts(plan: &Plan) -> PlanCounts {
    let mut out = PlanCounts::default();
    for change in &plan.changes {
        out.import += usize::from(change.importing.is_some());
        match change.action {
            Action::Create => out.add += 1,
            Action::Update => out.change += 1,
            Action::Delete if change.address.resource.mode == Mode::Managed => out.remove += 1,
            Action::DeleteThenCreate | Action::CreateThenDelete => {
                out.add += 1;
                out.remove += 1;
            }
            Action::Forget => out.forget += 1,
            Action::NoOp | Action::Read | Action::Delete => {}
        }
    }
    out
}

fn drift_text(out: &mut String, plan: &Plan, schemas: &Schemas<'_>, look: Look, empty: bool) -> bool {
    let refresh_only = plan.mode == PlanMode::RefreshOnly;
    let drift: Vec<&Change> =
        plan.drift.iter().filter(|change| refresh_only || change.action != Action::NoOp).collect();
    if drift.is_empty() || empty && !refresh_only {
        return false;
    }
    out.push_str(
        &look
            .color
            .paint("\n[bold][cyan]Note:[reset][bold] Objects have changed outside of Terraform\n[reset]\n"),
    );
    let intro = "Terraform detected the following changes made outside of Terraform since the last \"terraform apply\" which may have affected this plan:\n";
    out.push_str(&word_wrap(intro, look.columns));
    for change in drift {
        if let Some(text) = change_text(change, Cause::Drift, schemas, look) {
            out.push('\n');
            out.push_str(&text);
            out.push('\n');
        }
    }
    let closing = if refresh_only {
        "\n\nThis is a refresh-only plan, so Terraform will not take any actions to undo these. If you were expecting these changes then you can apply this plan to record the updated values in the Terraform state without changing any remote objects."
    } else {
        "\n\nUnless you have made equivalent changes to your configuration, or ignored the relevant attributes using ignore_changes, the following plan may include actions to undo or respond to these changes."
    };
    out.push_str(&word_wrap(closing, look.columns));
    out.push('\n');
    true
}

/// The comparison of a change's objects.
#[must_use]
pub fn change_diff(change: &Change, schema: &ResourceSchema) -> Diff {
    let before = Item::from_value(&change.before);
    let after = Item::from_value(&change.after);
    compute::resource(&before, &after, &schema.block, Replace::new(&change.requires_replace))
}

fn change_text(change: &Change, cause: Cause, schemas: &Schemas<'_>, look: Look) -> Option<String> {
    if change.action == Action::NoOp && change.previous_address.is_none() && change.importing.is_none() {
        return None;
    }
    let schema = schemas(change)?;
    let mut opts = Options::new(look.color);
    opts.show_unchanged = change.action == Action::NoOp && change.importing.is_some();
    let diff = if change.action == Action::Forget {
        // Nothing happens to the object itself.
        let item = Item::from_value(&change.before);
        compute::resource(&item, &item, &schema.block, Replace::default())
    } else {
        change_diff(change, &schema)
    };
    let name = &change.address.resource;
    let word = if name.mode == Mode::Managed { "resource" } else { "data" };
    let header = format!("{word} {} {}", quote(&name.kind), quote(&name.name));
    let symbol = look.color.paint(change.action.symbol());
    let comment = look.color.paint(&comment(change, cause));
    Some(format!("{comment}{symbol} {header} {}", render(&diff, 0, opts)))
}

fn comment(change: &Change, cause: Cause) -> String {
    let mut address = change.address.to_string();
    if let Some(key) = &change.deposed {
        address += &format!(" (deposed object {key})");
    }
    let start = format!("[bold]  # {address}[reset] ");
    let moved = change.previous_address.as_ref().filter(|previous| **previous != change.address);
    let (mut shown_moved, mut shown_import) = (false, false);
    let mut text = match change.action {
        Action::Create => format!("{start}will be created"),
        Action::Read => {
            let why = match change.reason {
                Reason::ConfigUnknown => "\n  # (config refers to values not yet known)",
                Reason::DependencyPending => "\n  # (depends on a resource or a module with changes pending)",
                Reason::CheckNested => "\n  # (config will be reloaded to verify a check block)",
                _ => "",
            };
            format!("{start}will be read during apply{why}")
        }
        Action::Update if cause == Cause::Drift => format!("{start}has changed"),
        Action::Update => format!("{start}will be updated in-place"),
        Action::DeleteThenCreate | Action::CreateThenDelete => match change.reason {
            Reason::Tainted => format!("{start}is tainted, so must be [bold][red]replaced[reset]"),
            Reason::Requested => format!("{start}will be [bold][red]replaced[reset], as requested"),
            Reason::Triggered => {
                format!("{start}will be [bold][red]replaced[reset] due to changes in replace_triggered_by")
            }
            _ => format!("{start}must be [bold][red]replaced[reset]"),
        },
        Action::Delete if cause == Cause::Drift => format!("{start}has been deleted"),
        Action::Delete => format!("{start}will be [bold][red]destroyed[reset]{}", delete_reason(change)),
        Action::NoOp if moved.is_some() => {
            shown_moved = true;
            let previous = moved.map(ToString::to_string).unwrap_or_default();
            format!("[bold]  # {previous}[reset] has moved to [bold]{address}[reset]")
        }
        Action::NoOp => {
            shown_import = true;
            format!("{start}will be imported")
        }
        Action::Forget => format!(
            "[bold] # {address}[reset] will no longer be managed by Terraform, but will not be destroyed\n # (destroy = false is set in the configuration)"
        ),
    };
    text.push('\n');
    if let Some(previous) = moved.filter(|_| !shown_moved) {
        text += &format!("  # [reset](moved from {previous})\n");
    }
    if let Some(id) = change.importing.as_ref().filter(|_| !shown_import) {
        text += &format!("  # [reset](imported from \"{id}\")\n");
    }
    text
}

fn delete_reason(change: &Change) -> String {
    let address = &change.address;
    let mut text = match change.reason {
        Reason::NoResourceConfig => format!("\n  # (because {} is not in configuration)", address.resource),
        Reason::NoMoveTarget => {
            let previous = change.previous_address.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("\n  # (because {previous} was moved to {address}, which is not in configuration)")
        }
        Reason::NoModule => format!("\n  # (because {} is not in configuration)", address.module),
        Reason::WrongRepetition => match &address.key {
            Key::None => "\n  # (because resource uses count or for_each)".to_owned(),
            Key::Int(_) => "\n  # (because resource does not use count)".to_owned(),
            Key::Str(_) => "\n  # (because resource does not use for_each)".to_owned(),
        },
        Reason::CountIndex => format!("\n  # (because index {} is out of range for count)", address.key),
        Reason::EachKey => format!("\n  # (because key {} is not in for_each map)", address.key),
        _ => String::new(),
    };
    if change.deposed.is_some() {
        text += "\n  # (left over from a partially-failed replacement of this instance)";
    }
    text
}

fn outputs_text(outputs: &nuvola_kernel::Map<String, OutputChange>, look: Look) -> String {
    let width = outputs.keys().map(|name| attribute_name(name).len()).max().unwrap_or(0);
    let line = |(name, change): (&String, &OutputChange)| {
        let hide = |mut item: Item| {
            item.sensitive = change.sensitive;
            item
        };
        let (mut before, mut after) = (Item::from_value(&change.before), Item::from_value(&change.after));
        before = hide(before);
        after = hide(after);
        if change.action == Action::Create {
            before = super::item::ABSENT.clone();
        }
        if change.action == Action::Delete {
            after = super::item::ABSENT.clone();
        }
        let diff = compute::output(&before, &after);
        let symbol = look.color.paint(change.action.symbol());
        let text = render(&diff, 0, Options::new(look.color));
        format!("{symbol} {:width$} = {text}", attribute_name(name))
    };
    let changed = outputs.iter().filter(|(_, change)| change.action != Action::NoOp);
    changed.map(line).collect::<Vec<_>>().join("\n")
}
