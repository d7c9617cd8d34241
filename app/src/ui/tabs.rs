//! Keys of a row of tabs: arrows move, Home and End go to the ends.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Moves the focus among the tabs of the row that the key was pressed in, and opens the one reached.
/// **Source**: WAI-ARIA Authoring Practices, "Tabs Pattern", keyboard interaction.
pub fn on_key(event: &KeyboardEvent) {
    let step: i32 = match event.key().as_str() {
        "ArrowLeft" => -1,
        "ArrowRight" => 1,
        "Home" => i32::MIN,
        "End" => i32::MAX,
        _ => return,
    };
    let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
    let Some(tab) = target.and_then(|target| target.closest("[role=tab]").ok().flatten()) else { return };
    let Some(row) = tab.closest("[role=tablist]").ok().flatten() else { return };
    let Ok(found) = row.query_selector_all("[role=tab]") else { return };
    let tabs: Vec<HtmlElement> =
        (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect();
    let Some(at) = tabs.iter().position(|other| other.is_same_node(Some(&tab))) else { return };
    let next = neighbour(at, tabs.len(), step);
    event.prevent_default();
    let _ = tabs[next].focus();
    tabs[next].click();
}

/// The tab reached from `at`; the row is a ring.
fn neighbour(at: usize, count: usize, step: i32) -> usize {
    match step {
        i32::MIN => 0,
        i32::MAX => count - 1,
        step => (at as i32 + step).rem_euclid(count as i32) as usize,
    }
}

#[cfg(test)]
mod tests {
    use super::neighbour;

    #[test]
    fn arrows_go_round_and_home_and_end_go_to_the_ends() {
        // Source: WAI-ARIA Authoring Practices, "Tabs Pattern".
        assert_eq!([neighbour(0, 3, -1), neighbour(2, 3, 1), neighbour(1, 3, 1)], [2, 0, 2]);
        assert_eq!([neighbour(1, 3, i32::MIN), neighbour(1, 3, i32::MAX)], [0, 2]);
    }
}
