//! Programs that run for long are written down with the lab, and go on after it was taken up again.

#![expect(clippy::unwrap_used, reason = "what fails fails its test")]

use nuvola_kernel::Blob;
use nuvola_lab::host::{Input, Output, Sandbox};
use nuvola_lab::{Ask, Command, Event, Lab};

const START_MS: i64 = 1_780_000_000_000;

/// A lab, and what it printed on its terminals.
struct Page {
    lab: Lab,
    now_ms: i64,
    printed: String,
    started: Vec<(u32, String)>,
}

impl Page {
    fn new(lab: Lab, now_ms: i64) -> Self {
        Page { lab, now_ms, printed: String::new(), started: Vec::new() }
    }

    fn give(&mut self, input: Input) {
        self.now_ms += 10;
        let mut input = Some(input);
        for _ in 0..50 {
            for output in self.lab.step(self.now_ms, input.take().unwrap_or(Input::Tick)) {
                if let Output::Event(Event::TerminalOutput { data, .. }) = output {
                    self.printed.push_str(&data);
                } else if let Output::StartProcess(spec) = output {
                    self.started.push((spec.pid, spec.argv.join(" ")));
                }
            }
            if self.lab.next_due_ms(self.now_ms).is_none_or(|due| due > self.now_ms) {
                return;
            }
        }
        panic!("the lab does not come to rest");
    }

    fn type_line(&mut self, line: &str) {
        let command = Command::TerminalLine { terminal: 1, line: line.to_owned() };
        self.give(Input::Ask(Ask { id: 1, command }));
    }

    fn restored(&self) -> Page {
        let snapshot = self.lab.snapshot().expect("a program that waits can be written down");
        Page::new(Lab::restore(&snapshot).unwrap(), self.now_ms)
    }
}

/// Gives the same to both, and compares what they are.
fn give_both(left: &mut Page, right: &mut Page, input: &Input) {
    left.give(input.clone());
    right.give(input.clone());
    assert_eq!(left.lab.state_hash(), right.lab.state_hash(), "{input:?}");
}

fn request(host: &str, path: &str) -> nuvola_lab::host::HttpRequest {
    let url = format!("https://{host}{path}");
    nuvola_lab::host::request("GET", &url, &[], Blob::default()).unwrap()
}

// Source of all: our own reasoning: to be taken up again is no part of what happens.

#[test]
fn a_line_that_waits_for_a_server_goes_on_after_a_snapshot() {
    let mut page = Page::new(Lab::new(7, START_MS), START_MS);
    page.type_line("echo first; python -m http.server 8000 && echo never; echo last");
    let pid = page.started[0].0;
    page.give(Input::ProcessListens { pid, port: 8000, listens: true });
    let mut again = page.restored();
    assert_eq!(page.lab.state_hash(), again.lab.state_hash());
    let output = Input::ProcessOutput { pid, data: "Serving HTTP\n".to_owned(), is_error: false };
    give_both(&mut page, &mut again, &output);
    // A program asks the cloud, and the answer goes to it.
    let asked = Input::SandboxHttp {
        sandbox: Sandbox::Process(pid),
        http_id: 1,
        request: request("s3.eu-south-1.amazonaws.com", "/"),
    };
    give_both(&mut page, &mut again, &asked);
    // And once more from there.
    let mut third = again.restored();
    let exit =
        Input::ProcessExit { pid, code: 1, files: vec![("log.txt".to_owned(), Some(Blob::from("x")))] };
    third.give(exit.clone());
    give_both(&mut page, &mut again, &exit);
    assert_eq!(third.lab.state_hash(), page.lab.state_hash());
    for page in [&mut page, &mut again, &mut third] {
        assert!(page.printed.contains("last\r\n") && !page.printed.contains("never\r\n"), "{}", page.printed);
        page.type_line("cat log.txt");
        assert!(page.printed.ends_with("x"), "{}", page.printed);
        assert!(page.lab.is_at_rest());
    }
}

#[test]
fn many_inputs_of_a_server_fold_away() {
    let mut page = Page::new(Lab::new(7, START_MS), START_MS);
    page.type_line("nohup python worker.py &");
    let pid = page.started[0].0;
    for number in 0..60 {
        page.give(Input::ProcessOutput { pid, data: format!("{number}\n"), is_error: false });
        assert!(page.lab.snapshot().is_some(), "at every moment between two inputs");
    }
    assert!(!page.lab.is_at_rest());
    let mut again = page.restored();
    give_both(&mut page, &mut again, &Input::ProcessExit { pid, code: 0, files: Vec::new() });
    again.type_line("tail -1 nohup.out");
    assert!(again.printed.contains("59"), "{}", again.printed);
}

#[test]
fn a_page_that_was_loaded_again_ends_the_programs_of_a_snapshot() {
    let mut page = Page::new(Lab::new(7, START_MS), START_MS);
    page.type_line("python server.py");
    let mut again = page.restored();
    give_both(&mut page, &mut again, &Input::HostRestarted);
    assert!(again.printed.contains("the page was loaded again: the program has ended"), "{}", again.printed);
    again.type_line("echo here");
    assert!(again.printed.contains("here\r\n"), "{}", again.printed);
}

#[test]
fn what_cannot_be_written_down_waits() {
    let mut page = Page::new(Lab::new(7, START_MS), START_MS);
    page.type_line("python a.py | wc -l");
    assert!(page.lab.snapshot().is_none(), "a pipe");
    let pid = page.started[0].0;
    page.give(Input::ProcessExit { pid, code: 0, files: Vec::new() });
    assert!(page.lab.snapshot().is_some());
    page.type_line("sleep 5");
    assert!(page.lab.snapshot().is_none(), "a pause");
}

#[test]
fn what_a_server_writes_is_seen_while_it_runs() {
    let mut page = Page::new(Lab::new(7, START_MS), START_MS);
    page.type_line("nohup python app.py &");
    let pid = page.started[0].0;
    let written = vec![("uploads/cat.png".to_owned(), Some(Blob::from("meow")))];
    page.give(Input::ProcessFiles { pid, files: written });
    page.type_line("cat uploads/cat.png");
    assert!(page.printed.contains("meow"), "{}", page.printed);
    page.give(Input::ProcessFiles { pid, files: vec![("uploads/cat.png".to_owned(), None)] });
    page.type_line("cat uploads/cat.png");
    assert!(page.printed.contains("No such file"), "{}", page.printed);
}
