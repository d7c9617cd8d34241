//! Values of the root module's variables: from files, the environment, options, or the person.

use super::args::{Args, environment_variables};
use super::session::Session;
use crate::addr::ModuleInstance;
use crate::config::{Config, Variable};
use crate::host::FileKind;
use crate::plan::expand::marked;
use crate::run::Run;
use nuvola_hcl::text::quote;
use nuvola_hcl::{Diagnostic, Range, SourceFile, has_errors};
use nuvola_kernel::Map;
use nuvola_tf_lang::{Value, convert};
use std::collections::BTreeMap;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq)]
enum Origin {
    File { name: String, range: Range, automatic: bool },
    CommandLine,
    Environment,
    Prompt,
}

struct Given {
    value: Value,
    origin: Origin,
}

/// Finds the values and stores them with a run; problems are added to the list.
pub async fn collect(
    session: &Session,
    args: &Args,
    config: &Config,
    run: &Run,
    diagnostics: &mut Vec<Diagnostic>,
) -> bool {
    let before = diagnostics.len();
    let mut given: Map<String, Given> = Map::new();
    let mut undeclared = Vec::new();
    let mut fatal = false;
    let variables = &config.module.variables;
    for (name, text) in environment_variables(&session.host.environment()) {
        if let Some(variable) = variables.get(&name) {
            put(session, variable, &text, Origin::Environment, &mut given, diagnostics);
        }
    }
    for name in automatic_files(session) {
        fatal |= !read_file(session, &name, true, variables, &mut given, &mut undeclared, diagnostics);
    }
    for (option, text) in &args.options {
        match option.as_str() {
            "var-file" => {
                fatal |= !read_file(session, text, false, variables, &mut given, &mut undeclared, diagnostics)
            }
            "var" => fatal |= !command_line(session, text, variables, &mut given, diagnostics),
            _ => {}
        }
    }
    report_undeclared(undeclared, diagnostics);
    if fatal {
        return false;
    }
    if args.or("input", true) && !has_errors(&diagnostics[before..]) {
        for variable in variables.values() {
            if variable.default.is_none() && !given.contains_key(&variable.name) {
                ask(session, variable, &mut given, diagnostics).await;
            }
        }
    }
    store(session, config, run, given, diagnostics);
    !has_errors(&diagnostics[before..])
}

/// Where only arguments may stand.
pub const NO_BLOCKS: &str = "Blocks are not allowed here.";

