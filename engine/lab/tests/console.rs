//! The consoles: what a screen shows is what the services' APIs answer, and what a button does is done.

use nuvola_kernel::Blob;
use nuvola_lab::host::{Input, Output};
use nuvola_lab::screen::{Acted, Block, Screen, Table};
use nuvola_lab::view::Traffic;
use nuvola_lab::{Ask, Command, Event, Lab, Reply};

const START_MS: i64 = 1_780_000_000_000;

struct Console {
    lab: Lab,
    now_ms: i64,
    next: u64,
    activity: Vec<Traffic>,
}

impl Console {
    fn open() -> Self {
        Console { lab: Lab::new(7, START_MS), now_ms: START_MS, next: 1, activity: Vec::new() }
    }

    fn ask(&mut self, command: Command) -> Reply {
        let id = self.next;
        self.next += 1;
        let mut input = Input::Ask(Ask { id, command });
        for _ in 0..200 {
            for output in self.lab.step(self.now_ms, input) {
                // Nothing but events concerns a console.
                let Output::Event(event) = output else { continue };
                if let Event::Traffic(traffic) = event {
                    self.activity.push(traffic);
                } else if let Event::Reply { id: answered, reply } = event
                    && answered == id
                {
                    return reply;
                }
            }
            self.now_ms = self.lab.next_due_ms(self.now_ms).unwrap_or(self.now_ms + 100).max(self.now_ms);
            input = Input::Tick;
        }
        panic!("no answer came");
    }

    fn show(&mut self, path: &[&str]) -> Screen {
        // As much later as screens are looked at again.
        self.now_ms += 1_500;
        let due = self.lab.next_due_ms(self.now_ms).filter(|due| *due <= self.now_ms);
        if due.is_some() {
            self.lab.step(self.now_ms, Input::Tick);
        }
        let path: Vec<String> = path.iter().map(|part| (*part).to_owned()).collect();
        let before = self.lab.state_hash();
        let reply = self.ask(Command::Console { path: path.clone() });
        assert_eq!(self.lab.state_hash(), before, "a look at {path:?} changes nothing");
        let Reply::Screen(screen) = reply else { panic!("no screen: {reply:?}") };
        screen
    }

    fn try_act(&mut self, path: &[&str], verb: &str, values: &[(&str, &str)]) -> Result<Acted, String> {
        self.act_with(path, verb, values, Vec::new())
    }

    fn act(&mut self, path: &[&str], verb: &str, values: &[(&str, &str)]) -> Acted {
        self.try_act(path, verb, values).unwrap_or_else(|refusal| panic!("{verb}: {refusal}"))
    }

    fn act_with(
        &mut self,
        path: &[&str],
        verb: &str,
        values: &[(&str, &str)],
        files: Vec<(String, Blob)>,
    ) -> Result<Acted, String> {
        let path = path.iter().map(|part| (*part).to_owned()).collect();
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let reply = self.ask(Command::ConsoleAct { path, verb: verb.to_owned(), values, files });
        if let Reply::Refused { text } = reply {
            return Err(text);
        }
        let Reply::Acted(acted) = reply else { panic!("neither done nor refused: {reply:?}") };
        Ok(acted)
    }
}

fn table(screen: &Screen, at: usize) -> &Table {
    let tables: Vec<&Table> = screen
        .blocks
        .iter()
        .filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None })
        .collect();
    tables[at]
}

fn cells(screen: &Screen, at: usize) -> Vec<Vec<String>> {
    table(screen, at).rows.iter().map(|row| row.cells.clone()).collect()
}

#[test]
fn the_first_screen_leads_to_every_service() {
    let mut console = Console::open();
    let home = console.show(&[]);
    let Block::Tiles { tiles } = &home.blocks[0] else { panic!("no tiles") };
    assert!(!tiles.is_empty());
    for tile in tiles.clone() {
        let path: Vec<&str> = tile.path.iter().map(String::as_str).collect();
        assert_eq!(console.show(&path).title, tile.title);
    }
}

