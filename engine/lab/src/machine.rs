//! EC2 instances as places to work: what boots, who connects, and who listens on a port.
//!
//! An instance has a home folder of its own, terminals that are connected to it, and programs whose keys come
//! from the metadata service. A program that listens answers at `http://PUBLIC-IP:PORT/`: the request travels as
//! bytes of HTTP/1.1 to the program's socket and back.
//!
//! Not simulated: the rest of the disk, other users, services of the operating system, `sudo`'s rights.

use crate::console::{Look, Seen, look};
use crate::event::Event;
use crate::files::Files;
use crate::host::Output;
use crate::running::Root;
use crate::terminal::{self, Terminal};
use crate::view::WaitsFor;
use crate::world::{self, Machine, Shared, World};
use nuvola_kernel::Blob;
use nuvola_wire::{Headers, Request, Response};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// How long a program may take to answer over its port. **Units**: milliseconds.
const ANSWER_MS: i64 = 60_000;
/// How long a client tries to connect to what never answers. **Units**: milliseconds.
/// **Source**: our own choice; Chrome gives up after about 20 s, curl after 130 s.
const CONNECT_MS: i64 = 10_000;
/// Where the output of user data is kept, in the home folder.
const BOOT_LOG: &str = "cloud-init-output.log";
/// Marks an answer that never came from a server; its text is the reason.
const FAILURE: &str = "x-nuvola-no-answer";

/// The user that an image's people sign in as.
fn user_of(image_name: &str) -> &'static str {
    if image_name.to_lowercase().contains("ubuntu") { "ubuntu" } else { "ec2-user" }
}

/// An instance has started: the first time it is empty, and its user data runs.
pub(crate) fn booted(shared: &Shared, boot: Boot) {
    let Boot { instance_id, private_ip, image_name, user_data } = boot;
    let mut world = shared.borrow_mut();
    let machine = Machine {
        user: user_of(&image_name).to_owned(),
        host_name: format!("ip-{}", private_ip.replace('.', "-")),
        files: Files::default(),
    };
    world.kept.machines.entry(instance_id.clone()).or_insert(machine);
    if let Some(script) = user_data.filter(|script| script.starts_with("#!")) {
        let task = run_user_data(shared.clone(), instance_id, script);
        world.spawned.push(Box::pin(task));
    }
}

/// What is known of an instance that starts.
pub(crate) struct Boot {
    pub instance_id: String,
    pub private_ip: String,
    pub image_name: String,
    /// The script, on the first start only.
    pub user_data: Option<String>,
}

/// Runs the lines of a script out of sight, as cloud-init does, and keeps what they print.
async fn run_user_data(shared: Shared, instance_id: String, script: String) {
    let terminal = shared.borrow_mut().add_terminal(Terminal::on(&instance_id, true));
    let lines = script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let rest = lines.map(str::to_owned).collect();
    run_script(shared, terminal, instance_id, (String::new(), None), rest).await;
}

/// Runs a line, or the rest of it, and then the lines that follow.
pub(crate) async fn run_script(
    shared: Shared,
    terminal: u32,
    instance_id: String,
    (mut line, mut from): (String, Option<terminal::run::From>),
    mut rest: Vec<String>,
) {
    loop {
        let root = Root::UserData { instance_id: instance_id.clone(), rest: rest.clone() };
        shared.borrow_mut().roots.insert(terminal, root);
        terminal::run::run_line_from(shared.clone(), terminal, line, from.take()).await;
        if rest.is_empty() {
            break;
        }
        line = rest.remove(0);
    }
    let mut world = shared.borrow_mut();
    let printed = world.kept.terminals.remove(&terminal).map(|at| at.plain_output()).unwrap_or_default();
    if let Some(machine) = world.kept.machines.get_mut(&instance_id) {
        machine.files.write(BOOT_LOG, Blob::from(printed));
    }
}

/// An instance stops, reboots or terminates: its programs end, its terminals are cut off. With `for_good` its
/// disk goes too.
pub(crate) fn halted(shared: &Shared, instance_id: &str, for_good: bool) {
    let mut world = shared.borrow_mut();
    world.kept.jobs.retain(|_, job| job.machine.as_deref() != Some(instance_id));
    let ended: Vec<u32> = world
        .processes
        .iter()
        .filter(|(_, process)| process.machine.as_deref() == Some(instance_id))
        .map(|(pid, _)| *pid)
        .collect();
    for pid in ended {
        world.outbox.push(Output::KillProcess { pid });
        if let Some(process) = world.processes.get_mut(&pid) {
            process.exit_code = Some(137);
            process.ports.clear();
        }
    }
    let terminals: Vec<u32> = world
        .kept
        .terminals
        .iter()
        .filter(|(_, at)| at.machine.as_deref() == Some(instance_id))
        .map(|(terminal, _)| *terminal)
        .collect();
    for terminal in terminals {
        world.print(terminal, "\r\n[the instance has gone: the connection is closed]\n");
        if let Some(at) = world.kept.terminals.get_mut(&terminal) {
            (at.machine, at.cwd) = (None, String::new());
        }
        world.set_waits_for(terminal, WaitsFor::Command);
    }
    if for_good {
        world.kept.machines.remove(instance_id);
    }
}

