//! `state mv`: renames what the state knows.

use super::args::Args;
use super::session::Session;
use crate::addr::{Key, Mode, ModuleInstance, ResourceInstance, ResourceName, Target};
use crate::state::State;
use crate::state::store::Store;
use nuvola_hcl::Diagnostic;
use nuvola_hcl::text::quote;

/// `state mv SOURCE DESTINATION`
pub fn run(session: &Session, args: &Args, mut state: State, store: &mut Store) -> i32 {
    let ends = [session.address("", &args.rest[0]), session.address("", &args.rest[1])];
    let problems: Vec<Diagnostic> = ends.iter().filter_map(|end| end.clone().err()).collect();
    let [Ok(from), Ok(to)] = ends else {
        session.show(&problems);
        return 1;
    };
    let moves = match plan(&state, &from, &to) {
        Ok(moves) => moves,
        Err(problem) => {
            session.show(&[problem]);
            return 1;
        }
    };
    let dry = args.on("dry-run");
    for (from, to) in &moves {
        session.out(&format!(
            "{} {} to {}\n",
            if dry { "Would move" } else { "Move" },
            quote(&from.to_string()),
            quote(&to.to_string())
        ));
        apply(&mut state, from, to);
    }
    if dry {
        return 0;
    }
    if let Err(error) = store.write(&state) {
        session.legacy_error(&format!("Error saving the state: {error}"));
        return 1;
    }
    session.out(&format!("Successfully moved {} object(s).\n", moves.len()));
    0
}

fn bad_target(detail: String) -> Diagnostic {
    Diagnostic::error("Invalid target address", detail)
}

/// The moves that the two addresses ask for, each of a module, a resource or an instance.
fn plan(state: &State, from: &Target, to: &Target) -> Result<Vec<(Target, Target)>, Diagnostic> {
    let sources = sources(state, from);
    if sources.is_empty() {
        let detail = format!("Cannot move {from}: does not match anything in the current state.");
        return Err(Diagnostic::error("Invalid source address", detail));
    }
    let mut moves = Vec::new();
    for source in sources {
        let target = match &source {
            Target::Module(module) => module_target(state, from, module, to)?,
            Target::Resource(_, resource) => {
                let Target::Resource(_, name) = to else {
                    return Err(bad_target(format!(
                        "Cannot move {source} to {to}: the source is a whole resource (not a resource instance) so the target must also be a whole resource."
                    )));
                };
                same_kind(&source, resource, to, name)?;
                if state.instances().iter().any(|(instance, _)| to.contains(instance)) {
                    return Err(bad_target(format!(
                        "Cannot move to {to}: there is already a resource at that address in the current state."
                    )));
                }
                to.clone()
            }
            Target::Instance(instance) => {
                let target = match to {
                    Target::Instance(target) => target.clone(),
                    Target::Resource(module, name) => {
                        ResourceInstance::new(module.clone(), name.clone(), Key::None)
                    }
                    Target::Module(_) => {
                        return Err(bad_target(format!(
                            "Cannot move {source} to {to}: the target must also be a resource instance."
                        )));
                    }
                };
                same_kind(&source, &instance.resource, to, &target.resource)?;
                if state.instance(&target).is_some() {
                    return Err(bad_target(format!(
                        "Cannot move to {target}: there is already a resource instance at that address in the current state."
                    )));
                }
                Target::Instance(target)
            }
        };
        moves.push((source, target));
    }
    Ok(moves)
}

/// What an address names here: a resource without keys is its one instance, a module brings those inside it.
fn sources(state: &State, from: &Target) -> Vec<Target> {
    let instances: Vec<ResourceInstance> =
        state.instances().into_iter().map(|(instance, _)| instance).collect();
    match from {
        Target::Module(module) => {
            let mut modules: Vec<ModuleInstance> = instances
                .into_iter()
                .map(|instance| instance.module)
                .filter(|found| found.is_within(module))
                .collect();
            modules.sort();
            modules.dedup();
            modules.into_iter().map(Target::Module).collect()
        }
        Target::Resource(module, resource) => {
            let own: Vec<&ResourceInstance> = instances
                .iter()
                .filter(|instance| instance.module == *module && instance.resource == *resource)
                .collect();
            match own.iter().find(|instance| instance.key == Key::None) {
                Some(instance) => vec![Target::Instance((*instance).clone())],
                None if own.is_empty() => Vec::new(),
                None => vec![from.clone()],
            }
        }
        Target::Instance(wanted) => {
            instances.into_iter().filter(|instance| instance == wanted).map(Target::Instance).collect()
        }
    }
}

fn module_target(
    state: &State,
    from: &Target,
    module: &ModuleInstance,
    to: &Target,
) -> Result<Target, Diagnostic> {
    let (Target::Module(from), Target::Module(base)) = (from, to) else {
        return Err(bad_target(format!(
            "Cannot move module.{module} to {to}: the target must also be a module."
        )));
    };
    let mut target = base.clone();
    target.0.extend(module.0[from.0.len()..].iter().cloned());
    if state.instances().iter().any(|(instance, _)| instance.module == target) {
        return Err(bad_target(format!(
            "Cannot move to {target}: there is already a module at that address in the current state."
        )));
    }
    Ok(Target::Module(target))
}

fn same_kind(
    from: &Target,
    source: &ResourceName,
    to: &Target,
    target: &ResourceName,
) -> Result<(), Diagnostic> {
    const SUMMARY: &str = "Invalid state move request";
    if source.mode != target.mode {
        let kind = match source.mode {
            Mode::Managed => "managed",
            Mode::Data => "data",
        };
        let detail = format!(
            "Cannot move {from} to {to}: a {kind} resource can be moved only to another {kind} resource address."
        );
        return Err(Diagnostic::error(SUMMARY, detail));
    }
    if source.kind != target.kind {
        let detail = format!("Cannot move {from} to {to}: resource types don't match.");
        return Err(Diagnostic::error(SUMMARY, detail));
    }
    Ok(())
}

fn apply(state: &mut State, from: &Target, to: &Target) {
    let all: Vec<ResourceInstance> = state.instances().into_iter().map(|(instance, _)| instance).collect();
    for instance in all {
        let target = match (from, to) {
            (Target::Module(from), Target::Module(to)) if instance.module == *from => {
                ResourceInstance { module: to.clone(), ..instance.clone() }
            }
            (Target::Resource(module, resource), Target::Resource(to_module, to_resource))
                if instance.module == *module && instance.resource == *resource =>
            {
                ResourceInstance::new(to_module.clone(), to_resource.clone(), instance.key.clone())
            }
            (Target::Instance(from), Target::Instance(to)) if instance == *from => to.clone(),
            _ => continue,
        };
        state.rename(&instance, &target);
    }
}
