//! The policy simulator, and which condition keys it has to be told.

use crate::auth::policy::pattern::Keys;
use crate::auth::policy::{Policy, PolicyUse, places};
use crate::auth::{Access, PolicyKind, Principal};
use crate::context::OpContext;
use crate::iam::simulation::{self, Simulated, Simulation, Source};
use crate::iam::state::Kind;
use crate::iam::{check, errors};
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_wire::shape;
use std::collections::{BTreeMap, BTreeSet};

operation! {
    /// Tells whether policies that are given as texts allow actions.
    ///
    /// **Source**: IAM API Reference, "SimulateCustomPolicy".
    pub SIMULATE_CUSTOM_POLICY: SimulateCustomPolicy {
        http: "POST" "/" 200,
        input: SimulateCustomPolicyInput,
        output: SimulatePolicyOutput,
        errors: ["InvalidInput"],
        access: |_, _| Access::to("iam:SimulateCustomPolicy", "*"),
        handler: simulate_custom_policy,
    }
}

operation! {
    /// Tells whether the policies of a user, group or role, and further ones, allow actions.
    ///
    /// **Source**: IAM API Reference, "SimulatePrincipalPolicy".
    pub SIMULATE_PRINCIPAL_POLICY: SimulatePrincipalPolicy {
        http: "POST" "/" 200,
        input: SimulatePrincipalPolicyInput,
        output: SimulatePolicyOutput,
        errors: ["NoSuchEntity", "InvalidInput"],
        access: |_, input| Access::to("iam:SimulatePrincipalPolicy", input.policy_source_arn.as_str()),
        handler: simulate_principal_policy,
    }
}

operation! {
    /// Lists the condition keys and variables in policies that are given as texts.
    ///
    /// **Source**: IAM API Reference, "GetContextKeysForCustomPolicy".
    pub GET_CONTEXT_KEYS_FOR_CUSTOM_POLICY: GetContextKeysForCustomPolicy {
        http: "POST" "/" 200,
        input: GetContextKeysForCustomPolicyInput,
        output: GetContextKeysForPolicyOutput,
        errors: ["InvalidInput"],
        access: |_, _| Access::to("iam:GetContextKeysForCustomPolicy", "*"),
        handler: get_context_keys_for_custom_policy,
    }
}

operation! {
    /// Lists the condition keys and variables in the policies of a user, group or role.
    ///
    /// **Source**: IAM API Reference, "GetContextKeysForPrincipalPolicy".
    pub GET_CONTEXT_KEYS_FOR_PRINCIPAL_POLICY: GetContextKeysForPrincipalPolicy {
        http: "POST" "/" 200,
        input: GetContextKeysForPrincipalPolicyInput,
        output: GetContextKeysForPolicyOutput,
        errors: ["NoSuchEntity", "InvalidInput"],
        access: |_, input| Access::to("iam:GetContextKeysForPrincipalPolicy", input.policy_source_arn.as_str()),
        handler: get_context_keys_for_principal_policy,
    }
}

