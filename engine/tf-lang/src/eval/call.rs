//! Function calls: finding the function, its arguments, and Terraform's words for what goes wrong.

use nuvola_kernel::Ordered;
use std::collections::BTreeMap;

use nuvola_hcl::text::quote;
use nuvola_hcl::{Call, Diagnostic, Expr, ExprKind, FunctionCallNote, Range, SourceFile, Sources};

use super::{Environment, EvalContext, eval, evaluate_template, failed_since, value_notes};
use crate::convert::convert;
use crate::functions::{self, Failure, Function, Param};
use crate::marks::Marks;
use crate::references;
use crate::suggest::did_you_mean;
use crate::types::Type;
use crate::value::Value;

/// Functions that are not in the table, since they need more than values.
const SPECIAL: [&str; 5] = ["can", "templatefile", "templatestring", "try", "type"];
const NESTED_TEMPLATE: &str = "cannot recursively call templatefile from inside another template function";

pub(super) fn eval_call(expr: &Expr, call: &Call, cx: &EvalContext<'_>, out: &mut Vec<Diagnostic>) -> Value {
    let name = call.name.strip_prefix("core::").unwrap_or(&call.name);
    if is_special(name, cx) {
        return eval_special(expr, call, name, cx, out);
    }
    match find(name, cx) {
        Some(function) => eval_function(expr, call, function, cx, out),
        None => {
            let values = super::value_notes(expr, cx);
            out.push(unknown_function(call, cx).in_context(expr.range).with_values(values));
            Value::dynamic_unknown()
        }
    }
}

fn is_special(name: &str, cx: &EvalContext<'_>) -> bool {
    SPECIAL.contains(&name) && (name != "type" || cx.environment.console)
}

fn find<'a>(name: &str, cx: &EvalContext<'a>) -> Option<&'a Function> {
    if let Some(rest) = name.strip_prefix("provider::") {
        let (namespace, name) = rest.split_once("::")?;
        if namespace == "terraform" {
            return functions::terraform_provider(name);
        }
        return cx.environment.providers.and_then(|providers| providers.find(namespace, name));
    }
    // Without a plan there is no time of a plan.
    if name == "plantimestamp" && cx.environment.host.plan_time_ms().is_none() {
        return None;
    }
    functions::builtin(name)
}

/// The complaint about a name that no function has.
fn unknown_function(call: &Call, cx: &EvalContext<'_>) -> Diagnostic {
    let name = &call.name;
    let Some((namespace, rest)) = name.split_once("::") else {
        let names = functions::builtin_names().chain(SPECIAL);
        let names =
            names.filter(|name| *name != "plantimestamp" && (*name != "type" || cx.environment.console));
        let mut names: Vec<&str> = names.collect();
        names.sort();
        let suggestion = did_you_mean(name, names.into_iter());
        let detail = format!("There is no function named {}.{suggestion}", quote(name));
        return Diagnostic::error("Call to unknown function", detail).at(call.name_range);
    };
    let detail = match (namespace, rest.split_once("::")) {
        ("provider", Some(("terraform", function))) => {
            format!("The function {} is not available from the provider \"terraform\".", quote(function))
        }
        ("core", _) if cx.lookup("core").is_none() && functions::builtin(rest).is_none() => {
            format!(
                "The function namespace {} is not valid. Provider function calls must use the \"provider::\" namespace prefix.",
                quote(namespace)
            )
        }
        ("provider", None) => {
            format!(
                "The function name {} is not valid. Provider function calls must use the format provider::<provider_name>::<function_name>.",
                quote(name)
            )
        }
        ("provider", Some((provider, _))) => {
            format!(
                "There is no function named {}. Ensure that provider name {} is declared in this module's required_providers block, and that this provider offers a function named {}.",
                quote(name),
                quote(provider),
                quote(rest.split_once("::").map_or(rest, |(_, name)| name))
            )
        }
        _ => format!(
            "The function namespace {} is not valid. Provider function calls must use the \"provider::\" namespace prefix.",
            quote(namespace)
        ),
    };
    Diagnostic::error("Unknown provider function", detail).at(call.name_range)
}

/// An argument with the expression it came from.
struct Arg<'e> {
    value: Value,
    expr: &'e Expr,
}

