//! MOCK integrations, as far as templates are plain: the classic OPTIONS method of a CORS set-up.
//!
//! **Source**: API Gateway Developer Guide, "Mock integrations for REST APIs in API Gateway".

use nuvola_kernel::Blob;

use nuvola_wire::{Request, Response};

use super::state::{Integration, IntegrationResponse};

/// What becomes of a request to a MOCK integration.
#[derive(Debug, PartialEq)]
pub enum Mock {
    Answer(Response),
    /// It is set up so that AWS answers 500.
    Misconfigured,
    /// It uses what is not simulated.
    NotSimulated(&'static str),
}

pub fn answer(integration: &Integration, request: &Request) -> Mock {
    let content_type = request.headers.get("content-type").unwrap_or("application/json");
    let media_type = content_type.split(';').next().unwrap_or("").trim();
    let status = match integration.request_templates.get(media_type) {
        Some(template) if is_dynamic(template) => {
            return Mock::NotSimulated("mapping templates beyond plain JSON");
        }
        Some(template) => status_of(template),
        None => status_of(request.body.as_text().unwrap_or("")),
    };
    let Some(status) = status else { return Mock::Misconfigured };
    let Some(response) = select(integration, status) else { return Mock::Misconfigured };
    render(response)
}

/// Whether a template of the Velocity language does more than stand there.
fn is_dynamic(template: &str) -> bool {
    template.contains('$') || template.contains('#')
}

/// The number of `{"statusCode": 200}`; AWS takes the name without quotes as well.
fn status_of(template: &str) -> Option<u16> {
    let (_, rest) = template.split_once("statusCode")?;
    let rest = rest.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?;
    let digits: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// The response whose pattern is the status, else the default one.
fn select(integration: &Integration, status: u16) -> Option<&IntegrationResponse> {
    let status = status.to_string();
    let pattern = |response: &IntegrationResponse| response.selection_pattern.clone().unwrap_or_default();
    let responses = || integration.responses.values();
    responses()
        .find(|response| pattern(response) == status)
        .or_else(|| responses().find(|response| pattern(response).is_empty()))
}

fn render(response: &IntegrationResponse) -> Mock {
    let template = response.templates.get("application/json").map_or("", String::as_str);
    if is_dynamic(template) {
        return Mock::NotSimulated("mapping templates beyond plain text");
    }
    let Ok(status) = response.status_code.parse() else { return Mock::Misconfigured };
    let mut answer = Response::new(status);
    answer.headers.set("Content-Type", "application/json");
    answer.body = Blob::from(template);
    for (name, expression) in &response.parameters {
        let Some(header) = name.strip_prefix("method.response.header.") else { continue };
        match expression.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            Some(text) => answer.headers.set(header, text),
            // A MOCK has no headers of its own to map.
            None if expression.starts_with("integration.response.header.") => {}
            None => return Mock::NotSimulated("mapping expressions beyond static texts"),
        }
    }
    Mock::Answer(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nuvola_kernel::Map;
    use std::collections::BTreeMap;

    fn integration(template: &str) -> Integration {
        let parameters = BTreeMap::from([(
            "method.response.header.Access-Control-Allow-Origin".to_owned(),
            "'*'".to_owned(),
        )]);
        let response = IntegrationResponse {
            status_code: "200".to_owned(),
            parameters,
            ..IntegrationResponse::default()
        };
        Integration {
            kind: "MOCK".to_owned(),
            request_templates: BTreeMap::from([("application/json".to_owned(), template.to_owned())]),
            responses: Map::from([("200".to_owned(), response)]),
            ..Integration::default()
        }
    }

    #[test]
    fn the_classic_cors_set_up_answers() {
        // Source: API Gateway Developer Guide, "Enable CORS on a resource using the API Gateway console".
        let request = Request::new("OPTIONS", "h", "/test/x");
        for template in [r#"{"statusCode": 200}"#, "{ statusCode: 200 }"] {
            let Mock::Answer(response) = answer(&integration(template), &request) else {
                panic!("{template}")
            };
            assert_eq!(response.status, 200);
            assert_eq!(response.headers.get("access-control-allow-origin"), Some("*"));
        }
        assert_eq!(answer(&integration("{}"), &request), Mock::Misconfigured);
        let dynamic = answer(&integration("#set($x = 1) {\"statusCode\": 200}"), &request);
        assert!(matches!(dynamic, Mock::NotSimulated(_)));
    }
}
