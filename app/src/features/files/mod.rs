//! The file tree.

mod tree;

use crate::client::{ask, tell};
use crate::features::editor;
use crate::interop::downloads;
use crate::store::{Store, ToastKind, Undo, use_store};
use crate::texts::t;
use crate::ui::{Done, Field, Icon, IconButton, Question, Questions, Shape};
use leptos::html;
use leptos::prelude::*;
use nuvola_kernel::Blob;
use nuvola_lab::{Command, Reply};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use tree::Row;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, HtmlElement, KeyboardEvent};

#[component]
pub fn FileTree() -> impl IntoView {
    let store = use_store();
    let questions = use_context::<Questions>().expect("the application provides the questions");
    let closed = RwSignal::new(BTreeSet::<String>::new());
    let show_generated = RwSignal::new(false);
    let over = RwSignal::new(false);
    let upload = NodeRef::<html::Input>::new();
    let rows = Memo::new(move |_| store.files.with(|files| closed.with(|closed| tree::rows(files, closed))));
    let drop_files = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(list) = event.data_transfer().and_then(|data| data.files()) {
            downloads::read_files(&list, move |name, content| editor::create(store, name, content, false));
        }
    };
    let chosen = move |_| {
        let Some(input) = upload.get_untracked() else { return };
        if let Some(list) = input.files() {
            downloads::read_files(&list, move |name, content| editor::create(store, name, content, false));
        }
        input.set_value("");
    };
    let generated_count = Memo::new(move |_| rows.with(|(_, made)| made.len()));
    view! {
        <section
            class="nv-files"
            aria-label=t().files
            class:nv-drop-target=over
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=drop_files
        >
            <header class="nv-pane-head">
                <h2>{t().files}</h2>
                <IconButton label=t().new_file icon=Shape::FileNew on_press=Callback::new(move |()| ask_new(store, questions)) />
                <IconButton
                    label=t().upload
                    icon=Shape::Upload
                    on_press=Callback::new(move |()| {
                        if let Some(input) = upload.get_untracked() {
                            input.click();
                        }
                    })
                />
                <input node_ref=upload type="file" multiple=true hidden=true on:change=chosen aria-label=t().upload />
            </header>
            <ul class="nv-tree" role="tree" aria-label=t().files on:keydown=|event| on_tree_key(&event)>
                <For
                    each=move || rows.with(|(own, _)| own.clone())
                    key=|row| (row.path.clone(), row.folder)
                    children=move |row| view! { <TreeRow row closed questions /> }
                />
            </ul>
            <Show when=move || generated_count.get() != 0>
                <button
                    type="button"
                    class="nv-tree-fold"
                    aria-expanded=move || show_generated.get().to_string()
                    on:click=move |_| show_generated.update(|shown| *shown = !*shown)
                >
                    <Icon shape=Shape::Chevron />
                    {t().generated_files}
                    <span class="nv-count">{generated_count}</span>
                </button>
                <Show when=move || show_generated.get()>
                    <ul class="nv-tree nv-tree-generated" role="tree" aria-label=t().generated_files on:keydown=|event| on_tree_key(&event)>
                        <For
                            each=move || rows.with(|(_, made)| made.clone())
                            key=|row| row.path.clone()
                            children=move |row| view! { <TreeRow row closed questions /> }
                        />
                    </ul>
                </Show>
            </Show>
            <p class="nv-drop-hint">{t().drop_hint}</p>
        </section>
    }
}

#[component]
fn TreeRow(row: Row, closed: RwSignal<BTreeSet<String>>, questions: Questions) -> impl IntoView {
    let store = use_store();
    let Row { path, name, depth, folder, generated } = row;
    let is_shown = {
        let path = path.clone();
        Memo::new(move |_| store.shown_file.with(|shown| shown.as_ref() == Some(&path)))
    };
    let problems = {
        let path = path.clone();
        Memo::new(move |_| {
            store.problems.with(|all| all.iter().filter(|problem| problem.path == path).count())
        })
    };
    let shape = match folder {
        Some(true) => Shape::FolderOpen,
        Some(false) => Shape::Folder,
        None => Shape::File,
    };
    let open = {
        let path = path.clone();
        move |_| match folder {
            Some(_) => closed.update(|closed| {
                if !closed.remove(&path) {
                    closed.insert(path.clone());
                }
            }),
            None => editor::open(store, &path),
        }
    };
    let (renamed, deleted, taken) = (path.clone(), path.clone(), path.clone());
    let rename = Callback::new(move |()| ask_rename(store, questions, &renamed));
    let delete = Callback::new(move |()| ask_delete(store, questions, &deleted));
    let download = Callback::new(move |()| download(store, &taken));
    let key = move |event: KeyboardEvent| match event.key().as_str() {
        "F2" => rename.run(()),
        "Delete" => delete.run(()),
        _ => {}
    };
    view! {
        <li role="none" class="nv-tree-row" class:nv-shown=is_shown class:nv-generated=generated>
            <button
                type="button"
                role="treeitem"
                class="nv-tree-item"
                class:nv-deep-1=depth == 1
                class:nv-deep-2=depth == 2
                class:nv-deep-3=depth.ge(&3)
                attr:aria-level=(depth + 1).to_string()
                aria-expanded=folder.map(|open| open.to_string())
                aria-selected=move || is_shown.get().to_string()
                title=path.clone()
                on:click=open
                on:keydown=key
            >
                <Icon shape />
                <span class="nv-tree-name">{name}</span>
                <Show when=move || problems.get() != 0>
                    <span class="nv-tree-problems">
                        {problems}<span class="nv-sr">{t().problems}</span>
                    </span>
                </Show>
            </button>
            <span class="nv-tree-actions">
                {folder
                    .is_none()
                    .then(|| view! { <IconButton label=format!("{} {path}", t().download) icon=Shape::Download on_press=download /> })}
                {(!generated)
                    .then(|| {
                        view! { <IconButton label=format!("{} {path}", t().rename) icon=Shape::Pencil on_press=rename /> }
                    })}
                <IconButton label=format!("{} {path}", t().delete) icon=Shape::Trash on_press=delete />
            </span>
        </li>
    }
}

