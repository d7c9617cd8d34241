//! The console of API Gateway: REST APIs with their resources, deploy button, stages and test-invoke; HTTP APIs with
//! routes, stages and CORS settings.
//!
//! Paths: `[]`, `["rest", API]`, `["rest", API, RESOURCE, METHOD]`, `["rest", API, "stages"]`, `["http", API]`,
//! `["http", API, "cors"]`, `["http", API, "stages"]`.

use super::call::{Api, text};
use super::{Act, Failure, done, screen, unknown};
use crate::screen::{
    Acted, Action, Block, Crumb, Field, FieldKind, Form, Row, Screen, Table, Tone, fact, to,
};
use nuvola_kernel::DEFAULT_REGION;
use serde_json::{Value, json};

pub(super) async fn show(api: &Api<'_>, parts: &[&str]) -> Result<Screen, Failure> {
    match parts {
        [] => apis(api).await,
        ["rest", id] => resources(api, id).await,
        ["rest", id, "stages"] => rest_stages(api, id).await,
        ["rest", id, resource, method] => method_screen(api, id, resource, method).await,
        ["http", id] => routes(api, id).await,
        ["http", id, "cors"] => cors(api, id).await,
        ["http", id, "stages"] => http_stages(api, id).await,
        _ => Err("there is no such screen of API Gateway".to_owned()),
    }
}

async fn get(api: &Api<'_>, path: &str) -> Result<Value, Failure> {
    api.rest("apigateway", "GET", path, &Value::Null).await
}

fn list(answer: &Value, name: &str) -> Vec<Value> {
    answer[name].as_array().cloned().unwrap_or_default()
}

async fn apis(api: &Api<'_>) -> Result<Screen, Failure> {
    let mut rows = Vec::new();
    for found in list(&get(api, "/restapis?limit=500").await?, "item") {
        let id = text(&found["id"]);
        let delete = Action::new("delete-api", "Delete", &[("kind", "rest"), ("id", &id)])
            .asking(format!("Delete the REST API `{}`? There is no way back.", text(&found["name"])));
        let cells = [text(&found["name"]), "REST".to_owned(), id.clone()];
        rows.push(Row::new(cells).opening(&["apigateway", "rest", &id]).with(delete));
    }
    for found in list(&get(api, "/v2/apis").await?, "items") {
        let id = text(&found["apiId"]);
        let delete = Action::new("delete-api", "Delete", &[("kind", "http"), ("id", &id)])
            .asking(format!("Delete the HTTP API `{}`? There is no way back.", text(&found["name"])));
        let cells = [text(&found["name"]), "HTTP".to_owned(), id.clone()];
        rows.push(Row::new(cells).opening(&["apigateway", "http", &id]).with(delete));
    }
    let empty = "No API yet. Create one here, or with Terraform.";
    let table = Table::new("APIs", &["Name", "Kind", "Id"], rows, empty);
    let kinds = [("http", "HTTP API"), ("rest", "REST API")];
    let fields = vec![
        Field::text("name", "Name"),
        Field::choice("kind", "Kind", &kinds),
        Field::text("target", "Target").hint("of an HTTP API: a function's ARN or an address; may be empty"),
    ];
    let form = Form::new("create-api", "Create an API", "Create", fields).folded();
    Ok(screen("API Gateway", &[], vec![Block::Table(table), Block::Form(form)]))
}

fn of_rest(id: &str, name: &str, blocks: Vec<Block>) -> Screen {
    let tab = |label: &str, path: &[&str]| Crumb { label: label.to_owned(), path: to(path) };
    Screen {
        tabs: vec![
            tab("Resources", &["apigateway", "rest", id]),
            tab("Stages", &["apigateway", "rest", id, "stages"]),
        ],
        ..screen(name, &[("API Gateway", &["apigateway"])], blocks)
    }
}

