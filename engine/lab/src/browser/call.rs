//! One call of a page's script, from the address to the reply, as a small state machine.

use super::address::Address;
use super::check::{Asked, cors_check, list, preflight_check};
use super::diagnosis::{self, Server};
use super::messages::{self, CorsError, Initiator, Place};
use super::preflights::{self, Preflights};
use super::safelist;
use crate::browser_api::{Exchange, ExchangeStep, Fault, FetchReply, FetchRequest, Judged, Remedy, Verdict};
use crate::machine;
use nuvola_kernel::Blob;
use nuvola_wire::{Request, Response, Scheme};
use std::cell::RefCell;
use std::rc::Rc;

/// **Source**: Fetch standard, section 4.4, "HTTP-redirect fetch".
const MAX_REDIRECTS: usize = 20;

/// What the call wants next.
#[derive(Debug, Clone)]
pub enum Next {
    /// Send this and hand the answer to [`Call::answer`].
    Send(Box<Request>),
    /// The script's reply.
    Done(Box<FetchReply>),
}

/// A call under way.
#[derive(Debug, Clone)]
pub struct Call {
    page_url: String,
    initiator: Initiator,
    mode: Mode,
    with_credentials: bool,
    redirect: String,
    user_agent: String,
    first_url: String,
    address: Address,
    page: Address,
    /// Becomes `null` when redirects lead through several origins.
    origin: String,
    method: String,
    headers: Vec<(String, String)>,
    body: Blob,
    redirects: usize,
    /// Whether the current request crosses origins and its answer must pass the CORS check.
    crosses: bool,
    preflighting: bool,
    console: Vec<String>,
    steps: Vec<ExchangeStep>,
    /// What preflights have allowed, shared by all calls of the preview.
    kept: Rc<RefCell<Preflights>>,
    now_ms: i64,
    fault: Option<Fault>,
    remedies: Vec<Remedy>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Cors,
    NoCors,
    SameOrigin,
}

impl Call {
    /// Begins a call. The second value says what to send first, or is the reply if nothing may be sent.
    pub fn begin(
        asked: FetchRequest,
        user_agent: &str,
        kept: Rc<RefCell<Preflights>>,
        now_ms: i64,
    ) -> (Call, Next) {
        let nowhere = Address {
            scheme: Scheme::Http,
            host: String::new(),
            has_credentials: false,
            path: "/".to_owned(),
            query: None,
        };
        let page = Address::parse(&asked.page_url).unwrap_or(nowhere);
        let address = page.join(&asked.url);
        let mut call = Call {
            initiator: if asked.initiator == "xhr" { Initiator::Xhr } else { Initiator::Fetch },
            mode: match asked.mode.as_str() {
                "no-cors" => Mode::NoCors,
                "same-origin" => Mode::SameOrigin,
                _ => Mode::Cors,
            },
            with_credentials: asked.credentials == "include",
            redirect: asked.redirect,
            user_agent: user_agent.to_owned(),
            first_url: address.as_ref().map_or_else(|| asked.url.clone(), Address::text),
            address: address.clone().unwrap_or_else(|| page.clone()),
            origin: page.origin(),
            page_url: asked.page_url,
            page,
            method: safelist::normalize_method(&asked.method),
            headers: asked.headers,
            body: asked.body,
            redirects: 0,
            crosses: false,
            preflighting: false,
            console: Vec::new(),
            steps: Vec::new(),
            kept,
            now_ms,
            fault: None,
            remedies: Vec::new(),
        };
        call.drop_forbidden_headers();
        let next = match address {
            None => call.unsupported(),
            Some(_) => call.start(),
        };
        (call, next)
    }

    /// Takes in the answer to what was sent; `None`: the host name does not resolve.
    pub fn answer(&mut self, response: Option<Response>, now_ms: i64) -> Next {
        self.now_ms = now_ms;
        let Some(response) = response else { return self.unresolved() };
        if let Some((error, why)) = machine::failure(&response) {
            let text = messages::failed(&self.method, &self.address.text(), error, None);
            self.steps_verdict("network");
            return self.refuse("No connection", why, text);
        }
        if let Some(step) = self.steps.last_mut() {
            step.received = received_lines(&response);
        }
        if std::mem::take(&mut self.preflighting) {
            return self.judge_preflight(&response);
        }
        if self.crosses && self.mode == Mode::Cors {
            match cors_check(&response.headers, &self.origin, self.with_credentials) {
                Ok(()) => self.pass_cors_check(&response),
                Err(error) => return self.block(&error, false, Some(&response)),
            }
        }
        match response.headers.get("Location").filter(|_| is_redirect(response.status)) {
            Some(location) => {
                let location = location.to_owned();
                self.follow(response.status, &location)
            }
            None => self.reply(response),
        }
    }

