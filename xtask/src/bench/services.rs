//! The services over a port, beside other simulators of AWS, in one run on one machine: how long one request
//! takes on an open connection, and how many times as long the others need.
//!
//! The client is as small as can be (bytes over a socket), so that it is the servers that are measured. Nobody
//! verifies signatures here: the others cannot.

use crate::run::{Outcome, run, step};
use crate::tools;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const DYNOXIDE: &str = "3.2.0";
const AWSIM: &str = "0.8.0";
const MOTO: &str = "5.2.5";
/// How many requests each figure is the median of.
const REQUESTS: usize = 400;
/// How many items the table and the bucket hold: a figure that grows with them shows a slow structure.
const FEW: usize = 1_000;
const MANY: usize = 100_000;
/// moto answers too slowly to be filled with many.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A simulator that was started.
struct Server {
    name: &'static str,
    port: u16,
    child: Child,
    services: &'static [&'static str],
    /// Whether it is quick enough to be filled with [`MANY`] items.
    takes_many: bool,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const ALL: &[&str] = &["dynamodb", "s3", "sqs"];

/// Starts everybody, measures, prints.
pub fn run_all(root: &Path) -> Outcome<Value> {
    step("The services over a port, beside dynoxide, awsim and moto");
    let servers = start(root)?;
    let mut table: Vec<(String, Vec<Option<f64>>)> = Vec::new();
    for (at, server) in servers.iter().enumerate() {
        for (name, micros) in measure(server)? {
            let row = match table.iter().position(|(other, _)| *other == name) {
                Some(row) => row,
                None => {
                    table.push((name, vec![None; servers.len()]));
                    table.len() - 1
                }
            };
            table[row].1[at] = Some(micros);
        }
    }
    print(&servers, &table);
    let figures = table.iter().map(|(name, row)| {
        let by_server =
            servers.iter().zip(row).map(|(server, micros)| (server.name.to_owned(), json!(micros)));
        (name.clone(), Value::Object(by_server.collect()))
    });
    Ok(Value::Object(figures.collect()))
}

fn print(servers: &[Server], table: &[(String, Vec<Option<f64>>)]) {
    println!("\n  microseconds (median of {REQUESTS}), and how many times as long as Nuvola\n");
    print!("  {:<34}", "");
    servers.iter().for_each(|server| print!("{:>20}", server.name));
    println!();
    for (name, row) in table {
        print!("  {name:<34}");
        let own = row[0].unwrap_or(f64::NAN);
        for (at, micros) in row.iter().enumerate() {
            match micros {
                Some(micros) if at == 0 => print!("{micros:>20.0}"),
                Some(micros) => print!("{:>20}", format!("{micros:.0} ({:.1} ×)", micros / own)),
                None => print!("{:>20}", "–"),
            }
        }
        println!();
    }
}

fn start(root: &Path) -> Outcome<Vec<Server>> {
    run(Command::new("cargo").current_dir(root).args([
        "build",
        "--quiet",
        "--profile",
        "native",
        "--package",
        "nuvola",
    ]))?;
    let nuvola = tools::target_dir(root).join("native/nuvola");
    let mut own = Command::new(nuvola);
    own.args(["gateway", "--port", "14566", "--auth", "off"]);
    let mut dynoxide = Command::new(tools::installed("dynoxide-rs", DYNOXIDE, "dynoxide")?.join("dynoxide"));
    dynoxide.args(["--port", "14567"]);
    let mut awsim = Command::new(tools::installed("awsim", AWSIM, "awsim")?.join("awsim"));
    awsim.args(["--port", "14568"]);
    let mut moto = Command::new(tools::peer_python("moto[server]", MOTO)?.with_file_name("moto_server"));
    moto.args(["-p", "14569"]);
    let mut servers = Vec::new();
    for (name, port, mut command, services, takes_many) in [
        ("Nuvola", 14566, own, ALL, true),
        ("dynoxide", 14567, dynoxide, &ALL[..1], true),
        ("awsim", 14568, awsim, ALL, true),
        ("moto", 14569, moto, ALL, false),
    ] {
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.map_err(|error| format!("{name} does not start: {error}"))?;
        let server = Server { name, port, child, services, takes_many };
        wait_for(&server)?;
        servers.push(server);
    }
    Ok(servers)
}