fn integration_text(integration: &Value) -> String {
    match (integration["type"].as_str(), integration["uri"].as_str()) {
        (None, _) => "none yet".to_owned(),
        (Some(kind), None) => kind.to_owned(),
        (Some(kind), Some(uri)) => {
            let short = uri.split("/functions/").last().unwrap_or(uri).trim_end_matches("/invocations");
            format!("{kind} → {}", short.rsplit(":function:").next().unwrap_or(short))
        }
    }
}

async fn resources(api: &Api<'_>, id: &str) -> Result<Screen, Failure> {
    let about = get(api, &format!("/restapis/{id}")).await?;
    let mut all =
        list(&get(api, &format!("/restapis/{id}/resources?embed=methods&limit=500")).await?, "item");
    nuvola_kernel::ordered::sort_by_key(&mut all, |resource| text(&resource["path"]));
    let mut rows = Vec::new();
    for resource in &all {
        let (path, resource_id) = (text(&resource["path"]), text(&resource["id"]));
        let methods = resource["resourceMethods"].as_object().cloned().unwrap_or_default();
        if methods.is_empty() {
            rows.push(Row::new([
                path.clone(),
                String::new(),
                String::new(),
                String::new(),
                resource_id.clone(),
            ]));
        }
        for (name, method) in &methods {
            let mut security = text(&method["authorizationType"]);
            if method["apiKeyRequired"] == true {
                security.push_str(", API key");
            }
            let cells = [
                path.clone(),
                name.clone(),
                integration_text(&method["methodIntegration"]),
                security,
                resource_id.clone(),
            ];
            rows.push(Row::new(cells).opening(&["apigateway", "rest", id, &resource_id, name]));
        }
    }
    let columns = ["Resource", "Method", "Integration", "Authorization", "Id"];
    let table = Table::new("Resources", &columns, rows, "The API has no resources.");
    let deploy = vec![
        Field::text("stage", "Stage").value("prod").hint("a new name makes a new stage"),
        Field::text("description", "Description"),
    ];
    let parents: Vec<(String, String)> =
        all.iter().map(|resource| (text(&resource["id"]), text(&resource["path"]))).collect();
    let parents: Vec<(&str, &str)> = parents.iter().map(|(id, path)| (id.as_str(), path.as_str())).collect();
    let resource = vec![
        Field::choice("parent", "Below", &parents),
        Field::text("part", "Path part").hint("`pets`, `{id}` or `{proxy+}`"),
    ];
    let methods =
        ["ANY", "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"].map(|name| (name, name));
    let method = vec![
        Field::choice("resource", "Resource", &parents),
        Field::choice("method", "Method", &methods),
        Field::text("function", "Function")
            .hint("its name: a Lambda proxy integration; may be empty: a MOCK"),
    ];
    let note = "What is changed here reaches clients only by a deployment: a stage serves the API as it was deployed last.";
    let blocks = vec![
        Block::Note { tone: Tone::Info, text: note.to_owned() },
        Block::Table(table),
        Block::Form(Form::new("deploy", "Deploy API", "Deploy", deploy)),
        Block::Form(Form::new("create-resource", "Create a resource", "Create", resource).folded()),
        Block::Form(Form::new("create-method", "Create a method", "Create", method).folded()),
    ];
    Ok(of_rest(id, &text(&about["name"]), blocks))
}

async fn rest_stages(api: &Api<'_>, id: &str) -> Result<Screen, Failure> {
    let about = get(api, &format!("/restapis/{id}")).await?;
    let mut rows = Vec::new();
    for stage in list(&get(api, &format!("/restapis/{id}/stages")).await?, "item") {
        let name = text(&stage["stageName"]);
        let delete = Action::new("delete-stage", "Delete", &[("stage", &name)])
            .asking(format!("Delete the stage `{name}`? Clients get 403 from then on."));
        let address = format!("https://{id}.execute-api.{DEFAULT_REGION}.amazonaws.com/{name}");
        let variables = stage["variables"].as_object().map(|map| json!(map).to_string()).unwrap_or_default();
        rows.push(Row::new([name, address, text(&stage["deploymentId"]), variables]).with(delete));
    }
    let columns = ["Stage", "Address", "Deployment", "Variables"];
    let table = Table::new("Stages", &columns, rows, "No stage yet: deploy the API to one.");
    Ok(of_rest(id, &text(&about["name"]), vec![Block::Table(table)]))
}