fn eval_function(
    expr: &Expr,
    call: &Call,
    function: &Function,
    cx: &EvalContext<'_>,
    out: &mut Vec<Diagnostic>,
) -> Value {
    let before = out.len();
    let Some(args) = expanded_args(expr, call, cx, out) else { return Value::dynamic_unknown() };
    let Args::Known(args) = args else { return Value::dynamic_unknown() };
    let names: Vec<&str> = function.params.iter().map(|param| param.name).collect();
    if let Some(mut diagnostic) = wrong_count(expr, call, args.len(), &names, function.variadic.is_some()) {
        diagnostic.function_call = Some(note_of(call, function));
        diagnostic.values = super::value_notes(expr, cx);
        out.push(diagnostic);
        return Value::dynamic_unknown();
    }
    let mut values = Vec::with_capacity(args.len());
    for (index, arg) in args.iter().enumerate() {
        let param = function.param(index).expect("the count of arguments was checked");
        match convert(&arg.value, &param.ty) {
            Ok(value) => values.push(value),
            Err(error) => {
                out.push(invalid_argument(expr, call, function, arg.expr, param, &error.message, cx));
            }
        }
    }
    if failed_since(out, before) {
        return Value::dynamic_unknown();
    }
    match function.call(cx.environment.host, &values) {
        Ok(value) => value,
        Err(failure) => {
            out.push(failed_call(expr, call, function, &args, failure, cx));
            Value::dynamic_unknown()
        }
    }
}

enum Args<'e> {
    Known(Vec<Arg<'e>>),
    /// The list of further arguments is not known yet.
    Unknown,
}

/// Evaluates the arguments; `list...` gives the elements of a list as arguments.
fn expanded_args<'e>(
    expr: &Expr,
    call: &'e Call,
    cx: &EvalContext<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Args<'e>> {
    let before = out.len();
    let mut args: Vec<Arg<'e>> = Vec::with_capacity(call.args.len());
    for arg in &call.args {
        args.push(Arg { value: eval(arg, cx, out), expr: arg });
    }
    if failed_since(out, before) {
        return None;
    }
    if !call.expand_final {
        return Some(Args::Known(args));
    }
    let Arg { value, expr: last } = args.pop()?;
    let fail = |detail: &str| {
        let diagnostic = Diagnostic::error("Invalid expanding argument value", detail);
        diagnostic.at(last.range).in_context(expr.range).with_values(value_notes(last, cx))
    };
    match value.ty() {
        Type::Dynamic if value.is_null() => {
            out.push(fail("The expanding argument (indicated by ...) must not be null."));
            None
        }
        Type::Dynamic => Some(Args::Unknown),
        Type::List(_) | Type::Set(_) | Type::Tuple(_) => {
            if value.is_null() {
                out.push(fail("The expanding argument (indicated by ...) must not be null."));
                return None;
            }
            let Some(elements) = value.as_seq() else { return Some(Args::Unknown) };
            let marks = value.marks();
            args.extend(
                elements.iter().map(|value| Arg { value: value.clone().with_marks(marks), expr: last }),
            );
            Some(Args::Known(args))
        }
        _ => {
            out.push(fail(
                "The expanding argument (indicated by ...) must be of a tuple, list, or set type.",
            ));
            None
        }
    }
}

fn wrong_count(expr: &Expr, call: &Call, count: usize, names: &[&str], variadic: bool) -> Option<Diagnostic> {
    let name = quote(&call.name);
    let plural = "argument(s)";
    if let Some(missing) = names.get(count) {
        let qualifier = if variadic { " at least" } else { "" };
        let detail = format!(
            "Function {name} expects{qualifier} {} {plural}. Missing value for {}.",
            names.len(),
            quote(missing)
        );
        let diagnostic =
            Diagnostic::error("Not enough function arguments", detail).at(call.close_paren_range);
        return Some(diagnostic.in_context(expr.range));
    }
    if count > names.len() && !variadic {
        let detail = format!("Function {name} expects only {} {plural}.", names.len());
        let extra = call.args.get(names.len()).map_or(call.close_paren_range, |arg| arg.range);
        let range = call.args.last().map_or(extra, |last| extra.to(last.range));
        return Some(
            Diagnostic::error("Too many function arguments", detail).at(range).in_context(expr.range),
        );
    }
    None
}