fn wait_for(server: &Server) -> Outcome {
    let begun = Instant::now();
    while begun.elapsed() < START_LIMIT {
        if TcpStream::connect(("127.0.0.1", server.port)).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(format!("{} does not listen on port {}", server.name, server.port))
}

fn measure(server: &Server) -> Outcome<Vec<(String, f64)>> {
    let mut figures = Vec::new();
    if server.services.contains(&"dynamodb") {
        dynamodb(server, &mut figures)?;
    }
    if server.services.contains(&"s3") {
        s3(server, &mut figures)?;
    }
    if server.services.contains(&"sqs") {
        sqs(server, &mut figures)?;
    }
    Ok(figures)
}

/// The median time of an action, in microseconds; `action` gets the number of the request.
fn median(mut action: impl FnMut(usize) -> Outcome) -> Outcome<f64> {
    let mut times = Vec::with_capacity(REQUESTS);
    for number in 0..REQUESTS {
        let begun = Instant::now();
        action(number)?;
        times.push(begun.elapsed().as_secs_f64() * 1e6);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[REQUESTS / 2])
}

fn dynamodb(server: &Server, figures: &mut Vec<(String, f64)>) -> Outcome {
    let mut client = Client::connect(server, "dynamodb")?;
    let mut call = |operation: &str, input: Value| {
        client.send(
            "POST",
            "/",
            &[("X-Amz-Target", &format!("DynamoDB_20120810.{operation}"))],
            input.to_string().as_bytes(),
        )
    };
    call(
        "CreateTable",
        json!({
            "TableName": "bench", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                { "AttributeName": "pk", "AttributeType": "S" }, { "AttributeName": "sk", "AttributeType": "N" },
            ],
            "KeySchema": [
                { "AttributeName": "pk", "KeyType": "HASH" }, { "AttributeName": "sk", "KeyType": "RANGE" },
            ],
        }),
    )?;
    std::thread::sleep(Duration::from_secs(2));
    let item = |number: usize| {
        json!({ "pk": { "S": format!("p{}", number / 100) }, "sk": { "N": (number % 100).to_string() },
                "text": { "S": "x".repeat(100) }, "count": { "N": number.to_string() } })
    };
    let mut filled = 0;
    for count in [FEW, MANY] {
        if count == MANY && !server.takes_many {
            continue;
        }
        while filled < count {
            let puts: Vec<Value> = (filled..filled + 25)
                .map(|number| json!({ "PutRequest": { "Item": item(number) } }))
                .collect();
            call("BatchWriteItem", json!({ "RequestItems": { "bench": puts } }))?;
            filled += 25;
        }
        let key = |number: usize| {
            let number = number * 7919 % count;
            json!({ "pk": { "S": format!("p{}", number / 100) }, "sk": { "N": (number % 100).to_string() } })
        };
        let get = median(|number| {
            call("GetItem", json!({ "TableName": "bench", "Key": key(number), "ConsistentRead": true }))
        })?;
        figures.push((format!("DynamoDB GetItem, {count} items"), get));
        let put = median(|number| {
            call("PutItem", json!({ "TableName": "bench", "Item": item(number * 7919 % count) }))
        })?;
        figures.push((format!("DynamoDB PutItem, {count} items"), put));
        let query = median(|number| {
            call(
                "Query",
                json!({
                    "TableName": "bench", "Limit": 10, "KeyConditionExpression": "pk = :p AND sk >= :s",
                    "ExpressionAttributeValues": {
                        ":p": { "S": format!("p{}", number * 31 % (count / 100)) }, ":s": { "N": "50" },
                    },
                }),
            )
        })?;
        figures.push((format!("DynamoDB Query of 10, {count} items"), query));
    }
    Ok(())
}

fn s3(server: &Server, figures: &mut Vec<(String, f64)>) -> Outcome {
    let mut client = Client::connect(server, "s3")?;
    client.send("PUT", "/bench", &[], b"")?;
    let body = vec![b'x'; 1_000];
    let key = |number: usize| format!("/bench/folder{}/object{number}", number / 1_000);
    let mut filled = 0;
    for count in [FEW, MANY] {
        if count == MANY && !server.takes_many {
            continue;
        }
        for number in filled..count {
            client.send("PUT", &key(number), &[], &body)?;
        }
        filled = count;
        let put = median(|number| client.send("PUT", &key(number * 7919 % count), &[], &body))?;
        figures.push((format!("S3 PutObject of 1 kB, {count} objects"), put));
        let get = median(|number| client.send("GET", &key(number * 7919 % count), &[], b""))?;
        figures.push((format!("S3 GetObject of 1 kB, {count} objects"), get));
        let list =
            median(|_| client.send("GET", "/bench?list-type=2&max-keys=50&prefix=folder0%2F", &[], b""))?;
        figures.push((format!("S3 ListObjectsV2 of 50, {count} objects"), list));
    }
    Ok(())
}

