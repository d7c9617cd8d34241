//! Pillow's arithmetic (`engine/imaging`) as a wasm file of its own beside Python's packs.

use super::stamp::{Stamp, create_dir, files_below};
use crate::{
    run::{Outcome, run},
    tools::{Toolchain, target_dir},
};
use std::path::Path;

const PROFILE: &str = "imaging";

/// Brings `public/vendor/python/imaging.wasm` up to date.
pub fn build(root: &Path, toolchain: &Toolchain) -> Outcome {
    let source = root.join("engine/imaging");
    let out = root.join("public/vendor/python");
    let mut inputs = files_below(&source.join("src"), ".rs")?;
    inputs.extend([source.join("Cargo.toml"), root.join("Cargo.lock")]);
    let stamp = Stamp::new(out.join(".imaging.stamp"), &inputs, PROFILE)?;
    let file = out.join("imaging.wasm");
    if stamp.is_current() && file.exists() {
        println!("  Pillow's arithmetic: in place");
        return Ok(());
    }
    println!("  Pillow's arithmetic: building engine/imaging for wasm");
    create_dir(&out)?;
    const TARGET: &str = "wasm32-unknown-unknown";
    run(toolchain.release_command(root, "cargo").args([
        "build",
        "--quiet",
        "--package",
        "nuvola-imaging",
        "--profile",
        PROFILE,
        "--target",
        TARGET,
    ]))?;
    let built = target_dir(root).join("web").join(TARGET).join(PROFILE).join("nuvola_imaging.wasm");
    run(toolchain.command(root, "wasm-opt").arg("-O3").arg(built).arg("-o").arg(&file))?;
    stamp.write()
}