async fn method_screen(api: &Api<'_>, id: &str, resource: &str, method: &str) -> Result<Screen, Failure> {
    let about = get(api, &format!("/restapis/{id}")).await?;
    let place = get(api, &format!("/restapis/{id}/resources/{resource}")).await?;
    let found = get(api, &format!("/restapis/{id}/resources/{resource}/methods/{method}")).await?;
    let integration = &found["methodIntegration"];
    let facts = vec![
        fact("Authorization", text(&found["authorizationType"])),
        fact("API key", if found["apiKeyRequired"] == true { "required" } else { "not required" }),
        fact("Request validator", text(&found["requestValidatorId"])),
        fact("Integration", integration_text(integration)),
        fact("Timeout", format!("{} ms", text(&integration["timeoutInMillis"]))),
        fact("Passthrough", text(&integration["passthroughBehavior"])),
    ];
    let mut blocks = vec![Block::Facts { title: "Method".to_owned(), facts }];
    for (media_type, template) in integration["requestTemplates"].as_object().into_iter().flatten() {
        blocks.push(Block::Code { title: format!("Mapping template, {media_type}"), text: text(template) });
    }
    let responses = integration["integrationResponses"].as_object().cloned().unwrap_or_default();
    let rows = responses.iter().map(|(status, response)| {
        Row::new([status.clone(), text(&response["selectionPattern"]), text(&response["responseParameters"])])
    });
    let columns = ["Status", "Pattern", "Headers"];
    let empty = "No integration response: a proxy needs none.";
    blocks.push(Block::Table(Table::new("Integration responses", &columns, rows.collect(), empty)));
    let path = text(&place["path"]);
    let fields = vec![
        Field::text("path", "Path and query").value(path.clone()),
        Field::new("headers", "Headers", FieldKind::Area).hint("one a line, `Name: value`"),
        Field::new("body", "Body", FieldKind::Area),
    ];
    blocks.push(Block::Form(Form::new("test", "Test", "Test", fields)));
    let name = text(&about["name"]);
    let crumbs: &[(&str, &[&str])] =
        &[("API Gateway", &["apigateway"]), (&name, &["apigateway", "rest", id])];
    Ok(screen(&format!("{method} {path}"), crumbs, blocks))
}

fn of_http(id: &str, name: &str, blocks: Vec<Block>) -> Screen {
    let tab = |label: &str, path: &[&str]| Crumb { label: label.to_owned(), path: to(path) };
    Screen {
        tabs: vec![
            tab("Routes", &["apigateway", "http", id]),
            tab("CORS", &["apigateway", "http", id, "cors"]),
            tab("Stages", &["apigateway", "http", id, "stages"]),
        ],
        ..screen(name, &[("API Gateway", &["apigateway"])], blocks)
    }
}

