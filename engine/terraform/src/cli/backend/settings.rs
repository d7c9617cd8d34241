//! The settings of a backend: from its block, from the command line, and as `init` noted them.

use crate::backend::BackendType;
use crate::cli::session::Session;
use crate::cli::variables::prompt;
use crate::config::Backend as Block;
use crate::eval::{self, block};
use crate::provider::ProviderDiagnostic;
use crate::providers::builtin::BACKENDS;
use crate::schema::BlockSchema;
use crate::state::file::TERRAFORM_VERSION;
use crate::state::json::{member, object, pretty, string, text_of};
use nuvola_hcl::text::quote;
use nuvola_hcl::{Diagnostic, SourceFile, has_errors};
use nuvola_tf_lang::json::parse::{Json, parse};
use nuvola_tf_lang::json::{decode, encode_plain};
use nuvola_tf_lang::{Members, Type, Value, convert};
use std::sync::Arc;

/// Where `init` notes the backend.
const NOTE: &str = ".terraform/terraform.tfstate";

/// A backend as `init` noted it.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    pub kind: String,
    pub config: Json,
    /// Of the block alone, without what came from the command line.
    pub hash: u32,
}

/// What `init` noted.
#[must_use]
pub fn saved(session: &Session) -> Option<Saved> {
    let bytes = session.host.read_file(NOTE).ok()?;
    let json = parse(&String::from_utf8_lossy(&bytes)).ok()?;
    let backend = member(&json, "backend")?;
    let hash = match member(backend, "hash") {
        Some(Json::Number(text)) => text.parse().unwrap_or(0),
        _ => 0,
    };
    Some(Saved {
        kind: member(backend, "type").and_then(text_of)?.to_owned(),
        config: member(backend, "config")?.clone(),
        hash,
    })
}

/// Notes a backend, or that there is none any more.
/// # Errors
/// With the host's words.
pub fn save(session: &Session, backend: Option<&Saved>) -> Result<(), String> {
    let mut members =
        vec![("version", Json::Number("3".to_owned())), ("terraform_version", string(TERRAFORM_VERSION))];
    if let Some(saved) = backend {
        let backend = object([
            ("type", string(&saved.kind)),
            ("config", saved.config.clone()),
            ("hash", Json::Number(saved.hash.to_string())),
        ]);
        members.push(("backend", backend));
    }
    let text = pretty(&object(members));
    session.host.write_file(NOTE, text.trim_end().as_bytes()).map_err(|error| error.to_string())
}

/// What is said of a backend that Nuvola lacks, or that nobody has.
#[must_use]
pub fn unsupported(kind: &str) -> Diagnostic {
    let known = BACKENDS.contains(&kind);
    let detail = if known {
        format!(
            "Nuvola does not simulate the backend type {}: \"local\" and \"s3\" keep state here.",
            quote(kind)
        )
    } else {
        format!("There is no backend type named {}.", quote(kind))
    };
    Diagnostic::error(if known { "Backend not simulated" } else { "Unsupported backend type" }, detail)
}

/// A problem of a backend at its place in the block.
#[must_use]
pub fn placed(problem: ProviderDiagnostic, block: Option<&Block>) -> Diagnostic {
    let diagnostic = match problem.is_error() {
        true => Diagnostic::error(problem.summary, problem.detail),
        false => Diagnostic::warning(problem.summary, problem.detail),
    };
    match (problem.path, block) {
        (Some(path), Some(block)) if path.is_empty() => diagnostic.at(block.range),
        (Some(path), Some(block)) => diagnostic.at(block::place(&block.body, block.range, &path)),
        _ => diagnostic,
    }
}

/// What the block itself says.
fn of_block(block: &Block, schema: &BlockSchema, diagnostics: &mut Vec<Diagnostic>) -> Value {
    let constant = |expr: &nuvola_hcl::Expr, _: &block::Bound| eval::constant(expr);
    block::object(&block.body, block.body_start, schema, &constant, &Vec::new(), diagnostics)
}

fn text_of_value(value: &Value) -> String {
    encode_plain(value).unwrap_or_default()
}

fn hash_of(value: &Value) -> u32 {
    nuvola_kernel::crc::crc32(text_of_value(value).as_bytes())
}

/// Saved settings as a value of the schema's type.
#[must_use]
pub fn value(config: &Json, kind: &dyn BackendType) -> Value {
    let schema = kind.schema();
    let attributes = schema.attributes.iter().map(|(name, attribute)| {
        let json = member(config, name).unwrap_or(&Json::Null);
        let plain = attribute.ty.without_optional();
        let value = decode(json, &plain).unwrap_or_else(|_| Value::null(plain.clone()));
        (Arc::from(name.as_str()), value)
    });
    Value::object(attributes)
}

/// Whether the block no longer says what `init` has noted.
#[must_use]
pub fn differs(session: &Session, block: &Block, saved: &Saved) -> bool {
    let Some(kind) = session.registry.backend(&block.kind).filter(|_| block.kind == saved.kind) else {
        return block.kind != saved.kind;
    };
    let config = of_block(block, &kind.schema(), &mut Vec::new());
    hash_of(&config) != saved.hash && text_of_value(&config) != text_of_value(&value(&saved.config, &*kind))
}

