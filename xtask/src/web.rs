//! The page: set-up, `serve`, `dist`.

use crate::{
    lessons,
    run::{Outcome, run, step},
    size,
    tools::{self, Toolchain},
    vendor,
};
use std::path::Path;

/// Gets everything that a build of the page needs.
pub fn set_up(root: &Path) -> Outcome<Toolchain> {
    let toolchain = tools::ensure(root)?;
    step("Packages: editor, terminal, Python and its wheels");
    vendor::ensure(root, &toolchain)?;
    lessons::pack(root)?;
    // trunk refuses to watch when a folder that Trunk.toml tells it to ignore is not there yet.
    for folder in ["dist", "target", "test-results"] {
        std::fs::create_dir_all(root.join(folder)).map_err(|error| format!("{folder}: {error}"))?;
    }
    Ok(toolchain)
}

pub fn serve(root: &Path) -> Outcome {
    let toolchain = set_up(root)?;
    step("Building and serving the lab on http://127.0.0.1:8080 (Ctrl-C ends it)");
    run(toolchain.command(root, "trunk").args([
        "serve",
        "--offline",
        "--cargo-profile",
        "fast",
        "--address",
        "127.0.0.1",
        "--port",
        "8080",
    ]))
}

pub fn dist(root: &Path) -> Outcome {
    let toolchain = set_up(root)?;
    build_release(root, &toolchain)?;
    size::report(root)
}

pub fn build_release(root: &Path, toolchain: &Toolchain) -> Outcome {
    step("Release build into dist/");
    let this = std::env::current_exe().map_err(|error| format!("where is this program? {error}"))?;
    let mut command = toolchain.release_command(root, "trunk");
    run(command.env("NUVOLA_XTASK", this).args(["build", "--offline", "--release"]))
}
