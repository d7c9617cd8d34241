//! Lambda.

pub mod alias;
pub mod event_invoke_config;
pub mod event_source_mapping;
pub mod function;
pub mod function_url;
pub mod layer_version;
pub mod permission;

use crate::data::ResourceData;

/// The address under which API Gateway invokes a function.
pub(crate) fn invoke_arn(data: &ResourceData, function_arn: &str) -> String {
    let (partition, region) = (&data.client.partition, &data.region);
    format!("arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{function_arn}/invocations")
}

/// The name of a function that is given by its name, its ARN or part of it.
fn function_name(text: &str) -> &str {
    match text.split_once(":function:") {
        Some((_, rest)) => rest.split(':').next().unwrap_or(rest),
        None => text,
    }
}
