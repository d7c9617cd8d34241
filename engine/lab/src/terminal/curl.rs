//! `curl`: the flags that people use, against any host of the cloud.

use super::session::Session;
use crate::machine;
use nuvola_kernel::Blob;
use nuvola_wire::{Headers, Request, Response, Scheme};

#[derive(Debug, Default, PartialEq)]
struct Options {
    method: Option<String>,
    headers: Vec<(String, String)>,
    data: Option<Vec<u8>>,
    as_query: bool,
    show_headers: bool,
    only_headers: bool,
    silent: bool,
    show_error: bool,
    fail: bool,
    follow: bool,
    verbose: bool,
    output: Option<String>,
    write_out: Option<String>,
    upload: Option<String>,
    urls: Vec<String>,
}

/// curl's own limit. **Source**: curl's manual page, `--max-redirs`.
const MAX_REDIRECTS: usize = 50;

pub(crate) async fn run(session: &Session, arguments: &[String]) -> i32 {
    let options = match parse(session, arguments) {
        Ok(options) => options,
        Err(text) => {
            session.print_error(&format!("curl: {text}\ncurl: try 'curl --help' for more information\n"));
            return 2;
        }
    };
    if options.urls.is_empty() {
        session.print_error("curl: (2) no URL specified\n");
        return 2;
    }
    let mut status = 0;
    for url in &options.urls {
        status = fetch(session, &options, url).await;
    }
    status
}

async fn fetch(session: &Session, options: &Options, url: &str) -> i32 {
    let mut request = match build(session, options, url) {
        Ok(request) => request,
        Err(text) => {
            session.print_error(&format!("curl: {text}\n"));
            return 3;
        }
    };
    for _ in 0..=MAX_REDIRECTS {
        if options.verbose {
            print_sent(session, &request);
        }
        let Some(response) = session.http(request.clone()).await else {
            return fail(session, options, 6, &format!("Could not resolve host: {}", request.host_name()));
        };
        if let Some((error, why)) = machine::failure(&response) {
            let place = format!("{} port {}", request.host_name(), machine::port(&request));
            return match error {
                "ERR_CONNECTION_REFUSED" => {
                    fail(session, options, 7, &format!("Failed to connect to {place}: Connection refused"))
                }
                "ERR_CONNECTION_TIMED_OUT" => fail(
                    session,
                    options,
                    28,
                    &format!("Failed to connect to {place}: Timeout was reached ({why})"),
                ),
                _ => fail(session, options, 52, "Empty reply from server"),
            };
        }
        if options.verbose {
            print_received(session, &response);
        }
        let target = response
            .headers
            .get("location")
            .filter(|_| options.follow && (300..400).contains(&response.status));
        let Some(target) = target else { return show(session, options, &request, &response) };
        match redirected(&request, target, response.status) {
            Some(next) => request = next,
            None => return fail(session, options, 3, "URL using bad/illegal format or missing URL"),
        }
    }
    fail(session, options, 47, &format!("Maximum ({MAX_REDIRECTS}) redirects followed"))
}

fn fail(session: &Session, options: &Options, code: i32, text: &str) -> i32 {
    if !options.silent || options.show_error {
        session.print_error(&format!("curl: ({code}) {text}\n"));
    }
    code
}

fn redirected(request: &Request, target: &str, status: u16) -> Option<Request> {
    let mut next = match target.starts_with('/') {
        true => {
            let (path, query) = target.split_once('?').unwrap_or((target, ""));
            Request { path: path.to_owned(), query: query.to_owned(), ..request.clone() }
        }
        false => {
            let mut next = parse_url(target)?;
            next.method.clone_from(&request.method);
            next.headers = request.headers.clone();
            next.headers.set("Host", next.host.clone());
            next.body = request.body.clone();
            next
        }
    };
    if status == 303 || (matches!(status, 301 | 302) && request.method == "POST") {
        next.method = "GET".to_owned();
        next.body = Blob::default();
    }
    Some(next)
}

