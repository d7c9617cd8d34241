//! Routes: which requests go where.

use crate::context::OpContext;
use crate::kept::Kept;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

use crate::apigatewayv2::errors;
use crate::apigatewayv2::lookup::{self, access};
use crate::apigatewayv2::shapes::{PageInput, Route, RouteIdInput, RouteInput};
use crate::apigatewayv2::state::Api;

shape! {
    /// What GetRoutes answers.
    pub struct GetRoutesOutput {
        #[wire("Items", json = "items")] pub items: Vec<Route>,
        #[wire("NextToken", json = "nextToken")] pub next_token: Option<String>,
    }
}

const METHODS: [&str; 8] = ["ANY", "GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD"];

/// Method and path of a route key; of `$default` both are empty. `None`: it is no route key.
pub fn parse(key: &str) -> Option<(&str, &str)> {
    if key == "$default" {
        return Some(("", ""));
    }
    let (method, path) = key.split_once(' ')?;
    let variables_fit = path.split('/').skip(1).enumerate().all(|(at, part)| {
        let greedy = part.ends_with("+}");
        let closed = part.starts_with('{') == part.ends_with('}');
        closed && (!greedy || at + 2 == path.split('/').count())
    });
    (METHODS.contains(&method) && path.starts_with('/') && !path.contains(' ') && variables_fit)
        .then_some((method, path))
}

fn check(api: &Api, route: &Route) -> ApiResult<()> {
    let key = route.route_key.as_deref().unwrap_or("");
    if parse(key).is_none() {
        return Err(errors::route_key());
    }
    let taken =
        |other: &&Kept<Route>| other.route_key.as_deref() == Some(key) && other.route_id != route.route_id;
    if api.draft.routes.values().any(|other| taken(&other)) {
        return Err(errors::route_exists(key));
    }
    if let Some(target) = &route.target {
        let id = target.strip_prefix("integrations/").unwrap_or("");
        if !api.draft.integrations.contains_key(id) {
            return Err(errors::bad_request(format!("Invalid target specified: {target}")));
        }
    }
    if route.api_key_required == Some(true) {
        return Err(errors::bad_request("API keys are not supported for HTTP APIs"));
    }
    let authorizer = route.authorizer_id.as_deref().and_then(|id| api.draft.authorizers.get(id));
    match route.authorization_type.as_deref() {
        None | Some("NONE" | "AWS_IAM") => {}
        Some(kind @ ("JWT" | "CUSTOM")) => {
            let Some(authorizer) = authorizer else {
                return Err(errors::bad_request(format!(
                    "Invalid authorizer ID specified. Setting the authorization type to {kind} requires a valid authorizer."
                )));
            };
            let is_jwt = authorizer.authorizer_type.as_deref() == Some("JWT");
            if is_jwt != (kind == "JWT") {
                let text = "Authorizer type does not match the authorization type of the route";
                return Err(errors::bad_request(text));
            }
        }
        Some(_) => return Err(errors::bad_request("Invalid authorization type specified")),
    }
    let scoped = route.authorization_scopes.as_ref().is_some_and(|scopes| !scopes.is_empty());
    if scoped && route.authorization_type.as_deref() != Some("JWT") {
        return Err(errors::bad_request("Authorization scopes are only valid with a JWT authorizer"));
    }
    Ok(())
}

operation! {
    /// Adds a route to an API.
    ///
    /// **Source**: API Gateway V2 API Reference, "CreateRoute".
    pub CREATE_ROUTE: CreateRoute {
        http: "POST" "/v2/apis/{apiId}/routes" 201,
        input: RouteInput,
        output: Route,
        errors: ["BadRequestException", "ConflictException", "NotFoundException"],
        access: |cx, input| access(cx, "POST", &format!("/apis/{}/routes", input.api_id)),
        handler: |cx, input| add(cx, input, false),
    }
}

/// Adds a route; a `managed` one is API Gateway's own.
pub fn add(cx: &mut OpContext<'_>, input: RouteInput, managed: bool) -> ApiResult<Route> {
    let api_id = input.api_id.clone();
    let mut route = Route {
        api_gateway_managed: managed.then_some(true),
        api_key_required: Some(false),
        authorization_type: Some("NONE".to_owned()),
        ..Route::default()
    };
    route.apply(input);
    check(lookup::api(cx, &api_id)?, &route)?;
    note_models(cx, &route);
    let id = cx.ids().lower_alnum(7);
    route.route_id = Some(id.clone());
    lookup::api_mut(cx, &api_id)?.draft.routes.insert(id, Kept(route.clone()));
    lookup::changed(cx, &api_id)?;
    Ok(route)
}