/// Opens a terminal on a running instance; its number.
pub(crate) fn connect(shared: &Shared, instance_id: &str) -> Result<u32, String> {
    let mut world = shared.borrow_mut();
    if !world.kept.machines.contains_key(instance_id) {
        return Err(format!("`{instance_id}` has not booted yet: try again in a moment"));
    }
    let terminal = world.open_terminal(Terminal::on(instance_id, false))?;
    let greeting = format!(
        "Connected to {instance_id}. Files here are the instance's; programs get the keys of its role, if it has one.\n"
    );
    world.print(terminal, &greeting);
    world.set_waits_for(terminal, WaitsFor::Command);
    Ok(terminal)
}

/// The ports on which programs of an instance listen.
pub(crate) fn ports(world: &World, instance_id: &str) -> Vec<u16> {
    let on_it = world.processes.values().filter(|process| process.machine.as_deref() == Some(instance_id));
    on_it.flat_map(|process| process.ports.iter().copied()).collect()
}

/// A program on an instance, or on the student's computer, that listens on a port.
fn listener(world: &World, machine: Option<&str>, port: u16) -> Option<u32> {
    let listens =
        |process: &world::Process| process.machine.as_deref() == machine && process.ports.contains(&port);
    world.processes.iter().find(|(_, process)| listens(process)).map(|(pid, _)| *pid)
}

/// The address and port of a request that goes to a machine and not to a name of AWS.
pub(crate) fn address(request: &Request) -> Option<(String, u16)> {
    let host = request.host_name();
    let address = host.parse::<std::net::Ipv4Addr>().ok().filter(|address| !address.is_link_local());
    // A native host's programs reach the cloud itself by a port of their own machine, and sign what they send.
    let is_address = address.is_some_and(|address| !address.is_loopback() || !is_signed(request));
    is_address.then(|| (host.to_owned(), port(request)))
}

fn is_signed(request: &Request) -> bool {
    request.headers.get("authorization").is_some_and(|scheme| scheme.starts_with("AWS4-"))
        || request.query.contains("X-Amz-Signature=")
}

/// The port that a request goes to.
pub(crate) fn port(request: &Request) -> u16 {
    let default = if request.scheme.as_str() == "https" { 443 } else { 80 };
    request.host.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(default)
}

/// A request to an address: judged by the security groups, then handed to the program that listens.
pub(crate) async fn visit(shared: Shared, id: u64, reach: Look, request: Request) {
    let port = port(&request);
    let response = match look(&shared, reach).await {
        Seen::Reachable(instance_id) => serve(&shared, Some(&instance_id), port, &request).await,
        Seen::Unreachable(why) => timed_out(&shared, why).await,
        Seen::Queue(_)
        | Seen::Table(_)
        | Seen::Decisions(_)
        | Seen::Permissions(_)
        | Seen::Inbox(_)
        | Seen::Environments(_)
        | Seen::Nothing => timed_out(&shared, "nothing has this address".to_owned()).await,
    };
    shared.borrow_mut().arrived.push((id, response));
}

/// Hands a request to the program that listens on a port, and waits for its answer.
pub(crate) async fn serve(shared: &Shared, machine: Option<&str>, port: u16, request: &Request) -> Response {
    let connection = {
        let mut world = shared.borrow_mut();
        let Some(pid) = listener(&world, machine, port) else {
            return no_answer("ERR_CONNECTION_REFUSED", &format!("nothing listens on port {port}"));
        };
        world.connect_to(pid, port, Blob::from(as_bytes(request)))
    };
    let now_ms = shared.borrow().now_ms;
    let exchange = Exchange { shared: shared.clone(), connection, until_ms: now_ms + ANSWER_MS };
    let received = exchange.await;
    read_response(&received, &request.method).unwrap_or_else(|| {
        no_answer("ERR_EMPTY_RESPONSE", "the program closed the connection without an answer")
    })
}

/// What a client of a port sees that lets nobody in: nothing, for a while.
pub(crate) async fn timed_out(shared: &Shared, why: String) -> Response {
    let now_ms = shared.borrow().now_ms;
    shared.borrow_mut().emit(Event::Notice(crate::view::Notice {
        severity: crate::view::Severity::Warning,
        title: "The connection will time out".to_owned(),
        text: why.clone(),
    }));
    world::sleep_until(shared, now_ms + CONNECT_MS).await;
    no_answer("ERR_CONNECTION_TIMED_OUT", &why)
}

/// An answer that says that there was none: Chrome's name for it, and why.
fn no_answer(error: &str, why: &str) -> Response {
    let response = Response::new(0).with_header(FAILURE, error);
    response.with_body("text/plain", why.to_owned().into_bytes())
}

/// Chrome's name for why there was no answer, and the reason; nothing for an answer.
pub(crate) fn failure(response: &Response) -> Option<(&str, &str)> {
    let error = response.headers.get(FAILURE).filter(|_| response.status == 0)?;
    Some((error, response.body.as_text().unwrap_or_default()))
}