/// Reads an address; `http://` where no scheme is given, as curl guesses.
pub(crate) fn parse_url(url: &str) -> Option<Request> {
    let (scheme, rest) = match url.split_once("://") {
        Some(("https", rest)) => (Scheme::Https, rest),
        Some(("http", rest)) => (Scheme::Http, rest),
        Some(_) => return None,
        None => (Scheme::Http, url),
    };
    let rest = rest.split('#').next().unwrap_or("");
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, tail) = rest.split_at(at);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let (path, query) = tail.split_once('?').unwrap_or((tail, ""));
    if host.is_empty() || host.contains([' ', '\\', '"']) {
        return None;
    }
    let path = if path.is_empty() { "/".to_owned() } else { path.replace(' ', "%20") };
    let mut request = Request::new("GET", host, &path);
    request.scheme = scheme;
    request.query = query.replace(' ', "%20");
    Some(request)
}

fn build(session: &Session, options: &Options, url: &str) -> Result<Request, String> {
    let mut request = parse_url(url).ok_or("(3) URL using bad/illegal format or missing URL")?;
    let mut headers = Headers::new();
    headers.set("Host", request.host.clone());
    headers.set("User-Agent", "curl/8.15.0");
    headers.set("Accept", "*/*");
    for (name, value) in &options.headers {
        match value.is_empty() {
            true => drop(headers.remove(name)),
            false => headers.set(name, value.clone()),
        }
    }
    let mut method = if options.only_headers { "HEAD" } else { "GET" };
    if let Some(data) = &options.data {
        if options.as_query {
            let joint = if request.query.is_empty() { "" } else { "&" };
            request.query = format!("{}{joint}{}", request.query, String::from_utf8_lossy(data));
        } else {
            method = "POST";
            request.body = Blob::from(data.clone());
            if !headers.contains("Content-Type") {
                headers.set("Content-Type", "application/x-www-form-urlencoded");
            }
        }
    }
    if let Some(path) = &options.upload {
        method = "PUT";
        request.body = session.read(path).ok_or_else(|| format!("(26) Failed to open {path}"))?;
    }
    if !request.body.is_empty() {
        headers.set("Content-Length", request.body.len().to_string());
    }
    request.method = options.method.clone().unwrap_or_else(|| method.to_owned());
    request.headers = headers;
    Ok(request)
}

fn print_sent(session: &Session, request: &Request) {
    let target = match request.query.as_str() {
        "" => request.path.clone(),
        query => format!("{}?{query}", request.path),
    };
    let mut text = format!("> {} {target} HTTP/1.1\n", request.method);
    for (name, value) in request.headers.iter() {
        text.push_str(&format!("> {name}: {value}\n"));
    }
    session.print_error(&format!("{text}>\n"));
}

fn print_received(session: &Session, response: &Response) {
    let mut text = format!("< HTTP/1.1 {}\n", response.status);
    for (name, value) in response.headers.iter() {
        text.push_str(&format!("< {name}: {value}\n"));
    }
    session.print_error(&format!("{text}<\n"));
}

fn show(session: &Session, options: &Options, request: &Request, response: &Response) -> i32 {
    if options.fail && response.status >= 400 {
        return fail(session, options, 22, &format!("The requested URL returned error: {}", response.status));
    }
    let mut out = Vec::new();
    if options.show_headers || options.only_headers {
        out.extend(format!("HTTP/1.1 {}\r\n", response.status).into_bytes());
        for (name, value) in response.headers.iter() {
            out.extend(format!("{name}: {value}\r\n").into_bytes());
        }
        out.extend(b"\r\n");
    }
    if !options.only_headers {
        out.extend_from_slice(&response.body);
    }
    match &options.output {
        Some(path) if path == "/dev/null" => {}
        Some(path) => {
            if let Err(text) = session.write_file(path, Blob::from(out)) {
                return fail(session, options, 23, &text);
            }
        }
        None => {
            // A person's prompt begins on a line of its own, although the body has no line break.
            let needs_break = session.is_terminal() && !out.is_empty() && !out.ends_with(b"\n");
            session.print_bytes(&out);
            if needs_break && options.write_out.is_none() {
                session.print("\n");
            }
        }
    }
    if let Some(format) = &options.write_out {
        let text = format
            .replace("%{http_code}", &response.status.to_string())
            .replace("%{response_code}", &response.status.to_string())
            .replace("%{content_type}", response.headers.get("content-type").unwrap_or(""))
            .replace("%{size_download}", &response.body.len().to_string())
            .replace("%{url_effective}", &request.url())
            .replace("\\n", "\n");
        session.print(&text);
    }
    0
}

