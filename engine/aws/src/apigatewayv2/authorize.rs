//! Authorizers of routes: tokens, and functions that decide.
//!
//! **Source**: API Gateway Developer Guide, "Control access to HTTP APIs with JWT authorizers in API Gateway" and
//! "Control access to HTTP APIs with AWS Lambda authorizers".

use crate::auth::{AccessCheck, Principal, ResourcePolicy};
use crate::cloud;
use crate::context::OpContext;
use crate::lambda::{self, Call, InvocationResult};
use crate::outbound;
use crate::service::Answer;
use nuvola_wire::Response;
use serde_json::{Value, json};

use super::execute::{self, address_request};
use super::jwt::Token;
use super::shapes::{Authorizer, JwtConfiguration};
use super::state::Verdict;
use super::visit::{Visit, refusal};
use super::{Continuation, Fetched, limits, mapping};

fn unauthorized(visit: &Visit, challenge: String) -> Answer {
    Answer::Now(visit.finish(refusal(401, "Unauthorized")).with_header("www-authenticate", challenge))
}

fn invalid(visit: &Visit, description: &str) -> Answer {
    unauthorized(visit, format!(r#"Bearer scope="" error="invalid_token" error_description="{description}""#))
}

fn authorizer(visit: &Visit) -> &Authorizer {
    static NONE: std::sync::LazyLock<Authorizer> = std::sync::LazyLock::new(Authorizer::default);
    visit.authorizer.as_ref().map_or(&NONE, |authorizer| &authorizer.0)
}

fn configuration(visit: &Visit) -> JwtConfiguration {
    authorizer(visit).jwt_configuration.clone().unwrap_or_default()
}

/// The values of the identity sources; none where one is missing or empty.
fn identity(visit: &Visit) -> Option<Vec<String>> {
    let sources = authorizer(visit).identity_source.iter().flatten();
    sources.map(|source| mapping::value_of(source, visit, None).filter(|value| !value.is_empty())).collect()
}

fn token_text(visit: &Visit) -> Option<String> {
    let value = identity(visit)?.into_iter().next()?;
    let bearer = value.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer "));
    Some(if bearer { value[7..].trim().to_owned() } else { value })
}

/// A JWT decides.
pub fn by_token(cx: &mut OpContext<'_>, visit: Visit) -> Answer {
    let Some(text) = token_text(&visit) else { return unauthorized(&visit, "Bearer".to_owned()) };
    let token = match Token::parse(&text) {
        Ok(token) => token,
        Err(description) => return invalid(&visit, &description),
    };
    let issuer = configuration(&visit).issuer.unwrap_or_default();
    let known = cx.state().apigatewayv2.keys.get(&issuer).filter(|keys| keys.until_ms > cx.now_ms);
    match known.map(|keys| keys.document.clone()).filter(|document| token.is_of(document)) {
        Some(document) => judge(cx, visit, &token, &document),
        None => {
            let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
            ask(cx, visit, &address, Fetched::Discovery)
        }
    }
}

fn ask(cx: &mut OpContext<'_>, visit: Visit, address: &str, then: fn(Box<Visit>) -> Fetched) -> Answer {
    let Some(mut request) = address_request(address, "GET") else {
        return invalid(&visit, "OIDC discovery endpoint communication error");
    };
    request.headers.set("Host", request.host.clone());
    let http_id = visit.http_id;
    let then = then(Box::new(visit));
    outbound::fetch(cx, http_id, request, outbound::Continuation::ApiGatewayV2(then));
    Answer::Later
}

fn document(response: Option<Response>) -> Option<Value> {
    let response = response.filter(|response| response.status == 200)?;
    serde_json::from_slice(&response.body).ok()
}

/// The issuer has told of itself.
pub fn discovered(cx: &mut OpContext<'_>, visit: Visit, response: Option<Response>) {
    let http_id = visit.http_id;
    let address = document(response).and_then(|about| about["jwks_uri"].as_str().map(str::to_owned));
    let answer = match address {
        Some(address) => ask(cx, visit, &address, Fetched::Keys),
        None => {
            let issuer = configuration(&visit).issuer.unwrap_or_default();
            let text = format!("no OpenID configuration at {issuer}/.well-known/openid-configuration");
            cx.hint_for(http_id, text);
            invalid(&visit, "OIDC discovery endpoint communication error")
        }
    };
    execute::complete(cx, http_id, answer);
}

/// The issuer has told its keys.
pub fn keys_came(cx: &mut OpContext<'_>, visit: Visit, response: Option<Response>) {
    let http_id = visit.http_id;
    let token = token_text(&visit).map(|text| Token::parse(&text));
    let answer = match (document(response), token) {
        (Some(document), Some(Ok(token))) => {
            let issuer = configuration(&visit).issuer.unwrap_or_default();
            let until_ms = cx.now_ms + limits::KEYS_TTL_MS;
            let keys = super::state::Keys { until_ms, document: document.clone() };
            cx.apigatewayv2().keys.insert(issuer, keys);
            judge(cx, visit, &token, &document)
        }
        _ => invalid(&visit, "JWKS communication error"),
    };
    execute::complete(cx, http_id, answer);
}

fn judge(cx: &mut OpContext<'_>, mut visit: Visit, token: &Token, keys: &Value) -> Answer {
    if let Err(description) = token.check(keys, &configuration(&visit), cx.now().epoch_s()) {
        return invalid(&visit, &description);
    }
    let wanted = visit.route.authorization_scopes.clone().unwrap_or_default();
    let scopes = token.scopes();
    if !wanted.is_empty() && !wanted.iter().any(|scope| scopes.contains(scope)) {
        let challenge = format!(
            r#"Bearer scope="{}" error="insufficient_scope" error_description="the token does not have required scopes""#,
            wanted.join(" ")
        );
        let response = visit.finish(refusal(403, "Forbidden")).with_header("www-authenticate", challenge);
        return Answer::Now(response);
    }
    visit.verdict = Some(token.context(!wanted.is_empty()));
    execute::integrate(cx, visit)
}

/// A function decides, unless it has been asked the same not long ago.
pub fn by_function(cx: &mut OpContext<'_>, visit: Visit) -> Answer {
    let Some(identity) = identity(&visit) else {
        return Answer::Now(visit.finish(refusal(401, "Unauthorized")));
    };
    let key = cache_key(&visit, &identity);
    let known = cx.state().apigatewayv2.verdicts.get(&key).filter(|known| known.until_ms > cx.now_ms);
    if let Some(verdict) = known.cloned() {
        return follow(cx, visit, &verdict);
    }
    let authorizer = authorizer(&visit).clone();
    let broken = || refusal(500, "Internal Server Error");
    let uri = authorizer.authorizer_uri.as_deref().unwrap_or("");
    let Some(target) = execute::target(cx, &visit, uri) else { return Answer::Now(visit.finish(broken())) };
    let id = authorizer.authorizer_id.as_deref().unwrap_or("");
    let source_arn = visit.authorizer_arn(id);
    if !execute::may_invoke(cx, &target, source_arn.clone(), authorizer.authorizer_credentials_arn.as_deref())
    {
        let text = format!("the authorizer's function does not let API Gateway call it as {source_arn}");
        cx.hint_for(visit.http_id, text);
        return Answer::Now(visit.finish(broken()));
    }
    let event =
        event(&visit, &identity, authorizer.authorizer_payload_format_version.as_deref() == Some("2.0"));
    let http_id = visit.http_id;
    let shown = visit.clone();
    let call = Call {
        region: target.region,
        function: target.name,
        qualifier: target.qualifier,
        event: event.to_string(),
        client_context: None,
        request_id: None,
        parent: Some(visit.trace_request_id.clone()),
        continuation: cloud::Continuation::ApiGatewayV2(Continuation::Authorizer(Box::new(visit))),
    };
    match lambda::begin(cx, call) {
        Ok(_) => Answer::Later,
        Err(_) => {
            cx.hint_for(http_id, "the authorizer's function could not be invoked");
            Answer::Now(shown.finish(broken()))
        }
    }
}

/// What a verdict is kept by: the identity sources.
fn cache_key(visit: &Visit, identity: &[String]) -> String {
    let id = authorizer(visit).authorizer_id.as_deref().unwrap_or("");
    format!("{}/{}/{id}/{}", visit.api_id, visit.stage, identity.join("\n"))
}

fn event(visit: &Visit, identity: &[String], second: bool) -> Value {
    if second {
        let mut event = visit.event_2();
        if let Some(members) = event.as_object_mut() {
            members.remove("body");
            members.remove("isBase64Encoded");
        }
        event["type"] = json!("REQUEST");
        event["routeArn"] = json!(visit.route_arn());
        event["identitySource"] = json!(identity);
        return event;
    }
    let mut event = visit.event_1();
    if let Some(members) = event.as_object_mut() {
        members.remove("body");
        members.remove("isBase64Encoded");
        members.remove("multiValueHeaders");
        members.remove("multiValueQueryStringParameters");
    }
    event["type"] = json!("REQUEST");
    event["methodArn"] = json!(visit.route_arn());
    event["identitySource"] = json!(identity.join(","));
    event["authorizationToken"] = event["identitySource"].clone();
    event
}

/// The function has decided.
pub fn decided(cx: &mut OpContext<'_>, visit: Visit, result: &InvocationResult) {
    let http_id = visit.http_id;
    let simple = authorizer(&visit).enable_simple_responses == Some(true);
    let said: Option<Value> = serde_json::from_str(&result.payload).ok().filter(|_| !result.failed);
    let verdict = said.and_then(|said| read(&said, simple));
    let answer = match verdict {
        None => {
            let why = match (result.failed, simple) {
                (true, _) => "the authorizer's function failed",
                (false, true) => "the authorizer's answer has no boolean isAuthorized",
                (false, false) => "the authorizer's answer is no policy",
            };
            cx.hint_for(http_id, why);
            Answer::Now(visit.finish(refusal(500, "Internal Server Error")))
        }
        Some(mut verdict) => {
            let ttl_s = authorizer(&visit).authorizer_result_ttl_in_seconds.unwrap_or(0);
            verdict.until_ms = cx.now_ms + i64::from(ttl_s) * 1000;
            if ttl_s > 0
                && let Some(identity) = identity(&visit)
            {
                let key = cache_key(&visit, &identity);
                cx.apigatewayv2().verdicts.insert(key, verdict.clone());
            }
            follow(cx, visit, &verdict)
        }
    };
    execute::complete(cx, http_id, answer);
}

/// Reads an answer: `isAuthorized`, or a policy.
fn read(said: &Value, simple: bool) -> Option<Verdict> {
    let mut context = said.get("context").cloned().unwrap_or(Value::Null);
    if simple {
        let allowed = said.get("isAuthorized")?.as_bool()?;
        return Some(Verdict { until_ms: 0, allowed, policy: None, context });
    }
    let principal = said.get("principalId")?.as_str()?;
    let policy = public_policy(said.get("policyDocument")?)?;
    if context.is_null() {
        context = json!({});
    }
    context["principalId"] = json!(principal);
    Some(Verdict { until_ms: 0, allowed: true, policy: Some(policy), context })
}

/// The policy of an authorizer as one of a resource that speaks of everybody: so the policy engine judges it.
pub fn public_policy(document: &Value) -> Option<String> {
    let mut document = document.clone();
    let statements = document.get_mut("Statement")?;
    if statements.is_object() {
        *statements = json!([statements.clone()]);
    }
    for statement in statements.as_array_mut()? {
        statement.as_object_mut()?.insert("Principal".to_owned(), json!("*"));
    }
    if document.get("Version").is_none() {
        document["Version"] = json!("2012-10-17");
    }
    Some(document.to_string())
}

fn follow(cx: &mut OpContext<'_>, mut visit: Visit, verdict: &Verdict) -> Answer {
    let allowed = match &verdict.policy {
        None => verdict.allowed,
        Some(policy) => {
            let check = AccessCheck {
                action: "execute-api:Invoke".to_owned(),
                resource: visit.route_arn(),
                resource_policy: Some(ResourcePolicy {
                    name: "the authorizer's policy".to_owned(),
                    document: policy.clone(),
                }),
                ..AccessCheck::default()
            };
            cx.judge_as(&Principal::Anonymous, &check).allowed
        }
    };
    if !allowed {
        return Answer::Now(visit.finish(refusal(403, "Forbidden")));
    }
    visit.verdict = Some(json!({"lambda": verdict.context}));
    execute::integrate(cx, visit)
}