fn automatic_files(session: &Session) -> Vec<String> {
    let names = session.host.list_dir(".").unwrap_or_default().into_iter();
    let mut names: Vec<String> =
        names.filter(|entry| entry.kind == FileKind::File).map(|entry| entry.name).collect();
    names.sort();
    let mut out: Vec<String> = ["terraform.tfvars", "terraform.tfvars.json"].map(str::to_owned).to_vec();
    out.retain(|name| names.contains(name));
    out.extend(
        names
            .into_iter()
            .filter(|name| name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json")),
    );
    out
}

fn read_file(
    session: &Session,
    name: &str,
    automatic: bool,
    variables: &BTreeMap<String, Variable>,
    given: &mut Map<String, Given>,
    undeclared: &mut Vec<(String, String)>,
    diagnostics: &mut Vec<Diagnostic>,
) -> bool {
    let Ok(bytes) = session.host.read_file(name) else {
        let detail = format!("Given variables file {name} does not exist.");
        diagnostics.push(Diagnostic::error("Failed to read variables file", detail));
        return false;
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let file = session.sources.borrow_mut().add(SourceFile::new(name, text));
    let (body, problems) = crate::config::parse_file(&session.sources.borrow(), file, name);
    let failed = has_errors(&problems);
    diagnostics.extend(problems);
    diagnostics.extend(body.late.iter().cloned());
    if failed {
        return false;
    }
    if let Some(block) = body.blocks.first() {
        let label = block.labels.first().map(|label| label.name.clone()).unwrap_or_default();
        let diagnostic = if block.kind == "variable" {
            let detail = format!(
                "A .tfvars file is used to assign values to variables that have already been declared in .tf files, not to declare new variables. To declare variable {}, place this block in one of your .tf files, such as variables.tf.\n\nTo set a value for this variable in {name}, use the definition syntax instead:\n    {label} = <value>",
                quote(&label)
            );
            Diagnostic::error("Variable declaration in .tfvars file", detail)
        } else {
            Diagnostic::error(format!("Unexpected {} block", quote(&block.kind)), NO_BLOCKS)
        };
        diagnostics.push(diagnostic.at(block.kind_range));
        return false;
    }
    for attribute in &body.attributes {
        let (value, problems) = crate::eval::constant(&attribute.expr);
        let failed = has_errors(&problems);
        diagnostics.extend(problems);
        if !variables.contains_key(&attribute.name) {
            undeclared.push((attribute.name.clone(), name.to_owned()));
        } else if failed {
            given.remove(&attribute.name);
        } else {
            let origin = Origin::File { name: name.to_owned(), range: attribute.expr.range, automatic };
            given.insert(attribute.name.clone(), Given { value, origin });
        }
    }
    true
}

fn report_undeclared(undeclared: Vec<(String, String)>, diagnostics: &mut Vec<Diagnostic>) {
    const SHOWN: usize = 2;
    for (name, file) in undeclared.iter().take(SHOWN) {
        let detail = format!(
            "The root module does not declare a variable named {} but a value was found in file {}. If you meant to use this value, add a \"variable\" block to the configuration.\n\nTo silence these warnings, use TF_VAR_... environment variables to provide certain \"global\" settings to all configurations in your organization. To reduce the verbosity of these warnings, use the -compact-warnings option.",
            quote(name),
            quote(file)
        );
        diagnostics.push(Diagnostic::warning("Value for undeclared variable", detail));
    }
    if undeclared.len() > SHOWN {
        let more = undeclared.len() - SHOWN;
        let detail = format!(
            "In addition to the other similar warnings shown, {more} other variable(s) defined without being declared."
        );
        diagnostics.push(Diagnostic::warning("Values for undeclared variables", detail));
    }
}

fn command_line(
    session: &Session,
    text: &str,
    variables: &BTreeMap<String, Variable>,
    given: &mut Map<String, Given>,
    diagnostics: &mut Vec<Diagnostic>,
) -> bool {
    let invalid = |detail: String| Diagnostic::error("Invalid -var option", detail);
    let Some((name, value)) = text.split_once('=') else {
        diagnostics.push(invalid(format!("The given -var option {} is not correctly specified. Must be a variable name and value separated by an equals sign, like -var=\"key=value\".", quote(text))));
        return false;
    };
    if name.ends_with(' ') {
        let tidy = format!("{}={}", name.trim(), value.trim_start());
        diagnostics.push(invalid(format!(
            "Variable name {} is invalid due to trailing space. Did you mean -var=\"{tidy}\"?",
            quote(name)
        )));
        return false;
    }
    match variables.get(name) {
        Some(variable) => put(session, variable, value, Origin::CommandLine, given, diagnostics),
        None => {
            let detail = format!(
                "A variable named {} was assigned on the command line, but the root module does not declare a variable of that name. To use this value, add a \"variable\" block to the configuration.",
                quote(name)
            );
            diagnostics.push(Diagnostic::error("Value for undeclared variable", detail));
        }
    }
    true
}

/// A value given as text: as it is, or as an expression, as the variable's type wants.
fn put(
    session: &Session,
    variable: &Variable,
    text: &str,
    origin: Origin,
    given: &mut Map<String, Given>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let value = if variable.literal {
        Value::string(text)
    } else {
        let name = format!("<value for var.{}>", variable.name);
        let file = session.sources.borrow_mut().add(SourceFile::hidden(name, text));
        let (expr, mut problems) = nuvola_hcl::parse_expression(&session.sources.borrow(), file);
        if !has_errors(&problems) {
            let (value, more) = crate::eval::constant(&expr);
            problems.extend(more);
            if !has_errors(&problems) {
                given.insert(variable.name.clone(), Given { value, origin });
                return;
            }
        }
        diagnostics.extend(problems);
        given.remove(&variable.name);
        return;
    };
    given.insert(variable.name.clone(), Given { value, origin });
}

async fn ask(
    session: &Session,
    variable: &Variable,
    given: &mut Map<String, Given>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let description = variable.description.as_deref().unwrap_or_default();
    if let Some(text) =
        prompt(session, &format!("var.{}", variable.name), description, variable.sensitive).await
    {
        put(session, variable, &text, Origin::Prompt, given, diagnostics);
    }
}

/// Asks a question as Terraform lays it out; nothing when there is no more input.
pub async fn prompt(session: &Session, query: &str, description: &str, hidden: bool) -> Option<String> {
    let mut text = format!("[reset][bold]{query}[reset]\n");
    for line in description.lines() {
        text += &format!("  {line}\n");
    }
    if !description.is_empty() {
        text.push('\n');
    }
    text += "  [bold]Enter a value:[reset] ";
    session.out(&session.color.paint(&text));
    let line = session.host.read_line(hidden).await;
    if line.is_some() {
        session.out("\n");
    }
    line
}

fn store(
    session: &Session,
    config: &Config,
    run: &Run,
    mut given: Map<String, Given>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (name, variable) in &config.module.variables {
        let found = given.remove(name);
        let key = (ModuleInstance::root(), name.clone());
        if found.is_none() && variable.default.is_none() {
            let detail = format!(
                "The root module input variable {} is not set, and has no default value. Use a -var or -var-file command line argument to provide a value for this variable.",
                quote(name)
            );
            diagnostics.push(Diagnostic::error("No value for required variable", detail).at(variable.range));
            continue;
        }
        let (value, origin) = match (found, &variable.default) {
            (Some(found), Some(default)) if found.value.is_null() && !variable.nullable => {
                (default.clone(), Some(found.origin))
            }
            (Some(found), _) => (found.value, Some(found.origin)),
            (None, default) => (default.clone().unwrap_or_else(Value::dynamic_unknown), None),
        };
        if let Some(Origin::File { range, .. }) = &origin {
            run.variable_places.borrow_mut().insert(name.clone(), *range);
        }
        let checked = check(session, variable, &value, origin.as_ref());
        match checked {
            Ok(value) => {
                run.values.borrow_mut().variables.insert(key, marked(value, variable));
            }
            Err(problem) => run.pending.borrow_mut().push(problem),
        }
    }
}

fn check(
    session: &Session,
    variable: &Variable,
    value: &Value,
    origin: Option<&Origin>,
) -> Result<Value, Diagnostic> {
    let name = &variable.name;
    let (source, at) = match origin {
        Some(Origin::File { name, range, automatic: _ }) => {
            (format!("set from file {}", quote(name)), *range)
        }
        Some(Origin::CommandLine) => (format!("set using -var=\"{name}=...\""), variable.range),
        Some(Origin::Environment) => {
            (format!("set using the TF_VAR_{name} environment variable"), variable.range)
        }
        Some(Origin::Prompt) => ("set using an interactive prompt".to_owned(), variable.range),
        None => (String::new(), variable.range),
    };
    let from_file = matches!(origin, Some(Origin::File { .. }));
    let declared = session.sources.borrow().describe(variable.range);
    let plain = variable.constraint.defaults.apply(value);
    let value = convert(&plain, &variable.constraint.ty).map_err(|error| {
        // The part of the value that is wrong is not named.
        let error = error.message;
        let detail = if from_file {
            format!("The given value is not suitable for var.{name} declared at {declared}: {error}.")
        } else {
            format!("Unsuitable value for var.{name} {source}: {error}.")
        };
        Diagnostic::error("Invalid value for input variable", detail).at(at)
    })?;
    if value.is_null() && !variable.nullable {
        let detail = if from_file {
            format!(
                "The given value is not suitable for var.{name} defined at {declared}: required variable may not be set to null."
            )
        } else {
            format!("Unsuitable value for var.{name} {source}: required variable may not be set to null.")
        };
        return Err(Diagnostic::error("Required variable not set", detail).at(at));
    }
    Ok(value)
}
