//! A bar between two panes, moved by pointer or arrow keys.

use leptos::html;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, PointerEvent};

/// The direction in which the bar moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    Horizontal,
    Vertical,
}

const STEP_PERCENT: f64 = 2.0;

#[component]
pub fn Splitter(
    axis: Axis,
    /// Its spoken name.
    label: &'static str,
    /// The share of the pane before it. **Units**: percent of the parent.
    #[prop(into)]
    percent: Signal<f64>,
    range: (f64, f64),
    on_move: Callback<f64>,
) -> impl IntoView {
    let bar = NodeRef::<html::Div>::new();
    let dragging = RwSignal::new(false);
    let move_to = move |value: f64| on_move.run(value.clamp(range.0, range.1));
    let drag = move |event: PointerEvent| {
        let Some(parent) = bar.get_untracked().and_then(|bar| bar.parent_element()) else { return };
        let area = parent.get_bounding_client_rect();
        let (at, start, size) = match axis {
            Axis::Horizontal => (event.client_x(), area.left(), area.width()),
            Axis::Vertical => (event.client_y(), area.top(), area.height()),
        };
        if dragging.get_untracked() && size > 0.0 {
            move_to((f64::from(at) - start) / size * 100.0);
        }
    };
    let key = move |event: KeyboardEvent| {
        let now = percent.get_untracked();
        let wish = match (event.key().as_str(), axis) {
            ("ArrowLeft", Axis::Horizontal) | ("ArrowUp", Axis::Vertical) => now - STEP_PERCENT,
            ("ArrowRight", Axis::Horizontal) | ("ArrowDown", Axis::Vertical) => now + STEP_PERCENT,
            ("Home", _) => range.0,
            ("End", _) => range.1,
            _ => return,
        };
        event.prevent_default();
        move_to(wish);
    };
    let (class, orientation) = match axis {
        Axis::Horizontal => ("nv-splitter nv-splitter-x", "vertical"),
        Axis::Vertical => ("nv-splitter nv-splitter-y", "horizontal"),
    };
    view! {
        <div
            node_ref=bar
            class=class
            class:nv-dragging=dragging
            role="separator"
            tabindex="0"
            aria-label=label
            aria-orientation=orientation
            aria-valuemin=range.0.to_string()
            aria-valuemax=range.1.to_string()
            aria-valuenow=move || format!("{:.0}", percent.get())
            on:pointerdown=move |event| {
                event.prevent_default();
                dragging.set(true);
                if let Some(bar) = bar.get_untracked() {
                    let _ = bar.set_pointer_capture(event.pointer_id());
                    let _ = bar.focus();
                }
            }
            on:pointermove=drag
            on:pointerup=move |_| dragging.set(false)
            on:pointercancel=move |_| dragging.set(false)
            on:keydown=key
        ></div>
    }
}