async fn routes(api: &Api<'_>, id: &str) -> Result<Screen, Failure> {
    let about = get(api, &format!("/v2/apis/{id}")).await?;
    let integrations = list(&get(api, &format!("/v2/apis/{id}/integrations")).await?, "items");
    let mut rows = Vec::new();
    for route in list(&get(api, &format!("/v2/apis/{id}/routes")).await?, "items") {
        let (key, route_id) = (text(&route["routeKey"]), text(&route["routeId"]));
        let target = text(&route["target"]);
        let target_id = target.trim_start_matches("integrations/");
        let behind = integrations.iter().find(|found| found["integrationId"] == target_id);
        let behind = behind.map_or("none yet".to_owned(), |found| {
            let uri = text(&found["integrationUri"]);
            let short = uri.rsplit(":function:").next().unwrap_or(&uri).to_owned();
            format!("{} {} → {short}", text(&found["integrationType"]), text(&found["payloadFormatVersion"]))
        });
        let delete = Action::new("delete-route", "Delete", &[("route", &route_id)]);
        rows.push(Row::new([key, behind, text(&route["authorizationType"])]).with(delete));
    }
    let columns = ["Route", "Integration", "Authorization"];
    let table = Table::new("Routes", &columns, rows, "No route yet.");
    let fields = vec![
        Field::text("key", "Route key")
            .value("GET /")
            .hint("`GET /pets/{id}`, `ANY /{proxy+}` or `$default`"),
        Field::text("target", "Target").hint("a function's ARN, or an address"),
    ];
    let facts = vec![
        fact("Endpoint", text(&about["apiEndpoint"])),
        fact("Precedence", "a full match, then a greedy variable, then $default"),
    ];
    let blocks = vec![
        Block::Facts { title: "API".to_owned(), facts },
        Block::Table(table),
        Block::Form(Form::new("create-route", "Create a route", "Create", fields).folded()),
    ];
    Ok(of_http(id, &text(&about["name"]), blocks))
}

/// The members of the CORS settings that are lists, with what people call them.
const CORS_LISTS: [(&str, &str); 4] = [
    ("allowOrigins", "Access-Control-Allow-Origin"),
    ("allowMethods", "Access-Control-Allow-Methods"),
    ("allowHeaders", "Access-Control-Allow-Headers"),
    ("exposeHeaders", "Access-Control-Expose-Headers"),
];

async fn cors(api: &Api<'_>, id: &str) -> Result<Screen, Failure> {
    let about = get(api, &format!("/v2/apis/{id}")).await?;
    let settings = &about["corsConfiguration"];
    let field = |(member, label): &(&str, &str)| {
        let items: Vec<String> = list(settings, member).iter().map(text).collect();
        Field::text(member, label).value(items.join(", ")).hint("with commas; may be empty")
    };
    let mut fields: Vec<Field> = CORS_LISTS.iter().map(field).collect();
    let credentials = if settings["allowCredentials"] == true { "true" } else { "false" };
    fields.push(Field::text("allowCredentials", "Access-Control-Allow-Credentials").value(credentials));
    fields.push(
        Field::new("maxAge", "Access-Control-Max-Age (s)", FieldKind::Number)
            .value(text(&settings["maxAge"])),
    );
    let note = match settings.is_object() {
        true => "API Gateway answers preflights by itself and replaces the integration's CORS headers.",
        false => "There are no CORS settings: preflights and headers are the integrations' own.",
    };
    let blocks = vec![
        Block::Note { tone: Tone::Info, text: note.to_owned() },
        Block::Form(Form::new("cors", "CORS settings", "Save", fields)),
        Block::Actions { actions: vec![Action::new("delete-cors", "Remove", &[])] },
    ];
    Ok(of_http(id, &text(&about["name"]), blocks))
}

async fn http_stages(api: &Api<'_>, id: &str) -> Result<Screen, Failure> {
    let about = get(api, &format!("/v2/apis/{id}")).await?;
    let mut rows = Vec::new();
    for stage in list(&get(api, &format!("/v2/apis/{id}/stages")).await?, "items") {
        let automatic = if stage["autoDeploy"] == true { "yes" } else { "no" };
        let deploy = Action::new("deploy-http", "Deploy", &[("stage", &text(&stage["stageName"]))]);
        let row = Row::new([
            text(&stage["stageName"]),
            automatic.to_owned(),
            text(&stage["deploymentId"]),
            text(&stage["lastDeploymentStatusMessage"]),
        ]);
        rows.push(if stage["autoDeploy"] == true { row } else { row.with(deploy) });
    }
    let columns = ["Stage", "Auto-deploy", "Deployment", "Last deployment"];
    let table = Table::new("Stages", &columns, rows, "No stage yet.");
    let automatic = [("true", "deploys every change by itself"), ("false", "waits for a deployment")];
    let fields = vec![
        Field::text("stage", "Name").value("$default"),
        Field::choice("auto", "Auto-deploy", &automatic),
    ];
    let form = Form::new("create-stage", "Create a stage", "Create", fields).folded();
    Ok(of_http(id, &text(&about["name"]), vec![Block::Table(table), Block::Form(form)]))
}

