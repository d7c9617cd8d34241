//! Aliases: names for versions.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_wire::shape;
use std::collections::BTreeMap;

use crate::lambda::state::{Alias, Function};
use crate::lambda::target::{self, unqualified};
use crate::lambda::{errors, names, pages};

shape! {
    /// What CreateAlias takes.
    pub struct CreateAliasInput {
        #[wire("FunctionName", label)] pub function_name: String,
        #[wire("Name")] pub name: String,
        #[wire("FunctionVersion")] pub function_version: String,
        #[wire("Description")] pub description: Option<String>,
        #[wire("RoutingConfig")] pub routing_config: Option<AliasRoutingConfiguration>,
    }

    /// An alias of a function.
    pub struct AliasInput {
        #[wire("FunctionName", label)] pub function_name: String,
        #[wire("Name", label)] pub name: String,
    }

    /// What UpdateAlias takes.
    pub struct UpdateAliasInput {
        #[wire("FunctionName", label)] pub function_name: String,
        #[wire("Name", label)] pub name: String,
        #[wire("FunctionVersion")] pub function_version: Option<String>,
        #[wire("Description")] pub description: Option<String>,
        #[wire("RoutingConfig")] pub routing_config: Option<AliasRoutingConfiguration>,
        #[wire("RevisionId")] pub revision_id: Option<String>,
    }

    /// What ListAliases takes.
    pub struct ListAliasesInput {
        #[wire("FunctionName", label)] pub function_name: String,
        #[wire("FunctionVersion", query = "FunctionVersion")] pub function_version: Option<String>,
        #[wire("Marker", query = "Marker")] pub marker: Option<String>,
        #[wire("MaxItems", query = "MaxItems")] pub max_items: Option<i32>,
    }

    /// What ListAliases answers.
    pub struct ListAliasesOutput {
        #[wire("NextMarker")] pub next_marker: Option<String>,
        #[wire("Aliases")] pub aliases: Vec<AliasConfiguration>,
    }

    /// An alias.
    pub struct AliasConfiguration {
        #[wire("AliasArn")] pub alias_arn: Option<String>,
        #[wire("Name")] pub name: Option<String>,
        #[wire("FunctionVersion")] pub function_version: Option<String>,
        #[wire("Description")] pub description: Option<String>,
        #[wire("RoutingConfig")] pub routing_config: Option<AliasRoutingConfiguration>,
        #[wire("RevisionId")] pub revision_id: Option<String>,
    }

    /// Shares of traffic for other versions.
    pub struct AliasRoutingConfiguration {
        #[wire("AdditionalVersionWeights")] pub additional_version_weights: Option<BTreeMap<String, f64>>,
    }
}

fn shown(function: &Function, alias: &Alias) -> AliasConfiguration {
    let weights = (!alias.weights.is_empty()).then(|| alias.weights.clone());
    AliasConfiguration {
        alias_arn: Some(function.qualified_arn(&alias.name)),
        name: Some(alias.name.clone()),
        function_version: Some(alias.version.clone()),
        description: Some(alias.description.clone()),
        routing_config: weights
            .map(|weights| AliasRoutingConfiguration { additional_version_weights: Some(weights) }),
        revision_id: Some(alias.revision_id.clone()),
    }
}

fn check_members(name: Option<&str>, version: Option<&str>, description: Option<&str>) -> ApiResult<()> {
    let mut validation = Validation::new();
    if let Some(name) = name {
        validation.length("name", name, 1, 128);
        validation.pattern("name", name, "(?!^[0-9]+$)([a-zA-Z0-9-_]+)", names::is_alias(name));
    }
    if let Some(version) = version {
        let fits = version == "$LATEST" || names::is_number(version);
        validation.pattern("functionVersion", version, r"(\$LATEST(\.PUBLISHED)?|[0-9]+)", fits);
    }
    if let Some(text) = description {
        validation.length("description", text, 0, 256);
    }
    validation.finish("ValidationException")
}

