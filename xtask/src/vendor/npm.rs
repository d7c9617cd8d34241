//! npm packages: installed as `package-lock.json` says; single files that are used as published are
//! copied, the rest is bundled (see `bundles`).

use super::stamp::{Stamp, create_dir, read, write};
use crate::run::{Outcome, run};
use std::{fs, path::Path, process::Command};

/// Files used as published: the package's file, and where it goes below `public/vendor/`.
const COPIES: &[(&str, &str)] = &[
    ("pyodide/pyodide.mjs", "pyodide/pyodide.mjs"),
    ("pyodide/pyodide.asm.mjs", "pyodide/pyodide.asm.mjs"),
    ("pyodide/pyodide.asm.wasm", "pyodide/pyodide.asm.wasm"),
    ("pyodide/python_stdlib.zip", "pyodide/python_stdlib.zip"),
    ("es-module-lexer/dist/lexer.minimal.js", "javascript/es-module-lexer.js"),
];

/// `npm ci`, when the lock file has changed since the last one.
pub fn install(root: &Path) -> Outcome {
    let modules = root.join("node_modules");
    let stamp = Stamp::new(modules.join(".stamp"), &[root.join("package-lock.json")], "")?;
    if stamp.is_current() {
        println!("  npm packages: up to date");
        return Ok(());
    }
    println!("  npm packages: installing what package-lock.json names");
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    run(Command::new(npm).current_dir(root).args([
        "ci",
        "--ignore-scripts",
        "--no-progress",
        "--loglevel=error",
    ]))?;
    stamp.write()
}

pub fn copy_files(root: &Path) -> Outcome {
    let modules = root.join("node_modules");
    let vendor = root.join("public/vendor");
    create_dir(&vendor)?;
    let stamp = Stamp::new(vendor.join(".stamp"), &[root.join("package-lock.json")], &format!("{COPIES:?}"))?;
    if stamp.is_current() && COPIES.iter().all(|(_, to)| vendor.join(to).exists()) {
        println!("  Pyodide: in place");
        return Ok(());
    }
    println!("  Pyodide: copying to public/vendor");
    for (from, to) in COPIES {
        let to = vendor.join(to);
        create_dir(to.parent().expect("every copy goes into a folder"))?;
        fs::copy(modules.join(from), &to).map_err(|error| format!("{from}: {error}"))?;
    }
    write_lock_without_packages(&modules, &vendor)?;
    stamp.write()
}

/// Pyodide reads its lock file at each start: 120 kB about packages that are not used here.
fn write_lock_without_packages(modules: &Path, vendor: &Path) -> Outcome {
    let text = read(&modules.join("pyodide/pyodide-lock.json"))?;
    let mut lock: serde_json::Value =
        serde_json::from_slice(&text).map_err(|error| format!("pyodide-lock.json: {error}"))?;
    lock["packages"] = serde_json::json!({});
    write(&vendor.join("pyodide/pyodide-lock.json"), lock.to_string().as_bytes())
}
