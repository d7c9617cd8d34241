//! A module that has never been applied: variables, locals, unknown resources, child modules.

use std::collections::BTreeMap;

use nuvola_hcl::text::quote;
use nuvola_hcl::{Body, Diagnostic, Expr, has_errors};
use nuvola_tf_lang::references::{Key, ResourceMode};
use nuvola_tf_lang::{
    Environment, EvalContext, Host, Marks, Reference, Subject, Type, Value, convert, evaluate,
    parse_type_constraint, references, suggest,
};

/// A module's declarations and what its caller gave it.
pub struct Module<'a> {
    host: &'a dyn Host,
    files: &'a dyn Fn(&str) -> Vec<Body>,
    name: String,
    variables: BTreeMap<String, Value>,
    locals: BTreeMap<String, Expr>,
    /// `type.name` to whether it is repeated, and how.
    resources: BTreeMap<String, Option<&'static str>>,
    calls: BTreeMap<String, Body>,
    outputs: BTreeMap<String, Expr>,
}

impl<'a> Module<'a> {
    /// Reads the module in a folder.
    pub fn load(
        host: &'a dyn Host,
        files: &'a dyn Fn(&str) -> Vec<Body>,
        folder: &str,
        inputs: &BTreeMap<String, Value>,
        out: &mut Vec<Diagnostic>,
    ) -> Module<'a> {
        let mut module = Module {
            host,
            files,
            name: if folder == "." { "the root module".to_owned() } else { folder.to_owned() },
            variables: BTreeMap::new(),
            locals: BTreeMap::new(),
            resources: BTreeMap::new(),
            calls: BTreeMap::new(),
            outputs: BTreeMap::new(),
        };
        for body in files(folder) {
            for block in &body.blocks {
                let label =
                    |index: usize| block.labels.get(index).map_or("", |label| label.name.as_str()).to_owned();
                match block.kind.as_str() {
                    "variable" => {
                        let value = read_variable(host, &block.body, inputs.get(&label(0)), out);
                        module.variables.insert(label(0), value);
                    }
                    "locals" => {
                        let own = block.body.attributes.iter();
                        module
                            .locals
                            .extend(own.map(|attribute| (attribute.name.clone(), attribute.expr.clone())));
                    }
                    "resource" => {
                        let repeated = ["count", "for_each"];
                        let how = repeated.into_iter().find(|name| block.body.attribute(name).is_some());
                        module.resources.insert(format!("{}.{}", label(0), label(1)), how);
                    }
                    "module" => {
                        module.calls.insert(label(0), block.body.clone());
                    }
                    "output" => {
                        if let Some(value) = block.body.attribute("value") {
                            module.outputs.insert(label(0), value.expr.clone());
                        }
                    }
                    _ => {}
                }
            }
        }
        module
    }

    /// Checks references, then evaluates, as the console does.
    pub fn eval(
        &self,
        expr: &Expr,
        console: bool,
        each: &BTreeMap<String, Value>,
    ) -> (Value, Vec<Diagnostic>) {
        let (found, mut out) = references(expr);
        let mut roots: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
        let mut scope = each.clone();
        for reference in &found {
            self.add(reference, each, &mut roots, &mut out);
        }
        if has_errors(&out) {
            // Those at no place come first, as diagnostics are sorted.
            nuvola_kernel::ordered::sort_by_key(&mut out, |diagnostic| {
                (diagnostic.subject != Some(nuvola_hcl::Range::NOWHERE), diagnostic.subject)
            });
            return (Value::dynamic_unknown(), out);
        }
        for (name, members) in roots {
            scope.entry(name).or_insert_with(|| Value::object(members));
        }
        let environment = Environment { console, ..Environment::new(self.host) };
        let cx = EvalContext::new(environment, scope);
        let (value, diagnostics) = evaluate(expr, &cx);
        out.extend(diagnostics);
        (value, out)
    }

    fn add(
        &self,
        reference: &Reference,
        each: &BTreeMap<String, Value>,
        roots: &mut BTreeMap<String, BTreeMap<String, Value>>,
        out: &mut Vec<Diagnostic>,
    ) {
        let fail = |summary: &str, detail: String| Diagnostic::error(summary, detail).at(reference.range);
        let mut put = |root: &str, name: &str, value: Value| {
            roots.entry(root.to_owned()).or_default().insert(name.to_owned(), value);
        };
        match &reference.subject {
            Subject::InputVariable(name) => match self.variables.get(name) {
                Some(value) => put("var", name, value.clone()),
                None => {
                    let suggestion = suggest::closest(name, self.variables.keys().map(String::as_str));
                    let help = match suggestion {
                        Some(close) => format!(" Did you mean {}?", quote(close)),
                        None => format!(
                            " This variable can be declared with a variable {} {{}} block.",
                            quote(name)
                        ),
                    };
                    let detail = format!(
                        "An input variable with the name {} has not been declared.{help}",
                        quote(name)
                    );
                    out.push(fail("Reference to undeclared input variable", detail));
                }
            },
            Subject::LocalValue(name) => match self.locals.get(name) {
                Some(expr) => {
                    let (value, diagnostics) = self.eval(expr, false, &BTreeMap::new());
                    out.extend(diagnostics);
                    put("local", name, value);
                }
                None => {
                    let suggestion = suggest::did_you_mean(name, self.locals.keys().map(String::as_str));
                    let detail = format!(
                        "A local value with the name {} has not been declared.{suggestion}",
                        quote(name)
                    );
                    out.push(fail("Reference to undeclared local value", detail));
                }
            },
            Subject::Resource { mode, kind, name, key } => {
                let declared = self.resources.get(&format!("{kind}.{name}"));
                match declared.filter(|_| *mode == ResourceMode::Managed) {
                    Some(how) => {
                        check_instance(reference, kind, name, key.as_ref(), *how, out);
                        put(kind, name, Value::dynamic_unknown());
                    }
                    None => {
                        let what = if *mode == ResourceMode::Data { "data" } else { "managed" };
                        let detail = format!(
                            "A {what} resource {} {} has not been declared in {}.",
                            quote(kind),
                            quote(name),
                            self.name
                        );
                        out.push(fail("Reference to undeclared resource", detail));
                    }
                }
            }
            Subject::ModuleCall { name, .. } => match self.calls.get(name) {
                Some(body) => {
                    let value = self.call(body, out);
                    put("module", name, value);
                }
                None => {
                    let detail =
                        format!("No module call named {} is declared in {}.", quote(name), self.name);
                    out.push(fail("Reference to undeclared module", detail));
                }
            },
            Subject::Path(name) => {
                let value = if name == "cwd" { "/project" } else { "." };
                put("path", name, value.into());
            }
            Subject::Terraform(name) => put("terraform", name, "default".into()),
            Subject::Each(_) | Subject::Count(_) | Subject::SelfObject => {
                missing_context(reference, each, out)
            }
        }
    }

    fn call(&self, body: &Body, out: &mut Vec<Diagnostic>) -> Value {
        let source =
            body.attribute("source").and_then(|attribute| attribute.expr.literal_string()).unwrap_or(".");
        let folder = source.trim_start_matches("./").to_owned();
        let mut argument = |name: &str, each: &BTreeMap<String, Value>| {
            body.attribute(name).map(|attribute| {
                let (value, diagnostics) = self.eval(&attribute.expr, false, each);
                out.extend(diagnostics);
                value
            })
        };
        let none = BTreeMap::new();
        let instance = |each: &BTreeMap<String, Value>| {
            let mut inputs = BTreeMap::new();
            for attribute in &body.attributes {
                if !["source", "count", "for_each"].contains(&attribute.name.as_str()) {
                    inputs.insert(attribute.name.clone(), self.eval(&attribute.expr, false, each).0);
                }
            }
            let mut ignored = Vec::new();
            let child = Module::load(self.host, self.files, &folder, &inputs, &mut ignored);
            Value::object(
                child.outputs.iter().map(|(name, expr)| (name.as_str(), child.eval(expr, false, &none).0)),
            )
        };
        if let Some(count) = argument("count", &none) {
            let count = count.as_number().and_then(|count| count.to_i64()).unwrap_or(0);
            return Value::tuple(
                (0..count)
                    .map(|index| {
                        instance(&BTreeMap::from([(
                            "count".to_owned(),
                            Value::object([("index", Value::int(index))]),
                        )]))
                    })
                    .collect(),
            );
        }
        if let Some(for_each) = argument("for_each", &none) {
            return Value::object(for_each.elements().into_iter().map(|(key, value)| {
                let each = Value::object([("key", key.clone()), ("value", value)]);
                let name = key.as_str().unwrap_or_default().to_owned();
                (name, instance(&BTreeMap::from([("each".to_owned(), each)])))
            }));
        }
        instance(&none)
    }
}

