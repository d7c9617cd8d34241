//! Layers: publish, read, list, delete, and who else may use them.

use crate::auth::Access;
use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_kernel::{Arn, Blob};
use nuvola_wire::shape;
use serde_json::{Value, json};

use crate::lambda::code::CodeSource;
use crate::lambda::layers::LayerVersion;
use crate::lambda::shapes::lambda_time;
use crate::lambda::state::ResourcePolicy;
use crate::lambda::{errors, package, pages, runtimes};

shape! {
    /// Where a layer's archive is.
    pub struct LayerVersionContentInput {
        #[wire("S3Bucket")] pub s3_bucket: Option<String>,
        #[wire("S3Key")] pub s3_key: Option<String>,
        #[wire("S3ObjectVersion")] pub s3_object_version: Option<String>,
        #[wire("ZipFile")] pub zip_file: Option<Blob>,
    }

    /// What PublishLayerVersion takes.
    pub struct PublishLayerVersionInput {
        #[wire("LayerName", label)] pub name: String,
        #[wire("Description")] pub description: Option<String>,
        #[wire("Content", required)] pub content: LayerVersionContentInput,
        #[wire("CompatibleRuntimes")] pub runtimes: Vec<String>,
        #[wire("LicenseInfo")] pub license: Option<String>,
        #[wire("CompatibleArchitectures")] pub architectures: Vec<String>,
    }

    /// A layer's archive.
    pub struct LayerVersionContentOutput {
        #[wire("Location")] pub location: Option<String>,
        #[wire("CodeSha256")] pub code_sha256: Option<String>,
        #[wire("CodeSize")] pub code_size: Option<i64>,
    }

    /// A version of a layer.
    pub struct LayerVersionOutput {
        #[wire("Content")] pub content: Option<LayerVersionContentOutput>,
        #[wire("LayerArn")] pub layer_arn: Option<String>,
        #[wire("LayerVersionArn")] pub arn: Option<String>,
        #[wire("Description")] pub description: Option<String>,
        #[wire("CreatedDate")] pub created: Option<String>,
        #[wire("Version")] pub version: Option<i64>,
        #[wire("CompatibleRuntimes")] pub runtimes: Option<Vec<String>>,
        #[wire("LicenseInfo")] pub license: Option<String>,
        #[wire("CompatibleArchitectures")] pub architectures: Option<Vec<String>>,
    }

    /// The version that an operation is about.
    pub struct LayerVersionInput {
        #[wire("LayerName", label)] pub name: String,
        #[wire("VersionNumber", label)] pub version: i64,
    }

    /// What GetLayerVersionByArn takes.
    pub struct GetLayerVersionByArnInput {
        #[wire("Arn", query = "Arn", required)] pub arn: String,
    }

    /// What ListLayerVersions takes.
    pub struct ListLayerVersionsInput {
        #[wire("LayerName", label)] pub name: String,
        #[wire("CompatibleRuntime", query = "CompatibleRuntime")] pub runtime: Option<String>,
        #[wire("CompatibleArchitecture", query = "CompatibleArchitecture")] pub architecture: Option<String>,
        #[wire("Marker", query = "Marker")] pub marker: Option<String>,
        #[wire("MaxItems", query = "MaxItems")] pub max_items: Option<i32>,
    }

    /// A version in a list.
    pub struct ListedVersion {
        #[wire("LayerVersionArn")] pub arn: Option<String>,
        #[wire("Version")] pub version: Option<i64>,
        #[wire("Description")] pub description: Option<String>,
        #[wire("CreatedDate")] pub created: Option<String>,
        #[wire("CompatibleRuntimes")] pub runtimes: Option<Vec<String>>,
        #[wire("LicenseInfo")] pub license: Option<String>,
        #[wire("CompatibleArchitectures")] pub architectures: Option<Vec<String>>,
    }

    /// What ListLayerVersions answers.
    pub struct ListLayerVersionsOutput {
        #[wire("NextMarker")] pub next_marker: Option<String>,
        #[wire("LayerVersions")] pub versions: Vec<ListedVersion>,
    }

    /// What ListLayers takes.
    pub struct ListLayersInput {
        #[wire("CompatibleRuntime", query = "CompatibleRuntime")] pub runtime: Option<String>,
        #[wire("CompatibleArchitecture", query = "CompatibleArchitecture")] pub architecture: Option<String>,
        #[wire("Marker", query = "Marker")] pub marker: Option<String>,
        #[wire("MaxItems", query = "MaxItems")] pub max_items: Option<i32>,
    }

    /// A layer in a list.
    pub struct ListedLayer {
        #[wire("LayerName")] pub name: Option<String>,
        #[wire("LayerArn")] pub arn: Option<String>,
        #[wire("LatestMatchingVersion")] pub latest: Option<ListedVersion>,
    }

    /// What ListLayers answers.
    pub struct ListLayersOutput {
        #[wire("NextMarker")] pub next_marker: Option<String>,
        #[wire("Layers")] pub layers: Vec<ListedLayer>,
    }

    /// What AddLayerVersionPermission takes.
    pub struct AddLayerVersionPermissionInput {
        #[wire("LayerName", label)] pub name: String,
        #[wire("VersionNumber", label)] pub version: i64,
        #[wire("StatementId")] pub statement_id: String,
        #[wire("Action")] pub action: String,
        #[wire("Principal")] pub principal: String,
        #[wire("OrganizationId")] pub organization_id: Option<String>,
        #[wire("RevisionId", query = "RevisionId")] pub revision_id: Option<String>,
    }

    /// What AddLayerVersionPermission answers.
    pub struct AddLayerVersionPermissionOutput {
        #[wire("Statement")] pub statement: Option<String>,
        #[wire("RevisionId")] pub revision_id: Option<String>,
    }

    /// What RemoveLayerVersionPermission takes.
    pub struct RemoveLayerVersionPermissionInput {
        #[wire("LayerName", label)] pub name: String,
        #[wire("VersionNumber", label)] pub version: i64,
        #[wire("StatementId", label)] pub statement_id: String,
        #[wire("RevisionId", query = "RevisionId")] pub revision_id: Option<String>,
    }

    /// What GetLayerVersionPolicy answers.
    pub struct GetLayerVersionPolicyOutput {
        #[wire("Policy")] pub policy: Option<String>,
        #[wire("RevisionId")] pub revision_id: Option<String>,
    }
}

