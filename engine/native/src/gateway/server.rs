//! HTTP in, HTTP out.

use super::Config;
use super::engine::Engine;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONNECTION, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use nuvola_kernel::Blob;
use nuvola_wire::{Headers, Request, Response, Scheme};
use std::convert::Infallible;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// S3's own limit for one upload. **Source**: Amazon S3 User Guide, "Uploading objects": 5 GB in one PUT;
/// memory sets ours lower. **Units**: bytes.
const BODY_LIMIT_BYTES: usize = 1 << 30;

pub async fn serve(config: Config) -> Result<(), String> {
    let address = SocketAddr::new(config.host, config.port);
    let listener =
        TcpListener::bind(address).await.map_err(|error| format!("cannot listen on {address}: {error}"))?;
    let bound = listener.local_addr().map_err(|error| error.to_string())?;
    let engine = Engine::start(&config, bound.port());
    println!("nuvola gateway: http://{bound}");
    let (id, secret) = engine.root_keys();
    println!("  AWS_ACCESS_KEY_ID={id} AWS_SECRET_ACCESS_KEY={secret}");
    tokio::select! {
        () = accept(listener, engine) => Ok(()),
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

/// Answers whoever connects, without end.
pub async fn accept(listener: TcpListener, engine: Engine) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        // Small answers must not wait for more to come.
        let _ = stream.set_nodelay(true);
        let engine = engine.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(engine.clone(), request));
            let mut builder = hyper::server::conn::http1::Builder::new();
            builder.timer(TokioTimer::new()).title_case_headers(false);
            // A client that goes away is its own affair.
            let _ = builder.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(
    engine: Engine,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    if path == "/_nuvola/reset" && parts.method == hyper::Method::POST {
        engine.reset().await;
        return Ok(plain(204, ""));
    }
    if path == "/_nuvola/health" {
        return Ok(plain(200, "ok\n"));
    }
    let Ok(body) = Limited::new(body, BODY_LIMIT_BYTES).collect().await else {
        return Ok(plain(413, "the request is too large\n"));
    };
    let body = body.to_bytes();
    // Nobody was told to go on sending a body that is empty, and botocore then mistakes this answer's status
    // for that of its next request, unless it has to connect anew.
    let closes = body.is_empty() && parts.headers.contains_key("expect");
    let mut headers = Headers::new();
    for (name, value) in &parts.headers {
        headers.append(name.as_str(), String::from_utf8_lossy(value.as_bytes()).into_owned());
    }
    let named = parts.uri.authority().map(|authority| authority.as_str().to_owned());
    let host = named.or_else(|| headers.get("host").map(str::to_owned)).unwrap_or_default();
    let request = Request {
        method: parts.method.as_str().to_owned(),
        scheme: Scheme::Http,
        host,
        path,
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers,
        body: Blob::from(body.to_vec()),
    };
    let host = request.host.clone();
    let mut response = match engine.request(request).await {
        Some(response) => encode(response),
        None => plain(502, &format!("nuvola: no such host: {host}\n")),
    };
    if closes {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

fn plain(status: u16, text: &str) -> hyper::Response<Full<Bytes>> {
    encode(Response::new(status).with_body("text/plain", text))
}

fn encode(response: Response) -> hyper::Response<Full<Bytes>> {
    let mut encoded = hyper::Response::new(Full::new(Bytes::from(response.body.to_vec())));
    *encoded.status_mut() =
        hyper::StatusCode::from_u16(response.status).unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in response.headers.iter() {
        let pair = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_bytes()));
        if let (Ok(name), Ok(value)) = pair {
            encoded.headers_mut().append(name, value);
        }
    }
    encoded
}