    fn drop_forbidden_headers(&mut self) {
        let forbidden: Vec<String> = self
            .headers
            .iter()
            .filter(|(name, _)| safelist::is_forbidden_request_header(name))
            .map(|(name, _)| name.clone())
            .collect();
        self.headers.retain(|(name, _)| !safelist::is_forbidden_request_header(name));
        if self.initiator == Initiator::Xhr {
            self.console
                .extend(forbidden.iter().map(|name| format!("Refused to set unsafe header \"{name}\"")));
        }
        // Without permission to ask for, only what is safelisted may travel.
        if self.mode == Mode::NoCors {
            self.headers.retain(|(name, value)| safelist::is_safelisted_header(name, value));
        }
    }

    /// Begins the exchange with the current address: the first, or where a redirect led.
    fn start(&mut self) -> Next {
        let url = self.address.text();
        if safelist::is_forbidden_method(&self.method) {
            let text = format!("'{}' HTTP method is unsupported.", self.method);
            return self.refuse("The method is forbidden", "No script may use this method.", text);
        }
        let insecure = self.page.scheme == Scheme::Https && self.address.scheme == Scheme::Http;
        if insecure && !self.address.is_local() {
            let text = messages::mixed_content(&self.page_url, self.initiator, &url);
            let why = "A page that came over HTTPS may not ask an address over plain HTTP.";
            return self.refuse("Mixed content", why, text);
        }
        // Once the request has crossed origins, coming home does not make it same-origin again.
        self.crosses = self.crosses || self.address.origin() != self.page.origin();
        if !self.crosses {
            let why =
                format!("The page and the address share the origin {}: no CORS is involved.", self.origin);
            self.note("sameOrigin", "Same origin", why, Verdict::Passed);
            return self.send();
        }
        match self.mode {
            Mode::SameOrigin => {
                let text = format!(
                    "Fetch API cannot load {url}. Request mode is \"same-origin\" but the URL's origin is not same \
                     as the request origin {}.",
                    self.origin
                );
                self.refuse("Another origin", "The script itself asked to stay on its own origin.", text)
            }
            Mode::NoCors if !safelist::is_safelisted_method(&self.method) => {
                let text = format!("'{}' is unsupported in no-cors mode.", self.method);
                self.refuse("The method needs CORS", "Mode no-cors knows only GET, HEAD and POST.", text)
            }
            Mode::NoCors => self.send(),
            Mode::Cors => self.preflight_or_send(),
        }
    }

    fn preflight_or_send(&mut self) -> Next {
        let names = safelist::unsafe_header_names(&self.headers);
        let plain_method = safelist::is_safelisted_method(&self.method);
        if plain_method && names.is_empty() {
            let why = format!(
                "{} is another origin than {}, but {} with these headers is what a form could always send: the \
                 browser sends it at once and judges the answer.",
                self.address.origin(),
                self.origin,
                self.method
            );
            self.note("preflightNeeded", "No preflight needed", why, Verdict::Neutral);
            return self.send();
        }
        let mut reasons = Vec::new();
        if !plain_method {
            reasons.push(format!("the method {} is not GET, HEAD or POST", self.method));
        }
        if !names.is_empty() {
            reasons.push(format!("not safelisted: {}", names.join(", ")));
        }
        if self.kept.borrow().allow(&self.place(), &self.method, &names, self.now_ms) {
            let why = "An earlier preflight allowed all of this, and its Access-Control-Max-Age is not over: the browser \
                       does not ask again.";
            self.note("preflightKept", "The permission is kept", why.to_owned(), Verdict::Passed);
            self.header_of_last("Access-Control-Max-Age");
            return self.send();
        }
        let why = format!("The browser first asks for permission, because {}.", reasons.join("; and "));
        self.note("preflightNeeded", "A preflight is needed", why, Verdict::Neutral);
        let mut request = self.address.request("OPTIONS");
        request.headers.set("Accept", "*/*");
        request.headers.set("Access-Control-Request-Method", self.method.as_str());
        if !names.is_empty() {
            request.headers.set("Access-Control-Request-Headers", names.join(","));
        }
        self.finish_headers(&mut request, true);
        self.preflighting = true;
        self.sent("preflight", "Preflight", "OPTIONS asks what the address allows this origin.", request)
    }

