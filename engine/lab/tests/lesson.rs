//! Lessons as a page sees them.

use nuvola_kernel::Blob;
use nuvola_lab::host::{Input, Output};
use nuvola_lab::view::{CheckOutcome, LessonMark, LessonView, NodeStatus, StepState};
use nuvola_lab::{Ask, Command, Event, Lab, Reply};
use serde_json::{Value, json};

const START_MS: i64 = 1_780_000_000_000;

struct Page {
    lab: Lab,
    now_ms: i64,
    next: u64,
    journal: Vec<(i64, Input)>,
    lesson: Option<LessonView>,
    marks: Vec<LessonMark>,
    activity: Vec<String>,
}

impl Page {
    fn open(lesson: &Value) -> Self {
        let lab = Lab::new(7, START_MS);
        let (lesson_view, marks) = (None, Vec::new());
        let mut page = Page {
            lab,
            now_ms: START_MS,
            next: 1,
            journal: Vec::new(),
            lesson: lesson_view,
            marks,
            activity: Vec::new(),
        };
        let reply = page.ask(Command::OpenLesson { lesson: lesson.to_string() });
        assert!(matches!(reply, Reply::Done), "{reply:?}");
        page
    }

    fn input(&mut self, input: Input) -> Vec<Reply> {
        self.journal.push((self.now_ms, input.clone()));
        let mut replies = Vec::new();
        for output in self.lab.step(self.now_ms, input) {
            let Output::Event(event) = output else { continue };
            if let Event::Lesson { lesson, marks } = event {
                self.lesson = lesson.map(|lesson| *lesson);
                self.marks = marks;
            } else if let Event::Reply { reply, .. } = event {
                replies.push(reply);
            } else if let Event::Traffic(traffic) = event {
                self.activity.push(traffic.title);
            }
        }
        replies
    }

    fn ask(&mut self, command: Command) -> Reply {
        let id = self.next;
        self.next += 1;
        let mut replies = self.input(Input::Ask(Ask { id, command }));
        for _ in 0..20_000 {
            let Some(due) = self.lab.next_due_ms(self.now_ms).filter(|due| *due < self.now_ms + 60_000)
            else {
                break;
            };
            self.now_ms = due.max(self.now_ms);
            replies.extend(self.input(Input::Tick));
        }
        replies.pop().expect("every command is answered")
    }

    fn type_line(&mut self, line: &str) {
        self.ask(Command::TerminalLine { terminal: 1, line: line.to_owned() });
    }

    fn check(&mut self, step: usize) -> Vec<(CheckOutcome, String)> {
        let reply = self.ask(Command::LessonCheck { step, automatic: false });
        assert!(matches!(reply, Reply::Done), "{reply:?}");
        let checks = &self.lesson.as_ref().expect("a lesson is open").steps[step].checks;
        checks.iter().map(|check| (check.outcome, check.hint.clone())).collect()
    }
}

const MAIN: &str = "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"nuvola-lesson\"\n}\n";

fn lesson() -> Value {
    json!({
        "format": 1, "id": "trial", "title": "Trial", "summary": "A trial.", "goal": "A bucket.", "minutes": 5,
        "picture": { "nodes": [{ "id": "b", "kind": "aws_s3_bucket", "title": "bucket" }], "edges": [] },
        "start": { "main.tf": MAIN },
        "steps": [
            {
                "id": "one", "title": "One", "text": "Make it.", "hints": ["Apply."],
                "prediction": {
                    "question": "Is it there?",
                    "options": [{ "text": "yes", "reply": "No." }, { "text": "no", "right": true, "reply": "Yes." }]
                },
                "checks": [
                    {
                        "id": "there", "title": "A bucket", "kind": "state", "type": "aws_s3_bucket",
                        "hints": [{ "text": "{/total} buckets" }]
                    },
                    {
                        "id": "put", "title": "Objects fit in", "kind": "aws", "call": "s3:PutObject",
                        "params": { "Bucket": "${state.aws_s3_bucket.b.bucket}", "Key": "k", "Body": "${base64.x}" },
                        "hints": [{ "text": "{/code}" }]
                    },
                    { "id": "plan", "title": "All done", "kind": "plan_empty", "hints": [{ "text": "{/summary}" }] }
                ],
                "solution": { "files": { "main.tf": MAIN }, "commands": ["terraform apply -auto-approve"] }
            },
            {
                "id": "two", "title": "Two", "text": "Destroy it.",
                "checks": [{
                    "id": "gone", "title": "Gone", "kind": "trace", "action": "s3:DeleteBucket", "agent": "*terraform*",
                    "hints": [{ "text": "{/count} times" }]
                }]
            }
        ]
    })
}

