use super::*;

const PAGE: &str = "http://site.s3-website.eu-south-1.amazonaws.com/index.html";
const ORIGIN: &str = "http://site.s3-website.eu-south-1.amazonaws.com";
const API: &str = "https://abc.lambda-url.eu-south-1.on.aws/?x=2&y=10";

fn asked(method: &str, url: &str, headers: &[(&str, &str)]) -> FetchRequest {
    FetchRequest {
        page_url: PAGE.into(),
        url: url.into(),
        method: method.into(),
        headers: headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
        body: Blob::default(),
        mode: "cors".into(),
        credentials: "same-origin".into(),
        redirect: "follow".into(),
        initiator: "fetch".into(),
    }
}

/// Runs a call against answers in order; what was sent, and the reply.
fn run(asked: FetchRequest, answers: &[Response]) -> (Vec<Request>, FetchReply) {
    let (mut call, mut next) = Call::begin(asked, "Chrome", Rc::default(), 0);
    let (mut sent, mut answers) = (Vec::new(), answers.iter());
    loop {
        match next {
            Next::Done(reply) => return (sent, *reply),
            Next::Send(request) => {
                sent.push(*request);
                next = call.answer(answers.next().cloned(), 0);
            }
        }
    }
}

fn allowing(status: u16, origin: &str) -> Response {
    Response::new(status).with_header("Access-Control-Allow-Origin", origin)
}

fn kinds(reply: &FetchReply) -> Vec<&str> {
    reply.exchange.steps.iter().map(|step| step.kind.as_str()).collect()
}

#[test]
fn simple_request_without_the_header_is_sent_and_blocked() {
    // Source: Fetch standard, section 4.10; Chromium, `cors_error_string.cc`.
    let (sent, reply) = run(asked("GET", API, &[]), &[Response::new(200)]);
    assert_eq!((sent.len(), sent[0].headers.get("Origin")), (1, Some(ORIGIN)));
    assert_eq!((reply.response_type.as_str(), reply.exchange.blocked), ("error", true));
    let expected = format!(
        "Access to fetch at '{API}' from origin '{ORIGIN}' has been blocked by CORS policy: No \
         'Access-Control-Allow-Origin' header is present on the requested resource."
    );
    assert_eq!(reply.console, [expected, format!("GET {API} net::ERR_FAILED 200 (OK)")]);
    assert_eq!(kinds(&reply), ["preflightNeeded", "request", "corsCheck"]);
    assert_eq!(reply.exchange.steps[2].header.as_deref(), Some("Access-Control-Allow-Origin"));
}

#[test]
fn allowed_answers_show_only_exposed_headers() {
    // Source: Fetch standard, section 3.3.3.
    let answer = allowing(200, "*").with_header("Content-Type", "text/plain").with_header("X-Secret", "1");
    let (_, reply) = run(asked("get", API, &[]), &[answer]);
    assert_eq!((reply.response_type.as_str(), reply.status), ("cors", 200));
    assert_eq!(reply.headers, [("Content-Type".to_owned(), "text/plain".to_owned())]);
    assert!(reply.console.is_empty());
}

#[test]
fn json_needs_a_preflight() {
    // Source: Fetch standard, section 4.9, "CORS-preflight fetch".
    let json = || asked("POST", API, &[("X-B", "1"), ("Content-Type", "application/json")]);
    let (sent, reply) = run(json(), &[Response::new(403)]);
    assert_eq!(sent[0].method, "OPTIONS");
    assert_eq!(sent[0].headers.get("Access-Control-Request-Method"), Some("POST"));
    assert_eq!(sent[0].headers.get("Access-Control-Request-Headers"), Some("content-type,x-b"));
    assert!(reply.console[0].contains("Response to preflight request doesn't pass access control check: No"));
    assert_eq!(reply.console[1], format!("POST {API} net::ERR_FAILED"));
    let allowed = allowing(204, ORIGIN).with_header("Access-Control-Allow-Headers", "content-type, x-b");
    let (sent, reply) = run(json(), &[allowed.clone(), allowing(201, ORIGIN)]);
    assert_eq!((sent.len(), sent[1].method.as_str(), reply.status), (2, "POST", 201));
    assert_eq!(kinds(&reply), ["preflightNeeded", "preflight", "preflightCheck", "request", "corsCheck"]);
    let (_, reply) = run(asked("PUT", API, &[]), &[allowed]);
    assert!(reply.console[0].ends_with(
        "blocked by CORS policy: Method PUT is not allowed by Access-Control-Allow-Methods in preflight response."
    ));
}