    fn send(&mut self) -> Next {
        let mut request = self.address.request(&self.method);
        for (name, value) in &self.headers {
            request.headers.append(name, value.as_str());
        }
        if !request.headers.contains("Accept") {
            request.headers.set("Accept", "*/*");
        }
        let bodyless = matches!(self.method.as_str(), "GET" | "HEAD");
        if !bodyless {
            request.headers.set("Content-Length", self.body.len().to_string());
            request.body = self.body.clone();
        }
        let cors = self.crosses && self.mode == Mode::Cors;
        self.finish_headers(&mut request, cors || !bodyless);
        self.sent("request", "Request", "The request itself goes out.", request)
    }

    fn finish_headers(&self, request: &mut Request, with_origin: bool) {
        if with_origin {
            request.headers.set("Origin", self.origin.as_str());
        }
        // The default referrer policy: everything to the same origin, the origin alone to others, nothing
        // from a secure page to an insecure address.
        if !self.crosses {
            request.headers.set("Referer", self.page.text());
        } else if self.page.scheme == Scheme::Http || self.address.scheme == Scheme::Https {
            request.headers.set("Referer", format!("{}/", self.page.origin()));
        }
        request.headers.set("User-Agent", self.user_agent.as_str());
    }

    fn judge_preflight(&mut self, response: &Response) -> Next {
        let names = safelist::unsafe_header_names(&self.headers);
        let asked = Asked {
            origin: &self.origin,
            method: &self.method,
            header_names: &names,
            with_credentials: self.with_credentials,
        };
        match preflight_check(response, asked) {
            Err(error) => self.block(&error, true, Some(response)),
            Ok(()) => {
                let why = "Origin, method and headers are allowed: the request may go out.".to_owned();
                self.note("preflightCheck", "The preflight allows it", why, Verdict::Passed);
                self.judge_headers(response, true, None);
                let place = self.place();
                self.kept.borrow_mut().keep(place, &self.method, response, self.now_ms);
                self.send()
            }
        }
    }

    fn pass_cors_check(&mut self, response: &Response) {
        let value = response.headers.get("Access-Control-Allow-Origin").unwrap_or("");
        let why = format!("Access-Control-Allow-Origin is '{value}': the page may see this answer.");
        self.note("corsCheck", "The answer may be seen", why, Verdict::Passed);
        self.header_of_last("Access-Control-Allow-Origin");
        self.judge_headers(response, false, None);
    }

    /// **Source**: Fetch standard, section 4.4, "HTTP-redirect fetch".
    fn follow(&mut self, status: u16, location: &str) -> Next {
        match self.redirect.as_str() {
            "error" => {
                let text = messages::failed(&self.method, &self.address.text(), "ERR_FAILED", Some(status));
                return self.refuse("A redirect", "The script asked for an error on redirects.", text);
            }
            "manual" => {
                let mut reply = self.bare_reply("opaqueredirect");
                reply.exchange = self.exchange(false);
                return Next::Done(Box::new(reply));
            }
            _ => {}
        }
        let Some(next) = self.address.join(location) else {
            let text = messages::failed(&self.method, location, "ERR_UNKNOWN_URL_SCHEME", None);
            return self.refuse("A redirect to nowhere", "The Location is no http address.", text);
        };
        self.redirects += 1;
        if self.redirects > MAX_REDIRECTS {
            let text = messages::failed(&self.method, &self.address.text(), "ERR_TOO_MANY_REDIRECTS", None);
            return self.refuse("Too many redirects", "The browser follows twenty redirects.", text);
        }
        let leaves = next.origin() != self.address.origin();
        let crosses = self.crosses || next.origin() != self.page.origin();
        if self.mode == Mode::Cors && crosses && next.has_credentials {
            return self.block(
                &CorsError::RedirectWithCredentials(next.text()),
                false,
                Some(&Response::new(status)),
            );
        }
        let why = format!("The answer {status} leads to {}.", next.text());
        self.note("redirect", "Redirect", why, Verdict::Neutral);
        self.header_of_last("Location");
        // A request that was already elsewhere and moves on to a third origin no longer says where it came from.
        if leaves && self.address.origin() != self.page.origin() {
            self.origin = "null".to_owned();
        }
        let drops_body = (matches!(status, 301 | 302) && self.method == "POST")
            || (status == 303 && !matches!(self.method.as_str(), "GET" | "HEAD"));
        if drops_body {
            self.method = "GET".to_owned();
            self.body = Blob::default();
            self.headers.retain(|(name, _)| !is_body_header(name));
        }
        if leaves {
            self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
        }
        self.address = next;
        self.start()
    }

