//! `moved` blocks, and moves that are understood without one.

use crate::addr::{Key, ModuleInstance, ResourceInstance, Target};
use crate::config::Config;
use crate::state::State;
use std::collections::BTreeMap;

/// Moves instances in the state; the result maps new addresses to old ones.
pub fn apply(config: &Config, state: &mut State) -> BTreeMap<ResourceInstance, ResourceInstance> {
    let mut moves: BTreeMap<ResourceInstance, ResourceInstance> = BTreeMap::new();
    for node in config.all() {
        for moved in &node.module.moved {
            let base = node.path.len();
            for (instance, _) in owned(state) {
                if instance.module.0.len() < base || instance.module.path()[..base] != node.path[..] {
                    continue;
                }
                let (outer, inner) = instance.module.0.split_at(base);
                let local = ResourceInstance { module: ModuleInstance(inner.to_vec()), ..instance.clone() };
                let Some(mut to) = destination(&moved.from, &moved.to, &local) else { continue };
                let mut module = outer.to_vec();
                module.extend(to.module.0);
                to.module = ModuleInstance(module);
                relocate(state, &instance, &to, &mut moves);
            }
        }
    }
    implied(config, state, &mut moves);
    moves
}

fn owned(state: &State) -> Vec<(ResourceInstance, ())> {
    state.instances().into_iter().map(|(instance, _)| (instance, ())).collect()
}

/// Where a move takes an instance, if it is about it.
fn destination(from: &Target, to: &Target, instance: &ResourceInstance) -> Option<ResourceInstance> {
    match (from, to) {
        (Target::Module(from), Target::Module(to)) => {
            let matches = instance.module.0.len() >= from.0.len()
                && from.0.iter().zip(&instance.module.0).enumerate().all(
                    |(at, ((name, key), (own, own_key)))| {
                        // A call without a key stands for all its instances, or for the only one.
                        let last = at + 1 == from.0.len();
                        name == own
                            && (key == own_key
                                || last
                                    && *key == Key::None
                                    && to.0.last().is_some_and(|(_, to)| *to == Key::None))
                    },
                );
            if !matches {
                return None;
            }
            let mut module = to.0.clone();
            let moved_key = &instance.module.0[from.0.len() - 1].1;
            let from_has_key = from.0.last().is_some_and(|(_, key)| *key != Key::None);
            if let Some(last) = module.last_mut().filter(|last| last.1 == Key::None && !from_has_key) {
                last.1 = moved_key.clone();
            }
            module.extend(instance.module.0[from.0.len()..].iter().cloned());
            Some(ResourceInstance { module: ModuleInstance(module), ..instance.clone() })
        }
        (Target::Resource(module, name), Target::Resource(to_module, to_name)) => {
            let fits = *module == instance.module && *name == instance.resource;
            fits.then(|| ResourceInstance::new(to_module.clone(), to_name.clone(), instance.key.clone()))
        }
        (Target::Resource(module, name), Target::Instance(to)) => {
            let fits = *module == instance.module && *name == instance.resource && instance.key == Key::None;
            fits.then(|| to.clone())
        }
        (Target::Instance(from), Target::Resource(to_module, to_name)) => {
            (from == instance).then(|| ResourceInstance::new(to_module.clone(), to_name.clone(), Key::None))
        }
        (Target::Instance(from), Target::Instance(to)) => (from == instance).then(|| to.clone()),
        (Target::Module(_), Target::Resource(..) | Target::Instance(_))
        | (Target::Resource(..) | Target::Instance(_), Target::Module(_)) => None,
    }
}

fn relocate(
    state: &mut State,
    from: &ResourceInstance,
    to: &ResourceInstance,
    moves: &mut BTreeMap<ResourceInstance, ResourceInstance>,
) {
    if from == to || state.instance(to).is_some() {
        return;
    }
    state.rename(from, to);
    let origin = moves.remove(from).unwrap_or_else(|| from.clone());
    moves.insert(to.clone(), origin);
}

/// Adding or removing `count` keeps the first instance.
fn implied(config: &Config, state: &mut State, moves: &mut BTreeMap<ResourceInstance, ResourceInstance>) {
    for (instance, ()) in owned(state) {
        let resource = config
            .descendant(&instance.module.path())
            .and_then(|node| node.module.resources.get(&instance.resource));
        let Some(resource) = resource else { continue };
        let counted = resource.count.is_some();
        let single = !counted && resource.for_each.is_none();
        let to = match &instance.key {
            Key::None if counted => Key::Int(0),
            Key::Int(0) if single => Key::None,
            Key::None | Key::Int(_) | Key::Str(_) => continue,
        };
        let to = ResourceInstance { key: to, ..instance.clone() };
        relocate(state, &instance, &to, moves);
    }
}