/// The name of a layer that is named by name or ARN.
fn plain(name: &str) -> &str {
    name.split_once(":layer:").map_or(name, |(_, name)| name)
}

fn layer_arn(cx: &OpContext<'_>, name: &str) -> String {
    cx.arn("lambda", &format!("layer:{}", plain(name))).to_string()
}

fn version_arn(cx: &OpContext<'_>, input: &LayerVersionInput) -> String {
    format!("{}:{}", layer_arn(cx, &input.name), input.version)
}

fn check_name(name: &str) -> ApiResult<()> {
    let pattern = r"(arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\d{12}:layer:[a-zA-Z0-9-_]+)|[a-zA-Z0-9-_]+";
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let word = plain(name);
    let mut validation = Validation::new();
    validation.length("layerName", name, 1, 140);
    validation.pattern("layerName", name, pattern, !word.is_empty() && word.bytes().all(legal));
    validation.finish("ValidationException")
}

operation! {
    /// Publishes a version of a layer.
    ///
    /// **Source**: AWS Lambda API Reference, "PublishLayerVersion".
    pub PUBLISH_LAYER_VERSION: PublishLayerVersion {
        http: "POST" "/2018-10-31/layers/{LayerName}/versions" 201,
        input: PublishLayerVersionInput,
        output: LayerVersionOutput,
        errors: ["InvalidParameterValueException"],
        access: |cx, input| Access::to("lambda:PublishLayerVersion", layer_arn(cx, &input.name)),
        handler: publish_layer_version,
    }
}

fn publish_layer_version(
    cx: &mut OpContext<'_>,
    input: PublishLayerVersionInput,
) -> ApiResult<LayerVersionOutput> {
    check_name(&input.name)?;
    let mut validation = Validation::new();
    if let Some(text) = &input.description {
        validation.length("description", text, 0, 256);
    }
    if let Some(text) = &input.license {
        validation.length("licenseInfo", text, 0, 512);
    }
    for name in &input.architectures {
        validation.one_of("compatibleArchitectures", name, &["x86_64", "arm64"]);
    }
    validation.finish("ValidationException")?;
    if let Some(unknown) = input.runtimes.iter().find(|name| runtimes::find(name).is_none()) {
        return Err(errors::invalid_parameter(format!(
            "Value {unknown} at 'compatibleRuntimes' is not a runtime."
        )));
    }
    let source = CodeSource {
        zip_file: input.content.zip_file,
        s3_bucket: input.content.s3_bucket,
        s3_key: input.content.s3_key,
        s3_object_version: input.content.s3_object_version,
        image_uri: None,
    };
    let code = source.fetch(cx, "PublishLayerVersion")?;
    let name = plain(&input.name).to_owned();
    let arn = layer_arn(cx, &name);
    let (region, now_ms) = (cx.region.to_string(), cx.now_ms);
    let layer = cx.lambda().layers.entry(region).or_default().entry(name.clone()).or_default();
    layer.name = name;
    layer.last_version += 1;
    let version = LayerVersion {
        arn: format!("{arn}:{}", layer.last_version),
        version: layer.last_version,
        description: input.description.unwrap_or_default(),
        code_sha256: package::code_sha256(&code),
        code,
        created_ms: now_ms,
        runtimes: input.runtimes,
        architectures: input.architectures,
        license: input.license,
        policy: None,
        deleted: false,
    };
    let output = shown(&version);
    layer.versions.insert(layer.last_version, version);
    Ok(output)
}