    fn reply(&mut self, response: Response) -> Next {
        if self.crosses && self.mode == Mode::NoCors {
            let why = "Mode no-cors: the request went out, but the script sees neither status nor content.";
            self.note("corsCheck", "An opaque answer", why.to_owned(), Verdict::Neutral);
            let mut reply = self.bare_reply("opaque");
            reply.exchange = self.exchange(false);
            return Next::Done(Box::new(reply));
        }
        let cors = self.crosses;
        let exposed = list(&response.headers, "Access-Control-Expose-Headers").unwrap_or_default();
        let readable = |name: &str| match cors {
            true => safelist::is_readable(name, &exposed, self.with_credentials),
            false => !safelist::is_hidden(name),
        };
        let headers = response.headers.iter().filter(|(name, _)| readable(name));
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let mut reply = self.bare_reply(if cors { "cors" } else { "basic" });
        if response.status >= 400 {
            let line = format!("{} {} {}", self.method, reply.url, response.status);
            reply.console.push(line);
        }
        reply.status = response.status;
        reply.headers = headers;
        reply.body = response.body;
        reply.exchange = self.exchange(false);
        Next::Done(Box::new(reply))
    }

    fn unsupported(&mut self) -> Next {
        let scheme = self.first_url.split(':').next().unwrap_or("").to_owned();
        let text = match self.initiator {
            Initiator::Fetch => {
                format!("Fetch API cannot load {}. URL scheme \"{scheme}\" is not supported.", self.first_url)
            }
            Initiator::Xhr => messages::failed(&self.method, &self.first_url, "ERR_UNKNOWN_URL_SCHEME", None),
        };
        self.refuse("No address", "Only http and https addresses can be asked.", text)
    }

    fn unresolved(&mut self) -> Next {
        self.preflighting = false;
        let text = messages::failed(&self.method, &self.address.text(), "ERR_NAME_NOT_RESOLVED", None);
        self.steps_verdict("network");
        self.refuse("No such host", "The host name is not known here: nothing answered.", text)
    }

    fn steps_verdict(&mut self, kind: &str) {
        if let Some(step) = self.steps.last_mut() {
            step.kind = kind.to_owned();
        }
    }

    /// Ends the call with what Chrome says of a failed CORS judgement.
    fn block(&mut self, error: &CorsError, in_preflight: bool, response: Option<&Response>) -> Next {
        let url = self.address.text();
        let place = Place {
            initiator: self.initiator,
            url: &url,
            first_url: &self.first_url,
            origin: &self.origin,
            in_preflight,
        };
        let line = messages::blocked(place, error);
        let kind = if in_preflight { "preflightCheck" } else { "corsCheck" };
        let fault = diagnosis::fault(error, in_preflight, response);
        let said = diagnosis::explain(fault, response);
        let reason = error.reason(self.initiator);
        let why = said.map_or_else(|| reason.clone(), |said| format!("{reason} {said}"));
        self.note(kind, "Blocked by CORS policy", why, Verdict::Blocked);
        if let Some(response) = response {
            self.judge_headers(response, in_preflight, error.header());
        }
        let server = Server::of(&self.address.host, response);
        self.remedies = diagnosis::remedies(error, in_preflight, fault, server, &self.origin);
        self.fault = Some(fault);
        let place_of_call = self.place();
        self.kept.borrow_mut().forget(&place_of_call);
        if let Some(header) = error.header() {
            self.header_of_last(header);
        }
        self.console.push(line);
        // Chrome tells the status of the request, never that of a preflight.
        let status = response.filter(|_| !in_preflight).map(|response| response.status);
        let line = messages::failed(&self.method, &url, "ERR_FAILED", status);
        self.console.push(line);
        self.fail()
    }

