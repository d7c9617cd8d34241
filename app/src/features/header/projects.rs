//! The project's menu: switch, export, import, empty the cloud.

use crate::client::{ask, tell};
use crate::features::lesson::LessonItems;
use crate::features::{editor, terminal};
use crate::interop::downloads;
use crate::store::{Store, use_store};
use crate::texts::t;
use crate::ui::{Done, Icon, Question, Questions, Shape};
use leptos::html;
use leptos::prelude::*;
use nuvola_kernel::Blob;
use nuvola_lab::{Command, Reply, projects};
use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, KeyboardEvent};

#[component]
pub fn ProjectMenu() -> impl IntoView {
    let store = use_store();
    let questions = use_context::<Questions>().expect("the application provides the questions");
    let open = RwSignal::new(false);
    let menu = NodeRef::<html::Div>::new();
    let upload = NodeRef::<html::Input>::new();
    let chosen = move |_| {
        let Some(input) = upload.get_untracked() else { return };
        if let Some(list) = input.files() {
            downloads::read_files(&list, move |name, zip| ask_import(store, questions, &name, zip));
        }
        input.set_value("");
    };
    let leave = move |event: FocusEvent| {
        let to = event.related_target().and_then(|to| to.dyn_into::<web_sys::Node>().ok());
        let stays = menu.get_untracked().is_some_and(|menu| to.is_some() && menu.contains(to.as_ref()));
        if !stays {
            open.set(false);
        }
    };
    let key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            open.set(false);
        }
    };
    let item = move |shape: Shape, label: String, hint: &'static str, press: Callback<()>| {
        view! {
            <button
                type="button"
                role="menuitem"
                class="nv-menu-item"
                on:click=move |_| {
                    open.set(false);
                    press.run(());
                }
            >
                <Icon shape />
                <span>
                    <strong>{label}</strong>
                    <small>{hint}</small>
                </span>
            </button>
        }
    };
    let switch = move |project: &'static projects::Project| {
        let press = Callback::new(move |()| ask_switch(store, questions, project));
        item(Shape::Folder, project.name.to_owned(), project.title, press)
    };
    view! {
        <div node_ref=menu class="nv-menu" on:focusout=leave on:keydown=key>
            <button
                type="button"
                class="nv-project"
                aria-haspopup="menu"
                aria-expanded=move || open.get().to_string()
                title=t().project_menu
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <span>{move || store.project.get()}</span>
                <Icon shape=Shape::Switch />
            </button>
            <Show when=move || open.get()>
                <div class="nv-menu-list" role="menu" aria-label=t().project_menu>
                    <p class="nv-menu-title">{t().projects}</p>
                    {projects::PROJECTS.iter().map(switch).collect_view()}
                    <p class="nv-menu-title">{t().lessons}</p>
                    <LessonItems on_choose=Callback::new(move |()| open.set(false)) />
                    <hr />
                    {item(Shape::Download, t().export.to_owned(), t().export_hint, Callback::new(move |()| export(store)))}
                    {item(
                        Shape::Upload,
                        t().import.to_owned(),
                        t().import_hint,
                        Callback::new(move |()| {
                            if let Some(input) = upload.get_untracked() {
                                input.click();
                            }
                        }),
                    )}
                    <hr />
                    {item(
                        Shape::Trash,
                        t().reset.to_owned(),
                        t().reset_hint,
                        Callback::new(move |()| ask_reset(store, questions)),
                    )}
                </div>
            </Show>
            <input node_ref=upload type="file" accept=".zip,application/zip" hidden=true on:change=chosen aria-label=t().import />
        </div>
    }
}

fn confirm(questions: Questions, title: String, text: &str, action: &str, done: Done) {
    let (text, action) = (text.to_owned(), action.to_owned());
    questions.put(Question { title, text, field: None, action, danger: true, done });
}

fn ask_switch(store: Store, questions: Questions, project: &'static projects::Project) {
    let done = Done::new(move |_| {
        terminal::forget_all_but_first(store);
        ask(Command::OpenProject { name: project.name.to_owned() }, move |reply| {
            store.show_refusal(&reply);
            editor::reload_all(store);
        });
    });
    confirm(
        questions,
        format!("{} {}", t().open_project, project.name),
        t().open_project_text,
        t().open,
        done,
    );
}

fn ask_reset(store: Store, questions: Questions) {
    let done = Done::new(move |_| tell(store, Command::ResetCloud));
    confirm(questions, t().reset.to_owned(), t().reset_text, t().reset, done);
}

fn ask_import(store: Store, questions: Questions, name: &str, zip: Blob) {
    let done = Done::new(move |_| {
        ask(Command::ImportProject { zip: zip.clone() }, move |reply| {
            store.show_refusal(&reply);
            editor::reload_all(store);
        });
    });
    confirm(questions, format!("{} {name}", t().import), t().import_text, t().import, done);
}

fn export(store: Store) {
    editor::save_all(store);
    ask(Command::ExportProject, move |reply| match reply {
        Reply::Zip { content, file_name } => downloads::download(&file_name, &content),
        other => store.show_refusal(&other),
    });
}