#[test]
fn steps_open_in_order_and_checks_say_what_is_missing() {
    // Source: our own reasoning, as lessons/README.md tells teachers.
    let mut page = Page::open(&lesson());
    let refused = page.ask(Command::LessonCheck { step: 0, automatic: false });
    assert!(
        matches!(&refused, Reply::Refused { text } if text.contains("answer the question")),
        "{refused:?}"
    );
    page.ask(Command::LessonPredict { step: 0, option: 0 });
    page.ask(Command::LessonPredict { step: 0, option: 1 });
    let answer = page.lesson.as_ref().unwrap().steps[0].prediction.clone().unwrap().answer.unwrap();
    assert_eq!((answer.chosen, answer.right), (0, false), "the first answer counts");
    assert_eq!(page.check(0)[0], (CheckOutcome::Failed, "0 buckets".to_owned()));
    assert!(matches!(page.ask(Command::LessonCheck { step: 1, automatic: false }), Reply::Refused { .. }));
    page.type_line("terraform init");
    page.type_line("terraform apply -auto-approve");
    assert!(page.check(0).iter().all(|(outcome, _)| *outcome == CheckOutcome::Passed), "{:?}", page.lesson);
    let view = page.lesson.clone().unwrap();
    assert_eq!((view.current, view.steps[0].state), (1, StepState::Done));
    assert_eq!(view.picture.nodes[0].status, NodeStatus::Ready);
    assert_eq!(page.check(1)[0], (CheckOutcome::Failed, "0 times".to_owned()));
    page.type_line("terraform destroy -auto-approve");
    assert_eq!(page.check(1)[0].0, CheckOutcome::Passed);
    assert_eq!(page.marks, [LessonMark { id: "trial".into(), done: 2, steps: 2 }]);
    page.ask(Command::OpenProject { name: "pow".into() });
    assert_eq!((page.lesson.clone(), page.marks.len()), (None, 1), "what was reached stays");
}

#[test]
fn a_check_leaves_no_trace_in_the_students_cloud() {
    // Source: our own reasoning: the invariant of `lesson`.
    let mut page = Page::open(&lesson());
    page.ask(Command::LessonPredict { step: 0, option: 1 });
    page.type_line("terraform init");
    page.type_line("terraform apply -auto-approve");
    let before = page.activity.len();
    page.check(0);
    assert_eq!(page.activity.len(), before, "{:?}", &page.activity[before..]);
    let url = "http://nuvola-lesson.s3.eu-south-1.amazonaws.com/k".to_owned();
    let command = Command::Http { method: "GET".into(), url, headers: Vec::new(), body: Blob::default() };
    // Without a signature S3 tells the owner's bucket apart only from what does not exist by the code; the
    // project's files tell that nothing was written there either.
    assert!(matches!(page.ask(command), Reply::Http { status: 403, .. }));
    page.type_line("terraform plan -detailed-exitcode > plan.txt");
    let Reply::File { content, .. } = page.ask(Command::ReadFile { path: "plan.txt".into() }) else {
        panic!()
    };
    assert!(content.as_text().unwrap().contains("No changes."));
    page.type_line("terraform destroy -auto-approve > out.txt");
    let Reply::File { content, .. } = page.ask(Command::ReadFile { path: "out.txt".into() }) else {
        panic!()
    };
    // A bucket that holds an object cannot be deleted (BucketNotEmpty): the check's object is not in it.
    assert!(content.as_text().unwrap().contains("Destroy complete!"), "{:?}", content.as_text());
}

