//! Bundles that esbuild makes of npm packages, each one file (or folder) below `public/vendor/`.

use super::stamp::Stamp;
use crate::run::{Outcome, run};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// One bundle.
struct Bundle {
    /// The entry file, from the project's root.
    entry: &'static str,
    /// The bundle, below `public/vendor/`.
    out: &'static str,
    /// What esbuild is told beyond the common arguments.
    arguments: &'static [&'static str],
}

const BUNDLES: &[Bundle] = &[Bundle {
    entry: "xtask/src/vendor/entries/node-packages.js",
    out: "javascript/node-packages.js",
    arguments: &[],
}];

const COMMON: &[&str] = &[
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=chrome137,firefox153,safari27",
    "--log-level=warning",
];

pub fn build(root: &Path) -> Outcome {
    BUNDLES.iter().try_for_each(|bundle| build_one(root, bundle))
}

fn build_one(root: &Path, bundle: &Bundle) -> Outcome {
    let out = root.join("public/vendor").join(bundle.out);
    let folder: PathBuf = out.with_extension("");
    let inputs = [root.join(bundle.entry), root.join("package-lock.json")];
    let words = format!("{COMMON:?}{:?}", bundle.arguments);
    let stamp = Stamp::new(&folder, &inputs, &words)?;
    if stamp.is_current() && out.exists() {
        println!("  {}: in place", bundle.out);
        return Ok(());
    }
    println!("  {}: bundling", bundle.out);
    super::stamp::create_dir(&folder)?;
    let esbuild = root.join("node_modules/.bin").join(if cfg!(windows) { "esbuild.cmd" } else { "esbuild" });
    run(Command::new(esbuild)
        .current_dir(root)
        .arg(bundle.entry)
        .arg(format!("--outfile={}", out.display()))
        .args(COMMON)
        .args(bundle.arguments))?;
    stamp.write()
}
