//! The size report: what a visitor downloads, compressed with brotli, against the budgets.

use crate::run::{Outcome, read, step};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A group of files that load together.
struct Budget {
    name: &'static str,
    /// What it must not exceed.
    limit_kb: u64,
    /// Whether a file of dist/ (its name) belongs to the group.
    holds: fn(&str) -> bool,
}

const BUDGETS: &[Budget] = &[
    Budget {
        name: "app shell (wasm + JS + CSS + page)",
        limit_kb: 600,
        holds: |name| {
            let shell = name.starts_with("nuvola-app") || name.starts_with("styles") || name == "index.html";
            shell || (name.ends_with(".css") && !name.contains('/'))
        },
    },
    Budget {
        name: "cloud worker wasm that the lab opens with",
        limit_kb: 900,
        holds: |name| name.starts_with("nuvola-cloud_bg"),
    },
    Budget {
        // A service costs about 100 kB with its Terraform types and its console.
        name: "rest of the cloud worker's wasm, loaded when the lab is open",
        limit_kb: 1700,
        holds: |name| name.starts_with("nuvola-cloud-rest"),
    },
    Budget {
        name: "Pillow's arithmetic, loaded when PIL is imported",
        limit_kb: 150,
        holds: |name| name == "vendor/python/imaging.wasm",
    },
    Budget {
        name: "Pillow's Python, loaded when PIL is imported",
        limit_kb: 250,
        holds: |name| name == "vendor/python/pillow.pack",
    },
    Budget {
        name: "Flask and Jinja, loaded when they are imported",
        limit_kb: 550,
        holds: |name| name == "vendor/python/flask.pack",
    },
];

pub fn report(root: &Path) -> Outcome {
    step("Sizes (brotli, quality 11)");
    let dist = root.join("dist");
    let names = files(&dist);
    let mut over = Vec::new();
    for budget in BUDGETS {
        let members: Vec<&String> = names.iter().filter(|name| (budget.holds)(name)).collect();
        if members.is_empty() {
            return Err(format!("dist/ has no file of the group `{}`", budget.name));
        }
        let mut total = 0;
        for name in &members {
            let bytes = brotli(&dist.join(name))?;
            println!("    {:>8.1} kB  {name}", bytes as f64 / 1000.0);
            total += bytes;
        }
        println!("{:>8.1} of {} kB  {}", total as f64 / 1000.0, budget.limit_kb, budget.name);
        if total > budget.limit_kb * 1000 {
            over.push(budget.name);
        }
    }
    let lazy: u64 =
        names.iter().filter_map(|name| fs::metadata(dist.join(name)).ok()).map(|meta| meta.len()).sum();
    println!("{:>8.1} MB  everything in dist/, uncompressed", lazy as f64 / 1e6);
    match over.is_empty() {
        true => Ok(()),
        false => Err(format!("over budget: {}", over.join(", "))),
    }
}

/// The paths of all files below a folder, relative to it.
fn files(folder: &Path) -> Vec<String> {
    let mut waiting: Vec<PathBuf> = vec![folder.to_path_buf()];
    let mut names = Vec::new();
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => waiting.push(path),
                false => names
                    .extend(path.strip_prefix(folder).ok().map(|path| path.to_string_lossy().into_owned())),
            }
        }
    }
    names.sort();
    names
}

fn brotli(path: &Path) -> Outcome<u64> {
    const SCRIPT: &str = "const z=require('zlib');const b=require('fs').readFileSync(process.argv[1]);\
        console.log(z.brotliCompressSync(b,{params:{[z.constants.BROTLI_PARAM_QUALITY]:11,\
        [z.constants.BROTLI_PARAM_LGWIN]:24,[z.constants.BROTLI_PARAM_SIZE_HINT]:b.length}}).length)";
    read("node", &["-e", SCRIPT, &path.to_string_lossy()])
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| format!("node could not compress {}", path.display()))
}