fn call_note(call: &Call, params: &[&str], variadic: Option<&str>) -> FunctionCallNote {
    let fixed = params.iter().map(|name| (*name).to_owned());
    let parameters = fixed.chain(variadic.map(|name| format!("{name}..."))).collect();
    FunctionCallNote { name: call.name.clone(), parameters }
}

fn note_of(call: &Call, function: &Function) -> FunctionCallNote {
    let names: Vec<&str> = function.params.iter().map(|param| param.name).collect();
    call_note(call, &names, function.variadic.as_ref().map(|param| param.name))
}

fn invalid_argument(
    expr: &Expr,
    call: &Call,
    function: &Function,
    arg: &Expr,
    param: &Param,
    problem: &str,
    cx: &EvalContext<'_>,
) -> Diagnostic {
    let detail = format!("Invalid value for {} parameter: {problem}.", quote(param.name));
    let mut diagnostic = Diagnostic::error("Invalid function argument", detail)
        .at(super::start_range(arg))
        .in_context(expr.range)
        .with_values(value_notes(arg, cx));
    diagnostic.function_call = Some(note_of(call, function));
    diagnostic
}

fn failed_call(
    expr: &Expr,
    call: &Call,
    function: &Function,
    args: &[Arg<'_>],
    failure: Failure,
    cx: &EvalContext<'_>,
) -> Diagnostic {
    if let Failure::Arg(index, problem) = &failure
        && let (Some(arg), Some(param)) = (args.get(*index), function.param(*index))
    {
        return invalid_argument(expr, call, function, arg.expr, param, problem, cx);
    }
    let detail = format!("Call to function {} failed: {}.", quote(&call.name), failure.message());
    let mut diagnostic = Diagnostic::error("Error in function call", detail)
        .at(super::start_range(expr))
        .in_context(expr.range)
        .with_values(value_notes(expr, cx));
    diagnostic.function_call = Some(note_of(call, function));
    diagnostic
}

fn eval_special(
    expr: &Expr,
    call: &Call,
    name: &str,
    cx: &EvalContext<'_>,
    out: &mut Vec<Diagnostic>,
) -> Value {
    let params: &[&str] = match name {
        "can" => &["expression"],
        "templatefile" => &["path", "vars"],
        "templatestring" => &["template", "vars"],
        "type" => &["value"],
        _ => &[],
    };
    let special = Special { expr, call, params, cx };
    if name != "try"
        && let Some(diagnostic) = wrong_count(expr, call, call.args.len(), params, false)
    {
        out.push(diagnostic);
        return Value::dynamic_unknown();
    }
    match name {
        "try" => special.eval_try(out),
        "can" => special.eval_can(),
        "type" => {
            let value = eval(&call.args[0], cx, out);
            Value::type_value(value.ty().clone()).with_marks(Marks::TYPE)
        }
        "templatefile" => special.template_file(out),
        _ => special.template_string(out),
    }
}

/// A call of a function that takes expressions.
struct Special<'e> {
    expr: &'e Expr,
    call: &'e Call,
    params: &'e [&'e str],
    cx: &'e EvalContext<'e>,
}

