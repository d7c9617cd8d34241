//! Consoles: screens over the services, made from the answers of their APIs.
//!
//! A screen is asked for by its path; [`show`] hands it to the service's file, [`act`] does what a button or
//! a form says. Every call is a signed request with the account's keys, as the real console's are; looking
//! leaves no line in the activity list.

mod apigateway;
mod call;
mod dynamodb;
mod ec2;
mod iam;
mod lambda;
mod lambda_parts;
mod logs;
mod look;
mod looking;
mod s3;
mod sns;
mod sqs;
mod states;

use crate::commands::refused;
use crate::event::Reply;
use crate::screen::{Acted, Block, Crumb, Path, Screen, Tile, to};
use crate::world::Shared;
use call::Api;
pub(crate) use look::{Look, Seen, look};
use nuvola_kernel::Blob;

/// Marks the requests that only look, so that they do not fill the activity list.
pub(crate) const LOOKING: &str = "nuvola-console/look";
/// Marks what a student does in a console.
pub(crate) const ACTING: &str = "nuvola-console";

/// Why a screen or an action failed: AWS's code and text, or ours.
type Failure = String;

/// What a form or a button sends.
pub(crate) struct Act<'a> {
    path: &'a [String],
    verb: &'a str,
    values: &'a [(String, String)],
    files: Vec<(String, Blob)>,
}

impl Act<'_> {
    /// A value of the form; empty where it was left empty.
    fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    fn part(&self, index: usize) -> &str {
        self.path.get(index).map_or("", String::as_str)
    }
}

/// A service's console.
struct Service {
    name: &'static str,
    title: &'static str,
    kind: &'static str,
    text: &'static str,
}

const SERVICES: &[Service] = &[
    Service {
        name: "s3",
        title: "S3",
        kind: "aws_s3_bucket",
        text: "Buckets and their objects, versions, settings",
    },
    Service {
        name: "sqs",
        title: "SQS",
        kind: "aws_sqs_queue",
        text: "Queues: visible, in flight, delayed; send, look, dead letters",
    },
    Service {
        name: "lambda",
        title: "Lambda",
        kind: "aws_lambda_function",
        text: "Functions: test events, environments, versions, triggers, concurrency",
    },
    Service {
        name: "logs",
        title: "CloudWatch Logs",
        kind: "aws_cloudwatch_log_group",
        text: "Log groups and streams, search, live tail",
    },
    Service {
        name: "sns",
        title: "SNS",
        kind: "aws_sns_topic",
        text: "Topics, subscriptions and filters, and the inbox of those outside",
    },
    Service {
        name: "dynamodb",
        title: "DynamoDB",
        kind: "aws_dynamodb_table",
        text: "Tables: items, queries that write their Python, indexes, replicas",
    },
    Service {
        name: "ec2",
        title: "EC2",
        kind: "aws_instance",
        text: "Instances to work on, security groups and their rules",
    },
    Service {
        name: "states",
        title: "Step Functions",
        kind: "aws_sfn_state_machine",
        text: "State machines: drawn, started, followed state by state",
    },
    Service {
        name: "apigateway",
        title: "API Gateway",
        kind: "aws_api_gateway_rest_api",
        text: "REST and HTTP APIs: resources, routes, stages, CORS, tests with their log",
    },
    Service {
        name: "iam",
        title: "IAM",
        kind: "aws_iam_role",
        text: "Who can do what, and why something was denied",
    },
];

pub(crate) async fn show(shared: Shared, path: Path) -> Reply {
    let api = Api::looking(&shared);
    let parts: Vec<&str> = path.iter().map(String::as_str).collect();
    let screen = match parts.first() {
        None => Ok(home()),
        Some(&"s3") => s3::show(&api, &parts[1..]).await,
        Some(&"sqs") => sqs::show(&api, &parts[1..]).await,
        Some(&"lambda") => lambda::show(&api, &parts[1..]).await,
        Some(&"logs") => logs::show(&api, &parts[1..]).await,
        Some(&"sns") => sns::show(&api, &parts[1..]).await,
        Some(&"dynamodb") => dynamodb::show(&api, &parts[1..]).await,
        Some(&"ec2") => ec2::show(&api, &parts[1..]).await,
        Some(&"states") => states::show(&api, &parts[1..]).await,
        Some(&"iam") => iam::show(&api, &parts[1..]).await,
        Some(&"apigateway") => apigateway::show(&api, &parts[1..]).await,
        Some(_) => Err(format!("there is no console `{}`", path.join("/"))),
    };
    match screen {
        Ok(mut screen) => {
            screen.path = path;
            Reply::Screen(screen)
        }
        Err(text) => refused(text),
    }
}