#[test]
fn a_lesson_survives_a_reload_and_a_replay() {
    // Source: our own reasoning: ARCHITECTURE.md, the invariant of the journal.
    let mut page = Page::open(&lesson());
    page.ask(Command::LessonPredict { step: 0, option: 1 });
    page.ask(Command::LessonHint { step: 0 });
    page.type_line("terraform init");
    page.type_line("terraform apply -auto-approve");
    page.check(0);
    let restored = Lab::restore(&page.lab.snapshot().expect("nothing runs")).unwrap();
    assert_eq!(restored.state_hash(), page.lab.state_hash());
    let mut again = Lab::new(7, START_MS);
    for (at_ms, input) in &page.journal {
        again.step(*at_ms, input.clone());
    }
    assert_eq!(again.state_hash(), page.lab.state_hash());
    page.lab = restored;
    page.lesson = None;
    page.ask(Command::Attach);
    let view = page.lesson.clone().unwrap();
    assert_eq!((view.current, view.steps[0].hints.len()), (1, 1));
    page.ask(Command::RestartLesson);
    assert_eq!(page.lesson.clone().unwrap().current, 0);
}

#[test]
fn a_solution_stands_beside_the_students_own_files() {
    // Source: our own reasoning.
    let mut page = Page::open(&lesson());
    let Reply::Solution(solution) = page.ask(Command::LessonSolution { step: 0 }) else { panic!() };
    assert_eq!(solution.files[0].own.as_deref(), Some(MAIN));
    assert_eq!(solution.commands, ["terraform apply -auto-approve"]);
}

#[test]
fn a_lesson_with_a_mistake_is_refused_with_its_place() {
    // Source: our own reasoning, as lessons/README.md tells teachers.
    let mut page = Page::open(&lesson());
    for (pointer, value, expected) in [
        ("/format", json!(9), "format:"),
        ("/id", json!("A b"), "id:"),
        ("/title", json!(""), "title: a text is needed"),
        ("/start", json!({ "../x": "" }), "start: `../x`"),
        ("/picture/edges", json!([{ "from": "b", "to": "c" }]), "picture.edges[0].to"),
        ("/steps", json!([]), "steps: 1 to"),
        ("/steps/0/prediction/options/1/right", json!(false), "steps[0].prediction.options"),
        ("/steps/0/checks/1/kind", json!("awss"), "steps[0].checks[1].kind: there is no kind `awss`"),
        ("/steps/0/checks/1/call", json!("s3:PutObjekt"), "steps[0].checks[1].call"),
        ("/steps/0/checks/1/params", json!({ "bucket": "" }), "has no parameter `bucket`"),
        ("/steps/0/checks/1/expect", json!({ "at": "status", "equals": 1 }), "expect.at"),
        ("/steps/0/checks/1/expect", json!({ "at": "/a", "equal": 1 }), "no word `equal`"),
        ("/steps/0/checks/1/expect", json!({ "at": "/a", "matches": "(" }), "expect.matches"),
        ("/steps/0/checks/1/hints", json!([]), "hints: the last"),
        ("/steps/1/checks/0/action", Value::Null, "steps[1].checks[0]"),
    ] {
        let mut wrong = lesson();
        match wrong.pointer_mut(pointer) {
            Some(place) => *place = value,
            None => wrong.pointer_mut("/steps/0/checks/1").unwrap()["expect"] = value,
        }
        if pointer == "/steps/1/checks/0/action" {
            wrong.pointer_mut("/steps/1/checks/0").unwrap()["agent"] = Value::Null;
        }
        let reply = page.ask(Command::OpenLesson { lesson: wrong.to_string() });
        assert!(matches!(&reply, Reply::Refused { text } if text.contains(expected)), "{pointer}: {reply:?}");
    }
    assert_eq!(page.lesson.unwrap().id, "trial", "a refused lesson changes nothing");
}
