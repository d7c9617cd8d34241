//! What would fix a blocked call, and where: the judgement as advice.
//!
//! A fault of the server looks like one of CORS in the console, because an error's answer rarely has the headers;
//! here the two are told apart.

use super::messages::CorsError;
use crate::browser_api::{Fault, Remedy};
use nuvola_wire::Response;

/// Who answers at a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    FunctionUrl,
    /// The answers of the two kinds of APIs have different headers.
    RestApi,
    HttpApi,
    Api,
    Bucket,
    Website,
    Other,
}

impl Server {
    pub fn of(host: &str, response: Option<&Response>) -> Self {
        let has = |name: &str| response.is_some_and(|response| response.headers.contains(name));
        if host.contains(".lambda-url.") {
            Server::FunctionUrl
        } else if host.contains(".execute-api.") {
            match (has("apigw-requestid"), has("x-amz-apigw-id")) {
                (true, _) => Server::HttpApi,
                (false, true) => Server::RestApi,
                (false, false) => Server::Api,
            }
        } else if host.contains(".s3-website") {
            Server::Website
        } else if host.contains(".s3.") || host.starts_with("s3.") {
            Server::Bucket
        } else {
            Server::Other
        }
    }

    /// Where preflights are answered.
    fn preflight_places(self) -> &'static [&'static str] {
        match self {
            Server::FunctionUrl => &["function URL CORS settings"],
            Server::RestApi => &["OPTIONS method with a MOCK integration, then a new deployment"],
            Server::HttpApi => &["HTTP API CORS settings"],
            Server::Api => &["OPTIONS method of the REST API", "HTTP API CORS settings"],
            Server::Bucket => &["S3 bucket CORS configuration"],
            Server::Website => &["S3 bucket CORS configuration (website endpoints use it too)"],
            Server::Other => &["the server"],
        }
    }

    /// Where the headers of an answer come from.
    fn answer_places(self) -> &'static [&'static str] {
        match self {
            Server::FunctionUrl => &["function URL CORS settings", "handler"],
            Server::RestApi => &["handler (proxy integration)", "integration response (other integrations)"],
            Server::HttpApi => &["HTTP API CORS settings", "handler"],
            Server::Api => &["handler", "HTTP API CORS settings"],
            Server::Bucket | Server::Website => &["S3 bucket CORS configuration"],
            Server::Other => &["the server"],
        }
    }
}

/// What is really wrong: the server's own fault, or what it says of origins.
pub fn fault(error: &CorsError, in_preflight: bool, response: Option<&Response>) -> Fault {
    let missing = *error == CorsError::MissingAllowOrigin;
    match response.map(|response| response.status) {
        Some(500..) if missing && !in_preflight => Fault::Server,
        Some(401 | 403 | 429) if missing => Fault::Refused,
        Some(404 | 405) if missing => Fault::Missing,
        _ => Fault::Cors,
    }
}

/// One sentence for a fault that is not one of CORS.
pub fn explain(fault: Fault, response: Option<&Response>) -> Option<String> {
    let status = response.map_or(0, |response| response.status);
    let said = response.and_then(|response| response.body.as_text()).unwrap_or("").trim();
    let said = if said.is_empty() {
        String::new()
    } else {
        format!(" It says: {}", said.chars().take(200).collect::<String>())
    };
    match fault {
        Fault::Server => Some(format!(
            "This is no CORS fault: the server answered {status}, so what failed sent no header (a function that crashes \
             never gets to send one). Mend the error first; look at the function's log.{said}"
        )),
        Fault::Refused => Some(format!(
            "This is no CORS fault: the request was refused with {status} before anything could add headers.{said}"
        )),
        Fault::Missing => Some(format!(
            "This is no CORS fault at first: nothing answers this path and method ({status}).{said}"
        )),
        Fault::Cors | Fault::Network | Fault::Script => None,
    }
}

/// What would fix it, and where.
pub fn remedies(
    error: &CorsError,
    in_preflight: bool,
    fault: Fault,
    server: Server,
    origin: &str,
) -> Vec<Remedy> {
    let places = if in_preflight { server.preflight_places() } else { server.answer_places() };
    let remedy = |what: String| {
        places
            .iter()
            .map(|place| Remedy { place: (*place).to_owned(), what: what.clone() })
            .collect::<Vec<_>>()
    };
    match fault {
        Fault::Server => {
            let handler =
                "make the function answer without an error; errors that it catches can have the header";
            let mut all = vec![Remedy { place: "handler".to_owned(), what: handler.to_owned() }];
            if server == Server::RestApi {
                all.push(Remedy {
                    place: "gateway response DEFAULT_5XX".to_owned(),
                    what: "add Access-Control-Allow-Origin, so that pages can read the error".to_owned(),
                });
            }
            return all;
        }
        Fault::Refused | Fault::Missing => {
            let what = match fault == Fault::Missing {
                true => "check the path, the method and whether the stage is deployed",
                false => "send what the server asks for: a signature, a token, a key; or allow everybody",
            };
            let mut all = vec![Remedy { place: "request or permission".to_owned(), what: what.to_owned() }];
            if server == Server::RestApi {
                all.push(Remedy {
                    place: "gateway response DEFAULT_4XX".to_owned(),
                    what: "add Access-Control-Allow-Origin, so that pages can read the refusal".to_owned(),
                });
            }
            return all;
        }
        Fault::Cors | Fault::Network | Fault::Script => {}
    }
    match error {
        CorsError::MissingAllowOrigin
        | CorsError::InvalidAllowOrigin(_)
        | CorsError::AllowOriginMismatch(_) => {
            remedy(format!("Access-Control-Allow-Origin: {origin} (or *)"))
        }
        CorsError::MultipleAllowOrigin(_) => remedy(
            "send Access-Control-Allow-Origin once: not from the handler and the settings both".to_owned(),
        ),
        CorsError::WildcardWithCredentials => remedy(format!("Access-Control-Allow-Origin: {origin}, not *")),
        CorsError::InvalidAllowCredentials(_) => remedy("Access-Control-Allow-Credentials: true".to_owned()),
        CorsError::PreflightStatus => remedy("answer OPTIONS with a status from 200 to 299".to_owned()),
        CorsError::PreflightRedirect => remedy("answer OPTIONS itself, without a redirect".to_owned()),
        CorsError::UnreadableAllowMethods => {
            remedy("write Access-Control-Allow-Methods as names with commas".to_owned())
        }
        CorsError::UnreadableAllowHeaders => {
            remedy("write Access-Control-Allow-Headers as names with commas".to_owned())
        }
        CorsError::MethodNotAllowed(method) => remedy(format!("Access-Control-Allow-Methods: {method}")),
        CorsError::HeaderNotAllowed(name) => remedy(format!("Access-Control-Allow-Headers: {name}")),
        CorsError::RedirectWithCredentials(_) => {
            remedy("redirect to an address without a user name".to_owned())
        }
    }
}