impl Special<'_> {
    fn failed(&self, failure: Failure, out: &mut Vec<Diagnostic>) -> Value {
        let arg = match &failure {
            Failure::Arg(index, _) => self.call.args.get(*index).zip(self.params.get(*index)),
            Failure::Call(_) => None,
        };
        let (summary, detail, range) = match arg {
            Some((arg, param)) => (
                "Invalid function argument",
                format!("Invalid value for {} parameter: {}.", quote(param), failure.message()),
                super::start_range(arg),
            ),
            None => (
                "Error in function call",
                format!("Call to function {} failed: {}.", quote(&self.call.name), failure.message()),
                super::start_range(self.expr),
            ),
        };
        let notes = value_notes(arg.map_or(self.expr, |(arg, _)| arg), self.cx);
        let mut diagnostic = Diagnostic::error(summary, detail).at(range).in_context(self.expr.range);
        diagnostic.values = notes;
        let variadic = self.params.is_empty().then_some("expressions");
        diagnostic.function_call = Some(call_note(self.call, self.params, variadic));
        out.push(diagnostic);
        Value::dynamic_unknown()
    }

    /// The first expression that can be evaluated. One that depends on something unknown might still fail.
    fn eval_try(&self, out: &mut Vec<Diagnostic>) -> Value {
        if self.call.args.is_empty() {
            return self.failed(Failure::Call("at least one argument is required".to_owned()), out);
        }
        let mut failures = String::new();
        for arg in &self.call.args {
            let mut own = Vec::new();
            let value = eval(arg, self.cx, &mut own);
            if depends_on_unknown(arg, self.cx) {
                return Value::dynamic_unknown();
            }
            if !nuvola_hcl::has_errors(&own) {
                return value;
            }
            for diagnostic in own {
                let range = diagnostic.subject.zip(self.cx.sources());
                let place = range.map(|(range, sources)| format!(" (at {})", sources.describe(range)));
                let place = place.unwrap_or_default();
                failures.push_str(&format!("\n- {}{place}\n  {}", diagnostic.summary, diagnostic.detail));
            }
        }
        let message = format!(
            "no expression succeeded:{failures}\n\nAt least one expression must produce a successful result"
        );
        self.failed(Failure::Call(message), out)
    }

    fn eval_can(&self) -> Value {
        let arg = &self.call.args[0];
        let mut own = Vec::new();
        let _ = eval(arg, self.cx, &mut own);
        if depends_on_unknown(arg, self.cx) {
            return Value::unknown(Type::Bool);
        }
        Value::bool(!nuvola_hcl::has_errors(&own))
    }

    fn template_file(&self, out: &mut Vec<Diagnostic>) -> Value {
        let before = out.len();
        let path = eval(&self.call.args[0], self.cx, out);
        let vars = eval(&self.call.args[1], self.cx, out);
        if failed_since(out, before) {
            return Value::dynamic_unknown();
        }
        let path = match convert(&path, &Type::String) {
            Ok(path) if path.is_null() => {
                return self.failed(Failure::Arg(0, "argument must not be null".to_owned()), out);
            }
            Ok(path) => path,
            Err(error) => return self.failed(Failure::Arg(0, error.message), out),
        };
        if vars.is_null() {
            return self.failed(Failure::Arg(1, "argument must not be null".to_owned()), out);
        }
        if self.cx.environment.in_template {
            return self.failed(Failure::Call(NESTED_TEMPLATE.to_owned()), out);
        }
        let marks = path.marks();
        let Some(path) = path.as_str() else { return Value::dynamic_unknown().with_marks(marks) };
        let source = match functions::read_text(self.cx.environment.host, path) {
            Ok(source) => source,
            Err(failure) => return self.failed(failure, out),
        };
        match self.render(path, &source, &vars) {
            Ok(value) => value.with_marks(marks),
            Err(failure) => self.failed(failure, out),
        }
    }

    /// The template must be a reference: a literal one needs no function.
    fn template_string(&self, out: &mut Vec<Diagnostic>) -> Value {
        let arg = &self.call.args[0];
        let reference = matches!(
            arg.kind,
            ExprKind::Traversal(_) | ExprKind::RelativeTraversal { .. } | ExprKind::Index { .. }
        );
        let before = out.len();
        let vars = eval(&self.call.args[1], self.cx, out);
        if failed_since(out, before) {
            return Value::dynamic_unknown();
        }
        if !reference {
            let parts = match &arg.kind {
                ExprKind::Template(template) => template.parts.as_slice(),
                _ => &[],
            };
            let interpolated =
                parts.iter().any(|part| !matches!(part, nuvola_hcl::TemplatePart::Literal { .. }));
            let message = if interpolated && parts.len() == 1 {
                "invalid template expression: templatestring is only for rendering templates retrieved dynamically from elsewhere; to treat the inner expression as template syntax, write the reference expression directly without any template interpolation syntax"
            } else if interpolated {
                "invalid template expression: templatestring is only for rendering templates retrieved dynamically from elsewhere; to render an inline template, consider using a plain template string expression"
            } else if matches!(arg.kind, ExprKind::Template(_)) {
                "invalid template expression: templatestring is only for rendering templates retrieved dynamically from elsewhere, and so does not support providing a literal template; consider using a template string expression instead"
            } else {
                "invalid template expression: must be a direct reference to a single string from elsewhere, containing valid Terraform template syntax"
            };
            return self.failed(Failure::Arg(0, message.to_owned()), out);
        }
        let template = eval(arg, self.cx, out);
        if failed_since(out, before) {
            return Value::dynamic_unknown();
        }
        if template.is_null() || vars.is_null() {
            let index = usize::from(!template.is_null());
            return self.failed(Failure::Arg(index, "argument must not be null".to_owned()), out);
        }
        if *template.ty() != Type::String && *template.ty() != Type::Dynamic {
            let message = "invalid template value: a string is required";
            return self.failed(Failure::Arg(0, message.to_owned()), out);
        }
        if self.cx.environment.in_template {
            let message = NESTED_TEMPLATE.replace("templatefile", "templatestring");
            return self.failed(Failure::Call(message), out);
        }
        let marks = template.marks();
        let Some(source) = template.as_str() else {
            return Value::unknown(Type::String).refine_not_null().with_marks(marks);
        };
        match self.render("<templatestring argument>", source, &vars) {
            Ok(value) => match convert(&value, &Type::String) {
                Ok(value) => value.with_marks(marks),
                Err(error) => self.failed(Failure::Arg(0, format!("invalid template result: {error}")), out),
            },
            Err(failure) => self.failed(failure, out),
        }
    }

    fn render(&self, name: &str, source: &str, vars: &Value) -> Result<Value, Failure> {
        if !vars.ty().is_mapping() && *vars.ty() != Type::Dynamic {
            return Err(Failure::Arg(1, "invalid vars value: must be a map".to_owned()));
        }
        let (vars, marks) = vars.clone().unmark();
        let mut sources = Sources::new();
        let file = sources.add(SourceFile::hidden(name, source));
        let (template, diagnostics) = nuvola_hcl::parse_template(&sources, file);
        if nuvola_hcl::has_errors(&diagnostics) {
            let text = describe_diagnostics(&diagnostics, &sources);
            return Err(match name.starts_with('<') {
                true => Failure::Arg(0, format!("invalid template: {text}")),
                false => Failure::Call(text),
            });
        }
        let Some(members) = vars.as_members() else { return Ok(Value::dynamic_unknown().with_marks(marks)) };
        for key in members.keys() {
            if !nuvola_hcl::is_identifier(key) {
                return Err(Failure::Arg(
                    1,
                    format!(
                        "invalid template variable name {}: must start with a letter, followed by zero or more letters, digits, and underscores",
                        quote(key)
                    ),
                ));
            }
        }
        let whole =
            Range::new(file, nuvola_hcl::Span::new(0, u32::try_from(source.len()).unwrap_or(u32::MAX)));
        let text = Expr::new(ExprKind::Template(template), whole);
        for traversal in references::traversals(&text) {
            if !members.contains_key(traversal.root.name.as_str()) {
                let place = sources.describe(traversal.root.range);
                let key = quote(&traversal.root.name);
                return Err(Failure::Arg(
                    1,
                    format!("vars map does not contain key {key}, referenced at {place}"),
                ));
            }
        }
        let variables: BTreeMap<String, Value> =
            members.iter().map(|(key, value)| (key.to_string(), value.clone())).into_map();
        let environment = Environment { in_template: true, console: false, ..self.cx.environment };
        let cx = EvalContext::new(environment, variables).with_sources(&sources);
        let ExprKind::Template(template) = &text.kind else { return Ok(Value::dynamic_unknown()) };
        let (value, diagnostics) = evaluate_template(template, &cx);
        if nuvola_hcl::has_errors(&diagnostics) {
            return Err(Failure::Call(describe_diagnostics(&diagnostics, &sources)));
        }
        Ok(value.with_marks(marks))
    }
}

/// Whether a name in an expression stands for something that is not known yet, so that success is not certain.
fn depends_on_unknown(expr: &Expr, cx: &EvalContext<'_>) -> bool {
    references::traversals(expr).into_iter().any(|traversal| {
        let Some(root) = cx.lookup(&traversal.root.name) else { return false };
        let mut failures = Vec::new();
        let value = super::traversal::walk(root.clone(), &traversal.steps, &mut failures);
        failures.is_empty() && !value.is_wholly_known()
    })
}

/// Diagnostics as one line of text, as an error inside another error: `a.tf:1,2-3: Summary; Detail`.
pub(super) fn describe_diagnostics(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let Some(first) = errors.next() else { return "no diagnostics".to_owned() };
    let place = first.subject.map(|range| sources.describe(range)).unwrap_or_default();
    let more = match errors.count() {
        0 => String::new(),
        count => format!(", and {count} other diagnostic(s)"),
    };
    format!("{place}: {}; {}{more}", first.summary, first.detail)
}