pub(crate) async fn act(
    shared: Shared,
    path: Path,
    verb: String,
    values: Vec<(String, String)>,
    files: Vec<(String, Blob)>,
) -> Reply {
    let api = Api::acting(&shared);
    let act = Act { path: &path, verb: &verb, values: &values, files };
    let acted = match path.first().map(String::as_str) {
        Some("s3") => s3::act(&api, act).await,
        Some("sqs") => sqs::act(&api, act).await,
        Some("lambda") => lambda::act(&api, act).await,
        Some("logs") => logs::act(&api, act).await,
        Some("sns") => sns::act(&api, act).await,
        Some("dynamodb") => dynamodb::act(&api, act).await,
        Some("ec2") => ec2::act(&api, act).await,
        Some("states") => states::act(&api, act).await,
        Some("iam") => iam::act(&act),
        Some("apigateway") => apigateway::act(&api, act).await,
        Some(_) | None => Err(unknown(&verb)),
    };
    match acted {
        Ok(acted) => Reply::Acted(acted),
        Err(text) => refused(text),
    }
}

fn unknown(verb: &str) -> Failure {
    format!("there is nothing here that could `{verb}`")
}

fn done(text: impl Into<String>) -> Result<Acted, Failure> {
    Ok(Acted { text: text.into(), ..Acted::default() })
}

fn home() -> Screen {
    let tile = |service: &Service| Tile {
        kind: service.kind.to_owned(),
        title: service.title.to_owned(),
        text: service.text.to_owned(),
        path: to(&[service.name]),
    };
    let tiles = SERVICES.iter().map(tile).collect();
    Screen {
        path: Path::new(),
        title: "Services".to_owned(),
        crumbs: Vec::new(),
        tabs: Vec::new(),
        live: false,
        blocks: vec![Block::Tiles { tiles }],
    }
}

/// A screen below `crumbs`, each a label and its path.
fn screen(title: &str, crumbs: &[(&str, &[&str])], blocks: Vec<Block>) -> Screen {
    let mut all = vec![Crumb { label: "Services".to_owned(), path: Path::new() }];
    all.extend(crumbs.iter().map(|(label, path)| Crumb { label: (*label).to_owned(), path: to(path) }));
    Screen { path: Path::new(), title: title.to_owned(), crumbs: all, tabs: Vec::new(), live: false, blocks }
}

/// The console's screen for a resource of the map, where there is one; `id` is what Terraform calls it.
pub(crate) fn path_of(kind: &str, id: &str, arn: &str) -> Option<Path> {
    match kind {
        "aws_s3_bucket" => Some(to(&["s3", id])),
        "aws_sqs_queue" => Some(to(&["sqs", arn.rsplit(':').next().unwrap_or(id)])),
        "aws_lambda_function" => Some(to(&["lambda", "function", arn.rsplit(':').next().unwrap_or(id)])),
        "aws_cloudwatch_log_group" => {
            Some(to(&["logs", "group", arn.split(":log-group:").nth(1).unwrap_or(id)]))
        }
        "aws_sns_topic" => Some(to(&["sns", "topic", arn.rsplit(':').next().unwrap_or(id)])),
        "aws_dynamodb_table" => Some(to(&["dynamodb", arn.rsplit('/').next().unwrap_or(id)])),
        "aws_sfn_state_machine" => Some(to(&["states", arn.rsplit(':').next().unwrap_or(id)])),
        "aws_api_gateway_rest_api" => Some(to(&["apigateway", "rest", id])),
        "aws_apigatewayv2_api" => Some(to(&["apigateway", "http", id])),
        "aws_instance" => Some(to(&["ec2", "instance", id])),
        "aws_security_group" => Some(to(&["ec2", "group", id])),
        "aws_iam_role" | "aws_iam_user" => Some(to(&["iam", "who", arn])),
        _ => None,
    }
}