fn read_variable(host: &dyn Host, body: &Body, given: Option<&Value>, out: &mut Vec<Diagnostic>) -> Value {
    let constraint = body.attribute("type").map(|attribute| read_type(&attribute.expr, out));
    let (ty, defaults) = constraint.unwrap_or_default_any();
    let cx = EvalContext::new(Environment::new(host), BTreeMap::new());
    let default = body.attribute("default").map(|attribute| {
        let (value, diagnostics) = evaluate(&attribute.expr, &cx);
        out.extend(diagnostics);
        (value, attribute.expr.range)
    });
    let value = given.cloned().or_else(|| default.as_ref().map(|(value, _)| value.clone()));
    let value = value.unwrap_or_else(|| Value::unknown(ty.clone()));
    let filled = if value.is_null() { value } else { defaults.apply(&value) };
    let value = convert(&filled, &ty).unwrap_or_else(|error| {
        if !has_errors(out) {
            let detail =
                format!("This default value is not compatible with the variable's type constraint: {error}.");
            let summary = "Invalid default value for variable";
            let range = default.map(|(_, range)| range).unwrap_or(body.range);
            out.push(Diagnostic::error(summary, detail).at(range));
        }
        Value::dynamic_unknown()
    });
    let flag = |name: &str| {
        body.attribute(name).is_some_and(|attribute| evaluate(&attribute.expr, &cx).0.as_bool() == Some(true))
    };
    let sensitive = if flag("sensitive") { Marks::SENSITIVE } else { Marks::NONE };
    let ephemeral = if flag("ephemeral") { Marks::EPHEMERAL } else { Marks::NONE };
    value.with_marks(sensitive | ephemeral)
}

