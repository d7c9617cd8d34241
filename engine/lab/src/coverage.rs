//! The coverage page: what is simulated, what is not, and what the page itself cannot imitate.

use crate::view::{CoverageView, Fact, ServiceCoverage};

/// What no table of operations tells.
const LIMITS: &[(&str, &str)] = &[
    (
        "Preview: `location`",
        "a page in the preview runs in a frame with an opaque origin: scripts that read `location` or `origin`, cookies and web storage do not see what they would see in a browser",
    ),
    (
        "Preview: pictures and styles",
        "subresources are fetched by the lab and handed over as data: their timing and caching are not imitated",
    ),
    ("WebSocket and EventSource", "not simulated in the preview"),
    (
        "Python",
        "CPython compiled to WebAssembly: no threads, no subprocesses, no sockets but through AWS calls",
    ),
    (
        "JavaScript handlers",
        "run in the browser's own engine; of Node.js's built-in modules a part exists, and what is missing says so",
    ),
    (
        "JavaScript memory",
        "counted as the handler's source allocates, so Max Memory Used is an estimate; functions get at most 2048 MB, and what `eval` makes is not counted",
    ),
    (
        "Lambda runtimes",
        "one Python and one JavaScript engine stand for all versions of their runtimes; Java, Ruby, .NET and container images are not simulated",
    ),
    ("Terraform provisioners", "`local-exec` runs under `nuvola terraform`, not in the browser"),
    (
        "Terraform commands",
        "`test`, `login`, `logout`, `providers schema`, `providers lock`, `providers mirror` and generated configuration are not simulated",
    ),
    ("Terraform modules", "local modules only: registries cannot be reached"),
    ("Time", "asynchronous work takes engine time; latency between regions is not simulated"),
];

fn fact((label, value): (&str, &str)) -> Fact {
    Fact { label: label.to_owned(), value: value.to_owned() }
}

fn view() -> CoverageView {
    let service = |covered: nuvola_aws::coverage::ServiceCoverage| ServiceCoverage {
        service: covered.service.to_owned(),
        simulated: covered.simulated.iter().map(|op| fact((op.name, op.documentation))).collect(),
        not_simulated: covered.not_simulated.iter().map(|name| (*name).to_owned()).collect(),
    };
    CoverageView {
        services: nuvola_aws::coverage::coverage().into_iter().map(service).collect(),
        terraform_types: terraform_types(),
        limits: LIMITS.iter().copied().map(fact).collect(),
    }
}

/// `hashicorp/aws`'s types, data sources with `data.` before them.
fn terraform_types() -> Vec<String> {
    let resources = nuvola_tf_aws::resource_types().into_iter().map(str::to_owned);
    let data_sources = nuvola_tf_aws::data_source_types().into_iter().map(|name| format!("data.{name}"));
    resources.chain(data_sources).collect()
}

/// The same as a document: `docs/coverage.md` is this text.
pub fn markdown() -> String {
    let CoverageView { services, terraform_types, limits } = view();
    let mut text = String::from(
        "# What is simulated\n\nMade by `nuvola coverage`; a test compares.\n\n## Limits of the page\n\n",
    );
    for Fact { label, value } in &limits {
        text.push_str(&format!("- **{label}**: {value}.\n"));
    }
    text.push_str("\n## Terraform types\n\n");
    for name in &terraform_types {
        text.push_str(&format!("- `{name}`\n"));
    }
    for ServiceCoverage { service, simulated, not_simulated } in &services {
        let all = simulated.len() + not_simulated.len();
        text.push_str(&format!("\n## {service}: {} of {all} operations\n\n", simulated.len()));
        for Fact { label, value } in simulated {
            let first = value.lines().next().unwrap_or_default();
            text.push_str(&format!("- `{label}`: {first}\n"));
        }
        if !not_simulated.is_empty() {
            text.push_str(&format!("\nNot simulated: {}.\n", not_simulated.join(", ")));
        }
    }
    text
}

/// The same as data for the page: `public/coverage.json` is this text.
pub fn json() -> String {
    serde_json::to_string_pretty(&view()).expect("the view is plain data") + "\n"
}
