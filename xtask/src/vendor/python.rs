//! The sandbox's Python packages: wheels by hash, kept in the cache folder, packed by `python/pack.py`.

use super::stamp::{Stamp, create_dir, files_below, read, write};
use crate::{
    run::{Outcome, read as output_of, run},
    tools::cache_dir,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const PYTHON: &str = "python3";

/// Brings `public/vendor/python/` up to date.
pub fn pack(root: &Path) -> Outcome {
    let sources = root.join("python");
    let out = root.join("public/vendor/python");
    let mut inputs = vec![sources.join("requirements.txt"), sources.join("pack.py")];
    for folder in ["nuvola_sandbox", "PIL"] {
        inputs.extend(files_below(&sources.join(folder), ".py")?);
    }
    inputs.push(root.join("node_modules/pyodide/package.json"));
    let stamp = Stamp::new(out.join(".stamp"), &inputs, "")?;
    if stamp.is_current() {
        println!("  Python packages: in place");
        return Ok(());
    }
    let wheels = wheels(&sources)?;
    println!("  Python packages: packing boto3, the AWS CLI, their service models, Pillow, Flask, requests");
    create_dir(&out)?;
    run(Command::new(PYTHON).arg(sources.join("pack.py")).arg(&wheels).arg(&out))?;
    // Memory snapshots on the student's device are good for exactly these files.
    let key = serde_json::json!({ "key": stamp.hash() });
    write(&out.join("key.json"), key.to_string().as_bytes())?;
    stamp.write()
}

/// The folder with the wheels of `requirements.txt`, downloaded once per version of that file.
fn wheels(sources: &Path) -> Outcome<PathBuf> {
    let lock = sources.join("requirements.txt");
    let cache = cache_dir().join("wheels");
    let name = Stamp::new(cache.join(".stamp"), std::slice::from_ref(&lock), "")?.hash().to_owned();
    let folder = cache.join(&name);
    let wanted = String::from_utf8_lossy(&read(&lock)?).matches("--hash=").count();
    if files_below(&folder, ".whl").is_ok_and(|found| found.len() == wanted) {
        println!("  Python wheels: kept in {}", folder.display());
        return Ok(folder);
    }
    if output_of(PYTHON, &["-m", "pip", "--version"]).is_none() {
        return Err(
            "pip is missing: install Python 3 with pip (Debian: `apt-get install python3 python3-pip`)"
                .into(),
        );
    }
    println!("  Python wheels: downloading {wanted} by hash");
    let partial = cache.join(format!("{name}.partial"));
    create_dir(&partial)?;
    run(Command::new(PYTHON)
        .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"])
        .args(["--require-hashes", "--only-binary=:all:"])
        .args(["--platform", "manylinux2014_x86_64", "--platform", "manylinux_2_28_x86_64"])
        .args(["--implementation", "cp", "--python-version", "3.13"])
        .arg("--requirement")
        .arg(&lock)
        .arg("--dest")
        .arg(&partial))?;
    let _ = fs::remove_dir_all(&folder);
    fs::rename(&partial, &folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}
