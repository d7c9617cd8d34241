//! The live map: what is declared and what exists, how it is connected, and what happens between.

mod cards;
pub mod layout;
mod list;
mod traffic;

use crate::features::console::SideTabs;
use crate::interop::browser;
use crate::interop::graph::GraphModule;
use crate::store::{first_steps_shown, use_store};
use crate::texts::t;
use crate::ui::{IconButton, Shape};
pub use cards::kind_words;
use cards::{Cards, Lines};
use layout::{Camera, Card, Placed};
use leptos::html;
use leptos::prelude::*;
use nuvola_lab::view::{MapView, NodeStatus};
use traffic::Sign;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{KeyboardEvent, PointerEvent, WheelEvent};

const ZOOM_STEP: f64 = 1.2;
const PAN_STEP: f64 = 48.0;
/// What the first steps cover of the map. **Units**: pixels.
const FIRST_STEPS_HEIGHT: f64 = 60.0;

/// What a person reads about a node's state.
pub fn status_word(status: NodeStatus) -> &'static str {
    match status {
        NodeStatus::Planned => t().planned,
        NodeStatus::Creating => t().creating,
        NodeStatus::Ready => t().ready,
        NodeStatus::Updating => t().updating,
        NodeStatus::Deleting => t().deleting,
        NodeStatus::Failed => t().failed,
    }
}

#[component]
pub fn MapPane() -> impl IntoView {
    let store = use_store();
    let area = NodeRef::<html::Div>::new();
    let cards = Memo::new(move |_| store.map.with(layout::cards));
    let room = RwSignal::new((1.0, 1.0));
    let placed = place(store.map.into(), cards, room.into());
    let camera = RwSignal::new(Camera { scale: 1.0, x: 0.0, y: 0.0 });
    // Until the person moves the map it shows everything.
    let follows = RwSignal::new(true);
    let fit = move || {
        let Some(area) = area.get_untracked() else { return };
        let below = if first_steps_shown(store) { FIRST_STEPS_HEIGHT } else { 0.0 };
        let size = (f64::from(area.client_width()), f64::from(area.client_height()) - below);
        if size.0 <= 0.0 || size.1 <= 0.0 {
            return;
        }
        if room.get_untracked() != size {
            room.set(size);
        }
        let map = placed.with_untracked(|placed| (placed.width, placed.height));
        if map.0 > 0.0 {
            camera.set(Camera::fit(map, size));
        }
    };
    Effect::new(move |_| {
        placed.track();
        let _ = store
            .preferences
            .with(|all| (all.code_percent, all.main_percent, all.map_percent, all.files_percent));
        let _ = (store.selected.track(), store.pane.track(), store.progress.track());
        if follows.get_untracked() {
            browser::after(0, fit);
        }
    });
    let on_window_size = window_event_listener(leptos::ev::resize, move |_| {
        if follows.get_untracked() {
            fit();
        }
    });
    on_cleanup(move || on_window_size.remove());
    let zoom = move |factor: f64| {
        let Some(area) = area.get_untracked() else { return };
        let middle = (f64::from(area.client_width()) / 2.0, f64::from(area.client_height()) / 2.0);
        follows.set(false);
        camera.update(|camera| *camera = camera.zoomed(factor, middle));
    };
    let as_list = Signal::derive(move || store.preferences.with(|all| all.map_as_list));
    let empty = Memo::new(move |_| cards.with(Vec::is_empty));
    view! {
        <section class="nv-map" aria-label=t().map>
            <header class="nv-pane-head">
                <SideTabs />
                <span class="nv-spacer"></span>
                <IconButton label=t().zoom_out icon=Shape::Minus disabled=as_list on_press=Callback::new(move |()| zoom(1.0 / ZOOM_STEP)) />
                <IconButton label=t().zoom_in icon=Shape::Plus disabled=as_list on_press=Callback::new(move |()| zoom(ZOOM_STEP)) />
                <IconButton
                    label=t().fit
                    icon=Shape::Fit
                    disabled=as_list
                    on_press=Callback::new(move |()| {
                        follows.set(true);
                        fit();
                    })
                />
                <IconButton
                    label=t().as_list
                    icon=Shape::List
                    pressed=as_list
                    on_press=Callback::new(move |()| store.preferences.update(|all| all.map_as_list = !all.map_as_list))
                />
            </header>
            <Show when=move || empty.get()>
                <p class="nv-empty">{t().map_empty}</p>
            </Show>
            <Show
                when=move || as_list.get()
                fallback=move || view! { <Canvas area camera follows cards placed /> }.into_any()
            >
                <list::NodeList cards />
            </Show>
        </section>
    }
}

