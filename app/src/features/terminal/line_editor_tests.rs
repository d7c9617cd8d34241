//! Expected key effects are those of GNU Readline's Emacs mode ("Bindable Readline Commands"); the rest is
//! our own reasoning about what stands on the screen.

use super::*;

fn at_prompt() -> LineEditor {
    let mut editor = LineEditor::new(40);
    editor.set_history(vec!["terraform init".into(), "ls".into(), "terraform apply".into()]);
    editor.set_mode(Mode::Command, "$ ");
    editor
}

fn typed(editor: &mut LineEditor, keys: &[&str]) -> Vec<Action> {
    keys.iter().flat_map(|key| editor.input(key)).collect()
}

/// Types keys at an empty prompt; gives the line with `|` at the cursor.
fn check(keys: &[&str], expected: &str) {
    let mut editor = at_prompt();
    typed(&mut editor, keys);
    let mut line = editor.text.clone();
    line.insert(editor.cursor, '|');
    assert_eq!(line.iter().collect::<String>(), expected, "{keys:?}");
}

fn submitted(actions: &[Action]) -> Vec<&str> {
    let line = |action: &'_ Action| matches!(action, Action::Submit(_));
    actions
        .iter()
        .filter(|action| line(action))
        .map(|action| if let Action::Submit(line) = action { line.as_str() } else { "" })
        .collect()
}

#[test]
fn cursor_keys_move_and_letters_go_in_at_the_cursor() {
    check(&["a", "b", "\x1b[D", "x"], "ax|b");
    check(&["a", "b", "\x1b[H", "x"], "x|ab");
    check(&["a", "b", "\x01", "\x05", "x"], "abx|");
    check(&["a", "\x1b[D", "\x1b[D", "\x1b[C", "\x1b[C", "b"], "ab|");
}

#[test]
fn deleting_takes_what_the_keys_name() {
    check(&["one two", "\x17"], "one |");
    check(&["one two", "\x15"], "|");
    check(&["one two", "\x1b[1;5D", "\x0b"], "one |");
    check(&["one two", "\x17", "\x19"], "one two|");
    check(&["a", "b", "\x7f"], "a|");
    check(&["ab", "\x01", "\x1b[3~"], "|b");
}

#[test]
fn combining_marks_and_wide_letters_are_one_step() {
    check(&["e\u{301}a", "\x1b[D", "\x1b[D"], "|e\u{301}a");
    check(&["云", "\x7f"], "|");
}

#[test]
fn history_walks_and_comes_back_to_the_draft() {
    check(&["x", "\x1b[A"], "terraform apply|");
    check(&["x", "\x1b[A", "\x1b[A", "\x1b[A", "\x1b[A"], "terraform init|");
    check(&["x", "\x1b[A", "\x1b[A", "\x1b[B", "\x1b[B"], "x|");
}

#[test]
fn reverse_search_finds_the_latest_line_and_older_ones() {
    let mut editor = at_prompt();
    let actions = typed(&mut editor, &["\x12", "t", "e", "r", "\x12", "\r"]);
    assert_eq!(submitted(&actions), ["terraform init"]);
    check(&["\x12", "a", "p", "p", "\x1b[D"], "terraform appl|y");
}

#[test]
fn pasted_lines_run_one_after_the_other() {
    let mut editor = at_prompt();
    let actions = editor.input("echo 1\necho 2\r\necho 3");
    assert_eq!(submitted(&actions), ["echo 1"]);
    let actions = editor.set_mode(Mode::Command, "$ ");
    assert_eq!(submitted(&actions), ["echo 2"]);
    let actions = editor.set_mode(Mode::Command, "$ ");
    assert_eq!(submitted(&actions), [] as [&str; 0], "the last line has no line break yet");
    assert_eq!(editor.line(), "echo 3");
}

#[test]
fn ctrl_c_drops_the_line_and_pasted_ones() {
    let mut editor = at_prompt();
    editor.input("echo 1\necho 2");
    let actions = editor.input("\x03");
    assert_eq!(actions.last(), Some(&Action::Interrupt));
    assert_eq!(submitted(&editor.set_mode(Mode::Command, "$ ")), [] as [&str; 0]);
}

#[test]
fn ctrl_d_ends_input_only_on_an_empty_line() {
    let mut editor = at_prompt();
    assert_eq!(editor.input("\x04"), [Action::Eof]);
    check(&["ab", "\x01", "\x04"], "|b");
}

#[test]
fn one_candidate_completes_and_several_share_what_they_can() {
    let mut editor = at_prompt();
    editor.input("terra");
    assert_eq!(editor.input("\t"), [Action::Complete { line: "terra".into(), cursor: 5 }]);
    editor.completed(0, &["terraform ".into()]);
    assert_eq!(editor.line(), "terraform ");
    editor.input("cat w");
    editor.completed(14, &["web/a.html ".into(), "web/b.html ".into()]);
    assert_eq!(editor.line(), "terraform cat web/");
    let listed = editor.completed(14, &["web/a.html ".into(), "web/b.html ".into()]);
    assert!(listed.contains("web/a.html") && listed.contains("web/b.html"));
    assert_eq!(editor.line(), "terraform cat web/");
}

#[test]
fn completion_answers_for_an_older_line_change_nothing_wrong() {
    let mut editor = at_prompt();
    editor.input("è");
    assert_eq!(editor.completed(1, &["x".into()]), "");
    assert_eq!(editor.completed(9, &["x".into()]), "");
}

#[test]
fn long_lines_wrap_and_redraw_from_their_first_row() {
    let mut editor = at_prompt();
    editor.input(&"x".repeat(38));
    assert_eq!(editor.cursor_row, 1, "a full row wraps at once");
    editor.input("\x01");
    assert_eq!(editor.cursor_row, 0);
    assert_eq!(place(4, (0, 3), &['云']), (1, 2), "a wide letter does not split");
}

#[test]
fn output_goes_above_the_line_that_is_being_typed() {
    let mut editor = at_prompt();
    editor.input("ls");
    assert_eq!(editor.output("done\r\n"), "\r\x1b[Jdone\r\n$ ls\r\x1b[4C");
}

#[test]
fn answers_are_typed_after_the_question() {
    let mut editor = LineEditor::new(40);
    editor.output("\x1b[1mEnter a value:\x1b[0m ");
    editor.set_mode(Mode::Answer, "");
    assert_eq!(editor.input("y"), [Action::Write("\r\x1b[15C\x1b[Jy\r\x1b[16C".into())]);
    assert_eq!(submitted(&editor.enter("yes")), ["yes"]);
}

#[test]
fn a_prompt_begins_on_a_row_of_its_own() {
    let mut editor = LineEditor::new(40);
    editor.output("no line end");
    assert_eq!(editor.set_mode(Mode::Command, "$ "), [Action::Write("\r\n$ \r\x1b[2C".into())]);
}

#[test]
fn any_text_is_taken_without_panic() {
    let mut editor = at_prompt();
    for key in
        ["\x1b", "\x1b[", "\x1b[9999~", "\0", "\u{7f}", "\x1b[200~", "👩‍👩‍👧", "\u{200d}", "\t", "\x12", "\r"]
    {
        editor.input(key);
        editor.output(key);
    }
}