fn some_if_any(list: &[String]) -> Option<Vec<String>> {
    (!list.is_empty()).then(|| list.to_vec())
}

/// As GetLayerVersion shows it. The location is of AWS's kind; Nuvola does not serve the archive there.
fn shown(version: &LayerVersion) -> LayerVersionOutput {
    let region = version.arn.split(':').nth(3).unwrap_or_default();
    LayerVersionOutput {
        content: Some(LayerVersionContentOutput {
            location: Some(format!(
                "https://awslambda-{region}-layers.s3.{region}.amazonaws.com/snapshots/{}",
                version.arn.rsplit(":layer:").next().unwrap_or_default().replace(':', "-")
            )),
            code_sha256: Some(version.code_sha256.clone()),
            code_size: Some(version.code.len() as i64),
        }),
        layer_arn: version.arn.rsplit_once(':').map(|(arn, _)| arn.to_owned()),
        arn: Some(version.arn.clone()),
        description: Some(version.description.clone()),
        created: Some(lambda_time(version.created_ms)),
        version: Some(version.version as i64),
        runtimes: some_if_any(&version.runtimes),
        license: version.license.clone(),
        architectures: some_if_any(&version.architectures),
    }
}

fn listed(version: &LayerVersion) -> ListedVersion {
    ListedVersion {
        arn: Some(version.arn.clone()),
        version: Some(version.version as i64),
        description: Some(version.description.clone()),
        created: Some(lambda_time(version.created_ms)),
        runtimes: some_if_any(&version.runtimes),
        license: version.license.clone(),
        architectures: some_if_any(&version.architectures),
    }
}

fn find<'a>(cx: &'a OpContext<'_>, input: &LayerVersionInput) -> ApiResult<&'a LayerVersion> {
    check_name(&input.name)?;
    if input.version < 1 {
        return Err(errors::invalid_parameter("Layer Version Cannot be less than 1."));
    }
    let found = cx.state().lambda.layer_version(&version_arn(cx, input));
    found.filter(|version| !version.deleted).ok_or_else(errors::resource_missing)
}

operation! {
    /// Returns a version of a layer.
    ///
    /// **Source**: AWS Lambda API Reference, "GetLayerVersion".
    pub GET_LAYER_VERSION: GetLayerVersion {
        http: "GET" "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}" 200,
        input: LayerVersionInput,
        output: LayerVersionOutput,
        errors: ["InvalidParameterValueException", "ResourceNotFoundException"],
        access: |cx, input| Access::to("lambda:GetLayerVersion", version_arn(cx, input)),
        handler: get_layer_version,
    }
}

fn get_layer_version(cx: &mut OpContext<'_>, input: LayerVersionInput) -> ApiResult<LayerVersionOutput> {
    Ok(shown(find(cx, &input)?))
}

operation! {
    /// Returns a version of a layer by its ARN.
    ///
    /// **Source**: AWS Lambda API Reference, "GetLayerVersionByArn".
    pub GET_LAYER_VERSION_BY_ARN: GetLayerVersionByArn {
        http: "GET" "/2018-10-31/layers?find=LayerVersion" 200,
        input: GetLayerVersionByArnInput,
        output: LayerVersionOutput,
        errors: ["ResourceNotFoundException"],
        access: |_, input| Access::to("lambda:GetLayerVersion", input.arn.as_str()),
        handler: get_layer_version_by_arn,
    }
}

fn get_layer_version_by_arn(
    cx: &mut OpContext<'_>,
    input: GetLayerVersionByArnInput,
) -> ApiResult<LayerVersionOutput> {
    let found = cx.state().lambda.layer_version(&input.arn).filter(|version| !version.deleted);
    found.map(shown).ok_or_else(errors::resource_missing)
}