fn parse(session: &Session, arguments: &[String]) -> Result<Options, String> {
    let mut options = Options::default();
    let mut rest = arguments.iter().cloned();
    while let Some(argument) = rest.next() {
        if let Some(letters) =
            argument.strip_prefix('-').filter(|rest| !rest.is_empty() && !rest.starts_with('-'))
        {
            short_flags(session, &mut options, letters, &mut rest)?;
        } else if argument.starts_with("--") {
            let (name, inline) = match argument.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (argument.clone(), None),
            };
            let mut value =
                || inline.clone().or_else(|| rest.next()).ok_or(format!("option {name}: requires parameter"));
            set(session, &mut options, &name, &mut value)?;
        } else {
            options.urls.push(argument);
        }
    }
    Ok(options)
}

/// `-sSL`, `-XPOST`, `-H 'A: b'`.
fn short_flags(
    session: &Session,
    options: &mut Options,
    letters: &str,
    rest: &mut impl Iterator<Item = String>,
) -> Result<(), String> {
    for (at, letter) in letters.char_indices() {
        let long = match letter {
            'X' => "--request",
            'H' => "--header",
            'd' => "--data",
            'o' => "--output",
            'w' => "--write-out",
            'T' => "--upload-file",
            'A' => "--user-agent",
            'i' => "--include",
            'I' => "--head",
            's' => "--silent",
            'S' => "--show-error",
            'f' => "--fail",
            'L' => "--location",
            'v' => "--verbose",
            'G' => "--get",
            'k' => "--insecure",
            _ => return Err(format!("option -{letter}: is unknown")),
        };
        let takes_value = "XHdowTA".contains(letter);
        let tail = &letters[at + letter.len_utf8()..];
        let mut value = || match tail.is_empty() {
            false => Ok(tail.to_owned()),
            true => rest.next().ok_or(format!("option -{letter}: requires parameter")),
        };
        set(session, options, long, &mut value)?;
        if takes_value {
            break;
        }
    }
    Ok(())
}

fn set(
    session: &Session,
    options: &mut Options,
    name: &str,
    value: &mut dyn FnMut() -> Result<String, String>,
) -> Result<(), String> {
    match name {
        "--request" => options.method = Some(value()?),
        "--header" => {
            let line = value()?;
            let (name, text) =
                line.split_once(':').ok_or_else(|| format!("option --header: `{line}` has no colon"))?;
            options.headers.push((name.trim().to_owned(), text.trim().to_owned()));
        }
        "--data" | "--data-raw" | "--data-binary" | "--json" | "--data-urlencode" => {
            let text = value()?;
            let content = match text.strip_prefix('@').filter(|_| name != "--data-raw") {
                Some(path) => {
                    session.read(path).ok_or_else(|| format!("(26) Failed to open {path}"))?.to_vec()
                }
                None => text.into_bytes(),
            };
            if name == "--json" {
                options.headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
                options.headers.push(("Accept".to_owned(), "application/json".to_owned()));
            }
            let data = options.data.get_or_insert_default();
            if !data.is_empty() {
                data.push(b'&');
            }
            data.extend(content);
        }
        "--output" => options.output = Some(value()?),
        "--write-out" => options.write_out = Some(value()?),
        "--upload-file" => options.upload = Some(value()?),
        "--user-agent" => options.headers.push(("User-Agent".to_owned(), value()?)),
        "--include" => options.show_headers = true,
        "--head" => options.only_headers = true,
        "--silent" => options.silent = true,
        "--show-error" => options.show_error = true,
        "--fail" => options.fail = true,
        "--location" => options.follow = true,
        "--verbose" => options.verbose = true,
        "--get" => options.as_query = true,
        "--insecure" | "--compressed" | "--http1.1" | "--no-progress-meter" => {}
        _ => return Err(format!("option {name}: is unknown")),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::parse_url;

    #[test]
    fn addresses_are_split_as_rfc_3986_has_them() {
        let request =
            parse_url("https://abc.execute-api.eu-south-1.amazonaws.com/prod/pow?x=2&y=10#f").unwrap();
        assert_eq!(request.host, "abc.execute-api.eu-south-1.amazonaws.com");
        assert_eq!((request.path.as_str(), request.query.as_str()), ("/prod/pow", "x=2&y=10"));
        assert_eq!(parse_url("example.com?a").unwrap().path, "/");
        assert!(parse_url("ftp://x/").is_none() && parse_url("http://").is_none());
    }
}
