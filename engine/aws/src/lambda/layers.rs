//! Layers: archives that functions share, found in `/opt` of their environments.
//!
//! A version that is deleted stays with the functions that use it.
//!
//! **Source**: AWS Lambda Developer Guide, "Managing Lambda dependencies with layers".

use crate::context::OpContext;
use crate::service::ApiResult;
use nuvola_kernel::{Arn, Blob, Map};
use serde::{Deserialize, Serialize};

use super::errors;
use super::limits;
use super::state::{LambdaState, ResourcePolicy};

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Layer {
    pub name: String,
    /// Published versions by number; numbers are not used again.
    pub versions: Map<u64, LayerVersion>,
    pub last_version: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerVersion {
    pub arn: String,
    pub version: u64,
    pub description: String,
    pub code: Blob,
    pub code_sha256: String,
    pub created_ms: i64,
    pub runtimes: Vec<String>,
    pub architectures: Vec<String>,
    pub license: Option<String>,
    pub policy: Option<ResourcePolicy>,
    pub deleted: bool,
}

impl LambdaState {
    pub fn layer(&self, region: &str, name: &str) -> Option<&Layer> {
        self.layers.get(region)?.get(name)
    }

    /// The version behind `arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION`, deleted or not.
    pub fn layer_version(&self, arn: &str) -> Option<&LayerVersion> {
        let mut parts = arn.split(':').skip(3);
        let (region, name, version) = (parts.next()?, parts.nth(2)?, parts.next()?);
        self.layer(region, name)?.versions.get(&version.parse().ok()?)
    }
}

/// Refuses what a function cannot have as its layers, and what the caller may not use.
pub fn check(cx: &mut OpContext<'_>, arns: &[String]) -> ApiResult<()> {
    if arns.len() > limits::LAYERS_MAX {
        return Err(errors::invalid_parameter("Cannot reference more than 5 layers."));
    }
    for (index, arn) in arns.iter().enumerate() {
        let parsed =
            Arn::parse(arn).filter(|arn| arn.service() == "lambda" && arn.resource().starts_with("layer:"));
        let Some(parsed) = parsed else {
            return Err(errors::validation(format!(
                "1 validation error detected: Value '[{}]' at 'layers' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 140, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: {ARN_PATTERN}, Member must not be null]",
                arns.join(", ")
            )));
        };
        if parsed.account() != cx.account().as_str() {
            return Err(errors::not_simulated(cx, "layers of other accounts"));
        }
        cx.authorize("lambda:GetLayerVersion", arn)?;
        let missing = || errors::invalid_parameter(format!("Layer version {arn} does not exist."));
        let found =
            cx.state().lambda.layer_version(arn).filter(|found| !found.deleted).ok_or_else(missing)?;
        let layer = found.arn.rsplit_once(':').map_or("", |(layer, _)| layer).to_owned();
        let twin =
            arns[..index].iter().find(|other| other.rsplit_once(':').is_some_and(|(one, _)| one == layer));
        if let Some(other) = twin {
            return Err(errors::invalid_parameter(format!(
                "Two different versions of the same layer are not allowed to be referenced in the same function. {other} and {arn} are versions of the same layer."
            )));
        }
    }
    Ok(())
}

const ARN_PATTERN: &str = r"arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+";

/// How large each layer's archive is, as configurations show it.
pub fn sizes(state: &LambdaState, arns: &[String]) -> Vec<u64> {
    let size = |arn: &String| state.layer_version(arn).map_or(0, |version| version.code.len() as u64);
    arns.iter().map(size).collect()
}

/// The archives of a function's layers, in their order: later ones go over earlier ones.
pub fn archives(state: &LambdaState, arns: &[String]) -> Vec<Blob> {
    arns.iter().filter_map(|arn| state.layer_version(arn)).map(|version| version.code.clone()).collect()
}