    /// Ends the call for a reason that is not CORS.
    fn refuse(&mut self, title: &str, why: &str, line: String) -> Next {
        let answered = self.steps.iter().any(|step| !step.sent.is_empty());
        self.fault = Some(if answered { Fault::Network } else { Fault::Script });
        self.note("network", title, why.to_owned(), Verdict::Blocked);
        self.console.push(line);
        self.fail()
    }

    fn fail(&mut self) -> Next {
        let mut reply = self.bare_reply("error");
        reply.exchange = self.exchange(true);
        Next::Done(Box::new(reply))
    }

    fn bare_reply(&mut self, response_type: &str) -> FetchReply {
        FetchReply {
            response_type: response_type.to_owned(),
            url: self.address.text(),
            redirected: self.redirects > 0,
            status: 0,
            headers: Vec::new(),
            body: Blob::default(),
            console: std::mem::take(&mut self.console),
            exchange: self.exchange(false),
        }
    }

    fn exchange(&self, blocked: bool) -> Exchange {
        Exchange {
            page_origin: self.page.origin(),
            method: self.method.clone(),
            url: self.first_url.clone(),
            blocked,
            steps: self.steps.clone(),
            fault: self.fault.filter(|_| blocked),
            remedies: if blocked { self.remedies.clone() } else { Vec::new() },
        }
    }

    fn note(&mut self, kind: &str, title: &str, explanation: String, verdict: Verdict) {
        self.steps.push(ExchangeStep {
            kind: kind.to_owned(),
            title: title.to_owned(),
            explanation,
            verdict,
            header: None,
            sent: Vec::new(),
            received: Vec::new(),
            judged: Vec::new(),
        });
    }

    fn place(&self) -> preflights::Place {
        preflights::Place {
            origin: self.origin.clone(),
            url: self.address.text(),
            with_credentials: self.with_credentials,
        }
    }

    /// Notes every header that the judgement read; `decided` is the one that was wrong.
    fn judge_headers(&mut self, response: &Response, in_preflight: bool, decided: Option<&str>) {
        let mut names = vec!["Access-Control-Allow-Origin"];
        if self.with_credentials {
            names.push("Access-Control-Allow-Credentials");
        }
        if in_preflight {
            names.extend([
                "Access-Control-Allow-Methods",
                "Access-Control-Allow-Headers",
                "Access-Control-Max-Age",
            ]);
        } else {
            names.push("Access-Control-Expose-Headers");
        }
        let judge = |name: &str| {
            let values: Vec<&str> = response.headers.get_all(name).collect();
            let verdict = match decided {
                Some(wrong) if wrong == name => Verdict::Blocked,
                _ if values.is_empty() => Verdict::Neutral,
                _ => Verdict::Passed,
            };
            Judged { name: name.to_owned(), value: values.join(", "), verdict }
        };
        let judged = names.into_iter().map(judge).collect();
        if let Some(step) = self.steps.last_mut() {
            step.judged = judged;
        }
    }

    fn header_of_last(&mut self, header: &str) {
        if let Some(step) = self.steps.last_mut() {
            step.header = Some(header.to_owned());
        }
    }

    fn sent(&mut self, kind: &str, title: &str, why: &str, request: Request) -> Next {
        self.note(kind, title, why.to_owned(), Verdict::Neutral);
        let mut lines = vec![format!("{} {}", request.method, self.address.target())];
        lines.extend(request.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        if let Some(step) = self.steps.last_mut() {
            step.sent = lines;
        }
        Next::Send(Box::new(request))
    }
}

fn received_lines(response: &Response) -> Vec<String> {
    let head = format!("HTTP/1.1 {}", response.status);
    let fields = response.headers.iter().map(|(name, value)| format!("{name}: {value}"));
    std::iter::once(head).chain(fields).collect()
}

fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// **Source**: Fetch standard, section 2.2.2, "request-body-header name".
fn is_body_header(name: &str) -> bool {
    ["content-encoding", "content-language", "content-location", "content-type"]
        .iter()
        .any(|other| other.eq_ignore_ascii_case(name))
}

#[cfg(test)]
#[path = "call_tests.rs"]
mod tests;
