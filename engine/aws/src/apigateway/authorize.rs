//! Who may call a method: the API's policy, a signature, or a function that decides.
//!
//! **Source**: API Gateway Developer Guide, "Use API Gateway Lambda authorizers", "How API Gateway resource policies
//! affect authorization workflow"; answers as AWS re:Post shows them.

use crate::apigatewayv2::{may_invoke, public_policy};
use crate::auth::{AccessCheck, Principal, ResourcePolicy};
use crate::cloud;
use crate::context::OpContext;
use crate::http_event::Caller;
use crate::lambda::{self, Call, InvocationResult};
use crate::service::Answer;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Continuation;
use super::execute::{self, proceed, refuse};
use super::integrate::event;
use super::ops::authorizers::Authorizer;
use super::pattern::Pattern;
use super::refusal::Refusal;
use super::visit::Visit;

/// What an authorizer answered, kept for its time to live.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    pub until_ms: i64,
    pub policy: String,
    pub context: Value,
}

/// Asks whoever decides, and goes on if the answer is yes.
pub fn ask(cx: &mut OpContext<'_>, mut visit: Visit) -> Answer {
    let by_signature = visit.method.authorization_type == "AWS_IAM";
    if (by_signature || visit.policy.is_some())
        && let Err(refusal) = by_policies(cx, &mut visit, by_signature)
    {
        return refuse(cx, visit, &refusal);
    }
    match visit.method.authorization_type.as_str() {
        "CUSTOM" => by_function(cx, visit),
        "COGNITO_USER_POOLS" => {
            let response = execute::not_simulated(cx, &visit, "authorizers with Cognito user pools");
            Answer::Now(visit.ids.put(response))
        }
        _ => proceed(cx, visit),
    }
}

/// The policy of the API, with `execute-api:/…` written out.
fn own_policy(visit: &Visit) -> Option<ResourcePolicy> {
    let start = format!("arn:aws:execute-api:{}:{}:{}/", visit.region, visit.account, visit.api_id);
    let document = visit.policy.as_ref()?.replace("\"execute-api:/", &format!("\"{start}"));
    Some(ResourcePolicy { name: "the API's resource policy".to_owned(), document })
}

fn by_policies(cx: &mut OpContext<'_>, visit: &mut Visit, by_signature: bool) -> Result<(), Refusal> {
    if by_signature {
        if let Some(error) = &cx.request.auth_error
            && visit.request.headers.contains("authorization")
        {
            return Err(Refusal::invalid_signature(error.message.clone()));
        }
        if cx.principal == Principal::Anonymous {
            return Err(Refusal::missing_token());
        }
    }
    let check = AccessCheck {
        action: "execute-api:Invoke".to_owned(),
        resource: visit.method_arn(),
        resource_policy: own_policy(visit),
        ..AccessCheck::default()
    };
    let principal = if by_signature { cx.principal.clone() } else { Principal::Anonymous };
    let decision = cx.judge_as(&principal, &check);
    let account = cx.account().to_string();
    if !decision.allowed {
        return Err(Refusal::access_denied(decision, &account));
    }
    if by_signature {
        visit.caller = Caller::of(cx);
    }
    Ok(())
}

/// The values of an authorizer's identity sources; none where one is missing.
fn identity(visit: &Visit, authorizer: &Authorizer) -> Option<Vec<String>> {
    let sources = authorizer.identity_source.as_deref().unwrap_or("");
    let sources = sources.split(',').map(str::trim).filter(|source| !source.is_empty());
    sources.map(|source| visit.mapped(source, None).filter(|value| !value.is_empty())).collect()
}

fn by_function(cx: &mut OpContext<'_>, visit: Visit) -> Answer {
    let Some(authorizer) = visit.authorizer.clone() else {
        return refuse(cx, visit, &Refusal::authorizer("the method's authorizer does not exist"));
    };
    let Some(identity) = identity(&visit, &authorizer) else {
        return refuse(cx, visit, &Refusal::unauthorized());
    };
    let is_token = authorizer.kind.as_deref() == Some("TOKEN");
    let pattern =
        authorizer.identity_validation_expression.as_deref().filter(|text| is_token && !text.is_empty());
    if let Some(pattern) = pattern {
        let token = identity.first().map_or("", String::as_str);
        if Pattern::new(pattern).is_some_and(|pattern| !pattern.matches(token)) {
            return refuse(cx, visit, &Refusal::unauthorized());
        }
    }
    let ttl_s = authorizer.authorizer_result_ttl_in_seconds.unwrap_or(0);
    let key = cache_key(&visit, &authorizer, &identity);
    let known =
        cx.state().apigateway.verdicts.get(&key).filter(|known| ttl_s > 0 && known.until_ms > cx.now_ms);
    if let Some(verdict) = known.cloned() {
        return follow(cx, visit, verdict);
    }
    call(cx, visit, &authorizer, &identity)
}

fn cache_key(visit: &Visit, authorizer: &Authorizer, identity: &[String]) -> String {
    let id = authorizer.id.as_deref().unwrap_or("");
    format!("{}/{}/{id}/{}", visit.api_id, visit.stage, identity.join("\n"))
}