#[test]
fn objects_are_uploaded_listed_by_folder_shown_and_deleted() {
    let mut console = Console::open();
    console.act(&["s3"], "create-bucket", &[("bucket", "photos")]);
    let files = vec![("a.txt".to_owned(), Blob::from("hello"))];
    console.act_with(&["s3", "photos"], "upload", &[("prefix", "2026/")], files).unwrap();
    assert_eq!(cells(&console.show(&["s3", "photos"]), 0)[0][0], "2026/");
    let folder = console.show(&["s3", "photos", "objects", "2026/"]);
    assert_eq!(cells(&folder, 0)[0][..2], ["a.txt", "5 B"]);
    let object = console.show(&["s3", "photos", "object", "2026/a.txt"]);
    assert!(object.blocks.iter().any(|block| matches!(block, Block::Code { text, .. } if text == "hello")));
    let file = console.act(&["s3", "photos"], "download", &[("key", "2026/a.txt")]).file.unwrap();
    assert_eq!(file, ("a.txt".to_owned(), Blob::from("hello")));
    console.act(&["s3", "photos"], "delete-object", &[("key", "2026/a.txt")]);
    assert!(cells(&console.show(&["s3", "photos"]), 0).is_empty());
    console.act(&["s3"], "delete-bucket", &[("bucket", "photos")]);
    assert!(cells(&console.show(&["s3"]), 0).is_empty());
}

#[test]
fn versions_come_back() {
    let mut console = Console::open();
    console.act(&["s3"], "create-bucket", &[("bucket", "notes")]);
    console.act(&["s3", "notes", "settings"], "versioning", &[("status", "Enabled")]);
    for text in ["one", "two"] {
        let files = vec![("n.txt".to_owned(), Blob::from(text))];
        console.act_with(&["s3", "notes"], "upload", &[("prefix", "")], files).unwrap();
    }
    let versions = cells(&console.show(&["s3", "notes", "versions"]), 0);
    assert_eq!(versions.iter().map(|row| row[2].as_str()).collect::<Vec<_>>(), ["latest", "older"]);
    let old = versions[1][1].clone();
    console.act(&["s3", "notes"], "restore", &[("key", "n.txt"), ("version", &old)]);
    let now = console.act(&["s3", "notes"], "download", &[("key", "n.txt")]).file.unwrap();
    assert_eq!(now.1, Blob::from("one"));
}

#[test]
fn a_refusal_has_the_words_of_aws_and_looking_leaves_no_activity() {
    let mut console = Console::open();
    // Source: Amazon S3 User Guide, "General purpose bucket naming rules"; S3 API Reference, "Error responses".
    let refusal = console.try_act(&["s3"], "create-bucket", &[("bucket", "No_Good")]).unwrap_err();
    assert!(refusal.starts_with("InvalidBucketName: "), "{refusal}");
    let before = console.activity.len();
    assert_eq!(before, 1, "what was done is activity");
    console.show(&["s3"]);
    assert_eq!(console.activity.len(), before);
}

#[test]
fn a_queue_is_looked_into_without_taking_messages_out() {
    let mut console = Console::open();
    console.act(&["sqs"], "create-queue", &[("queue", "dead"), ("visibility", "30"), ("delay", "0")]);
    let values = [("queue", "work"), ("visibility", "5"), ("delay", "0"), ("dlq", "dead"), ("receives", "1")];
    console.act(&["sqs"], "create-queue", &values);
    console.act(&["sqs", "work"], "send", &[("body", "one"), ("delay", "0")]);
    for _ in 0..2 {
        let seen = cells(&console.show(&["sqs", "work"]), 0);
        assert_eq!(seen[0], ["one", "visible", "0", ""], "looking counts as no receive");
    }
    let received = console.act(&["sqs", "work"], "receive", &[]);
    let Block::Table(table) = &received.blocks[0] else { panic!("no messages") };
    assert_eq!(table.rows[0].cells, ["one", "1"]);
    assert!(cells(&console.show(&["sqs", "work"]), 0)[0][1].starts_with("in flight"));
    // Source: Amazon SQS Developer Guide, "Using dead-letter queues": after maxReceiveCount receives it moves.
    console.now_ms += 6_000;
    console.act(&["sqs", "work"], "receive", &[]);
    assert_eq!(cells(&console.show(&["sqs", "dead"]), 0)[0][0], "one");
    let refusal = console.try_act(&["sqs"], "delete-queue", &[("queue", "none")]).unwrap_err();
    assert!(refusal.contains("QueueDoesNotExist") || refusal.contains("NonExistentQueue"), "{refusal}");
}

