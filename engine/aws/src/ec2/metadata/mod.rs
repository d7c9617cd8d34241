//! The instance metadata service, `http://169.254.169.254/`, as seen from inside an instance.
//!
//! Start reading at [`answer`]: session tokens, then a tree of texts ([`tree`]). A request says by its way
//! which instance it comes from (`Input::InstanceRequest`): nothing a client sends can claim it.
//! Not simulated: the signatures of the identity document, events, spot and scaling categories.
//!
//! **Source**: Amazon EC2 User Guide, "Use the Instance Metadata Service to access instance metadata",
//! "Instance metadata categories", "Instance identity documents".

mod credentials;
mod token;
mod tree;

use crate::context::OpContext;
use crate::ec2::state::{Instance, InstanceState};
use nuvola_wire::{Request, Response};

/// The address of the service.
pub const HOST: &str = "169.254.169.254";

const TTL_HEADER: &str = "x-aws-ec2-metadata-token-ttl-seconds";
const TOKEN_HEADER: &str = "x-aws-ec2-metadata-token";

/// Answers a request that an instance sends to its metadata service. Nothing: there is no such instance, or
/// it does not run.
pub fn answer(cx: &mut OpContext<'_>, instance_id: &str, request: &Request) -> Option<Response> {
    let region = cx.state().ec2.region_of(instance_id)?.clone();
    cx.region = region.clone();
    let instance = cx.state().ec2.at(&region).instances.get(instance_id)?.clone();
    if instance.state != InstanceState::Running {
        return None;
    }
    Some(respond(cx, &instance, request))
}

fn respond(cx: &mut OpContext<'_>, instance: &Instance, request: &Request) -> Response {
    if instance.metadata.http_endpoint == "disabled" {
        return page(403, "Forbidden");
    }
    let path = request.path.trim_start_matches('/');
    if path == "latest/api/token" {
        return give_token(cx, instance, request);
    }
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return page(405, "Method Not Allowed");
    }
    match request.headers.get(TOKEN_HEADER) {
        Some(token) if !token::is_valid(instance, token, cx.now_ms) => return page(401, "Unauthorized"),
        None if instance.metadata.http_tokens == "required" => return page(401, "Unauthorized"),
        Some(_) | None => {}
    }
    // Every version has what the latest has.
    let (version, rest) = path.split_once('/').unwrap_or((path, ""));
    if version.is_empty() {
        return text("1.0\n2021-07-15\nlatest".to_owned());
    }
    if !tree::is_version(version) {
        return page(404, "Not Found");
    }
    match tree::look_up(cx, instance, rest) {
        Some(content) => text(content),
        None => page(404, "Not Found"),
    }
}

fn give_token(cx: &OpContext<'_>, instance: &Instance, request: &Request) -> Response {
    if request.method != "PUT" {
        return page(405, "Method Not Allowed");
    }
    // A proxy in between must not get tokens.
    if request.headers.contains("x-forwarded-for") {
        return page(403, "Forbidden");
    }
    let ttl_s = request.headers.get(TTL_HEADER).and_then(|text| text.trim().parse::<i64>().ok());
    match ttl_s {
        Some(ttl_s) if (1..=token::MAX_TTL_S).contains(&ttl_s) => {
            let token = token::make(instance, cx.now_ms + ttl_s * 1000);
            text(token).with_header("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", ttl_s.to_string())
        }
        Some(_) | None => page(400, "Bad Request"),
    }
}

fn text(content: String) -> Response {
    Response::new(200).with_body("text/plain", content).with_header("Server", "EC2ws")
}

fn page(status: u16, title: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" \
         xml:lang=\"en\" lang=\"en\">\n <head>\n  <title>{status} - {title}</title>\n </head>\n <body>\n  \
         <h1>{status} - {title}</h1>\n </body>\n</html>\n"
    );
    Response::new(status).with_body("text/html", body).with_header("Server", "EC2ws")
}
