//! Published versions.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

use super::updates::check_changeable;
use crate::lambda::shapes::{self, Detail, FunctionConfiguration, PageInput};
use crate::lambda::state::{Function, FunctionVersion, State, UpdateStatus};
use crate::lambda::target::{self, Target, unqualified};
use crate::lambda::{errors, limits, pages, timers};

shape! {
    /// What PublishVersion takes.
    pub struct PublishVersionInput {
        #[wire("FunctionName", label)] pub function_name: String,
        #[wire("CodeSha256")] pub code_sha256: Option<String>,
        #[wire("Description")] pub description: Option<String>,
        #[wire("RevisionId")] pub revision_id: Option<String>,
    }

    /// What ListVersionsByFunction answers.
    pub struct ListVersionsByFunctionOutput {
        #[wire("NextMarker")] pub next_marker: Option<String>,
        #[wire("Versions")] pub versions: Vec<FunctionConfiguration>,
    }
}

operation! {
    /// Freezes `$LATEST` as a numbered version; if nothing changed since the last one, returns that.
    ///
    /// **Source**: AWS Lambda API Reference, "PublishVersion".
    pub PUBLISH_VERSION: PublishVersion {
        http: "POST" "/2015-03-31/functions/{FunctionName}/versions" 201,
        input: PublishVersionInput,
        output: FunctionConfiguration,
        errors: [
            "InvalidParameterValueException",
            "PreconditionFailedException",
            "ResourceConflictException",
            "ResourceNotFoundException",
        ],
        access: |cx, input| target::access(cx, "lambda:PublishVersion", &input.function_name, None),
        handler: publish_version,
    }
}

fn publish_version(cx: &mut OpContext<'_>, input: PublishVersionInput) -> ApiResult<FunctionConfiguration> {
    let target = unqualified(cx, &input.function_name)?;
    check_changeable(cx, &target, input.revision_id.as_deref())?;
    let current = &target.function(cx)?.latest.code_sha256;
    if let Some(asked) = input.code_sha256.filter(|asked| !asked.is_empty() && asked != current) {
        return Err(errors::invalid_parameter(format!(
            "CodeSHA256 ({asked}) is different from current CodeSHA256 in $LATEST ({current}). Please try again with the CodeSHA256 in $LATEST."
        )));
    }
    let number = publish(cx, &target, input.description)?;
    let function = target.function(cx)?;
    let version = &function.versions[&number];
    Ok(shapes::configuration(function, version, &version.version, Detail::Full))
}

/// Publishes `$LATEST` and returns the version's number.
pub fn publish(cx: &mut OpContext<'_>, target: &Target, description: Option<String>) -> ApiResult<u64> {
    let function = target.function(cx)?;
    if let Some(number) = unchanged(function) {
        return Ok(number);
    }
    let number = function.last_version + 1;
    let mut version =
        FunctionVersion { version: number.to_string(), generation: 0, ..function.latest.clone() };
    version.revision_id = cx.ids().uuid();
    version.modified_ms = cx.now_ms;
    if let Some(description) = description {
        version.settings.description = description;
    }
    // Published within an update, a version is created like a function: pending at first.
    if version.last_update == UpdateStatus::InProgress {
        version.state = State::Pending;
        version.last_update = UpdateStatus::None;
        timers::stabilise_later(cx, target, &number.to_string(), limits::CREATE_MS);
    }
    let function = target.function_mut(cx)?;
    function.versions.insert(number, version);
    function.last_version = number;
    Ok(number)
}

/// The last version, if `$LATEST` differs from it by the description at most.
fn unchanged(function: &Function) -> Option<u64> {
    let last = function.versions.get(&function.last_version)?;
    let latest = &function.latest;
    let mut settings = latest.settings.clone();
    settings.description.clone_from(&last.settings.description);
    (last.code_sha256 == latest.code_sha256 && last.settings == settings).then_some(function.last_version)
}

operation! {
    /// Lists `$LATEST` and the published versions.
    ///
    /// **Source**: AWS Lambda API Reference, "ListVersionsByFunction".
    pub LIST_VERSIONS_BY_FUNCTION: ListVersionsByFunction {
        http: "GET" "/2015-03-31/functions/{FunctionName}/versions" 200,
        input: PageInput,
        output: ListVersionsByFunctionOutput,
        errors: ["InvalidParameterValueException", "ResourceNotFoundException"],
        access: |cx, input| target::access(cx, "lambda:ListVersionsByFunction", &input.function_name, None),
        handler: list_versions_by_function,
    }
}

fn list_versions_by_function(
    cx: &mut OpContext<'_>,
    input: PageInput,
) -> ApiResult<ListVersionsByFunctionOutput> {
    let target = unqualified(cx, &input.function_name)?;
    let function = target.function(cx)?;
    let all: Vec<FunctionConfiguration> = function
        .all_versions()
        .map(|version| shapes::configuration(function, version, &version.version, Detail::Listed))
        .collect();
    let key = |shown: &FunctionConfiguration| shown.version.clone().unwrap_or_default();
    let (versions, next_marker) = pages::page(all, key, input.marker.as_deref(), input.max_items)?;
    Ok(ListVersionsByFunctionOutput { next_marker, versions })
}