#[test]
fn same_origin_needs_no_permission() {
    // Source: Fetch standard, section 4.1, "main fetch" (same origin: basic).
    let (sent, reply) = run(asked("PUT", "/data", &[("X-A", "1")]), &[Response::new(404)]);
    assert_eq!(sent[0].url(), format!("{ORIGIN}/data"));
    assert_eq!((reply.response_type.as_str(), reply.status), ("basic", 404));
    assert_eq!(kinds(&reply), ["sameOrigin", "request"]);
}

#[test]
fn redirects_are_judged_at_every_stop() {
    // Source: Fetch standard, section 4.4, "HTTP-redirect fetch".
    let to = |url: &str| allowing(302, "*").with_header("Location", url);
    let (sent, reply) = run(asked("POST", API, &[]), &[to("https://b.example/x"), allowing(200, "null")]);
    assert_eq!((sent[1].method.as_str(), sent[1].headers.get("Origin")), ("GET", Some("null")));
    assert!(reply.redirected && reply.response_type == "cors", "{reply:?}");
    let (_, reply) = run(asked("GET", API, &[]), &[to("https://b.example/x"), Response::new(200)]);
    assert!(reply.console[0].contains(&format!("(redirected from '{API}') from origin 'null'")), "{reply:?}");
    let (_, reply) = run(asked("GET", API, &[]), &[to("https://u:p@b.example/x")]);
    assert!(reply.console[0].contains("contains a username and password"), "{reply:?}");
    let round: Vec<Response> = (0..30).map(|_| to(API)).collect();
    let (sent, reply) = run(asked("GET", API, &[]), &round);
    assert_eq!((sent.len(), reply.console.len()), (21, 1));
    assert!(reply.console[0].ends_with("net::ERR_TOO_MANY_REDIRECTS"));
}

#[test]
fn other_modes_and_bad_addresses() {
    // Source: Fetch standard, section 4.1 (modes); Mixed Content, section 4; Chrome's console texts.
    let (_, reply) =
        run(FetchRequest { mode: "no-cors".into(), ..asked("GET", API, &[]) }, &[Response::new(200)]);
    assert_eq!((reply.response_type.as_str(), reply.status), ("opaque", 0));
    let (sent, reply) = run(FetchRequest { mode: "same-origin".into(), ..asked("GET", API, &[]) }, &[]);
    assert!(sent.is_empty() && reply.console[0].contains("Request mode is \"same-origin\""));
    let (_, reply) = run(asked("GET", "ftp://x.example/", &[]), &[]);
    assert!(reply.console[0].ends_with("URL scheme \"ftp\" is not supported."));
    let (_, reply) = run(asked("GET", "https://nowhere.example/", &[]), &[]);
    assert_eq!(reply.console, ["GET https://nowhere.example/ net::ERR_NAME_NOT_RESOLVED"]);
    let secure =
        FetchRequest { page_url: "https://a.example/".into(), ..asked("GET", "http://b.example/", &[]) };
    assert!(run(secure, &[]).1.console[0].starts_with("Mixed Content: The page at 'https://a.example/'"));
    let xhr = FetchRequest { initiator: "xhr".into(), ..asked("GET", API, &[("Host", "x")]) };
    let (sent, reply) = run(xhr, &[Response::new(200)]);
    assert_ne!(sent[0].headers.get("Host"), Some("x"));
    assert_eq!(reply.console[0], "Refused to set unsafe header \"Host\"");
    assert!(reply.console[1].starts_with("Access to XMLHttpRequest at"));
}

