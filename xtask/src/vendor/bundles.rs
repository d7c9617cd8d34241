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
    /// Other files of the project that the entry imports.
    beside: &'static [&'static str],
    /// The bundle, below `public/vendor/`.
    out: &'static str,
    /// What esbuild is told beyond the common arguments.
    arguments: &'static [&'static str],
}

const BUNDLES: &[Bundle] = &[
    Bundle {
        entry: "xtask/src/vendor/entries/node-packages.js",
        beside: &[],
        out: "javascript/node-packages.js",
        arguments: &[],
    },
    Bundle {
        entry: "xtask/src/vendor/entries/acorn.js",
        beside: &[],
        out: "javascript/acorn.js",
        arguments: &[],
    },
    // The editor's icon font goes into its style sheet: one file less to fetch.
    Bundle {
        entry: "app/js/editor.js",
        beside: &["app/js/editor-themes.js"],
        out: "ui/editor.js",
        arguments: &["--loader:.ttf=dataurl"],
    },
    Bundle { entry: "app/js/editor-worker.js", beside: &[], out: "ui/editor-worker.js", arguments: &[] },
    Bundle { entry: "app/js/terminal.js", beside: &[], out: "ui/terminal.js", arguments: &[] },
    Bundle { entry: "app/js/graph.js", beside: &[], out: "ui/graph.js", arguments: &[] },
];

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
    let sources = [bundle.entry, "package-lock.json"].into_iter().chain(bundle.beside.iter().copied());
    let inputs: Vec<PathBuf> = sources.map(|source| root.join(source)).collect();
    let words = format!("{COMMON:?}{:?}", bundle.arguments);
    let stamp = Stamp::new(out.with_extension("stamp"), &inputs, &words)?;
    if stamp.is_current() && out.exists() {
        println!("  {}: in place", bundle.out);
        return Ok(());
    }
    println!("  {}: bundling", bundle.out);
    let esbuild = root.join("node_modules/.bin").join(if cfg!(windows) { "esbuild.cmd" } else { "esbuild" });
    run(Command::new(esbuild)
        .current_dir(root)
        .arg(bundle.entry)
        .arg(format!("--outfile={}", out.display()))
        .args(COMMON)
        .args(bundle.arguments))?;
    stamp.write()
}
