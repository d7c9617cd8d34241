//! Buttons: with a word, or with an icon and a spoken name.

use super::icon::{Icon, Shape};
use leptos::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Primary,
    Plain,
    Danger,
    Quiet,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Look::Primary => "nv-button nv-button-primary",
            Look::Plain => "nv-button",
            Look::Danger => "nv-button nv-button-danger",
            Look::Quiet => "nv-button nv-button-quiet",
        }
    }
}

#[component]
pub fn Button(
    /// The word on it.
    #[prop(into)]
    label: Signal<String>,
    look: Look,
    #[prop(optional)] icon: Option<Shape>,
    /// A longer explanation, shown on hover.
    #[prop(into, optional)]
    hint: Signal<String>,
    #[prop(into, optional)] disabled: Signal<bool>,
    on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=look.class()
            title=move || Some(hint.get()).filter(|hint| !hint.is_empty())
            disabled=disabled
            on:click=move |_| on_press.run(())
        >
            {icon.map(|shape| view! { <Icon shape /> })}
            <span>{label}</span>
        </button>
    }
}

#[component]
pub fn IconButton(
    /// Its name, spoken and shown on hover.
    #[prop(into)]
    label: Signal<String>,
    #[prop(into)] icon: Signal<Shape>,
    #[prop(into, optional)] disabled: Signal<bool>,
    /// Whether it is switched on, for switches.
    #[prop(into, optional)]
    pressed: Option<Signal<bool>>,
    on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="nv-icon-button"
            title=label
            aria-label=label
            aria-pressed=move || pressed.map(|pressed| pressed.get().to_string())
            disabled=disabled
            on:click=move |event| {
                event.stop_propagation();
                on_press.run(());
            }
        >
            {move || view! { <Icon shape=icon.get() /> }}
        </button>
    }
}