/// Up and down move along the tree's lines.
fn on_tree_key(event: &KeyboardEvent) {
    let step: i32 = match event.key().as_str() {
        "ArrowUp" => -1,
        "ArrowDown" => 1,
        _ => return,
    };
    let target: Option<HtmlElement> = event.target().and_then(|target| target.dyn_into().ok());
    let Some(tree) = target.as_ref().and_then(|target| target.closest("[role=tree]").ok().flatten()) else {
        return;
    };
    let Ok(found) = tree.query_selector_all("[role=treeitem]") else { return };
    let items: Vec<HtmlElement> =
        (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect();
    let at = target.and_then(|target| items.iter().position(|item| item.is_same_node(Some(&target))));
    let Some(at) = at else { return };
    event.prevent_default();
    let next = (at as i32 + step).clamp(0, items.len() as i32 - 1) as usize;
    let _ = items[next].focus();
}

fn ask_new(store: Store, questions: Questions) {
    questions.put(Question {
        title: t().new_file.to_owned(),
        text: t().new_file_text.to_owned(),
        field: Some(Field { label: t().path.to_owned(), value: String::new() }),
        action: t().create.to_owned(),
        danger: false,
        done: Done::new(move |path: String| {
            let taken = store.files.with_untracked(|all| all.iter().any(|file| file.path == path));
            match taken {
                true => editor::open(store, &path),
                false => editor::create(store, path, Blob::default(), true),
            }
        }),
    });
}

fn ask_rename(store: Store, questions: Questions, path: &str) {
    let from = path.to_owned();
    questions.put(Question {
        title: format!("{} {path}", t().rename),
        text: t().rename_text.to_owned(),
        field: Some(Field { label: t().path.to_owned(), value: path.to_owned() }),
        action: t().rename.to_owned(),
        danger: false,
        done: Done::new(move |to: String| {
            if to == from {
                return;
            }
            editor::save_all(store);
            let was_shown = store.shown_file.get_untracked().as_deref() == Some(from.as_str());
            let target = to.clone();
            ask(Command::RenameFile { from: from.clone(), to }, move |reply| match reply {
                Reply::Done if was_shown => editor::open(store, &target),
                other => store.show_refusal(&other),
            });
        }),
    });
}

fn ask_delete(store: Store, questions: Questions, path: &str) {
    let files = store.files.with_untracked(|all| tree::below(all, path));
    let path = path.to_owned();
    // One file comes back with the notice's button; a folder is asked for first.
    if files.len() <= 1 {
        return delete(store, path, files);
    }
    questions.put(Question {
        title: format!("{} {path}", t().delete),
        text: format!("{} {}", files.len(), t().delete_folder_text),
        field: None,
        action: t().delete.to_owned(),
        danger: true,
        done: Done::new(move |_| delete(store, path.clone(), files.clone())),
    });
}

/// Reads what is about to go, deletes it, and offers it back.
fn delete(store: Store, path: String, files: Vec<String>) {
    editor::save_all(store);
    let read = Arc::new(Mutex::new(Vec::new()));
    for file in files {
        let read = read.clone();
        ask(Command::ReadFile { path: file }, move |reply| {
            if let Reply::File { path, content } = reply {
                read.lock().expect("one thread").push((path, content));
            }
        });
    }
    let title = format!("{path} {}", t().was_deleted);
    ask(Command::DeleteFile { path }, move |reply| match reply {
        Reply::Done => {
            let files = std::mem::take(&mut *read.lock().expect("one thread"));
            store.toast_with(ToastKind::Info, &title, "", Some(Undo { files }));
        }
        other => store.show_refusal(&other),
    });
}

/// Brings deleted files back.
pub fn undo(store: Store, undo: Undo) {
    for (path, content) in undo.files {
        tell(store, Command::WriteFile { path, content });
    }
}

fn download(store: Store, path: &str) {
    editor::save_all(store);
    ask(Command::ReadFile { path: path.to_owned() }, move |reply| match reply {
        Reply::File { path, content } => {
            let name = path.rsplit('/').next().unwrap_or(&path);
            downloads::download(name, &content);
        }
        other => store.show_refusal(&other),
    });
}