shape! {
    /// What `SimulateCustomPolicy` takes.
    pub struct SimulateCustomPolicyInput {
        #[wire("PolicyInputList", required)] pub policy_input_list: Vec<String>,
        #[wire("PermissionsBoundaryPolicyInputList")] pub permissions_boundary_policy_input_list: Vec<String>,
        #[wire("ActionNames", required)] pub action_names: Vec<String>,
        #[wire("ResourceArns")] pub resource_arns: Vec<String>,
        #[wire("ResourcePolicy")] pub resource_policy: Option<String>,
        #[wire("ResourceOwner")] pub resource_owner: Option<String>,
        #[wire("CallerArn")] pub caller_arn: Option<String>,
        #[wire("ContextEntries")] pub context_entries: Vec<ContextEntry>,
        #[wire("ResourceHandlingOption")] pub resource_handling_option: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// What `SimulatePrincipalPolicy` takes.
    pub struct SimulatePrincipalPolicyInput {
        #[wire("PolicySourceArn")] pub policy_source_arn: String,
        #[wire("PolicyInputList")] pub policy_input_list: Vec<String>,
        #[wire("PermissionsBoundaryPolicyInputList")] pub permissions_boundary_policy_input_list: Vec<String>,
        #[wire("ActionNames", required)] pub action_names: Vec<String>,
        #[wire("ResourceArns")] pub resource_arns: Vec<String>,
        #[wire("ResourcePolicy")] pub resource_policy: Option<String>,
        #[wire("ResourceOwner")] pub resource_owner: Option<String>,
        #[wire("CallerArn")] pub caller_arn: Option<String>,
        #[wire("ContextEntries")] pub context_entries: Vec<ContextEntry>,
        #[wire("ResourceHandlingOption")] pub resource_handling_option: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// A condition key with its values.
    pub struct ContextEntry {
        #[wire("ContextKeyName")] pub context_key_name: Option<String>,
        #[wire("ContextKeyValues")] pub context_key_values: Vec<String>,
        #[wire("ContextKeyType")] pub context_key_type: Option<String>,
    }

    /// What both simulations answer.
    pub struct SimulatePolicyOutput {
        #[wire("EvaluationResults")] pub evaluation_results: Vec<EvaluationResult>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// The answer for one action on one resource.
    pub struct EvaluationResult {
        #[wire("EvalActionName")] pub eval_action_name: String,
        #[wire("EvalResourceName")] pub eval_resource_name: Option<String>,
        #[wire("EvalDecision")] pub eval_decision: String,
        #[wire("MatchedStatements")] pub matched_statements: Vec<Statement>,
        #[wire("MissingContextValues")] pub missing_context_values: Vec<String>,
        #[wire("PermissionsBoundaryDecisionDetail")]
        pub permissions_boundary_decision_detail: Option<PermissionsBoundaryDecisionDetail>,
        #[wire("EvalDecisionDetails")] pub eval_decision_details: Option<BTreeMap<String, String>>,
        #[wire("ResourceSpecificResults")] pub resource_specific_results: Vec<ResourceSpecificResult>,
    }

    /// The same once more, for a resource that was named.
    pub struct ResourceSpecificResult {
        #[wire("EvalResourceName")] pub eval_resource_name: String,
        #[wire("EvalResourceDecision")] pub eval_resource_decision: String,
        #[wire("MatchedStatements")] pub matched_statements: Vec<Statement>,
        #[wire("MissingContextValues")] pub missing_context_values: Vec<String>,
        #[wire("PermissionsBoundaryDecisionDetail")]
        pub permissions_boundary_decision_detail: Option<PermissionsBoundaryDecisionDetail>,
    }

    /// Whether the permissions boundary allows.
    pub struct PermissionsBoundaryDecisionDetail {
        #[wire("AllowedByPermissionsBoundary")] pub allowed_by_permissions_boundary: Option<bool>,
    }

    /// A statement that decided.
    pub struct Statement {
        #[wire("SourcePolicyId")] pub source_policy_id: Option<String>,
        #[wire("SourcePolicyType")] pub source_policy_type: Option<String>,
        #[wire("StartPosition")] pub start_position: Option<Position>,
        #[wire("EndPosition")] pub end_position: Option<Position>,
    }

    /// A place in a document.
    pub struct Position {
        #[wire("Line")] pub line: Option<i32>,
        #[wire("Column")] pub column: Option<i32>,
    }

    /// What `GetContextKeysForCustomPolicy` takes.
    pub struct GetContextKeysForCustomPolicyInput {
        #[wire("PolicyInputList", required)] pub policy_input_list: Vec<String>,
    }

    /// What `GetContextKeysForPrincipalPolicy` takes.
    pub struct GetContextKeysForPrincipalPolicyInput {
        #[wire("PolicySourceArn")] pub policy_source_arn: String,
        #[wire("PolicyInputList")] pub policy_input_list: Vec<String>,
    }

    /// What both answer.
    pub struct GetContextKeysForPolicyOutput {
        #[wire("ContextKeyNames")] pub context_key_names: Vec<String>,
    }
}

/// What both simulations have in common.
struct Asked {
    actions: Vec<String>,
    resources: Vec<String>,
    resource_policy: Option<String>,
    resource_owner: Option<String>,
    caller_arn: Option<String>,
    entries: Vec<ContextEntry>,
    handling: Option<String>,
    max_items: Option<i32>,
    marker: Option<String>,
}

fn inputs(name: &str, kind: PolicyKind, texts: Vec<String>) -> impl Iterator<Item = Source> {
    let texts = texts.into_iter().enumerate();
    texts.map(move |(at, text)| Source { id: format!("{name}.{}", at + 1), kind, text })
}

fn simulate_custom_policy(
    cx: &mut OpContext<'_>,
    input: SimulateCustomPolicyInput,
) -> ApiResult<SimulatePolicyOutput> {
    let mut sources: Vec<Source> =
        inputs("PolicyInputList", PolicyKind::Identity, input.policy_input_list).collect();
    let bounds = input.permissions_boundary_policy_input_list;
    sources.extend(inputs("PermissionsBoundaryPolicyInputList", PolicyKind::PermissionsBoundary, bounds));
    if input.resource_policy.is_some() && input.caller_arn.is_none() {
        return Err(errors::invalid_input("CallerArn must be specified when ResourcePolicy is specified."));
    }
    let asked = Asked {
        actions: input.action_names,
        resources: input.resource_arns,
        resource_policy: input.resource_policy,
        resource_owner: input.resource_owner,
        caller_arn: input.caller_arn,
        entries: input.context_entries,
        handling: input.resource_handling_option,
        max_items: input.max_items,
        marker: input.marker,
    };
    simulate(cx, sources, None, asked)
}

fn simulate_principal_policy(
    cx: &mut OpContext<'_>,
    input: SimulatePrincipalPolicyInput,
) -> ApiResult<SimulatePolicyOutput> {
    let mut sources = simulation::sources_of(cx.iam(), &input.policy_source_arn)?;
    sources.extend(inputs("PolicyInputList", PolicyKind::Identity, input.policy_input_list));
    let bounds = input.permissions_boundary_policy_input_list;
    if !bounds.is_empty() {
        // The boundary that is given takes the place of the one that is set.
        sources.retain(|source| source.kind != PolicyKind::PermissionsBoundary);
        let name = "PermissionsBoundaryPolicyInputList";
        sources.extend(inputs(name, PolicyKind::PermissionsBoundary, bounds));
    }
    let (kind, entity) = simulation::entity_of(cx.iam(), &input.policy_source_arn)?;
    let is_user = kind == Kind::User;
    let (arn, id) = (entity.arn.clone(), entity.id.clone());
    if input.resource_policy.is_some() && !is_user && input.caller_arn.is_none() {
        return Err(errors::invalid_input("CallerArn must be specified when ResourcePolicy is specified."));
    }
    let asked = Asked {
        actions: input.action_names,
        resources: input.resource_arns,
        resource_policy: input.resource_policy,
        resource_owner: input.resource_owner,
        caller_arn: input.caller_arn,
        entries: input.context_entries,
        handling: input.resource_handling_option,
        max_items: input.max_items,
        marker: input.marker,
    };
    simulate(cx, sources, simulation::caller(&arn, &id).map(|caller| (caller, is_user)), asked)
}

fn simulate(
    cx: &mut OpContext<'_>,
    mut sources: Vec<Source>,
    source: Option<(Principal, bool)>,
    asked: Asked,
) -> ApiResult<SimulatePolicyOutput> {
    check_asked(&asked)?;
    if asked.handling.is_some() {
        cx.not_simulated("`ResourceHandlingOption` of the policy simulator");
    }
    let account = cx.account().to_string();
    let mut keys = Keys::new();
    let stranger = format!("arn:aws:iam::{account}:user/nobody");
    let principal = match (&asked.caller_arn, source) {
        (Some(arn), _) => {
            let user = arn.contains(":user/");
            let caller = simulation::caller(arn, "").filter(|_| user);
            caller.ok_or_else(|| errors::invalid_input(format!("Invalid CallerArn: {arn}")))?
        }
        (None, Some((principal, is_user))) => {
            if let Principal::User(user) = &principal {
                keys.insert("aws:principalarn".to_owned(), vec![user.arn.to_string()]);
                if is_user {
                    keys.insert("aws:username".to_owned(), vec![user.name.clone()]);
                    keys.insert("aws:userid".to_owned(), vec![user.id.clone()]);
                }
            }
            principal
        }
        (None, None) => simulation::caller(&stranger, "").expect("it is an ARN"),
    };
    for entry in &asked.entries {
        let name = entry.context_key_name.as_deref().unwrap_or_default().to_lowercase();
        keys.insert(name, entry.context_key_values.clone());
    }
    if let Some(text) = &asked.resource_policy {
        let id = "ResourcePolicy".to_owned();
        sources.push(Source { id, kind: PolicyKind::Resource, text: text.clone() });
    }
    let mut simulation = Simulation::new(sources, principal, &account, keys)?;
    if let Some(owner) = &asked.resource_owner {
        let number = owner.split(':').nth(4).unwrap_or(owner);
        simulation.resource_account = number.to_owned();
    }
    results(&simulation, asked)
}

fn check_asked(asked: &Asked) -> ApiResult<()> {
    let mut validation = Validation::new();
    for (at, action) in asked.actions.iter().enumerate() {
        validation.length(&format!("actionNames.{}.member", at + 1), action, 3, 128);
    }
    for (at, entry) in asked.entries.iter().enumerate() {
        let name = entry.context_key_name.as_deref().unwrap_or_default();
        validation.length(&format!("contextEntries.{}.member.contextKeyName", at + 1), name, 5, 256);
    }
    validation.finish("ValidationError")?;
    match asked.actions.iter().find(|action| !action.contains(':')) {
        Some(action) => Err(errors::invalid_input(format!("Invalid Action: {action}"))),
        None => Ok(()),
    }
}

fn results(simulation: &Simulation, asked: Asked) -> ApiResult<SimulatePolicyOutput> {
    let named = !asked.resources.is_empty();
    let resources = if named { asked.resources } else { vec!["*".to_owned()] };
    let missing = simulation.missing_keys();
    let mut items = Vec::new();
    for (at, action) in asked.actions.iter().enumerate() {
        for (index, resource) in resources.iter().enumerate() {
            let simulated = simulation.judge(action, resource);
            let result = result(action, resource, named, &simulated, &missing);
            items.push((format!("{at:06}{index:06}"), result));
        }
    }
    let page = check::page("SimulatePolicy", items, asked.marker.as_deref(), asked.max_items)?;
    Ok(SimulatePolicyOutput {
        evaluation_results: page.items,
        is_truncated: Some(page.is_truncated),
        marker: page.marker,
    })
}

fn position(place: places::Place) -> Option<Position> {
    Some(Position { line: Some(place.line), column: Some(place.column) })
}

fn result(
    action: &str,
    resource: &str,
    named: bool,
    simulated: &Simulated,
    missing: &[String],
) -> EvaluationResult {
    let statements = || {
        let matched = simulated.matched.iter();
        matched.map(|one| Statement {
            source_policy_id: Some(one.source.clone()),
            source_policy_type: Some(
                if one.kind == PolicyKind::Resource { "Resource Policy" } else { "IAM Policy" }.to_owned(),
            ),
            start_position: position(one.start),
            end_position: position(one.end),
        })
    };
    let boundary = || {
        simulated.within_boundary.map(|allowed| PermissionsBoundaryDecisionDetail {
            allowed_by_permissions_boundary: Some(allowed),
        })
    };
    let specific = ResourceSpecificResult {
        eval_resource_name: resource.to_owned(),
        eval_resource_decision: simulated.decision.to_owned(),
        matched_statements: statements().collect(),
        missing_context_values: missing.to_vec(),
        permissions_boundary_decision_detail: boundary(),
    };
    EvaluationResult {
        eval_action_name: action.to_owned(),
        eval_resource_name: Some(resource.to_owned()),
        eval_decision: simulated.decision.to_owned(),
        matched_statements: statements().collect(),
        missing_context_values: missing.to_vec(),
        permissions_boundary_decision_detail: boundary(),
        eval_decision_details: None,
        resource_specific_results: named.then_some(specific).into_iter().collect(),
    }
}

fn context_keys(sources: impl Iterator<Item = Source>) -> ApiResult<GetContextKeysForPolicyOutput> {
    let mut keys = BTreeSet::new();
    for source in sources {
        let policy = Policy::parse(&source.text, PolicyUse::Identity)
            .map_err(|_| errors::invalid_input(format!("Invalid policy document: {}", source.id)))?;
        policy.context_keys(&mut keys);
    }
    Ok(GetContextKeysForPolicyOutput { context_key_names: keys.into_iter().collect() })
}

fn get_context_keys_for_custom_policy(
    _cx: &mut OpContext<'_>,
    input: GetContextKeysForCustomPolicyInput,
) -> ApiResult<GetContextKeysForPolicyOutput> {
    context_keys(inputs("PolicyInputList", PolicyKind::Identity, input.policy_input_list))
}

fn get_context_keys_for_principal_policy(
    cx: &mut OpContext<'_>,
    input: GetContextKeysForPrincipalPolicyInput,
) -> ApiResult<GetContextKeysForPolicyOutput> {
    let sources = simulation::sources_of(cx.iam(), &input.policy_source_arn)?;
    let further = inputs("PolicyInputList", PolicyKind::Identity, input.policy_input_list);
    context_keys(sources.into_iter().chain(further))
}