operation! {
    /// Lists a layer's versions, the newest first.
    ///
    /// **Source**: AWS Lambda API Reference, "ListLayerVersions".
    pub LIST_LAYER_VERSIONS: ListLayerVersions {
        http: "GET" "/2018-10-31/layers/{LayerName}/versions" 200,
        input: ListLayerVersionsInput,
        output: ListLayerVersionsOutput,
        errors: ["InvalidParameterValueException"],
        access: |_, _| Access::to("lambda:ListLayerVersions", "*"),
        handler: list_layer_versions,
    }
}

fn is_wanted(version: &LayerVersion, runtime: Option<&String>, architecture: Option<&String>) -> bool {
    !version.deleted
        && runtime.is_none_or(|wanted| version.runtimes.contains(wanted))
        && architecture.is_none_or(|wanted| version.architectures.contains(wanted))
}

fn list_layer_versions(
    cx: &mut OpContext<'_>,
    input: ListLayerVersionsInput,
) -> ApiResult<ListLayerVersionsOutput> {
    check_name(&input.name)?;
    let layer = cx.state().lambda.layer(cx.region.as_str(), plain(&input.name));
    let versions = layer.into_iter().flat_map(|layer| layer.versions.values().rev());
    let wanted =
        |version: &&LayerVersion| is_wanted(version, input.runtime.as_ref(), input.architecture.as_ref());
    let all = versions.filter(wanted).map(listed).collect();
    let key = |one: &ListedVersion| one.arn.clone().unwrap_or_default();
    let (versions, next_marker) = pages::page(all, key, input.marker.as_deref(), input.max_items)?;
    Ok(ListLayerVersionsOutput { next_marker, versions })
}

operation! {
    /// Lists layers, each with its newest version.
    ///
    /// **Source**: AWS Lambda API Reference, "ListLayers".
    pub LIST_LAYERS: ListLayers {
        http: "GET" "/2018-10-31/layers" 200,
        input: ListLayersInput,
        output: ListLayersOutput,
        errors: ["InvalidParameterValueException"],
        access: |_, _| Access::to("lambda:ListLayers", "*"),
        handler: list_layers,
    }
}

fn list_layers(cx: &mut OpContext<'_>, input: ListLayersInput) -> ApiResult<ListLayersOutput> {
    let here = cx.state().lambda.layers.get(cx.region.as_str());
    let layers = here.into_iter().flat_map(|layers| layers.values());
    let newest = layers.filter_map(|layer| {
        let mut versions = layer.versions.values().rev();
        let latest = versions
            .find(|version| is_wanted(version, input.runtime.as_ref(), input.architecture.as_ref()))?;
        let arn = latest.arn.rsplit_once(':').map(|(arn, _)| arn.to_owned());
        Some(ListedLayer { name: Some(layer.name.clone()), arn, latest: Some(listed(latest)) })
    });
    let all = newest.collect();
    let key = |one: &ListedLayer| one.name.clone().unwrap_or_default();
    let (layers, next_marker) = pages::page(all, key, input.marker.as_deref(), input.max_items)?;
    Ok(ListLayersOutput { next_marker, layers })
}

operation! {
    /// Deletes a version; functions that use it keep it. One that is not there is deleted already.
    ///
    /// **Source**: AWS Lambda API Reference, "DeleteLayerVersion".
    pub DELETE_LAYER_VERSION: DeleteLayerVersion {
        http: "DELETE" "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}" 204,
        input: LayerVersionInput,
        output: (),
        errors: [],
        access: |cx, input| Access::to("lambda:DeleteLayerVersion", version_arn(cx, input)),
        handler: delete_layer_version,
    }
}

fn delete_layer_version(cx: &mut OpContext<'_>, input: LayerVersionInput) -> ApiResult<()> {
    check_name(&input.name)?;
    if let Some(version) = version_mut(cx, &input) {
        version.deleted = true;
    }
    Ok(())
}

fn version_mut<'a>(cx: &'a mut OpContext<'_>, input: &LayerVersionInput) -> Option<&'a mut LayerVersion> {
    let region = cx.region.to_string();
    let number = u64::try_from(input.version).ok()?;
    cx.lambda().layers.get_mut(&region)?.get_mut(plain(&input.name))?.versions.get_mut(&number)
}

operation! {
    /// Lets another account use a version of a layer.
    ///
    /// **Source**: AWS Lambda API Reference, "AddLayerVersionPermission".
    pub ADD_LAYER_VERSION_PERMISSION: AddLayerVersionPermission {
        http: "POST" "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy" 201,
        input: AddLayerVersionPermissionInput,
        output: AddLayerVersionPermissionOutput,
        errors: ["ResourceConflictException", "ResourceNotFoundException"],
        access: |cx, input| {
            let arn = format!("{}:{}", layer_arn(cx, &input.name), input.version);
            Access::to("lambda:AddLayerVersionPermission", arn)
        },
        handler: add_permission,
    }
}