#[test]
fn a_servers_own_fault_is_told_apart() {
    // Source: our own reasoning; the console's text is Chrome's in both cases.
    let crashed = Response::new(502).with_body("application/json", r#"{"message": "Internal server error"}"#);
    let (_, reply) = run(asked("GET", API, &[]), &[crashed]);
    assert_eq!(reply.exchange.fault, Some(Fault::Server));
    assert!(reply.console[0].contains("No 'Access-Control-Allow-Origin' header is present"));
    assert_eq!(reply.exchange.remedies[0].place, "handler");
    let (_, reply) = run(asked("GET", API, &[]), &[Response::new(403)]);
    assert_eq!(reply.exchange.fault, Some(Fault::Refused));
    let (_, reply) = run(asked("GET", API, &[]), &[Response::new(200)]);
    assert_eq!(reply.exchange.fault, Some(Fault::Cors));
    let places: Vec<&str> = reply.exchange.remedies.iter().map(|remedy| remedy.place.as_str()).collect();
    assert_eq!(places, ["function URL CORS settings", "handler"]);
    assert_eq!(reply.exchange.steps[2].judged[0].verdict, Verdict::Blocked);
}

mod suite {
    //! The suite of `tests/cors`, which real Chromium agrees with (`tests/browser/cors.spec.mjs`).
    use super::*;
    use serde_json::Value;

    const SITE: &str = "http://page.example";

    #[expect(clippy::disallowed_methods, reason = "the suite is files; the ban is for the engine")]
    fn files() -> Vec<Value> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cors");
        let paths =
            std::fs::read_dir(folder).expect("the suite is there").map(|entry| entry.expect("a file").path());
        paths
            .map(|path| serde_json::from_str(&std::fs::read_to_string(path).expect("text")).expect("JSON"))
            .collect()
    }

    fn answer(description: &Value, target: Option<&str>) -> Response {
        let mut response = Response::new(description["status"].as_u64().expect("a status") as u16);
        for field in description["headers"].as_array().expect("headers") {
            let value = field[1].as_str().expect("a value").replace("${origin}", SITE);
            response.headers.append(field[0].as_str().expect("a name"), value);
        }
        if let Some(place) = description["location"].as_str() {
            let start = match place {
                "same" => "http://api.example",
                "page" => SITE,
                "credentials" => "http://user:secret@other.example",
                _ => "http://other.example",
            };
            response.headers.set("Location", target.map_or(String::new(), |path| format!("{start}{path}")));
        }
        response
    }

    /// Outcome, exposed names, and whether a preflight went to the first address.
    fn ask(exchange: &Value, kept: Rc<RefCell<Preflights>>) -> (String, Vec<String>, bool) {
        let text = |name: &str| exchange["request"][name].as_str().unwrap_or_default().to_owned();
        let headers = exchange["request"]["headers"].as_object().expect("headers");
        let asked = FetchRequest {
            page_url: format!("{SITE}/"),
            url: "http://api.example/first".into(),
            method: text("method"),
            headers: headers
                .iter()
                .map(|(k, v)| (k.clone(), v.as_str().expect("a text").to_owned()))
                .collect(),
            body: Blob::default(),
            mode: text("mode"),
            credentials: text("credentials"),
            redirect: text("redirect"),
            initiator: "fetch".into(),
        };
        let (mut call, mut next) = Call::begin(asked, "Chrome", kept, 0);
        let mut preflighted = false;
        loop {
            match next {
                Next::Done(reply) => {
                    let outcome = match reply.response_type.as_str() {
                        "error" => "blocked".to_owned(),
                        opaque if opaque.starts_with("opaque") => opaque.to_owned(),
                        _ => "allowed".to_owned(),
                    };
                    let last =
                        if exchange["then"].is_null() { &exchange["answer"] } else { &exchange["then"] };
                    let sent = last["headers"].as_array().expect("headers");
                    let names: Vec<String> = sent
                        .iter()
                        .map(|field| field[0].as_str().expect("a name").to_ascii_lowercase())
                        .collect();
                    let mut seen: Vec<String> =
                        reply.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
                    seen.retain(|name| names.contains(name));
                    seen.sort();
                    seen.dedup();
                    return (outcome, seen, preflighted);
                }
                Next::Send(request) => {
                    let first = request.path == "/first";
                    let is_preflight = request.method == "OPTIONS"
                        && request.headers.contains("Access-Control-Request-Method");
                    let stop = if first { &exchange["answer"] } else { &exchange["then"] };
                    let of_preflight =
                        if first { &exchange["preflight"] } else { &exchange["then"]["preflight"] };
                    let response = match is_preflight {
                        true if of_preflight.is_null() => Response::new(500),
                        true => answer(of_preflight, None),
                        false => answer(stop, Some("/then")),
                    };
                    preflighted |= first && is_preflight;
                    next = call.answer(Some(response), 0);
                }
            }
        }
    }

    #[test]
    fn the_suite_is_judged_as_chromium_judges_it() {
        // Source: Fetch standard, in each file of the suite.
        let mut count = 0;
        for file in files() {
            assert!(file["source"].is_string());
            for exchange in file["exchanges"].as_array().expect("exchanges") {
                let kept = Rc::default();
                let (outcome, exposed, preflight) = ask(exchange, Rc::clone(&kept));
                let expected = &exchange["expect"];
                let title = exchange["title"].as_str().expect("a title");
                assert_eq!(outcome, expected["outcome"].as_str().expect("an outcome"), "{title}");
                assert_eq!(serde_json::json!(exposed), expected["exposed"], "{title}: exposed");
                assert_eq!(serde_json::json!(preflight), expected["preflight"], "{title}: preflight");
                if let Some(again) = exchange["again"]["preflight"].as_bool() {
                    assert_eq!(ask(exchange, kept).2, again, "{title}: again");
                }
                count += 1;
            }
        }
        assert!(count > 100, "{count} exchanges");
    }
}