pub(super) async fn act(api: &Api<'_>, act: Act<'_>) -> Result<Acted, Failure> {
    let id = act.part(2);
    let send =
        async |method: &str, path: String, body: Value| api.rest("apigateway", method, &path, &body).await;
    match act.verb {
        "create-api" => create(api, &act).await,
        "delete-api" => {
            let start = if act.value("kind") == "rest" { "/restapis" } else { "/v2/apis" };
            send("DELETE", format!("{start}/{}", act.value("id")), Value::Null).await?;
            done("the API is deleted")
        }
        "deploy" => {
            let stage = act.value("stage");
            let body = json!({ "stageName": stage, "description": act.value("description") });
            send("POST", format!("/restapis/{id}/deployments"), body).await?;
            done(format!("deployed: https://{id}.execute-api.{DEFAULT_REGION}.amazonaws.com/{stage}"))
        }
        "create-resource" => {
            let body = json!({ "pathPart": act.value("part") });
            send("POST", format!("/restapis/{id}/resources/{}", act.value("parent")), body).await?;
            done("the resource is there")
        }
        "create-method" => create_method(api, id, &act).await,
        "delete-stage" => {
            send("DELETE", format!("/restapis/{id}/stages/{}", act.value("stage")), Value::Null).await?;
            done("the stage is deleted")
        }
        "test" => test(api, &act).await,
        "create-route" => create_route(api, id, &act).await,
        "delete-route" => {
            send("DELETE", format!("/v2/apis/{id}/routes/{}", act.value("route")), Value::Null).await?;
            done("the route is deleted")
        }
        "cors" => {
            let mut settings = json!({
                "allowCredentials": act.value("allowCredentials") == "true",
                "maxAge": act.value("maxAge").parse::<i64>().unwrap_or(0),
            });
            for (member, _) in CORS_LISTS {
                let items = act.value(member).split(',').map(str::trim).filter(|item| !item.is_empty());
                settings[member] = items.collect::<Vec<_>>().into();
            }
            send("PATCH", format!("/v2/apis/{id}"), json!({ "corsConfiguration": settings })).await?;
            done("the CORS settings are saved")
        }
        "delete-cors" => {
            send("DELETE", format!("/v2/apis/{id}/cors"), Value::Null).await?;
            done("the CORS settings are gone")
        }
        "create-stage" => {
            let body = json!({ "stageName": act.value("stage"), "autoDeploy": act.value("auto") != "false" });
            send("POST", format!("/v2/apis/{id}/stages"), body).await?;
            done("the stage is there")
        }
        "deploy-http" => {
            let body = json!({ "stageName": act.value("stage") });
            send("POST", format!("/v2/apis/{id}/deployments"), body).await?;
            done("deployed")
        }
        verb => Err(unknown(verb)),
    }
}

async fn create(api: &Api<'_>, act: &Act<'_>) -> Result<Acted, Failure> {
    let name = act.value("name");
    let (kind, path, body, member) = match act.value("kind") {
        "rest" => (
            "rest",
            "/restapis",
            json!({ "name": name, "endpointConfiguration": { "types": ["REGIONAL"] } }),
            "id",
        ),
        _ => {
            let mut body = json!({ "name": name, "protocolType": "HTTP" });
            if !act.value("target").is_empty() {
                body["target"] = json!(act.value("target"));
            }
            ("http", "/v2/apis", body, "apiId")
        }
    };
    let made = api.rest("apigateway", "POST", path, &body).await?;
    let go = Some(to(&["apigateway", kind, &text(&made[member])]));
    Ok(Acted { text: format!("`{name}` is there"), go, ..Acted::default() })
}