fn add_permission(
    cx: &mut OpContext<'_>,
    input: AddLayerVersionPermissionInput,
) -> ApiResult<AddLayerVersionPermissionOutput> {
    let named = LayerVersionInput { name: input.name, version: input.version };
    let found = find(cx, &named)?;
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut validation = Validation::new();
    let action = input.action.as_str();
    validation.pattern("action", action, "lambda:GetLayerVersion", action == "lambda:GetLayerVersion");
    let who = input.principal.as_str();
    let fits = who == "*" || is_account(who) || who.ends_with(":root");
    validation.pattern("principal", who, r"\d{12}|\*|arn:(aws[a-zA-Z-]*):iam::\d{12}:root", fits);
    validation.finish("ValidationException")?;
    let mut statements = found.policy.as_ref().map(|policy| policy.statements.clone()).unwrap_or_default();
    if statements.iter().any(|one| one["Sid"] == input.statement_id.as_str()) {
        return Err(errors::statement_exists(&input.statement_id));
    }
    let principal: Value = match who {
        "*" => json!("*"),
        account if is_account(account) => json!({"AWS": Arn::build("iam", "", account, "root").as_str()}),
        arn => json!({"AWS": arn}),
    };
    let mut statement = json!({
        "Sid": input.statement_id, "Effect": "Allow", "Principal": principal, "Action": action,
        "Resource": found.arn,
    });
    if let Some(id) = input.organization_id {
        statement["Condition"] = json!({"StringEquals": {"aws:PrincipalOrgID": id}});
    }
    statements.push(statement.clone());
    let revision_id = cx.ids().uuid();
    if let Some(version) = version_mut(cx, &named) {
        version.policy = Some(ResourcePolicy { statements, revision_id: revision_id.clone() });
    }
    Ok(AddLayerVersionPermissionOutput {
        statement: Some(statement.to_string()),
        revision_id: Some(revision_id),
    })
}

operation! {
    /// Takes a statement out of a layer version's policy.
    ///
    /// **Source**: AWS Lambda API Reference, "RemoveLayerVersionPermission".
    pub REMOVE_LAYER_VERSION_PERMISSION: RemoveLayerVersionPermission {
        http: "DELETE" "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy/{StatementId}" 204,
        input: RemoveLayerVersionPermissionInput,
        output: (),
        errors: ["ResourceNotFoundException"],
        access: |cx, input| {
            let arn = format!("{}:{}", layer_arn(cx, &input.name), input.version);
            Access::to("lambda:RemoveLayerVersionPermission", arn)
        },
        handler: remove_permission,
    }
}

fn remove_permission(cx: &mut OpContext<'_>, input: RemoveLayerVersionPermissionInput) -> ApiResult<()> {
    let named = LayerVersionInput { name: input.name, version: input.version };
    let policy = find(cx, &named)?.policy.clone().ok_or_else(errors::no_policy)?;
    let missing = || errors::no_statement(&input.statement_id);
    let index = policy.statement_index(&input.statement_id).ok_or_else(missing)?;
    let mut statements = policy.statements;
    statements.remove(index);
    let revision_id = cx.ids().uuid();
    if let Some(version) = version_mut(cx, &named) {
        version.policy = (!statements.is_empty()).then_some(ResourcePolicy { statements, revision_id });
    }
    Ok(())
}

operation! {
    /// Returns the policy of a layer version.
    ///
    /// **Source**: AWS Lambda API Reference, "GetLayerVersionPolicy".
    pub GET_LAYER_VERSION_POLICY: GetLayerVersionPolicy {
        http: "GET" "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy" 200,
        input: LayerVersionInput,
        output: GetLayerVersionPolicyOutput,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| Access::to("lambda:GetLayerVersionPolicy", version_arn(cx, input)),
        handler: get_policy,
    }
}

fn get_policy(cx: &mut OpContext<'_>, input: LayerVersionInput) -> ApiResult<GetLayerVersionPolicyOutput> {
    let policy = find(cx, &input)?.policy.as_ref().ok_or_else(errors::no_policy)?;
    Ok(GetLayerVersionPolicyOutput {
        policy: Some(policy.document().to_string()),
        revision_id: Some(policy.revision_id.clone()),
    })
}