/// An alias may split its traffic between two published versions.
/// **Source**: AWS Lambda Developer Guide, "Implement Lambda canary deployments using a weighted alias".
fn check_routing(function: &Function, version: &str, weights: &BTreeMap<String, f64>) -> ApiResult<()> {
    for (other, weight) in weights {
        if !(0.0..=1.0).contains(weight) {
            let text = format!(
                "Value '{{{other}={weight:?}}}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]"
            );
            return Err(errors::validation(format!("1 validation error detected: {text}")));
        }
        if other == version {
            let text = format!(
                "Invalid function version {version}. Function version {version} is already included in routing configuration."
            );
            return Err(errors::invalid_parameter(text));
        }
        if !names::is_number(other) || function.version(other).is_none() {
            return Err(errors::function_not_found(&function.qualified_arn(other)));
        }
    }
    if weights.len() > 1 {
        let text = "Number of items in AdditionalVersionWeights cannot be greater than 1";
        return Err(errors::invalid_parameter(text));
    }
    if !weights.is_empty() && version == "$LATEST" {
        return Err(errors::invalid_parameter(
            "$LATEST is not supported for an alias pointing to more than 1 version",
        ));
    }
    Ok(())
}

operation! {
    /// Creates a name for a version.
    ///
    /// **Source**: AWS Lambda API Reference, "CreateAlias".
    pub CREATE_ALIAS: CreateAlias {
        http: "POST" "/2015-03-31/functions/{FunctionName}/aliases" 201,
        input: CreateAliasInput,
        output: AliasConfiguration,
        errors: ["InvalidParameterValueException", "ResourceConflictException", "ResourceNotFoundException"],
        access: |cx, input| target::access(cx, "lambda:CreateAlias", &input.function_name, None),
        handler: create_alias,
    }
}

fn create_alias(cx: &mut OpContext<'_>, input: CreateAliasInput) -> ApiResult<AliasConfiguration> {
    check_members(Some(&input.name), Some(&input.function_version), input.description.as_deref())?;
    let target = unqualified(cx, &input.function_name)?;
    let function = target.function(cx)?;
    if function.version(&input.function_version).is_none() {
        return Err(errors::function_not_found(&function.qualified_arn(&input.function_version)));
    }
    if function.aliases.contains_key(&input.name) {
        return Err(errors::alias_exists(&function.qualified_arn(&input.name)));
    }
    let weights =
        input.routing_config.and_then(|config| config.additional_version_weights).unwrap_or_default();
    check_routing(function, &input.function_version, &weights)?;
    let alias = Alias {
        name: input.name.clone(),
        version: input.function_version,
        description: input.description.unwrap_or_default(),
        revision_id: cx.ids().uuid(),
        weights,
    };
    let function = target.function_mut(cx)?;
    let answer = shown(function, &alias);
    function.aliases.insert(input.name, alias);
    Ok(answer)
}

operation! {
    /// Returns an alias.
    ///
    /// **Source**: AWS Lambda API Reference, "GetAlias".
    pub GET_ALIAS: GetAlias {
        http: "GET" "/2015-03-31/functions/{FunctionName}/aliases/{Name}" 200,
        input: AliasInput,
        output: AliasConfiguration,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| target::access(cx, "lambda:GetAlias", &input.function_name, None),
        handler: get_alias,
    }
}

fn get_alias(cx: &mut OpContext<'_>, input: AliasInput) -> ApiResult<AliasConfiguration> {
    check_members(Some(&input.name), None, None)?;
    let target = unqualified(cx, &input.function_name)?;
    let arn = format!("{}:{}", target.arn, input.name);
    let function = target.function(cx).map_err(|_| errors::alias_not_found(&arn))?;
    let alias = function.aliases.get(&input.name).ok_or_else(|| errors::alias_not_found(&arn))?;
    Ok(shown(function, alias))
}

