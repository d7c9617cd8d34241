//! The lab as a page sees it: commands in, events out.

use nuvola_kernel::Blob;
use nuvola_kernel::archive::{NO_DATE, Writer};
use nuvola_lab::Characters;
use nuvola_lab::host::{Input, Output, ProcessSpec};
use nuvola_lab::journal::{Entry, Journal};
use nuvola_lab::view::{MapView, NodeStatus, WaitsFor};
use nuvola_lab::{Ask, Command, Event, Lab, Reply};

/// Drives a lab by hand: time passes only when told, and what it asked for is kept.
struct Page {
    lab: Lab,
    now_ms: i64,
    next: u64,
    journal: Vec<(i64, Input)>,
    screen: String,
    map: MapView,
    waits_for: WaitsFor,
    /// Activity that the page shows as failed.
    failures: Vec<String>,
    /// Programs that were started; a test plays their part.
    programs: Vec<ProcessSpec>,
}

const START_MS: i64 = 1_780_000_000_000;

impl Page {
    fn open() -> Self {
        let waits_for = WaitsFor::Command;
        let map = MapView::default();
        let lab = Lab::new(7, START_MS);
        Page {
            lab,
            now_ms: START_MS,
            next: 1,
            journal: Vec::new(),
            screen: String::new(),
            map,
            waits_for,
            failures: Vec::new(),
            programs: Vec::new(),
        }
    }

    fn input(&mut self, input: Input) -> Vec<Reply> {
        self.journal.push((self.now_ms, input.clone()));
        let mut replies = Vec::new();
        for output in self.lab.step(self.now_ms, input) {
            match output {
                Output::Event(Event::Reply { reply, .. }) => replies.push(reply),
                Output::Event(Event::TerminalOutput { data, .. }) => self.screen.push_str(&data),
                Output::Event(Event::TerminalState(view)) => self.waits_for = view.waits_for,
                Output::Event(Event::Map(map)) => self.map = map,
                Output::Event(Event::Traffic(traffic)) if traffic.failed => {
                    self.failures.push(format!("{} {}", traffic.title, traffic.outcome));
                }
                Output::StartProcess(spec) => self.programs.push(*spec),
                // Sandboxes are not part of these tests.
                Output::Event(_)
                | Output::StartEnvironment(_)
                | Output::Invoke(_)
                | Output::StopEnvironment { .. }
                | Output::ProcessInput { .. }
                | Output::ProcessEof { .. }
                | Output::InterruptProcess { .. }
                | Output::KillProcess { .. }
                | Output::ProcessConnect { .. }
                | Output::ProcessDisconnect { .. }
                | Output::HttpAnswer { .. } => {}
            }
        }
        replies
    }

    fn ask(&mut self, command: Command) -> Vec<Reply> {
        let id = self.next;
        self.next += 1;
        let mut replies = self.input(Input::Ask(Ask { id, command }));
        replies.extend(self.settle());
        replies
    }

    /// Lets time pass until nothing is due within the next seconds.
    fn settle(&mut self) -> Vec<Reply> {
        let mut replies = Vec::new();
        for _ in 0..20_000 {
            let Some(due) = self.lab.next_due_ms(self.now_ms).filter(|due| *due < self.now_ms + 60_000)
            else {
                break;
            };
            self.now_ms = due.max(self.now_ms);
            replies.extend(self.input(Input::Tick));
        }
        replies
    }

    fn type_line(&mut self, line: &str) -> String {
        self.screen.clear();
        self.ask(Command::TerminalLine { terminal: 1, line: line.to_owned() });
        self.screen.clone()
    }
}

#[test]
fn the_shell_works_on_the_projects_files() {
    let mut page = Page::open();
    assert!(page.type_line("ls").contains("main.tf"));
    assert_eq!(page.type_line("echo one two > note.txt && cat note.txt | wc -w"), "2\r\n");
    assert_eq!(page.type_line("cp note.txt web/ && ls web"), "index.html  note.txt\r\n");
    assert!(page.type_line("rm nothing").contains("No such file or directory"));
    assert!(page.type_line("cat ../../etc/passwd").contains("No such file"));
    assert!(page.type_line("nonsense").contains("command not found"));
    assert_eq!(page.waits_for, WaitsFor::Command);
}

#[test]
fn lines_are_sorted_counted_and_kept() {
    // Source: POSIX.1-2024, `sort`, `uniq`, `tee`, `date`; GNU coreutils for the forms of their output.
    let mut page = Page::open();
    page.type_line("echo b > x && echo a >> x && echo b >> x && echo 10 > n && echo 9 >> n && echo -1 >> n");
    assert_eq!(page.type_line("sort x | uniq -c"), "      1 a\r\n      2 b\r\n");
    assert_eq!(page.type_line("sort -ru x"), "b\r\na\r\n");
    assert_eq!(page.type_line("sort -n n"), "-1\r\n9\r\n10\r\n");
    assert_eq!(page.type_line("sort n | tee kept | head -n 1; cat kept | wc -l"), "-1\r\n3\r\n");
    assert_eq!(page.type_line("which aws; which nothing || echo none"), "/usr/bin/aws\r\nnone\r\n");
    assert_eq!(page.type_line("date +%F"), "2026-05-28\r\n");
    assert_eq!(page.type_line("date"), "Thu May 28 20:26:40 UTC 2026\r\n");
}

