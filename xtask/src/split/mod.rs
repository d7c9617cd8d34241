//! Parts the cloud worker's wasm in two: what opens the lab, and the rest, which the worker loads after.
//!
//! It works on what wasm-bindgen made, whose functions have their names (`module`). `app/cloud/rest.txt` says
//! which of them come later (`place`). Both modules share memory, globals and the table of functions (`write`):
//! the second's functions take their slots when it is instantiated. Until then a stand-in is in each slot, which
//! has the second module fetched and waits for it: so the rules decide when things load, and nothing else.
//! Each module is optimised by itself, after parting: before it, later functions would be inlined into first ones.
//!
//! Refuses modules that import anything but functions or copy segments by themselves; Rust's do not.
//! With `NUVOLA_KEEP_NAMES` set nothing is optimised and the functions keep their names, so that the worker's
//! warning about a function that was called too early says which one it was.

mod module;
mod place;
#[cfg(test)]
mod tests;
mod write;

use crate::run::{Outcome, step};
use module::Module;
use place::{Placement, Rules};
use sha2::{Digest, Sha256};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
};
use write::Plan;

/// What wasm-bindgen made, which becomes the first module.
const FIRST: &str = "nuvola-cloud_bg.wasm";
const RULES: &str = "app/cloud/rest.txt";
/// `gufa` follows what values can be: 2 % smaller.
const OPTIMISE: &[&str] = &["--gufa", "-Oz"];

/// Parts the module in a build's folder; the second one gets a name of its own for each content.
pub fn build(root: &Path, folder: &Path) -> Outcome {
    step("Parting the cloud worker's wasm");
    let path = folder.join(FIRST);
    let bytes = read(&path)?;
    let text = fs::read_to_string(root.join(RULES)).map_err(|error| format!("{RULES}: {error}"))?;
    let module = Module::parse(&bytes)?;
    let Placement { later, unused } = place::place(&module, &Rules::parse(&text)?, place::SMALL_BYTES);
    for rule in unused {
        println!("  {RULES}: no function fits `{rule}`");
    }
    let plan = Plan::new(&module, &later);
    let (now, all) = (module.bodies.len() - later.len(), module.bodies.len());
    println!("  {now} of {all} functions come first, {} stand-ins, {} lent", plan.stand_ins(), plan.lent());
    let (first, rest) = (write::first(&module, &plan)?, write::rest(&module, &plan)?);
    // Each takes one processor.
    let (first, rest) = thread::scope(|scope| {
        let beside = scope.spawn(|| optimised(folder, "rest", &rest));
        (optimised(folder, "first", &first), beside.join().expect("the thread does not panic"))
    });
    let (first, rest) = (first?, rest?);
    let hash: String = Sha256::digest(&rest).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let name = format!("nuvola-cloud-rest-{hash}.wasm");
    write(&folder.join(&name), &rest)?;
    write(&path, &write::marked(&first, &name, rest.len())?)
}

/// A module after wasm-opt.
fn optimised(folder: &Path, name: &str, module: &[u8]) -> Outcome<Vec<u8>> {
    let (from, to) = (folder.join(format!("{name}.part")), folder.join(format!("{name}.optimised")));
    if env::var_os("NUVOLA_KEEP_NAMES").is_some() {
        return Ok(module.to_vec());
    }
    write(&from, module)?;
    let mut command = Command::new("wasm-opt");
    command.args(OPTIMISE).arg(&from).arg("--output").arg(&to);
    crate::run::run(&mut command)?;
    let bytes = read(&to)?;
    for path in [from, to] {
        fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(bytes)
}

fn read(path: &PathBuf) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &PathBuf, bytes: &[u8]) -> Outcome {
    fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}