operation! {
    /// Changes where an alias points.
    ///
    /// **Source**: AWS Lambda API Reference, "UpdateAlias".
    pub UPDATE_ALIAS: UpdateAlias {
        http: "PUT" "/2015-03-31/functions/{FunctionName}/aliases/{Name}" 200,
        input: UpdateAliasInput,
        output: AliasConfiguration,
        errors: ["InvalidParameterValueException", "PreconditionFailedException", "ResourceNotFoundException"],
        access: |cx, input| target::access(cx, "lambda:UpdateAlias", &input.function_name, None),
        handler: update_alias,
    }
}

fn update_alias(cx: &mut OpContext<'_>, input: UpdateAliasInput) -> ApiResult<AliasConfiguration> {
    check_members(Some(&input.name), input.function_version.as_deref(), input.description.as_deref())?;
    let target = unqualified(cx, &input.function_name)?;
    let function = target.function(cx)?;
    let missing = || errors::alias_not_found(&function.qualified_arn(&input.name));
    let mut alias = function.aliases.get(&input.name).ok_or_else(missing)?.clone();
    if input.revision_id.is_some_and(|revision| revision != alias.revision_id) {
        return Err(errors::revision_mismatch());
    }
    if let Some(version) = input.function_version {
        if function.version(&version).is_none() {
            return Err(errors::function_not_found(&function.qualified_arn(&version)));
        }
        alias.version = version;
    }
    if let Some(config) = input.routing_config {
        alias.weights = config.additional_version_weights.unwrap_or_default();
    }
    check_routing(function, &alias.version, &alias.weights)?;
    if let Some(text) = input.description {
        alias.description = text;
    }
    alias.revision_id = cx.ids().uuid();
    let function = target.function_mut(cx)?;
    let answer = shown(function, &alias);
    function.aliases.insert(input.name, alias);
    Ok(answer)
}

operation! {
    /// Deletes an alias; one that is not there is deleted already.
    ///
    /// **Source**: AWS Lambda API Reference, "DeleteAlias".
    pub DELETE_ALIAS: DeleteAlias {
        http: "DELETE" "/2015-03-31/functions/{FunctionName}/aliases/{Name}" 204,
        input: AliasInput,
        output: (),
        errors: [],
        access: |cx, input| target::access(cx, "lambda:DeleteAlias", &input.function_name, None),
        handler: delete_alias,
    }
}

fn delete_alias(cx: &mut OpContext<'_>, input: AliasInput) -> ApiResult<()> {
    check_members(Some(&input.name), None, None)?;
    let target = unqualified(cx, &input.function_name)?;
    if let Some(function) = cx.lambda().function_mut(&target.region, &target.name) {
        function.aliases.remove(&input.name);
        function.policies.remove(&input.name);
        function.urls.remove(&input.name);
        function.event_configs.remove(&input.name);
    }
    Ok(())
}

operation! {
    /// Lists a function's aliases.
    ///
    /// **Source**: AWS Lambda API Reference, "ListAliases".
    pub LIST_ALIASES: ListAliases {
        http: "GET" "/2015-03-31/functions/{FunctionName}/aliases" 200,
        input: ListAliasesInput,
        output: ListAliasesOutput,
        errors: ["InvalidParameterValueException", "ResourceNotFoundException"],
        access: |cx, input| target::access(cx, "lambda:ListAliases", &input.function_name, None),
        handler: list_aliases,
    }
}

fn list_aliases(cx: &mut OpContext<'_>, input: ListAliasesInput) -> ApiResult<ListAliasesOutput> {
    let target = unqualified(cx, &input.function_name)?;
    let function = target.function(cx)?;
    let wanted = |alias: &&Alias| {
        let version = input.function_version.as_ref();
        version.is_none_or(|version| alias.version == *version || alias.weights.contains_key(version))
    };
    let all = function.aliases.values().filter(wanted).map(|alias| shown(function, alias)).collect();
    let key = |alias: &AliasConfiguration| alias.name.clone().unwrap_or_default();
    let (aliases, next_marker) = pages::page(all, key, input.marker.as_deref(), input.max_items)?;
    Ok(ListAliasesOutput { next_marker, aliases })
}