/// What `init` makes of a block and of `-backend-config`.
pub struct Given {
    pub saved: Saved,
    pub config: Value,
    /// Whether something came from the command line.
    pub overridden: bool,
}

/// Reads the block and lays the command line's settings over it; nothing when that cannot be.
pub fn given<'a>(
    session: &Session,
    block: &Block,
    kind: &dyn BackendType,
    overrides: impl Iterator<Item = &'a str>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Given> {
    let schema = kind.schema();
    let own = of_block(block, &schema, diagnostics);
    let mut members = own.as_members().cloned().unwrap_or_default();
    let mut overridden = false;
    for text in overrides {
        overridden = true;
        match text.split_once('=') {
            Some((name, value)) => set(name, value, &schema, &mut members, diagnostics),
            None => read_file(session, text, &schema, &mut members, diagnostics),
        }
    }
    if has_errors(diagnostics) {
        return None;
    }
    let saved = Saved { kind: block.kind.clone(), config: Json::Null, hash: hash_of(&own) };
    let mut given = Given { saved, config: Value::null(Type::Dynamic), overridden };
    given.settle(Value::object(members.iter().map(|(name, value)| (Arc::clone(name), value.clone()))));
    Some(given)
}

impl Given {
    fn settle(&mut self, config: Value) {
        self.saved.config = parse(&text_of_value(&config)).unwrap_or(Json::Null);
        self.config = config;
    }

    /// Whether this is what was noted before.
    #[must_use]
    pub fn is(&self, other: &Saved, kind: &dyn BackendType) -> bool {
        if other.kind != self.saved.kind {
            return false;
        }
        self.saved.hash == other.hash && !self.overridden
            || text_of_value(&self.config) == text_of_value(&value(&other.config, kind))
    }

    /// Asks for required arguments that nobody gave.
    /// # Errors
    /// When there is no answer.
    pub async fn ask(&mut self, session: &Session, kind: &dyn BackendType) -> Result<(), Diagnostic> {
        let mut members = self.config.as_members().cloned().unwrap_or_default();
        for (name, description) in kind.required() {
            if members.get(*name).is_some_and(|value| !value.is_null()) {
                continue;
            }
            let Some(answer) = prompt(session, name, description, false).await else {
                let summary = format!(
                    "Error asking for input to configure backend {}: {name}: EOF",
                    quote(&self.saved.kind)
                );
                return Err(Diagnostic::error(summary, ""));
            };
            members.insert(Arc::from(*name), Value::string(answer.trim()));
        }
        self.settle(Value::object(members.iter().map(|(name, value)| (Arc::clone(name), value.clone()))));
        Ok(())
    }
}

/// `-backend-config=NAME=VALUE`
fn set(
    name: &str,
    text: &str,
    schema: &BlockSchema,
    members: &mut Members,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let name = name.trim();
    let Some(attribute) = schema.attributes.get(name) else {
        let detail = format!(
            "The backend configuration argument {} given on the command line is not expected for the selected backend type.",
            quote(name)
        );
        diagnostics.push(Diagnostic::error("Invalid backend configuration argument", detail));
        return;
    };
    let text = text.trim();
    let simple = matches!(attribute.ty, Type::String | Type::Bool | Type::Number);
    let value = if simple {
        Value::string(text)
    } else {
        let mut sources = nuvola_hcl::Sources::new();
        let file = sources.add(SourceFile::hidden("", text));
        let (expr, problems) = nuvola_hcl::parse_expression(&sources, file);
        if has_errors(&problems) {
            diagnostics.extend(problems);
            return;
        }
        let (value, problems) = eval::constant(&expr);
        diagnostics.extend(problems);
        value
    };
    match convert(&value, &attribute.ty) {
        Ok(value) => {
            members.insert(Arc::from(name), value);
        }
        Err(error) => {
            let detail =
                format!("Invalid value for backend configuration argument {}: {error}.", quote(name));
            diagnostics.push(Diagnostic::error("Invalid backend configuration argument", detail));
        }
    }
}

/// `-backend-config=FILE`
fn read_file(
    session: &Session,
    path: &str,
    schema: &BlockSchema,
    members: &mut Members,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Ok(bytes) = session.host.read_file(path) else {
        let detail = format!("The file {} could not be read.", quote(path));
        diagnostics.push(Diagnostic::error("Failed to read file", detail));
        return;
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let file = session.sources.borrow_mut().add(SourceFile::new(path, &text));
    let (body, problems) = nuvola_hcl::parse_config(&session.sources.borrow(), file);
    let failed = has_errors(&problems);
    diagnostics.extend(problems);
    if failed {
        return;
    }
    let constant = |expr: &nuvola_hcl::Expr, _: &block::Bound| eval::constant(expr);
    let start = body.range;
    let read = block::object(&body, start, schema, &constant, &Vec::new(), diagnostics);
    for (name, value) in read.as_members().into_iter().flat_map(Members::iter) {
        if !value.is_null() {
            members.insert(Arc::clone(name), value.clone());
        }
    }
}
