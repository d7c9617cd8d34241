//! The pinned tools, kept by version in the user's cache folder so that a fresh clone does not build them again.

use crate::run::{Outcome, read, run, step};
use sha2::{Digest, Sha256};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

const TRUNK: &str = "0.21.14";

/// What a command needs to find the tools and to build for wasm.
pub struct Toolchain {
    path: Vec<PathBuf>,
    variables: Vec<(&'static str, String)>,
    debian: bool,
}

impl Toolchain {
    /// A command that sees the tools; `target` keeps Debian's compiler out of rustup's build folder.
    pub fn command(&self, root: &Path, program: &str) -> Command {
        let mut command = Command::new(program);
        let inherited = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(self.path.iter().cloned().chain(env::split_paths(&inherited)))
            .expect("no folder of the tools has a colon in its name");
        command.current_dir(root).env("PATH", path);
        command.env("CARGO_TARGET_DIR", target_dir(root).join("web"));
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// A command that builds what visitors download: with a std of its own, made for size, in which a panic
    /// ends the program at once. It takes a sixth of a megabyte off the cloud worker.
    pub fn release_command(&self, root: &Path, program: &str) -> Command {
        let mut command = self.command(root, program);
        if self.debian || has_std_sources() {
            command.env("RUSTC_BOOTSTRAP", "1");
            command.env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
            command.env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size");
            command.env("CARGO_UNSTABLE_PANIC_IMMEDIATE_ABORT", "true");
            command.env("CARGO_PROFILE_RELEASE_PANIC", "immediate-abort");
        } else {
            println!("  std's sources are missing (`rustup component add rust-src`): the files get larger");
        }
        command
    }

    /// Whether clippy can check the wasm target: Debian ships its clippy apart.
    pub fn has_clippy(&self) -> bool {
        !self.debian || Path::new("/usr/bin/cargo-clippy").exists()
    }
}

pub fn cache_dir() -> PathBuf {
    let home = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")))
        .unwrap_or_else(env::temp_dir);
    home.join("nuvola")
}

pub fn target_dir(root: &Path) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

/// Gets the wasm target, trunk and wasm-bindgen.
pub fn ensure(root: &Path) -> Outcome<Toolchain> {
    step("Tools: wasm target, trunk, wasm-bindgen");
    let mut toolchain = wasm_target()?;
    let bindgen = locked_version(root, "wasm-bindgen")?;
    toolchain.path.push(installed("wasm-bindgen-cli", &bindgen, "wasm-bindgen")?);
    toolchain.path.push(installed("trunk", TRUNK, "trunk")?);
    toolchain.path.push(root.join("node_modules/.bin"));
    Ok(toolchain)
}

/// rustup's target where its server can be reached, else Debian's compiler, which ships std's sources.
fn wasm_target() -> Outcome<Toolchain> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let has = || read("rustup", &["target", "list", "--installed"]).is_some_and(|list| list.contains(TARGET));
    let forced = env::var_os("NUVOLA_DEBIAN_RUST").is_some();
    if !forced && (has() || (quiet("rustup", &["target", "add", TARGET]) && has())) {
        println!("  wasm target: rustup's");
        return Ok(Toolchain { path: Vec::new(), variables: Vec::new(), debian: false });
    }
    let sources = Path::new("/usr/src/rustc-web");
    let present = || Path::new("/usr/bin/rustc").exists() && debian_sources(sources);
    if !present() {
        println!("  wasm target: rustup's server cannot be reached; getting Debian's rustc-web");
        let _ = quiet("apt-get", &["update"]);
        quiet("apt-get", &["install", "-y", "rustc-web", "cargo-web", "rust-web-src"]);
        quiet("apt-get", &["install", "-y", "rust-web-clippy"]);
    }
    if !present() {
        return Err(format!(
            "the {TARGET} target is missing: run `rustup target add {TARGET}` \
             (or on Debian `apt-get install rustc-web cargo-web rust-web-src`)"
        ));
    }
    println!("  wasm target: Debian's rustc-web with its own std");
    let sysroot = read("rustc", &["--print", "sysroot"]).ok_or("`rustc --print sysroot` failed")?;
    let linker = PathBuf::from(sysroot).join("lib/rustlib/x86_64-unknown-linux-gnu/bin");
    let variables = vec![
        ("RUSTC", "/usr/bin/rustc".to_owned()),
        ("CARGO", "/usr/bin/cargo".to_owned()),
        ("RUSTC_BOOTSTRAP", "1".to_owned()),
        ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort".to_owned()),
    ];
    // Debian's cargo must come first: trunk and clippy start `cargo` by name, and rustup's would refuse
    // the flags above.
    Ok(Toolchain { path: vec![debian_bin()?, linker], variables, debian: true })
}

/// std's sources beside rustup's compiler; fetched where they are missing.
fn has_std_sources() -> bool {
    let present = || {
        read("rustc", &["--print", "sysroot"])
            .is_some_and(|sysroot| Path::new(&sysroot).join("lib/rustlib/src/rust/library/std").exists())
    };
    present() || (quiet("rustup", &["component", "add", "rust-src"]) && present())
}

/// A folder that holds only Debian's Rust programs, so that nothing else of /usr/bin moves ahead on PATH.
fn debian_bin() -> Outcome<PathBuf> {
    let folder = cache_dir().join("tools/debian-rust");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for program in ["cargo", "rustc", "cargo-clippy", "clippy-driver"] {
        let (from, to) = (Path::new("/usr/bin").join(program), folder.join(program));
        let _ = fs::remove_file(&to);
        #[cfg(unix)]
        if from.exists() {
            std::os::unix::fs::symlink(&from, &to).map_err(|error| format!("{}: {error}", to.display()))?;
        }
    }
    Ok(folder)
}

fn debian_sources(fallback: &Path) -> bool {
    read("/usr/bin/rustc", &["--print", "sysroot"])
        .map(|sysroot| PathBuf::from(sysroot).join("lib/rustlib/src/rust/library/std"))
        .is_some_and(|library| library.exists())
        || fallback.exists()
}

fn quiet(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

/// The folder of a cargo-installed program of exactly that version.
pub fn installed(package: &str, version: &str, program: &str) -> Outcome<PathBuf> {
    let folder = cache_dir().join("tools").join(format!("{package}-{version}"));
    let bin = folder.join("bin");
    if bin.join(program).exists() {
        println!("  {program} {version}: kept");
        return Ok(bin);
    }
    println!("  {program} {version}: building it once (a few minutes)");
    let build = |locked: bool| {
        let mut command = Command::new("cargo");
        command.args(["install", package, "--version", version, "--root"]).arg(&folder);
        if locked {
            command.arg("--locked");
        }
        command.env("CARGO_TARGET_DIR", cache_dir().join("tools-target"));
        run(&mut command)
    };
    // A lock file that names a withdrawn version cannot be followed; the version of the tool itself stays pinned.
    build(true).or_else(|_| build(false))?;
    Ok(bin)
}

/// The version of a package in Cargo.lock: the generator must equal the library.
fn locked_version(root: &Path, package: &str) -> Outcome<String> {
    let lock = fs::read_to_string(root.join("Cargo.lock")).map_err(|error| format!("Cargo.lock: {error}"))?;
    let mut lines = lock.lines();
    lines
        .by_ref()
        .find(|line| *line == format!("name = \"{package}\""))
        .and_then(|_| lines.next())
        .and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(str::to_owned)
        .ok_or_else(|| format!("Cargo.lock names no {package}"))
}

/// Chromium for the browser tests: the one on PATH, else Debian's.
pub fn ensure_chromium() -> Outcome {
    let present = || Path::new("/usr/bin/chromium").exists() || env::var_os("CHROMIUM").is_some();
    if present() {
        return Ok(());
    }
    println!("  Chromium: getting Debian's");
    let _ = quiet("apt-get", &["update"]);
    quiet("apt-get", &["install", "-y", "chromium"]);
    match present() {
        true => Ok(()),
        false => Err("Chromium is missing: `apt-get install chromium`, or name one in $CHROMIUM".to_owned()),
    }
}

/// A Python with one package of that version, for measuring beside it.
pub fn peer_python(package: &str, version: &str) -> Outcome<PathBuf> {
    let folder = cache_dir().join(format!("peer-{}-{version}", package.replace(['[', ']'], "-")));
    let python = folder.join("bin/python");
    if !folder.join("complete").exists() {
        println!("  {package} {version}: installing once into {}", folder.display());
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        let wanted = format!("{package}=={version}");
        run(Command::new(&python).args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            &wanted,
        ]))?;
        fs::write(folder.join("complete"), "").map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    Ok(python)
}

/// A Python with the clients of `tests/clients` (boto3, the AWS CLI, pytest), pinned by hash, in the cache folder.
pub fn client_python(root: &Path) -> Outcome<PathBuf> {
    let lock = root.join("tests/clients/requirements.txt");
    let text = fs::read(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    let name: String = Sha256::digest(&text).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let folder = cache_dir().join(format!("clients-{name}"));
    let python = folder.join("bin/python");
    if folder.join("complete").exists() {
        return Ok(python);
    }
    println!("  boto3, AWS CLI, pytest: installing once into {}", folder.display());
    run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    run(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"])
        .arg(&lock))?;
    fs::write(folder.join("complete"), "").map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(python)
}
