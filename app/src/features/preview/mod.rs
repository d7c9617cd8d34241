//! The preview browser: a simulated web page in a sandboxed frame, its address bar, and what its calls led to.

mod document;
mod history;
pub mod links;
mod network;

use crate::client::ask;
use crate::interop::frame::{Line, Wish};
use crate::interop::lazy;
use crate::store::{Dock, NetworkEvent, Store, use_store};
use crate::texts::t;
use crate::ui::{Button, Icon, IconButton, Look, Shape};
use history::History;
use leptos::html;
use leptos::prelude::*;
use nuvola_kernel::Blob;
use nuvola_lab::browser_api::{Exchange, FetchRequest, Navigation, PageReply, Verdict};
use nuvola_lab::view::Link;
use nuvola_lab::{Command, Reply};
use std::cell::RefCell;

pub use network::NetworkList;

thread_local! {
    /// The line to the document that is shown.
    static LINE: RefCell<Option<Line>> = const { RefCell::new(None) };
}

/// What the preview shows; all of it local to this screen.
#[derive(Clone, Copy)]
struct Preview {
    store: Store,
    history: RwSignal<History>,
    address: RwSignal<String>,
    loading: RwSignal<bool>,
    /// The document in the frame: its number, so that each load is a new frame, and its text.
    document: RwSignal<Option<(u64, String, String)>>,
    /// The last call that was blocked.
    blocked: RwSignal<Option<Blocked>>,
    title: RwSignal<String>,
}

impl Preview {
    fn get(self, url: &str) {
        let (url, method) = (url.to_owned(), "GET".to_owned());
        self.load(Navigation { url, method, headers: Vec::new(), body: Blob::default() }, true);
    }

    fn load(self, navigation: Navigation, remember: bool) {
        self.loading.set(true);
        self.blocked.set(None);
        self.address.set(navigation.url.clone());
        let asked = navigation.url.clone();
        ask(Command::Navigate(navigation), move |reply| {
            // A later navigation has taken over.
            if self.address.get_untracked() != asked {
                return;
            }
            self.loading.set(false);
            match reply {
                Reply::Page(page) => self.show(page, remember),
                other => self.store.show_refusal(&other),
            }
        });
    }

    fn show(self, page: PageReply, remember: bool) {
        if remember {
            self.history.update(|history| history.visit(&page.url));
        }
        self.address.set(page.url.clone());
        if page.error.is_none() && page.status < 400 {
            self.store.progress.update(|progress| progress.opened = true);
        }
        LINE.set(None);
        self.document.set(Some((self.store.next_id(), page.url.clone(), document::html(&page))));
    }

    /// The frame has loaded its own empty page: it gets the document.
    fn fill(self, frame: &web_sys::HtmlIFrameElement, url: &str, html: &str) {
        let line = Line::open(frame, url, html, move |wish| self.on_wish(wish));
        LINE.set(line);
    }

    fn on_wish(self, wish: Wish) {
        match wish {
            Wish::Fetch { id, request } => self.fetch(id, request),
            Wish::Resource { id, url } => {
                let navigation =
                    Navigation { url, method: "GET".into(), headers: Vec::new(), body: Blob::default() };
                ask(Command::Navigate(navigation), move |reply| {
                    with_line(|line| match &reply {
                        Reply::Page(page) => line.answer_resource(id, page),
                        _ => line.answer_error(id),
                    });
                });
            }
            Wish::Navigate(navigation) => self.load(navigation, true),
            Wish::Address(url) => {
                self.history.update(|history| history.visit(&url));
                self.address.set(url);
            }
            Wish::Console { level, text } => {
                self.store.on_network(NetworkEvent::Console { level, text });
            }
            Wish::Shown { title } => self.title.set(title),
        }
    }

    fn fetch(self, id: f64, request: FetchRequest) {
        ask(Command::Fetch(request), move |reply| {
            let Reply::Fetch(reply) = reply else { return with_line(|line| line.answer_error(id)) };
            with_line(|line| line.answer_fetch(id, &reply));
            let blocked = reply.exchange.blocked.then(|| why_blocked(&reply.exchange));
            let door = reply.exchange.url.split('?').next().unwrap_or_default().to_owned();
            let (exchange, status, console) = (reply.exchange, reply.status, reply.console);
            let entry = self.store.on_network(NetworkEvent::Exchange { exchange, status, console });
            match blocked {
                Some(why) => self.blocked.set(Some(Blocked { entry, why, door })),
                // Mended: a call of the same address goes through.
                None if self
                    .blocked
                    .with_untracked(|last| last.as_ref().is_some_and(|last| last.door == door)) =>
                {
                    self.blocked.set(None);
                }
                None => {}
            }
        });
    }
}

fn with_line(act: impl FnOnce(&Line)) {
    LINE.with_borrow(|line| line.as_ref().map(act));
}

/// A call that was blocked.
#[derive(Clone)]
struct Blocked {
    /// Its entry in the network list.
    entry: u64,
    why: String,
    /// The address without its query.
    door: String,
}

/// The sentence of the step that blocked a call.
fn why_blocked(exchange: &Exchange) -> String {
    let step = exchange.steps.iter().rev().find(|step| step.verdict == Verdict::Blocked);
    step.map_or_else(String::new, |step| step.explanation.clone())
}

/// An address as people type it: without a scheme it is http.
fn typed_address(text: &str) -> String {
    let text = text.trim();
    match text.contains("://") {
        true => text.to_owned(),
        false => format!("http://{text}"),
    }
}

