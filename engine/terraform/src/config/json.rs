//! What the properties of configuration in JSON syntax stand for.

use nuvola_hcl::{JsonBlock, JsonShape};

const fn block(name: &'static str, labels: usize, shape: &'static JsonShape) -> JsonBlock {
    JsonBlock { name, labels, shape }
}

const fn body(blocks: &'static [JsonBlock], references: &'static [&'static str]) -> JsonShape {
    JsonShape { blocks, references, only_blocks: false }
}

/// Only arguments.
pub const VALUES: JsonShape = body(&[], &[]);

const RULE: JsonShape = VALUES;
const LIFECYCLE: JsonShape = body(
    &[block("precondition", 0, &RULE), block("postcondition", 0, &RULE)],
    &["ignore_changes", "replace_triggered_by"],
);
const PROVISIONER: JsonShape = body(&[block("connection", 0, &VALUES)], &["when", "on_failure"]);
const RESOURCE: JsonShape = body(
    &[
        block("lifecycle", 0, &LIFECYCLE),
        block("provisioner", 1, &PROVISIONER),
        block("connection", 0, &VALUES),
    ],
    &["depends_on", "provider"],
);
const VARIABLE: JsonShape = body(&[block("validation", 0, &RULE)], &["type"]);
const OUTPUT: JsonShape = body(&[block("precondition", 0, &RULE)], &["depends_on"]);
const MODULE: JsonShape = body(&[], &["depends_on"]);
const MOVED: JsonShape = body(&[], &["from", "to"]);
const REMOVED: JsonShape = body(&[block("lifecycle", 0, &LIFECYCLE)], &["from"]);
const IMPORT: JsonShape = body(&[], &["to", "provider"]);
const CHECK: JsonShape = body(&[block("assert", 0, &RULE), block("data", 2, &RESOURCE)], &[]);
const SETTINGS: JsonShape = body(
    &[
        block("required_providers", 0, &VALUES),
        block("backend", 1, &VALUES),
        block("cloud", 0, &VALUES),
        block("provider_meta", 1, &VALUES),
    ],
    &[],
);

/// A configuration file.
pub const CONFIG: JsonShape = JsonShape {
    blocks: &[
        block("terraform", 0, &SETTINGS),
        block("provider", 1, &VALUES),
        block("variable", 1, &VARIABLE),
        block("locals", 0, &VALUES),
        block("output", 1, &OUTPUT),
        block("module", 1, &MODULE),
        block("resource", 2, &RESOURCE),
        block("data", 2, &RESOURCE),
        block("moved", 0, &MOVED),
        block("removed", 0, &REMOVED),
        block("import", 0, &IMPORT),
        block("check", 1, &CHECK),
    ],
    references: &[],
    only_blocks: true,
};
