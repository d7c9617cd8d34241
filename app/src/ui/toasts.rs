//! Notices at the corner: spoken as they come, gone after a while (errors stay).

use super::button::{Button, IconButton, Look};
use super::icon::{Icon, Shape};
use super::prose::prose;
use crate::interop::browser;
use crate::store::{Toast, ToastKind, Undo, use_store};
use crate::texts::t;
use leptos::prelude::*;

/// How long a notice stays. **Units**: milliseconds.
const SHOWN_MS: u32 = 9_000;

#[component]
pub fn Toasts(
    /// Brings deleted files back.
    on_undo: Callback<Undo>,
) -> impl IntoView {
    let store = use_store();
    let dismiss = move |id: u64| store.toasts.update(|all| all.retain(|toast| toast.id != id));
    let show = move |toast: Toast| {
        let Toast { id, kind, title, text, undo } = toast;
        let (class, shape) = match kind {
            ToastKind::Error => ("nv-toast nv-toast-error", Shape::Cross),
            ToastKind::Warning => ("nv-toast nv-toast-warning", Shape::Warning),
            ToastKind::Info => ("nv-toast", Shape::Info),
        };
        if kind != ToastKind::Error {
            browser::after(SHOWN_MS, move || dismiss(id));
        }
        let undo = undo.map(|undo| {
            let press = Callback::new(move |()| {
                dismiss(id);
                on_undo.run(undo.clone());
            });
            view! { <Button label=t().undo look=Look::Quiet on_press=press /> }
        });
        view! {
            <div class=class>
                <Icon shape />
                <div class="nv-toast-text">
                    <strong>{prose(&title)}</strong>
                    <span>{prose(&text)}</span>
                    {undo}
                </div>
                <IconButton label=t().dismiss icon=Shape::Close on_press=Callback::new(move |()| dismiss(id)) />
            </div>
        }
    };
    view! {
        <div class="nv-toasts" role="status" aria-live="polite">
            <For each=move || store.toasts.get() key=|toast| toast.id children=show />
        </div>
    }
}
