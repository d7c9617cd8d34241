//! The provider `archive`: `archive_file` as a data source and as a resource.
//!
//! Archives are the same whenever their content is: entries are sorted and have a fixed time.

use crate::host::{Host, LocalBoxFuture, walk_files};
use crate::plan::objchange::computed_unknown;
use crate::provider::{
    ApplyRequest, ApplyResponse, ImportedResource, PlanRequest, PlanResponse, Private, Provider,
    ProviderDiagnostic, ReadResponse,
};
use crate::schema::{
    BlockSchema, COMPUTED, Nesting, OPTIONAL, ProviderSchema, REQUIRED, ResourceSchema, SENSITIVE,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use nuvola_kernel::archive::{ArchiveError, Writer, dos_date};
use nuvola_tf_lang::{Members, Type, Value};
use sha1::Digest as _;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// The versions that `init` may choose.
pub const VERSIONS: [&str; 1] = ["2.7.1"];

/// The date of all entries, as the real provider sets it.
const ENTRY_DATE: u16 = dos_date(2049, 1, 1);

struct Archive {
    host: Rc<dyn Host>,
}

/// The provider.
#[must_use]
pub fn create(host: &Rc<dyn Host>) -> Rc<dyn Provider> {
    Rc::new(Archive { host: Rc::clone(host) })
}

fn block() -> BlockSchema {
    let source = BlockSchema::new().attr("content", Type::String, REQUIRED | SENSITIVE).attr(
        "filename",
        Type::String,
        REQUIRED,
    );
    BlockSchema::new()
        .attr("exclude_symlink_directories", Type::Bool, OPTIONAL)
        .attr("excludes", Type::set(Type::String), OPTIONAL)
        .attr("id", Type::String, COMPUTED)
        .attr("output_base64sha256", Type::String, COMPUTED)
        .attr("output_base64sha512", Type::String, COMPUTED)
        .attr("output_file_mode", Type::String, OPTIONAL)
        .attr("output_md5", Type::String, COMPUTED)
        .attr("output_path", Type::String, REQUIRED)
        .attr("output_sha", Type::String, COMPUTED)
        .attr("output_sha256", Type::String, COMPUTED)
        .attr("output_sha512", Type::String, COMPUTED)
        .attr("output_size", Type::Number, COMPUTED)
        .attr("source_content", Type::String, OPTIONAL | SENSITIVE)
        .attr("source_content_filename", Type::String, OPTIONAL)
        .attr("source_dir", Type::String, OPTIONAL)
        .attr("source_file", Type::String, OPTIONAL)
        .attr("type", Type::String, REQUIRED)
        .block("source", Nesting::Set, (0, 0), source)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A glob with `*`, `?` and `**`, matched against a path.
fn matches(pattern: &[u8], path: &[u8]) -> bool {
    match pattern {
        [] => path.is_empty(),
        [b'*', b'*', b'/', rest @ ..] => {
            matches(rest, path)
                || path
                    .iter()
                    .position(|byte| *byte == b'/')
                    .is_some_and(|at| matches(pattern, &path[at + 1..]))
        }
        [b'*', b'*', rest @ ..] => (0..=path.len()).any(|at| matches(rest, &path[at..])),
        [b'*', rest @ ..] => {
            let end = path.iter().position(|byte| *byte == b'/').unwrap_or(path.len());
            (0..=end).any(|at| matches(rest, &path[at..]))
        }
        [b'?', rest @ ..] => {
            path.split_first().is_some_and(|(byte, tail)| *byte != b'/' && matches(rest, tail))
        }
        [byte, rest @ ..] => {
            path.split_first().is_some_and(|(first, tail)| first == byte && matches(rest, tail))
        }
    }
}

fn is_excluded(path: &str, excludes: &[String]) -> bool {
    excludes.iter().any(|pattern| {
        let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
        // A pattern for a folder excludes everything in it.
        let parents = path.match_indices('/').map(|(at, _)| &path[..at]);
        parents.chain([path]).any(|part| matches(pattern.as_bytes(), part.as_bytes()))
    })
}

impl Archive {
    fn text(config: &Value, name: &str) -> Option<String> {
        config.get(name)?.as_str().map(str::to_owned)
    }

    /// The entries that a configuration asks for.
    fn entries(&self, config: &Value) -> Result<BTreeMap<String, Vec<u8>>, String> {
        let mut out = BTreeMap::new();
        if let Some(dir) = Self::text(config, "source_dir") {
            let excludes = config.get("excludes").and_then(Value::as_seq).unwrap_or_default();
            let excludes: Vec<String> =
                excludes.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            if self.host.list_dir(&dir).is_err() {
                return Err(format!("error archiving directory: could not archive missing directory: {dir}"));
            }
            let output = crate::config::load::clean(&Self::text(config, "output_path").unwrap_or_default());
            for name in walk_files(&*self.host, &dir) {
                let path = format!("{dir}/{name}");
                // An archive that is written into its own folder does not hold itself.
                if is_excluded(&name, &excludes) || crate::config::load::clean(&path) == output {
                    continue;
                }
                out.insert(
                    name,
                    self.host
                        .read_file(&path)
                        .map_err(|error| format!("error archiving directory: {error}"))?,
                );
            }
        } else if let Some(path) = Self::text(config, "source_file") {
            let missing = |_| format!("error archiving file: could not archive missing file: {path}");
            let bytes = self.host.read_file(&path).map_err(missing)?;
            let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
            out.insert(name, bytes);
        } else if let Some(name) = Self::text(config, "source_content_filename") {
            out.insert(name, Self::text(config, "source_content").unwrap_or_default().into_bytes());
        } else {
            for source in config.get("source").and_then(Value::as_seq).unwrap_or_default() {
                let content = Self::text(source, "content").unwrap_or_default();
                out.insert(Self::text(source, "filename").unwrap_or_default(), content.into_bytes());
            }
        }
        Ok(out)
    }

    fn zip(entries: &BTreeMap<String, Vec<u8>>, mode: u32) -> Result<Vec<u8>, ArchiveError> {
        let mut writer = Writer::new();
        for (name, bytes) in entries {
            writer.file(name, bytes, mode, ENTRY_DATE)?;
        }
        writer.finish()
    }

    /// Writes the archive and gives the object with its hashes.
    fn make(&self, config: &Value) -> Result<Value, Vec<ProviderDiagnostic>> {
        let failed = |text: String| {
            vec![ProviderDiagnostic::error(
                "Archive creation error",
                format!("error creating archive: {text}"),
            )]
        };
        let kind = Self::text(config, "type").unwrap_or_default();
        if kind != "zip" {
            let text = format!("archive type not supported: {kind}");
            return Err(failed(text));
        }
        let mode = Self::text(config, "output_file_mode").and_then(|mode| u32::from_str_radix(&mode, 8).ok());
        let entries = self.entries(config).map_err(failed)?;
        let bytes = Self::zip(&entries, mode.unwrap_or(0o644)).map_err(|error| failed(error.to_string()))?;
        let path = Self::text(config, "output_path").unwrap_or_default();
        self.host.write_file(&path, &bytes).map_err(|error| failed(error.to_string()))?;
        let sha1 = hex(&sha1::Sha1::digest(&bytes));
        let sha256 = sha2::Sha256::digest(&bytes);
        let sha512 = sha2::Sha512::digest(&bytes);
        let mut members: Members = config.as_members().cloned().unwrap_or_default();
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let results = [
            ("id", Value::string(&sha1)),
            ("output_sha", Value::string(&sha1)),
            ("output_md5", Value::string(hex(&md5::Md5::digest(&bytes)))),
            ("output_sha256", Value::string(hex(&sha256))),
            ("output_sha512", Value::string(hex(&sha512))),
            ("output_base64sha256", Value::string(STANDARD.encode(sha256))),
            ("output_base64sha512", Value::string(STANDARD.encode(sha512))),
            ("output_size", Value::int(size)),
        ];
        members.extend(results.map(|(name, value)| (Arc::from(name), value)));
        Ok(Value::object(members))
    }

    fn check(config: &Value) -> Vec<ProviderDiagnostic> {
        let given = |name: &str| config.get(name).is_some_and(|value| !value.is_null());
        let sources =
            config.get("source").is_some_and(|value| !value.is_known() || value.len().unwrap_or(0) > 0);
        let count = ["source_content_filename", "source_file", "source_dir"]
            .into_iter()
            .filter(|name| given(name))
            .count()
            + usize::from(sources);
        match count {
            0 => vec![ProviderDiagnostic::error(
                "Missing Attribute Configuration",
                "At least one of these attributes must be configured: [source,source_content_filename,source_file,source_dir]",
            )],
            1 => Vec::new(),
            _ => vec![ProviderDiagnostic::error(
                "Invalid Attribute Combination",
                "Only one of these attributes can be configured: [source,source_content_filename,source_file,source_dir]",
            )],
        }
    }
}

fn ready<'a, T: 'a>(value: T) -> LocalBoxFuture<'a, T> {
    Box::pin(std::future::ready(value))
}

impl Provider for Archive {
    fn schema(&self) -> Rc<ProviderSchema> {
        let mut schema = ProviderSchema::default();
        let file = Rc::new(ResourceSchema::new(0, block()));
        schema.resources.insert("archive_file".to_owned(), Rc::clone(&file));
        schema.data_sources.insert("archive_file".to_owned(), file);
        Rc::new(schema)
    }

    fn configure(&self, _config: Value) -> LocalBoxFuture<'_, Vec<ProviderDiagnostic>> {
        ready(Vec::new())
    }

    fn validate_resource(&self, _type_name: &str, config: &Value) -> Vec<ProviderDiagnostic> {
        Self::check(config)
    }

    fn validate_data_source(&self, _type_name: &str, config: &Value) -> Vec<ProviderDiagnostic> {
        Self::check(config)
    }

    fn plan_resource(&self, request: PlanRequest) -> LocalBoxFuture<'_, PlanResponse> {
        let planned = if request.prior.is_null() {
            computed_unknown(&block(), &request.proposed_new)
        } else {
            request.proposed_new.clone()
        };
        // Every argument decides the archive, so each change makes a new one.
        let inputs = block().attributes.into_iter().filter(|(_, attribute)| attribute.is_settable());
        let mut requires_replace: Vec<_> = inputs.map(|(name, _)| crate::path::attr_path(&name)).collect();
        requires_replace.push(crate::path::attr_path("source"));
        ready(PlanResponse {
            planned,
            requires_replace,
            private: Private::new(),
            diagnostics: Vec::new(),
            legacy_type_system: false,
        })
    }

    fn apply_resource(&self, request: ApplyRequest) -> LocalBoxFuture<'_, ApplyResponse> {
        let made =
            if request.planned.is_null() { Ok(request.planned.clone()) } else { self.make(&request.planned) };
        let (new_state, diagnostics) = match made {
            Ok(state) => (state, Vec::new()),
            Err(problems) => (request.prior, problems),
        };
        ready(ApplyResponse { new_state, private: Private::new(), diagnostics, legacy_type_system: false })
    }

    fn read_resource(
        &self,
        _type_name: String,
        current: Value,
        private: Private,
    ) -> LocalBoxFuture<'_, ReadResponse> {
        let path = Self::text(&current, "output_path").unwrap_or_default();
        let gone = self.host.file_kind(&path).is_none();
        let new_state = if gone { Value::null(current.ty().clone()) } else { current };
        ready(ReadResponse { new_state, private, diagnostics: Vec::new() })
    }

    fn import_resource(
        &self,
        _type_name: String,
        _id: String,
    ) -> LocalBoxFuture<'_, Result<Vec<ImportedResource>, Vec<ProviderDiagnostic>>> {
        let detail = "This resource does not support import. Please contact the provider developer for additional information.";
        ready(Err(vec![ProviderDiagnostic::error("Resource Import Not Implemented", detail)]))
    }

    fn read_data_source(
        &self,
        _type_name: String,
        config: Value,
    ) -> LocalBoxFuture<'_, Result<Value, Vec<ProviderDiagnostic>>> {
        ready(self.make(&config))
    }
}