async fn create_method(api: &Api<'_>, id: &str, act: &Act<'_>) -> Result<Acted, Failure> {
    let (resource, method, function) = (act.value("resource"), act.value("method"), act.value("function"));
    let path = format!("/restapis/{id}/resources/{resource}/methods/{method}");
    api.rest("apigateway", "PUT", &path, &json!({ "authorizationType": "NONE" })).await?;
    let integration = match function {
        "" => json!({ "type": "MOCK", "requestTemplates": { "application/json": "{\"statusCode\": 200}" } }),
        name => {
            let found =
                api.rest("lambda", "GET", &format!("/2015-03-31/functions/{name}"), &Value::Null).await?;
            let arn = text(&found["Configuration"]["FunctionArn"]);
            let uri = format!(
                "arn:aws:apigateway:{DEFAULT_REGION}:lambda:path/2015-03-31/functions/{arn}/invocations"
            );
            json!({ "type": "AWS_PROXY", "httpMethod": "POST", "uri": uri })
        }
    };
    api.rest("apigateway", "PUT", &format!("{path}/integration"), &integration).await?;
    if function.is_empty() {
        api.rest("apigateway", "PUT", &format!("{path}/responses/200"), &json!({})).await?;
        api.rest("apigateway", "PUT", &format!("{path}/integration/responses/200"), &json!({})).await?;
        return done("the method is there: a MOCK");
    }
    done("the method is there; the function's policy must let apigateway.amazonaws.com call it")
}

async fn create_route(api: &Api<'_>, id: &str, act: &Act<'_>) -> Result<Acted, Failure> {
    let (key, target) = (act.value("key"), act.value("target"));
    let mut body = json!({ "routeKey": key });
    if !target.is_empty() {
        let integration = match target.starts_with("arn:") {
            true => {
                json!({ "integrationType": "AWS_PROXY", "integrationUri": target, "payloadFormatVersion": "2.0" })
            }
            false => {
                json!({ "integrationType": "HTTP_PROXY", "integrationUri": target, "integrationMethod": "ANY" })
            }
        };
        let made =
            api.rest("apigateway", "POST", &format!("/v2/apis/{id}/integrations"), &integration).await?;
        body["target"] = json!(format!("integrations/{}", text(&made["integrationId"])));
    }
    api.rest("apigateway", "POST", &format!("/v2/apis/{id}/routes"), &body).await?;
    done(format!("the route `{key}` is there"))
}

/// Sends a request to a method as it is now, and shows the log.
async fn test(api: &Api<'_>, act: &Act<'_>) -> Result<Acted, Failure> {
    let (id, resource, method) = (act.part(2), act.part(3), act.part(4));
    let mut headers = serde_json::Map::new();
    for line in act.value("headers").lines() {
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.trim().to_owned(), json!(value.trim()));
        }
    }
    let body = json!({
        "pathWithQueryString": act.value("path"), "headers": headers, "body": act.value("body"),
    });
    let path = format!("/restapis/{id}/resources/{resource}/methods/{method}");
    let answer = api.rest("apigateway", "POST", &path, &body).await?;
    let facts = vec![
        fact("Status", text(&answer["status"])),
        fact("Latency", format!("{} ms", text(&answer["latency"]))),
    ];
    let blocks = vec![
        Block::Facts { title: "Answer".to_owned(), facts },
        Block::Code { title: "Body".to_owned(), text: text(&answer["body"]) },
        Block::Code { title: "Headers".to_owned(), text: text(&answer["headers"]) },
        Block::Code { title: "Log".to_owned(), text: text(&answer["log"]) },
    ];
    Ok(Acted { blocks, ..Acted::default() })
}