fn sqs(server: &Server, figures: &mut Vec<(String, f64)>) -> Outcome {
    let mut client = Client::connect(server, "sqs")?;
    let mut call = |operation: &str, input: Value| -> Outcome<Value> {
        let target = format!("AmazonSQS.{operation}");
        client.send("POST", "/", &[("X-Amz-Target", &target)], input.to_string().as_bytes())?;
        serde_json::from_slice(&client.answer).or(Ok(Value::Null))
    };
    let url = call("CreateQueue", json!({ "QueueName": "bench" }))?["QueueUrl"].clone();
    let send = median(|number| {
        call("SendMessage", json!({ "QueueUrl": url, "MessageBody": format!("message {number}") })).map(drop)
    })?;
    figures.push(("SQS SendMessage".to_owned(), send));
    let mut receipts = Vec::new();
    let receive = median(|_| {
        let answer = call("ReceiveMessage", json!({ "QueueUrl": url, "MaxNumberOfMessages": 1 }))?;
        receipts.push(answer["Messages"][0]["ReceiptHandle"].clone());
        Ok(())
    })?;
    figures.push(("SQS ReceiveMessage".to_owned(), receive));
    let delete = median(|number| {
        call("DeleteMessage", json!({ "QueueUrl": url, "ReceiptHandle": receipts[number] })).map(drop)
    })?;
    figures.push(("SQS DeleteMessage".to_owned(), delete));
    Ok(())
}

/// One open connection to a server, as a client of one service.
struct Client {
    stream: TcpStream,
    service: &'static str,
    port: u16,
    name: &'static str,
    buffer: Vec<u8>,
    answer: Vec<u8>,
}

impl Client {
    fn connect(server: &Server, service: &'static str) -> Outcome<Client> {
        let stream = TcpStream::connect(("127.0.0.1", server.port))
            .map_err(|error| format!("{}: {error}", server.name))?;
        let _ = stream.set_nodelay(true);
        let _ = stream.set_read_timeout(Some(Duration::from_secs(30)));
        let (buffer, answer) = (Vec::new(), Vec::new());
        Ok(Client { stream, service, port: server.port, name: server.name, buffer, answer })
    }

    /// Sends one request and reads its answer; an error status ends the run.
    fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Outcome {
        let (service, port) = (self.service, self.port);
        let mut text = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Amz-Date: 20261128T000000Z\r\n\
             X-Amz-Content-Sha256: UNSIGNED-PAYLOAD\r\nContent-Type: application/x-amz-json-1.0\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261128/us-east-1/{service}/aws4_request, \
             SignedHeaders=host;x-amz-date, Signature=00\r\nContent-Length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(body);
        let failed = |error: std::io::Error| format!("{} {service}: {error}", self.name);
        self.stream.write_all(&bytes).map_err(failed)?;
        let status = self.read()?;
        if status >= 300 {
            let answer = String::from_utf8_lossy(&self.answer).into_owned();
            return Err(format!("{} {service} {method} {path}: {status} {answer}", self.name));
        }
        Ok(())
    }

    fn read(&mut self) -> Outcome<u16> {
        self.buffer.clear();
        let (head_end, length) = loop {
            self.fill()?;
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.buffer[..at]).to_lowercase();
                let length =
                    head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
                match length {
                    Some(length) => break (at + 4, length),
                    None if head.contains("chunked") => break (at + 4, usize::MAX),
                    None => break (at + 4, 0),
                }
            }
        };
        if length == usize::MAX {
            while !self.buffer.ends_with(b"0\r\n\r\n") {
                self.fill()?;
            }
            self.answer = self.buffer[head_end..].to_vec();
        } else {
            while self.buffer.len() < head_end + length {
                self.fill()?;
            }
            self.answer = self.buffer[head_end..head_end + length].to_vec();
        }
        let status = self.buffer.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
        status.ok_or_else(|| format!("{}: no HTTP answer", self.name))
    }

    fn fill(&mut self) -> Outcome {
        let mut part = [0; 16 << 10];
        let count = self.stream.read(&mut part).map_err(|error| format!("{}: {error}", self.name))?;
        if count == 0 {
            return Err(format!("{} closed the connection", self.name));
        }
        self.buffer.extend_from_slice(&part[..count]);
        Ok(())
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