/// The places of the cards, computed again when their sizes or connections change.
pub fn place(map: Signal<MapView>, cards: Memo<Vec<Card>>, room: Signal<(f64, f64)>) -> Memo<Placed> {
    let module = StoredValue::new_local(None::<GraphModule>);
    let loaded = RwSignal::new(false);
    spawn_local(async move {
        if let Ok(graph) = GraphModule::load().await {
            module.set_value(Some(graph));
            loaded.set(true);
        }
    });
    let inputs = Memo::new(move |_| {
        let input = |direction: &&'static str| {
            map.with(|map| cards.with(|cards| layout::graph_input(cards, map, direction)))
        };
        layout::DIRECTIONS.iter().map(input).collect::<Vec<_>>()
    });
    let all = Memo::new(move |_| {
        if !loaded.get() || cards.with(Vec::is_empty) {
            return Vec::new();
        }
        let lay_out = |input: &layout::GraphInput| -> Option<Placed> {
            let json = serde_json::to_string(input).expect("the input is plain data");
            let answer = module.with_value(|module| module.as_ref().map(|module| module.lay_out(&json)))?;
            serde_json::from_str(&answer).ok()
        };
        inputs.with(|inputs| inputs.iter().filter_map(lay_out).collect())
    });
    Memo::new(move |_| layout::best(all.get(), room.get()))
}

#[component]
fn Canvas(
    area: NodeRef<html::Div>,
    camera: RwSignal<Camera>,
    /// Whether the map still shows everything by itself.
    follows: RwSignal<bool>,
    cards: Memo<Vec<Card>>,
    placed: Memo<Placed>,
) -> impl IntoView {
    let signs = watch_traffic(cards, placed);
    let grabbed = RwSignal::new(None::<(f64, f64)>);
    let at = |event: &PointerEvent| (f64::from(event.client_x()), f64::from(event.client_y()));
    let grab = move |event: PointerEvent| {
        let on_card = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|target| target.closest("button").ok().flatten().is_some());
        if !on_card {
            grabbed.set(Some(at(&event)));
            if let Some(area) = area.get_untracked() {
                let _ = area.set_pointer_capture(event.pointer_id());
            }
        }
    };
    let drag = move |event: PointerEvent| {
        let Some(from) = grabbed.get_untracked() else { return };
        let to = at(&event);
        grabbed.set(Some(to));
        follows.set(false);
        camera.update(|camera| *camera = camera.moved((to.0 - from.0, to.1 - from.1)));
    };
    let wheel = move |event: WheelEvent| {
        event.prevent_default();
        let Some(area) = area.get_untracked() else { return };
        let place = area.get_bounding_client_rect();
        let at = (f64::from(event.client_x()) - place.left(), f64::from(event.client_y()) - place.top());
        follows.set(false);
        camera.update(|camera| *camera = camera.zoomed((-event.delta_y() / 400.0).exp(), at));
    };
    let key = move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowLeft" => (PAN_STEP, 0.0),
            "ArrowRight" => (-PAN_STEP, 0.0),
            "ArrowUp" => (0.0, PAN_STEP),
            "ArrowDown" => (0.0, -PAN_STEP),
            _ => return,
        };
        event.prevent_default();
        follows.set(false);
        camera.update(|camera| *camera = camera.moved(by));
    };
    let place = move || {
        let Camera { scale, x, y } = camera.get();
        format!("translate({x:.1}px, {y:.1}px) scale({scale:.3})")
    };
    view! {
        <div
            node_ref=area
            class="nv-map-area"
            class:nv-grabbed=move || grabbed.with(Option::is_some)
            role="group"
            aria-label=t().map_canvas
            tabindex="0"
            on:pointerdown=grab
            on:pointermove=drag
            on:pointerup=move |_| grabbed.set(None)
            on:pointercancel=move |_| grabbed.set(None)
            on:wheel=wheel
            on:keydown=key
        >
            <div class="nv-map-plane" style:transform=place>
                <Lines placed signs />
                <Cards cards placed signs />
            </div>
        </div>
    }
}

/// Signs of what happens, each for a moment.
fn watch_traffic(cards: Memo<Vec<Card>>, placed: Memo<Placed>) -> RwSignal<Vec<Sign>> {
    const AT_ONCE: usize = 12;
    let store = use_store();
    let signs = RwSignal::new(Vec::<Sign>::new());
    Effect::new(move |seen: Option<u64>| {
        let newest = store.activity.with(|all| all.front().map_or(0, |entry| entry.id));
        let Some(seen) = seen else { return newest };
        let fresh: Vec<Sign> = store.activity.with_untracked(|all| {
            let new = all.iter().take_while(|entry| entry.id > seen).take(AT_ONCE);
            let drawn = |entry: &crate::store::ActivityEntry| {
                cards.with_untracked(|cards| {
                    placed.with_untracked(|placed| traffic::sign(entry.id, &entry.traffic, cards, placed))
                })
            };
            new.filter_map(drawn).collect()
        });
        if !fresh.is_empty() {
            let ids: Vec<u64> = fresh.iter().map(|sign| sign.id).collect();
            signs.update(|all| all.extend(fresh));
            browser::after(traffic::SHOWN_MS, move || {
                signs.update(|all| all.retain(|sign| !ids.contains(&sign.id)))
            });
        }
        newest
    });
    signs
}