#[component]
pub fn PreviewPane() -> impl IntoView {
    let store = use_store();
    let preview = Preview {
        store,
        history: RwSignal::default(),
        address: RwSignal::default(),
        loading: RwSignal::new(false),
        document: RwSignal::default(),
        blocked: RwSignal::default(),
        title: RwSignal::default(),
    };
    Effect::new(move |_| {
        if let Some((_, url)) = store.preview_wish.get() {
            preview.get(&url);
        }
    });
    view! {
        <div class="nv-preview">
            <Toolbar preview />
            <BlockedBanner preview />
            <Show when=move || preview.document.with(Option::is_none)>
                <StartPage preview />
            </Show>
            <For
                each=move || preview.document.get()
                key=|(number, _, _)| *number
                children=move |(_, url, html)| view! { <Frame preview url html /> }
            />
        </div>
    }
}

/// Before any page: what can be opened.
#[component]
fn StartPage(preview: Preview) -> impl IntoView {
    let known = Memo::new(move |_| preview.store.map.with(links::links));
    let button = move |link: Link| {
        let Link { label, url } = link;
        let opened = url.clone();
        view! {
            <button type="button" class="nv-open-link" on:click=move |_| preview.get(&opened)>
                <Icon shape=Shape::Globe />
                <span>
                    <strong>{label}</strong>
                    <small>{url}</small>
                </span>
            </button>
        }
    };
    view! {
        <div class="nv-start-page nv-scroll">
            <p class="nv-quiet">{t().preview_empty}</p>
            {move || known.get().into_iter().map(button).collect_view()}
        </div>
    }
}

#[component]
fn Toolbar(preview: Preview) -> impl IntoView {
    let Preview { history, address, loading, .. } = preview;
    let typed = NodeRef::<html::Input>::new();
    let no_back = Signal::derive(move || !history.with(History::can_go_back));
    let no_forward = Signal::derive(move || !history.with(History::can_go_forward));
    let no_page = Signal::derive(move || history.with(|history| history.current().is_none()));
    let go = move |step: fn(&mut History) -> Option<String>| {
        Callback::new(move |()| {
            if let Some(url) = history.try_update(step).flatten() {
                let method = "GET".to_owned();
                preview.load(Navigation { url, method, headers: Vec::new(), body: Blob::default() }, false);
            }
        })
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let text = typed.get_untracked().map(|input| input.value()).unwrap_or_default();
        if !text.trim().is_empty() {
            preview.get(&typed_address(&text));
        }
    };
    view! {
        <form class="nv-toolbar" on:submit=submit>
            <IconButton label=t().back icon=Shape::Back disabled=no_back on_press=go(History::back) />
            <IconButton label=t().forward icon=Shape::Forward disabled=no_forward on_press=go(History::forward) />
            <IconButton label=t().reload icon=Shape::Reload disabled=no_page on_press=go(|history| history.current().map(str::to_owned)) />
            <input
                node_ref=typed
                type="text"
                inputmode="url"
                class="nv-address"
                aria-label=t().address
                placeholder=t().address_hint
                list="nv-addresses"
                spellcheck="false"
                autocomplete="off"
                prop:value=address
            />
            <datalist id="nv-addresses">
                {move || {
                    let known = preview.store.map.with(links::links);
                    known.into_iter().map(|link| view! { <option value=link.url>{link.label}</option> }).collect_view()
                }}
            </datalist>
            <span class="nv-progress" class:nv-hidden=move || !loading.get() role="status">
                {t().loading}
            </span>
        </form>
    }
}

#[component]
fn BlockedBanner(preview: Preview) -> impl IntoView {
    let store = preview.store;
    let banner = move || {
        preview.blocked.get().map(|Blocked { entry, why, .. }| {
            let explain = Callback::new(move |()| {
                store.shown_exchange.set(Some(entry));
                store.show_dock(Dock::Network);
            });
            view! {
                <div class="nv-banner" role="alert">
                    <Icon shape=Shape::Warning />
                    <span>
                        <strong>{t().blocked_by_cors}</strong>
                        " "
                        {why}
                    </span>
                    <Button label=t().explain look=Look::Plain on_press=explain />
                    <IconButton label=t().dismiss icon=Shape::Close on_press=Callback::new(move |()| preview.blocked.set(None)) />
                </div>
            }
        })
    };
    view! { {banner} }
}

/// Each document gets a new frame, so nothing of the last page stays behind.
#[component]
fn Frame(preview: Preview, url: String, html: String) -> impl IntoView {
    let element = NodeRef::<html::Iframe>::new();
    let filled = StoredValue::new(false);
    let on_load = move |_| {
        // Writing the document makes the frame load again; only the first time it is empty.
        let Some(frame) = element.get_untracked().filter(|_| !filled.get_value()) else { return };
        filled.set_value(true);
        preview.fill(&frame, &url, &html);
    };
    view! {
        <iframe
            node_ref=element
            class="nv-frame"
            title=t().preview_frame
            sandbox="allow-scripts allow-forms allow-modals"
            referrerpolicy="no-referrer"
            src=lazy::address("preview/frame.html")
            on:load=on_load
        ></iframe>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_without_a_scheme_are_http() {
        assert_eq!(typed_address(" site.example/x "), "http://site.example/x");
        assert_eq!(typed_address("https://a.example"), "https://a.example");
    }
}