#[test]
fn a_table_is_queried_by_the_builder_and_says_the_same_in_python() {
    let mut console = Console::open();
    let values = [
        ("table", "songs"),
        ("hash", "artist"),
        ("hash_type", "S"),
        ("range", "year"),
        ("range_type", "N"),
        ("billing", "PAY_PER_REQUEST"),
    ];
    console.act(&["dynamodb"], "create-table", &values);
    console.now_ms += 20_000;
    for year in ["1972", "1974", "1989"] {
        let item = format!(r#"{{"artist": {{"S": "Mina"}}, "year": {{"N": "{year}"}}}}"#);
        console.act(&["dynamodb", "songs"], "put-item", &[("item", &item)]);
    }
    let question =
        [("hash", "Mina"), ("op", "between"), ("range", "1970"), ("upper", "1980"), ("order", "down")];
    let go = console.act(&["dynamodb", "songs"], "ask", &question).go.unwrap();
    let path: Vec<&str> = go.iter().map(String::as_str).collect();
    let screen = console.show(&path);
    assert_eq!(cells(&screen, 0), [["Mina", "1974"], ["Mina", "1972"]]);
    let python = screen
        .blocks
        .iter()
        .find_map(|block| if let Block::Code { text, .. } = block { Some(text) } else { None });
    assert!(python.unwrap().contains("KeyConditionExpression=\"#pk = :pk AND #sk BETWEEN :sk AND :upper\""));
    // Source: DynamoDB API Reference, PutItem: an item needs its whole key.
    let refusal =
        console.try_act(&["dynamodb", "songs"], "put-item", &[("item", r#"{"artist": {"S": "x"}}"#)]);
    assert!(refusal.unwrap_err().starts_with("ValidationException: "));
}

#[test]
fn an_instance_boots_is_connected_to_and_goes() {
    let mut console = Console::open();
    let images = console.show(&["ec2", "images"]);
    let image = table(&images, 0).rows[0].cells[1].clone();
    let values = [
        ("name", "web"),
        ("image", &image),
        ("type", "t3.micro"),
        ("user_data", "#!/bin/bash\necho hi > hi.txt"),
    ];
    let go = console.act(&["ec2"], "launch", &values).go.unwrap();
    let id = go[2].clone();
    // Source: Amazon EC2 User Guide, "Instance state changes": pending, then running.
    let early = console.try_act(&["ec2"], "connect", &[("instance", &id)]);
    assert!(early.unwrap_err().contains("has not booted yet"));
    console.now_ms += 120_000;
    let running = console.show(&["ec2"]);
    assert_eq!(cells(&running, 0)[0][2], "running");
    let terminal = console.act(&["ec2"], "connect", &[("instance", &id)]).terminal.unwrap();
    assert!(terminal > 1);
    console.act(&["ec2"], "TerminateInstances", &[("instance", &id)]);
    console.now_ms += 120_000;
    assert_eq!(cells(&console.show(&["ec2"]), 0)[0][2], "terminated");
    assert!(console.try_act(&["ec2"], "connect", &[("instance", &id)]).is_err());
}

#[test]
fn who_can_do_what_is_asked_and_answered_with_reasons() {
    let mut console = Console::open();
    let go = console.act(&["iam"], "ask", &[("action", "s3:GetObject"), ("resource", "*")]).go.unwrap();
    let path: Vec<&str> = go.iter().map(String::as_str).collect();
    let rows = cells(&console.show(&path), 0);
    assert_eq!(rows[0][1..], ["yes", "the account's root user needs no policy"]);
}

/// What a page does and when; the looks between are no part of it.
fn busy_day(looks: bool) -> Lab {
    let mut lab = Lab::new(7, START_MS);
    let mut now_ms = START_MS;
    let mut next = 1;
    let mut ask = |lab: &mut Lab, now_ms: i64, command: Command| {
        let id = next;
        next += 1;
        drop(lab.step(now_ms, Input::Ask(Ask { id, command })));
    };
    let path = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
    type Act<'a> = (&'a [&'a str], &'a str, &'a [(&'a str, &'a str)]);
    let acts: [Act<'_>; 5] = [
        (&["s3"], "create", &[("name", "photos")]),
        (&["sqs"], "create", &[("name", "work"), ("delay", "5")]),
        (&["dynamodb"], "create", &[("name", "songs"), ("hash", "artist"), ("hash_type", "S")]),
        (&["ec2"], "launch", &[("type", "t3.micro"), ("image", "ami-0")]),
        (&["sqs", "work"], "send", &[("body", "hello")]),
    ];
    for (screen, verb, values) in acts {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let command =
            Command::ConsoleAct { path: path(screen), verb: verb.to_owned(), values, files: Vec::new() };
        ask(&mut lab, now_ms, command);
        for _ in 0..8 {
            if looks {
                for shown in
                    [&["s3"][..], &["sqs"], &["sqs", "work"], &["dynamodb", "songs"], &["ec2"], &["iam"], &[]]
                {
                    // Their numbers are of their own, as those of another page.
                    let command = Command::Console { path: path(shown) };
                    drop(lab.step(now_ms + 300, Input::Ask(Ask { id: 900_000, command })));
                }
            }
            now_ms += 1_000;
            drop(lab.step(now_ms, Input::Tick));
        }
    }
    lab
}

#[test]
fn looks_are_not_kept_and_leave_no_trace() {
    // Source: our own reasoning: what the journal lacks must not matter.
    let command = Command::Console { path: vec!["s3".to_owned()] };
    assert!(!Input::Ask(Ask { id: 1, command }).is_kept());
    assert_eq!(busy_day(true).state_hash(), busy_day(false).state_hash());
}

#[test]
fn functions_topics_and_logs_have_consoles() {
    // Source: our own reasoning: what a screen shows is what the services' APIs answer.
    let mut console = Console::open();
    console.act(
        &["lambda"],
        "create-function",
        &[("function", "hello"), ("runtime", "python3.13"), ("role", "")],
    );
    let list = cells(&console.show(&["lambda"]), 0);
    assert!(list.iter().any(|row| row[0] == "hello" && row[1] == "python3.13"), "{list:?}");
    console.act(&["sqs"], "create-queue", &[("queue", "jobs"), ("visibility", "30"), ("delay", "0")]);
    let source = "arn:aws:sqs:eu-south-1:123456789012:jobs";
    let add = [("source", source), ("batch", "10"), ("window", "0"), ("failures", "false"), ("filter", "")];
    let refused =
        console.try_act(&["lambda", "function", "hello", "triggers"], "add-trigger", &add).unwrap_err();
    assert!(refused.contains("does not have permissions to call ReceiveMessage on SQS"), "{refused}");
    let versions = ["lambda", "function", "hello", "versions"];
    console.now_ms += 5000;
    console.act(&versions, "publish", &[("description", "first")]);
    console.act(&versions, "put-alias", &[("alias", "live"), ("version", "1"), ("second", "")]);
    let screen = console.show(&versions);
    assert_eq!(cells(&screen, 0).len(), 2);
    assert_eq!(cells(&screen, 1)[0][..2], ["live".to_owned(), "1".to_owned()]);
    console.act(&["lambda", "function", "hello", "concurrency"], "reserve", &[("reserved", "5")]);
    console.act(
        &["lambda", "function", "hello", "events"],
        "events",
        &[("retries", "0"), ("age", "60"), ("success", ""), ("failure", "")],
    );
    console.act(&["sns"], "create-topic", &[("name", "news")]);
    let topic = ["sns", "topic", "news"];
    console.act(
        &topic,
        "subscribe",
        &[("protocol", "email"), ("endpoint", "a@example.com"), ("filter", ""), ("raw", "false")],
    );
    let inbox = console.show(&["sns", "inbox"]);
    let confirm = table(&inbox, 0).rows[0].actions[0].clone();
    let values: Vec<(&str, &str)> =
        confirm.values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    console.act(&["sns", "inbox"], &confirm.verb, &values);
    console.act(&topic, "publish", &[("message", "hello"), ("subject", ""), ("attribute", "kind=a")]);
    console.now_ms += 1000;
    let letters = cells(&console.show(&["sns", "inbox"]), 0);
    assert!(letters[0][3].starts_with("hello"), "{letters:?}");
    assert_eq!(cells(&console.show(&topic), 0)[0][2], "confirmed");
    assert!(console.show(&["logs"]).title == "CloudWatch Logs");
}

#[test]
fn state_machines_are_drawn_started_and_followed() {
    let mut console = Console::open();
    let definition = r#"{"StartAt": "Kind?", "States": {
        "Kind?": {"Type": "Choice", "Default": "No", "Choices": [{"Variable": "$.kind", "StringEquals": "photo", "Next": "Yes"}]},
        "Yes": {"Type": "Pass", "Result": 1, "End": true},
        "No": {"Type": "Fail", "Error": "NotAPhoto", "Cause": "only photos"}}}"#;
    let values = [
        ("name", "m"),
        ("type", "STANDARD"),
        // Without a role the console makes one, as AWS's does.
        ("role", ""),
        ("definition", definition),
    ];
    console.act(&["states"], "create-machine", &values);
    assert_eq!(cells(&console.show(&["states"]), 0)[0][..2], ["m", "STANDARD"]);
    let started =
        console.act(&["states", "m"], "start", &[("input", r#"{"kind": "text"}"#), ("name", "one")]);
    assert_eq!(started.go.unwrap(), ["states", "m", "execution", "one"]);
    let shown = console.show(&["states", "m", "execution", "one"]);
    let graph = shown
        .blocks
        .iter()
        .find_map(|block| if let Block::Graph(graph) = block { Some(graph) } else { None });
    let states: Vec<_> = graph.unwrap().nodes.iter().map(|node| (node.title.as_str(), node.status)).collect();
    use nuvola_lab::screen::StateStatus;
    assert_eq!(
        states,
        [
            ("Start", StateStatus::Done),
            ("Kind?", StateStatus::Done),
            ("Yes", StateStatus::Idle),
            ("No", StateStatus::Failed),
            ("End", StateStatus::Failed),
        ]
    );
    let history = console.show(&["states", "m", "execution", "one", "history"]);
    assert_eq!(table(&history, 0).rows.last().unwrap().cells[1], "ExecutionFailed");
    assert!(!console.show(&["states", "m", "execution", "one", "timeline"]).blocks.is_empty());
    let tried = console.act(&["states", "m", "try"], "test-state", &[("state", "Yes"), ("input", "{}")]);
    assert!(tried.blocks.iter().any(|block| matches!(block, Block::Code { text, .. } if text == "1")));
    let expression =
        [("language", "JSONata"), ("expression", "$sum($states.input.a)"), ("input", r#"{"a": [1, 2]}"#)];
    let tried = console.act(&["states", "m", "try"], "test-expression", &expression);
    assert!(tried.blocks.iter().any(|block| matches!(block, Block::Code { text, .. } if text == "3")));
    let checked = console.act(&["states", "m"], "check-definition", &[("definition", r#"{"StartAt": "A"}"#)]);
    assert!(matches!(&checked.blocks[0], Block::Table(problems) if !problems.rows.is_empty()));
    console.act(
        &["states", "m"],
        "delete-machine",
        &[("arn", "arn:aws:states:eu-south-1:123456789012:stateMachine:m")],
    );
}
