//! The provider's way to AWS: an endpoint on the network, or a cloud of the folder's own.

use crate::gateway::now_ms;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use nuvola_aws::{AuthMode, Cloud, CloudOptions, Effect, Input};
use nuvola_kernel::Blob;
use nuvola_terraform::host::LocalBoxFuture;
use nuvola_tf_aws::{Transport, TransportError};
use nuvola_wire::{Headers, Request, Response};
use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::time::Duration;
use tokio::net::TcpStream;

/// A server that speaks for every service, such as `nuvola gateway`. Requests keep AWS's host names in
/// their `Host` header, so that signatures and addressing hold.
pub struct Endpoint {
    address: String,
}

impl Endpoint {
    pub fn parse(url: &str) -> Option<Self> {
        let host = url.strip_prefix("http://")?.trim_end_matches('/');
        let address = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
        (!host.is_empty() && !host.contains('/')).then_some(Endpoint { address })
    }

    async fn exchange(&self, request: Request) -> Result<Response, String> {
        let text = |error: &dyn std::fmt::Display| error.to_string();
        let stream = TcpStream::connect(&self.address).await.map_err(|error| text(&error))?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| text(&error))?;
        tokio::spawn(connection);
        let target = match request.query.as_str() {
            "" => request.path.clone(),
            query => format!("{}?{query}", request.path),
        };
        let mut builder = hyper::Request::builder().method(request.method.as_str()).uri(target);
        if !request.headers.contains("host") {
            builder = builder.header("host", &request.host);
        }
        for (name, value) in request.headers.iter() {
            builder = builder.header(name, value);
        }
        let body = Full::new(Bytes::from(request.body.to_vec()));
        let asked = builder.body(body).map_err(|error| text(&error))?;
        let answer = sender.send_request(asked).await.map_err(|error| text(&error))?;
        let (parts, body) = answer.into_parts();
        let mut headers = Headers::new();
        for (name, value) in &parts.headers {
            headers.append(name.as_str(), String::from_utf8_lossy(value.as_bytes()).into_owned());
        }
        let body = body.collect().await.map_err(|error| text(&error))?.to_bytes();
        Ok(Response { status: parts.status.as_u16(), headers, body: Blob::from(body.to_vec()) })
    }
}

impl Transport for Endpoint {
    fn send(&self, request: Request) -> LocalBoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(
            async move { self.exchange(request).await.map_err(|message| TransportError::Failed { message }) },
        )
    }

    fn sleep_ms(&self, duration_ms: u64) -> LocalBoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(Duration::from_millis(duration_ms)))
    }

    fn now_ms(&self) -> i64 {
        now_ms()
    }
}

/// A cloud kept in `.nuvola/cloud.json` of the current folder. It has no running functions: Terraform
/// declares them, `nuvola gateway` runs them.
pub struct Embedded {
    cloud: RefCell<Cloud>,
    path: PathBuf,
    next: Cell<u64>,
}

impl Embedded {
    pub fn open() -> Result<Self, String> {
        let path = PathBuf::from(".nuvola/cloud.json");
        let cloud = match std::fs::read(&path) {
            Ok(text) => serde_json::from_slice::<Cloud>(&text).map_err(|error| {
                format!("{} cannot be read ({error}): remove it to start anew", path.display())
            })?,
            Err(_) => Cloud::new(CloudOptions { auth: AuthMode::Off, ..CloudOptions::default() }),
        };
        Ok(Embedded { cloud: RefCell::new(cloud), path, next: Cell::new(1) })
    }

    fn step(&self, input: Input, wanted: u64) -> Option<Option<Response>> {
        let mut answer = None;
        let effects = self.cloud.borrow_mut().step(now_ms(), input);
        for effect in effects {
            match effect {
                Effect::Respond { id, response } if id == wanted => answer = Some(Some(response)),
                Effect::Unresolved { id, host: _ } if id == wanted => answer = Some(None),
                Effect::StartEnvironment(spec) => {
                    let text = r#"{"errorType":"Runtime.ExitError","errorMessage":"functions run under `nuvola gateway`"}"#;
                    let input = Input::EnvironmentFailed {
                        environment_id: spec.environment_id.clone(),
                        error_payload: text.to_owned(),
                        error_kind: "Runtime.ExitError".to_owned(),
                    };
                    answer = self.step(input, wanted).or(answer);
                }
                Effect::Fetch { id, .. } => {
                    answer = self.step(Input::Fetched { id, response: None }, wanted).or(answer);
                }
                Effect::Respond { .. }
                | Effect::Unresolved { .. }
                | Effect::Invoke { .. }
                | Effect::StopEnvironment { .. }
                | Effect::Instance { .. }
                | Effect::Trace(_) => {}
            }
        }
        answer
    }

    fn keep(&self) -> std::io::Result<()> {
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        // Written aside and renamed, so that an interruption leaves the old or the new state whole.
        let aside = self.path.with_extension("json.new");
        std::fs::write(&aside, serde_json::to_vec(&*self.cloud.borrow())?)?;
        std::fs::rename(aside, &self.path)
    }
}

impl Transport for Embedded {
    fn send(&self, request: Request) -> LocalBoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            let host = request.host.clone();
            let id = self.next.replace(self.next.get() + 1);
            let mut answer = self.step(Input::Request { id, request }, id);
            while answer.is_none() {
                tokio::time::sleep(Duration::from_millis(10)).await;
                answer = self.step(Input::Tick, id);
            }
            self.keep().map_err(|error| TransportError::Failed {
                message: format!(".nuvola/cloud.json: {error}"),
            })?;
            answer.flatten().ok_or(TransportError::Unresolved { host })
        })
    }

    fn sleep_ms(&self, duration_ms: u64) -> LocalBoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(Duration::from_millis(duration_ms)))
    }

    fn now_ms(&self) -> i64 {
        now_ms()
    }
}