/// What has come back over one connection.
#[derive(Debug, Default)]
pub(crate) struct Connection {
    pub pid: u32,
    pub received: Vec<u8>,
    pub closed: bool,
}

/// Waits until the program has closed the connection or given a whole answer.
struct Exchange {
    shared: Shared,
    connection: u64,
    until_ms: i64,
}

impl Future for Exchange {
    type Output = Vec<u8>;
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Vec<u8>> {
        let mut world = self.shared.borrow_mut();
        let Some(connection) = world.connections.get(&self.connection) else {
            return Poll::Ready(Vec::new());
        };
        let pid = connection.pid;
        let gone = world.processes.get(&pid).is_none_or(|process| process.exit_code.is_some());
        let late = world.now_ms >= self.until_ms;
        let whole = is_whole(&world.connections[&self.connection].received);
        if world.connections[&self.connection].closed || gone || late || whole {
            let done = world.connections.remove(&self.connection).unwrap_or_default();
            if !done.closed && !gone {
                world.outbox.push(Output::ProcessDisconnect { pid, connection: self.connection });
            }
            return Poll::Ready(done.received);
        }
        let earliest = world.wake_at_ms.map_or(self.until_ms, |at| at.min(self.until_ms));
        world.wake_at_ms = Some(earliest);
        Poll::Pending
    }
}

/// A request as HTTP/1.1; the connection ends with its answer.
fn as_bytes(request: &Request) -> Vec<u8> {
    let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
    let mut text = format!("{} {}{query} HTTP/1.1\r\n", request.method, request.path);
    let mut has_host = false;
    for (name, value) in request.headers.iter() {
        let name_is = |other: &str| name.eq_ignore_ascii_case(other);
        if name_is("connection") || name_is("content-length") {
            continue;
        }
        has_host |= name_is("host");
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if !has_host {
        text.push_str(&format!("Host: {}\r\n", request.host));
    }
    if !request.body.is_empty() || matches!(request.method.as_str(), "POST" | "PUT" | "PATCH") {
        text.push_str(&format!("Content-Length: {}\r\n", request.body.len()));
    }
    text.push_str("Connection: close\r\n\r\n");
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(&request.body);
    bytes
}

const MAX_HEADERS: usize = 100;

/// Where the head ends, what it says of the body, and the head itself.
struct Head {
    status: u16,
    headers: Headers,
    length: usize,
}

fn head(bytes: &[u8]) -> Option<Head> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(length) = parsed.parse(bytes).ok()? else { return None };
    let mut all = Headers::new();
    for header in parsed.headers.iter() {
        all.append(header.name, String::from_utf8_lossy(header.value).into_owned());
    }
    Some(Head { status: parsed.code?, headers: all, length })
}

fn is_chunked(headers: &Headers) -> bool {
    headers.get("transfer-encoding").is_some_and(|value| value.to_lowercase().contains("chunked"))
}

/// Whether an answer's body has come to its announced end.
fn is_whole(bytes: &[u8]) -> bool {
    let Some(head) = head(bytes) else { return false };
    let body = &bytes[head.length..];
    if is_chunked(&head.headers) {
        return body.ends_with(b"0\r\n\r\n");
    }
    let length = head.headers.get("content-length").and_then(|text| text.trim().parse::<usize>().ok());
    length.is_some_and(|length| body.len() >= length)
}

fn read_response(bytes: &[u8], method: &str) -> Option<Response> {
    let Head { status, mut headers, length } = head(bytes)?;
    let body = &bytes[length..];
    let body = match () {
        () if method == "HEAD" => Vec::new(),
        () if is_chunked(&headers) => unchunked(body)?,
        () => body.to_vec(),
    };
    headers.remove("transfer-encoding");
    headers.remove("connection");
    Some(Response { status, headers, body: Blob::from(body) })
}

/// A chunked body's bytes.
fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let httparse::Status::Complete((start, size)) = httparse::parse_chunk_size(rest).ok()? else {
            return None;
        };
        let size = usize::try_from(size).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(start..start + size)?);
        rest = rest.get(start + size + 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_written_and_answers_read_as_http_1_1() {
        // Source: RFC 9112, sections 3 (request line), 6.3 (message body length), 7.1 (chunked).
        let mut request = Request::new("POST", "203.0.113.9:80", "/upload");
        request.query = "a=1".to_owned();
        request.body = Blob::from("picture");
        let text = String::from_utf8(as_bytes(&request)).unwrap();
        assert!(text.starts_with("POST /upload?a=1 HTTP/1.1\r\n"));
        assert!(text.contains("Host: 203.0.113.9:80\r\n") && text.contains("Content-Length: 7\r\n"));
        assert!(text.ends_with("\r\n\r\npicture"));
        let plain = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        assert!(is_whole(plain) && !is_whole(&plain[..plain.len() - 1]));
        let chunked =
            b"HTTP/1.1 404 NOT FOUND\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        let response = read_response(chunked, "GET").unwrap();
        assert_eq!((response.status, &response.body[..]), (404, &b"abcde"[..]));
        assert_eq!(read_response(b"nonsense", "GET"), None);
    }
}