fn call(cx: &mut OpContext<'_>, visit: Visit, authorizer: &Authorizer, identity: &[String]) -> Answer {
    let uri =
        execute::with_variables(authorizer.authorizer_uri.as_deref().unwrap_or(""), Some(&visit.variables));
    let Some(target) = execute::function_of(cx, &uri) else {
        return refuse(cx, visit, &Refusal::authorizer("the authorizer's function does not exist"));
    };
    let id = authorizer.id.as_deref().unwrap_or("");
    let source_arn =
        format!("arn:aws:execute-api:{}:{}:{}/authorizers/{id}", visit.region, visit.account, visit.api_id);
    let credentials = authorizer.authorizer_credentials.as_deref();
    if !may_invoke(cx, &target, source_arn.clone(), credentials) {
        let text = format!("the authorizer's function does not let API Gateway call it as {source_arn}");
        return refuse(cx, visit, &Refusal::authorizer(&text));
    }
    let event = match authorizer.kind.as_deref() {
        Some("TOKEN") => json!({
            "type": "TOKEN",
            "methodArn": visit.method_arn(),
            "authorizationToken": identity.first(),
        }),
        _ => {
            let mut event = event(&visit);
            if let Some(members) = event.as_object_mut() {
                members.remove("body");
                members.remove("isBase64Encoded");
            }
            event["type"] = json!("REQUEST");
            event["methodArn"] = json!(visit.method_arn());
            event
        }
    };
    let shown = visit.clone();
    let call = Call {
        region: target.region,
        function: target.name,
        qualifier: target.qualifier,
        event: event.to_string(),
        client_context: None,
        request_id: None,
        parent: Some(visit.ids.request_id.clone()),
        continuation: cloud::Continuation::ApiGateway(Continuation::Authorizer(Box::new(visit))),
    };
    match lambda::begin(cx, call) {
        Ok(_) => Answer::Later,
        Err(_) => refuse(cx, shown, &Refusal::authorizer("the authorizer's function could not be invoked")),
    }
}

/// The function has decided.
pub fn decided(cx: &mut OpContext<'_>, visit: Visit, result: &InvocationResult) {
    let http_id = visit.http_id;
    let said: Option<Value> = serde_json::from_str(&result.payload).ok().filter(|_| !result.failed);
    // A function that raises exactly this says no.
    let unauthorized = result.failed
        && serde_json::from_str::<Value>(&result.payload)
            .is_ok_and(|error| error["errorMessage"] == "Unauthorized");
    let answer = match said.as_ref().and_then(read) {
        _ if unauthorized => refuse(cx, visit, &Refusal::unauthorized()),
        None => {
            let why = match result.failed {
                true => "the authorizer's function failed",
                false => {
                    "the authorizer's answer has no principalId or no policy, or its context has more than texts, numbers and booleans"
                }
            };
            refuse(cx, visit, &Refusal::authorizer(why))
        }
        Some(mut verdict) => {
            let authorizer = visit.authorizer.clone().unwrap_or_default();
            let ttl_s = authorizer.authorizer_result_ttl_in_seconds.unwrap_or(0);
            verdict.until_ms = cx.now_ms + i64::from(ttl_s) * 1000;
            if ttl_s > 0
                && let Some(identity) = identity(&visit, &authorizer)
            {
                let key = cache_key(&visit, &authorizer, &identity);
                cx.apigateway().verdicts.insert(key, verdict.clone());
            }
            follow(cx, visit, verdict)
        }
    };
    execute::settle(cx, http_id, answer);
}

fn read(said: &Value) -> Option<Verdict> {
    let principal = said.get("principalId")?.as_str()?;
    let policy = public_policy(said.get("policyDocument")?)?;
    let mut context = match said.get("context") {
        None | Some(Value::Null) => json!({}),
        Some(context) => context.clone(),
    };
    let plain = |value: &Value| !value.is_array() && !value.is_object();
    if !context.as_object()?.values().all(plain) {
        return None;
    }
    // What the context tells are texts, whatever they were.
    for value in context.as_object_mut()?.values_mut() {
        *value = Value::from(value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    context["principalId"] = json!(principal);
    if let Some(key) = said.get("usageIdentifierKey").and_then(Value::as_str) {
        context["usageIdentifierKey"] = json!(key);
    }
    Some(Verdict { until_ms: 0, policy, context })
}

fn follow(cx: &mut OpContext<'_>, mut visit: Visit, verdict: Verdict) -> Answer {
    let check = AccessCheck {
        action: "execute-api:Invoke".to_owned(),
        resource: visit.method_arn(),
        resource_policy: Some(ResourcePolicy {
            name: "the authorizer's policy".to_owned(),
            document: verdict.policy,
        }),
        ..AccessCheck::default()
    };
    let decision = cx.judge_as(&Principal::Anonymous, &check);
    if !decision.allowed {
        let explicit = matches!(decision.reason, crate::auth::Reason::ExplicitDeny(_));
        return refuse(cx, visit, &Refusal::denied_by_authorizer(explicit));
    }
    visit.verdict = Some(verdict.context);
    proceed(cx, visit)
}