fn note_models(cx: &mut OpContext<'_>, route: &Route) {
    if route.request_models.is_some() || route.request_parameters.is_some() {
        cx.not_simulated(
            "API Gateway: request models and parameters of routes, which only WebSocket APIs use",
        );
    }
}

operation! {
    /// Returns a route.
    ///
    /// **Source**: API Gateway V2 API Reference, "GetRoute".
    pub GET_ROUTE: GetRoute {
        http: "GET" "/v2/apis/{apiId}/routes/{routeId}" 200,
        input: RouteIdInput,
        output: Route,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &path(&input.api_id, &input.route_id)),
        handler: |cx, input| {
            let api = lookup::api(cx, &input.api_id)?;
            Ok(lookup::thing(&api.draft.routes, "Route", &input.route_id)?.0.clone())
        },
    }
}

fn path(api_id: &str, route_id: &str) -> String {
    format!("/apis/{api_id}/routes/{route_id}")
}

operation! {
    /// Lists the routes of an API.
    ///
    /// **Source**: API Gateway V2 API Reference, "GetRoutes".
    pub GET_ROUTES: GetRoutes {
        http: "GET" "/v2/apis/{apiId}/routes" 200,
        input: PageInput,
        output: GetRoutesOutput,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("/apis/{}/routes", input.api_id)),
        handler: |cx, input| {
            let all = lookup::api(cx, &input.api_id)?.draft.routes.values().map(|route| route.0.clone()).collect();
            let (items, next_token) =
                lookup::page(all, input.max_results.as_deref(), input.next_token.as_deref())?;
            Ok(GetRoutesOutput { items, next_token })
        },
    }
}

operation! {
    /// Changes a route.
    ///
    /// **Source**: API Gateway V2 API Reference, "UpdateRoute".
    pub UPDATE_ROUTE: UpdateRoute {
        http: "PATCH" "/v2/apis/{apiId}/routes/{routeId}" 200,
        input: RouteInput,
        output: Route,
        errors: ["BadRequestException", "ConflictException", "NotFoundException"],
        access: |cx, input| access(cx, "PATCH", &path(&input.api_id, input.route.as_deref().unwrap_or(""))),
        handler: update_route,
    }
}

fn update_route(cx: &mut OpContext<'_>, input: RouteInput) -> ApiResult<Route> {
    let (api_id, id) = (input.api_id.clone(), input.route.clone().unwrap_or_default());
    let api = lookup::api(cx, &api_id)?;
    let mut route = lookup::thing(&api.draft.routes, "Route", &id)?.0.clone();
    route.apply(input);
    if matches!(route.authorization_type.as_deref(), Some("NONE" | "AWS_IAM")) {
        route.authorizer_id = None;
        route.authorization_scopes = None;
    }
    check(api, &route)?;
    note_models(cx, &route);
    lookup::api_mut(cx, &api_id)?.draft.routes.insert(id, Kept(route.clone()));
    lookup::changed(cx, &api_id)?;
    Ok(route)
}

operation! {
    /// Deletes a route.
    ///
    /// **Source**: API Gateway V2 API Reference, "DeleteRoute".
    pub DELETE_ROUTE: DeleteRoute {
        http: "DELETE" "/v2/apis/{apiId}/routes/{routeId}" 204,
        input: RouteIdInput,
        output: (),
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "DELETE", &path(&input.api_id, &input.route_id)),
        handler: |cx, input| {
            let api = lookup::api_mut(cx, &input.api_id)?;
            lookup::thing(&api.draft.routes, "Route", &input.route_id)?;
            api.draft.routes.shift_remove(&input.route_id);
            lookup::changed(cx, &input.api_id)
        },
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn route_keys_are_a_method_and_a_path() {
        // Source: API Gateway Developer Guide, "Create routes for HTTP APIs in API Gateway".
        assert_eq!(parse("GET /pets/{id}"), Some(("GET", "/pets/{id}")));
        assert_eq!(parse("ANY /{proxy+}"), Some(("ANY", "/{proxy+}")));
        assert_eq!(parse("$default"), Some(("", "")));
        for bad in ["GET", "GET pets", "FETCH /pets", "$connect", "GET /{proxy+}/x", "GET /{id", ""] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