#[test]
fn sleep_waits_for_the_labs_clock() {
    let mut page = Page::open();
    page.type_line("true");
    let before = page.now_ms;
    assert_eq!(page.type_line("sleep 1.5 && date +%s"), format!("{}\r\n", START_MS / 1000 + 1));
    assert_eq!(page.now_ms - before, 1500);
    assert!(page.type_line("sleep soon").contains("invalid time interval 'soon'"));
}

#[test]
fn the_home_folder_keeps_files_beside_the_project() {
    let mut page = Page::open();
    page.type_line("mkdir ~/.aws && echo '[other]' > ~/.aws/credentials");
    assert_eq!(page.type_line("cat ~/.aws/credentials"), "[other]\r\n");
    assert!(page.type_line("cat ~/project/main.tf").contains("resource"));
    assert!(page.type_line("cat ~/../secrets").contains("No such file"));
    page.type_line("python -V");
    let spec = page.programs.last().expect("a program was started");
    assert!(spec.files.iter().any(|(path, _)| path == "~/.aws/credentials"), "programs get them too");
}

#[test]
fn a_variable_can_be_taken_away_from_programs() {
    let mut page = Page::open();
    page.type_line("unset AWS_ACCESS_KEY_ID");
    page.type_line("python a.py");
    assert!(!page.programs[0].env.contains_key("AWS_ACCESS_KEY_ID"));
    let pid = page.programs[0].pid;
    page.input(Input::ProcessExit { pid, code: 0, files: Vec::new() });
    page.type_line("export AWS_ACCESS_KEY_ID=AKIANUVOLA0000000000 && python a.py");
    assert_eq!(page.programs[1].env["AWS_ACCESS_KEY_ID"], "AKIANUVOLA0000000000");
}

/// Plays a program that writes to both streams and ends.
fn run_program(page: &mut Page, line: &str) -> String {
    page.type_line(line);
    let pid = page.programs.last().expect("a program was started").pid;
    page.screen.clear();
    for (data, is_error) in [("out\n", false), ("err\n", true)] {
        page.input(Input::ProcessOutput { pid, data: data.to_owned(), is_error });
    }
    page.input(Input::ProcessExit { pid, code: 3, files: Vec::new() });
    page.settle();
    page.screen.clone()
}

#[test]
fn the_two_outputs_of_a_program_go_their_own_ways() {
    // Source: POSIX.1-2024, Shell Command Language, section 2.7 (Redirection).
    let mut page = Page::open();
    assert_eq!(run_program(&mut page, "python a.py"), "out\r\nerr\r\n");
    assert_eq!(run_program(&mut page, "python a.py | grep x"), "err\r\n");
    assert_eq!(run_program(&mut page, "python a.py > o.txt"), "err\r\n");
    assert_eq!(page.type_line("cat o.txt"), "out\r\n");
    assert_eq!(run_program(&mut page, "python a.py 2> e.txt"), "out\r\n");
    assert_eq!(page.type_line("cat e.txt"), "err\r\n");
    assert_eq!(run_program(&mut page, "python a.py > both.txt 2>&1 || echo failed"), "failed\r\n");
    assert_eq!(page.type_line("cat both.txt"), "out\r\nerr\r\n");
    run_program(&mut page, "echo text | python a.py");
    let spec = page.programs.last().expect("a program was started");
    assert_eq!((spec.stdin.as_deref(), spec.is_tty), (Some(&b"text\n"[..]), false));
}

#[test]
fn files_are_written_renamed_deleted_and_refused_outside() {
    let mut page = Page::open();
    let write = |path: &str| Command::WriteFile { path: path.to_owned(), content: Blob::from("x") };
    assert!(matches!(page.ask(write("a/b.txt"))[..], [Reply::Done]));
    assert!(matches!(page.ask(write("../b.txt"))[..], [Reply::Refused { .. }]));
    assert!(matches!(page.ask(write("a"))[..], [Reply::Refused { .. }]));
    let rename = Command::RenameFile { from: "a".into(), to: "main.tf".into() };
    assert!(matches!(page.ask(rename)[..], [Reply::Refused { .. }]));
    assert!(matches!(page.ask(Command::DeleteFile { path: "a".into() })[..], [Reply::Done]));
}

#[test]
fn the_first_project_has_no_problems() {
    let mut page = Page::open();
    let replies = page.ask(Command::Check { unsaved: Vec::new() });
    assert!(matches!(&replies[..], [Reply::Problems { problems }] if problems.is_empty()), "{replies:?}");
    let unsaved =
        vec![("main.tf".to_owned(), "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \n}\n".to_owned())];
    let replies = page.ask(Command::Check { unsaved });
    assert!(
        matches!(&replies[..], [Reply::Problems { problems }] if problems[0].start_line == 2),
        "{replies:?}"
    );
}

