//! How the author would do a step: asked for, then shown beside the student's own files.

use super::diff::{self, Change};
use super::prose;
use crate::client::ask;
use crate::features::editor;
use crate::store::{Store, use_store};
use crate::texts::t;
use crate::ui::{Button, Done, Look, Question, Questions};
use leptos::prelude::*;
use nuvola_kernel::Blob;
use nuvola_lab::view::{SolutionFile, SolutionView};
use nuvola_lab::{Command, Reply};

#[component]
pub fn SolutionPart(index: usize) -> impl IntoView {
    let store = use_store();
    let questions = use_context::<Questions>().expect("the application provides the questions");
    let shown = RwSignal::new(None::<SolutionView>);
    let show = Callback::new(move |()| {
        questions.put(Question {
            title: t().solution.to_owned(),
            text: t().solution_text.to_owned(),
            field: None,
            action: t().solution.to_owned(),
            danger: false,
            done: Done::new(move |_| load(store, index, shown)),
        });
    });
    view! {
        <Show
            when=move || shown.with(Option::is_some)
            fallback=move || view! { <Button label=t().solution look=Look::Quiet on_press=show /> }
        >
            {move || shown.get().map(|solution| draw(store, index, solution, shown))}
        </Show>
    }
}

fn load(store: Store, index: usize, shown: RwSignal<Option<SolutionView>>) {
    editor::save_all(store);
    ask(Command::LessonSolution { step: index }, move |reply| match reply {
        // The step may be folded by now.
        Reply::Solution(solution) => drop(shown.try_set(Some(solution))),
        other => store.show_refusal(&other),
    });
}

fn draw(
    store: Store,
    index: usize,
    solution: SolutionView,
    shown: RwSignal<Option<SolutionView>>,
) -> AnyView {
    let SolutionView { files, commands } = solution;
    let taken = files.clone();
    let differs = files.iter().any(|file| file.own.as_ref() != Some(&file.text));
    let take = Callback::new(move |()| {
        for file in taken.clone() {
            let path = file.path;
            ask(Command::WriteFile { path, content: Blob::from(file.text) }, move |reply| {
                store.show_refusal(&reply)
            });
        }
        editor::reload_all(store);
        load(store, index, shown);
    });
    let commands = (!commands.is_empty()).then(|| {
        view! {
            <h4>{t().solution_commands}</h4>
            {prose::code(commands.iter().map(|line| spoken(line)).collect::<Vec<_>>().join("\n"))}
        }
    });
    view! {
        <section class="nv-lesson-solution" aria-label=t().solution_title>
            <h4>{t().solution_title}</h4>
            {files.into_iter().map(file_view).collect_view()}
            {differs.then(|| view! { <Button label=t().solution_take look=Look::Plain on_press=take /> })}
            {commands}
        </section>
    }
    .into_any()
}

/// What a play's marks mean to a person.
fn spoken(line: &str) -> String {
    if let Some(seconds) = line.strip_prefix("@wait ") {
        return format!("# {} {seconds} s", t().solution_wait);
    }
    if let Some(line) = line.strip_prefix("@instance ") {
        return format!("# {}\n{line}", t().solution_instance);
    }
    if let Some(act) = line.strip_prefix("@act ") {
        return format!("# {}: {act}", t().solution_console);
    }
    match line.strip_prefix('@').and_then(|rest| rest.split_once(' ')) {
        Some((terminal, line)) => format!("# {} {terminal}\n{line}", t().terminal),
        None => line.to_owned(),
    }
}

fn file_view(file: SolutionFile) -> AnyView {
    let SolutionFile { path, text, own } = file;
    let content = match own {
        Some(own) if own == text => view! { <p class="nv-quiet">{t().solution_same}</p> }.into_any(),
        Some(own) => match diff::lines(&own, &text) {
            Some(lines) => draw_diff(&lines),
            None => prose::code(text),
        },
        None => prose::code(text),
    };
    view! {
        <h5><code>{path}</code></h5>
        {content}
    }
    .into_any()
}

fn draw_diff(lines: &[(Change, &str)]) -> AnyView {
    let line = |(change, text): &(Change, &str)| {
        let (class, mark, said) = match change {
            Change::Same => ("nv-diff-same", "  ", ""),
            Change::Gone => ("nv-diff-gone", "- ", t().diff_gone),
            Change::New => ("nv-diff-new", "+ ", t().diff_new),
        };
        view! { <span class=class><span aria-hidden="true">{mark}</span><span class="nv-sr">{said}</span>{(*text).to_owned()} "\n"</span> }
    };
    view! { <pre class="nv-code nv-diff" tabindex="0">{lines.iter().map(line).collect_view()}</pre> }
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[test]
    fn marks_of_a_play_are_put_into_words() {
        // Source: our own reasoning, as lessons/README.md tells teachers.
        assert_eq!(spoken("ls"), "ls");
        assert_eq!(spoken("@2 python3 worker.py"), "# Terminal 2\npython3 worker.py");
        assert_eq!(spoken("@instance ls"), "# On the instance\nls");
    }
}
