//! What the page remembers about how a person likes it: sizes, theme, dismissed hints. Kept in the browser.

use crate::interop::browser;
use serde::{Deserialize, Serialize};

const KEY: &str = "nuvola.preferences";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system has it.
    System,
    Light,
    Dark,
}

/// Sizes are percentages of what they divide, so that they fit any window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Preferences {
    pub theme: Theme,
    pub files_percent: f64,
    pub code_percent: f64,
    pub main_percent: f64,
    pub map_percent: f64,
    pub hint_dismissed: bool,
    pub map_as_list: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Preferences {
            theme: Theme::System,
            files_percent: 15.0,
            code_percent: 47.0,
            main_percent: 66.0,
            map_percent: 38.0,
            hint_dismissed: false,
            map_as_list: false,
        }
    }
}

impl Preferences {
    pub fn load() -> Self {
        browser::stored(KEY).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    pub fn save(&self) {
        browser::store(KEY, &serde_json::to_string(self).expect("preferences are plain data"));
    }

    pub fn is_dark(&self) -> bool {
        match self.theme {
            Theme::System => browser::prefers("(prefers-color-scheme: dark)"),
            Theme::Light => false,
            Theme::Dark => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_of_an_older_version_are_filled_up() {
        let read: Preferences = serde_json::from_str(r#"{"theme":"dark","gone":1}"#).unwrap();
        assert_eq!(read, Preferences { theme: Theme::Dark, ..Preferences::default() });
    }
}