#[test]
fn what_looks_like_a_real_key_is_refused_and_never_stored() {
    let mut page = Page::open();
    let content = Blob::from("access_key = \"AKIAQ3EGSKJ7XJ5MNAAA\"");
    let replies = page.ask(Command::WriteFile { path: "keys.tf".into(), content });
    assert!(matches!(&replies[..], [Reply::Refused { text }] if text.contains("real AWS access key")));
    let zip = page.ask(Command::ReadFile { path: "keys.tf".into() });
    assert!(matches!(zip[..], [Reply::Refused { .. }]));
}

#[test]
fn an_exported_project_can_be_imported() {
    let mut page = Page::open();
    let replies = page.ask(Command::ExportProject);
    let [Reply::Zip { content, .. }] = &replies[..] else { panic!("{replies:?}") };
    page.type_line("rm -r web main.tf");
    assert!(matches!(page.ask(Command::ImportProject { zip: content.clone() })[..], [Reply::Done]));
    assert!(page.type_line("ls").contains("main.tf"));
    assert!(matches!(
        page.ask(Command::ImportProject { zip: Blob::from("no zip") })[..],
        [Reply::Refused { .. }]
    ));
    assert!(page.type_line("ls").contains("main.tf"));
}

#[test]
fn a_zip_that_leads_outside_or_is_too_large_is_refused() {
    // Source: our own reasoning: an import never writes outside the project, and unpacks at most 128 MiB.
    let mut page = Page::open();
    let cases = [
        ("../x", 0_u32, "`../x`, which leads outside"),
        ("/etc/x", 0, "`/etc/x`, which leads outside"),
        ("a/../../x", 0, "`a/../../x`, which leads outside"),
        ("a", (128 << 20) + 1, "unpacks to more than 128 MB"),
    ];
    for (name, size_bytes, expected) in cases {
        let mut writer = Writer::new();
        writer.file(name, b"", 0o644, NO_DATE).unwrap();
        let mut zip = writer.finish().unwrap();
        // The size in the directory: APPNOTE.TXT 4.3.12.
        let directory = zip.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
        zip[directory + 24..][..4].copy_from_slice(&size_bytes.to_le_bytes());
        let replies = page.ask(Command::ImportProject { zip: Blob::from(zip) });
        assert!(matches!(&replies[..], [Reply::Refused { text }] if text.contains(expected)), "{replies:?}");
    }
    assert!(page.type_line("ls").contains("main.tf"));
}

#[test]
fn another_project_can_be_opened() {
    let mut page = Page::open();
    page.type_line("terraform init");
    page.type_line("terraform apply -auto-approve");
    assert!(matches!(page.ask(Command::OpenProject { name: "pow-js".into() })[..], [Reply::Done]));
    assert!(page.type_line("ls").contains("index.mjs"));
    page.type_line("terraform init");
    assert!(page.type_line("terraform apply -auto-approve").contains("Apply complete!"), "{}", page.screen);
}

#[test]
fn the_same_journal_gives_the_same_state() {
    let mut page = Page::open();
    page.type_line("terraform init");
    page.type_line("echo a > b");
    page.type_line("terraform apply -auto-approve");
    let mut again = Lab::new(7, START_MS);
    for (at_ms, input) in &page.journal {
        again.step(*at_ms, input.clone());
    }
    assert_eq!(again.state_hash(), page.lab.state_hash());
    let start = Entry::Start { seed: 7, real_ms: START_MS };
    let inputs = page
        .journal
        .iter()
        .map(|(real_ms, input)| Entry::Input { real_ms: *real_ms, input: Box::new(input.clone()) });
    let entries =
        std::iter::once(start).chain(inputs).map(|entry| serde_json::to_string(&entry).unwrap()).collect();
    let written = Journal { snapshot: None, entries }.replay(Characters::NONE).unwrap().unwrap();
    assert_eq!(written.state_hash(), page.lab.state_hash());
    let restored = Lab::restore(&page.lab.snapshot().expect("nothing runs")).unwrap();
    assert_eq!(restored.state_hash(), page.lab.state_hash());
}

#[test]
fn the_project_is_applied_and_destroyed() {
    let mut page = Page::open();
    assert!(
        page.type_line("terraform init").contains("Terraform has been successfully initialized!"),
        "{}",
        page.screen
    );
    page.type_line("terraform apply");
    assert!(page.screen.contains("Enter a value:"), "{}", page.screen);
    assert_eq!(page.waits_for, WaitsFor::Answer);
    let screen = page.type_line("yes");
    assert!(screen.contains("Apply complete!"), "{screen}");
    // The provider looks up what does not exist yet; that is no failure.
    assert_eq!(page.failures, Vec::<String>::new());
    assert!(page.map.nodes.iter().all(|node| node.status == NodeStatus::Ready), "{:#?}", page.map);
    assert!(page.map.edges.iter().any(|edge| edge.label == "assumes"), "{:#?}", page.map.edges);
    let screen = page.type_line("terraform apply");
    assert!(screen.contains("No changes."), "{screen}");
    let screen = page.type_line("terraform destroy -auto-approve");
    assert!(screen.contains("Destroy complete!"), "{screen}");
    assert!(page.map.nodes.iter().all(|node| node.status == NodeStatus::Planned));
}
