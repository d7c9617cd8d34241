//! The lab's clock: its time, pause, speed.

use crate::client::tell;
use crate::interop::browser;
use crate::store::use_store;
use crate::texts::t;
use crate::ui::{IconButton, Shape};
use leptos::prelude::*;
use nuvola_lab::Command;
use nuvola_lab::view::ClockView;

const SPEEDS: &[f64] = &[0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 60.0];
const TICK_MS: u32 = 500;

/// The lab's time, from what it told last and the time that has passed since.
fn now_ms(clock: &ClockView, passed_ms: f64) -> i64 {
    match clock.paused {
        true => clock.now_ms,
        false => clock.now_ms + (passed_ms * clock.speed) as i64,
    }
}

#[component]
pub fn Clock() -> impl IntoView {
    let store = use_store();
    let ticks = RwSignal::new(0_u32);
    let told_at = Memo::new(move |_| {
        store.clock.track();
        browser::now_ms()
    });
    gloo_timers::callback::Interval::new(TICK_MS, move || {
        ticks.update(|count| *count = count.wrapping_add(1))
    })
    .forget();
    let shown = move || {
        ticks.track();
        let told_at = told_at.get();
        store.clock.with(|clock| {
            let clock = clock.as_ref()?;
            Some(browser::time_of_day(now_ms(clock, browser::now_ms() - told_at)))
        })
    };
    let paused = Signal::derive(move || store.clock.with(|clock| clock.is_some_and(|clock| clock.paused)));
    let speed = Memo::new(move |_| store.clock.with(|clock| clock.map_or(1.0, |clock| clock.speed)));
    let set = move |paused: bool, speed: f64| tell(store, Command::SetClock { paused, speed });
    let pause = Callback::new(move |()| set(!paused.get_untracked(), speed.get_untracked()));
    let label =
        Signal::derive(
            move || if paused.get() { t().clock_resume.to_owned() } else { t().clock_pause.to_owned() },
        );
    let icon = Signal::derive(move || if paused.get() { Shape::Play } else { Shape::Pause });
    let choose = move |event| {
        if let Ok(speed) = event_target_value(&event).parse() {
            set(paused.get_untracked(), speed);
        }
    };
    view! {
        <div class="nv-clock" role="group" aria-label=t().clock class:nv-paused=paused>
            <time title=t().clock>{shown}</time>
            <IconButton label icon pressed=paused on_press=pause />
            <select aria-label=t().clock_speed title=t().clock_speed on:change=choose prop:value=move || speed.get().to_string()>
                {SPEEDS
                    .iter()
                    .map(|option| {
                        view! {
                            <option value=option.to_string() selected=move || speed.get() == *option>
                                {format!("{option}×")}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_runs_at_its_speed_and_stands_while_paused() {
        let clock = ClockView { now_ms: 1_000, paused: false, speed: 2.0 };
        assert_eq!(now_ms(&clock, 500.0), 2_000);
        assert_eq!(now_ms(&ClockView { paused: true, ..clock }, 500.0), 1_000);
    }
}