trait OrAny {
    fn unwrap_or_default_any(self) -> (Type, nuvola_tf_lang::Defaults);
}

impl OrAny for Option<(Type, nuvola_tf_lang::Defaults)> {
    fn unwrap_or_default_any(self) -> (Type, nuvola_tf_lang::Defaults) {
        self.unwrap_or((Type::Dynamic, nuvola_tf_lang::Defaults::default()))
    }
}

/// The type of a variable: `list` and `map` alone are still understood there, quotes are not.
fn read_type(expr: &Expr, out: &mut Vec<Diagnostic>) -> (Type, nuvola_tf_lang::Defaults) {
    let none = nuvola_tf_lang::Defaults::default();
    match expr.keyword() {
        Some("list") => return (Type::list(Type::Dynamic), none),
        Some("map") => return (Type::map(Type::Dynamic), none),
        _ => {}
    }
    if let Some(text) = expr.literal_string() {
        let detail = format!(
            "Terraform 0.11 and earlier required type constraints to be given in quotes, but that form is now deprecated and will be removed in a future version of Terraform. Remove the quotes around {}.",
            quote(text)
        );
        out.push(Diagnostic::error("Invalid quoted type constraints", detail).at(expr.range));
        return (Type::Dynamic, none);
    }
    let (constraint, diagnostics) = parse_type_constraint(expr);
    out.extend(diagnostics);
    (constraint.ty, constraint.defaults)
}

fn check_instance(
    reference: &Reference,
    kind: &str,
    name: &str,
    key: Option<&Key>,
    how: Option<&'static str>,
    out: &mut Vec<Diagnostic>,
) {
    let fail = |summary: &str, detail: String| Diagnostic::error(summary, detail).at(reference.range);
    match (how, key) {
        (None, Some(_)) => out.push(fail("Unexpected resource instance key", format!(
            "Because {kind}.{name} does not have \"count\" or \"for_each\" set, references to it must not include an index key. Remove the bracketed index to refer to the single instance of this resource."
        ))),
        (Some(how), None) if matches!(reference.remaining.first(), Some(step) if matches!(step.kind, nuvola_hcl::StepKind::Attr(_))) => {
            let each = if how == "count" { "count.index" } else { "each.key" };
            out.push(fail("Missing resource instance key", format!(
                "Because {kind}.{name} has {} set, its attributes must be accessed on specific instances.\n\nFor example, to correlate with indices of a referring resource, use:\n    {kind}.{name}[{each}]",
                quote(how)
            )));
        }
        _ => {}
    }
}

fn missing_context(reference: &Reference, each: &BTreeMap<String, Value>, out: &mut Vec<Diagnostic>) {
    let (root, summary, detail) = match &reference.subject {
        Subject::Each(_) => (
            "each",
            "Reference to \"each\" in context without for_each",
            "The \"each\" object can be used only in \"module\" or \"resource\" blocks, and only when the \"for_each\" argument is set.",
        ),
        Subject::Count(_) => (
            "count",
            "Reference to \"count\" in non-counted context",
            "The \"count\" object can only be used in \"module\", \"resource\", and \"data\" blocks, and only when the \"count\" argument is set.",
        ),
        _ => (
            "self",
            "Invalid \"self\" reference",
            "The \"self\" object is not available in this context. This object can be used only in resource provisioner, connection, and postcondition blocks.",
        ),
    };
    if !each.contains_key(root) {
        out.push(Diagnostic::error(summary, detail).at(reference.range));
    }
}
