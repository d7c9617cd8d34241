//! Where the preview has been.

#[derive(Debug, Clone, Default)]
pub struct History {
    urls: Vec<String>,
    at: usize,
}

impl History {
    /// A new page: what lay ahead is forgotten; the same address again is no step.
    pub fn visit(&mut self, url: &str) {
        if self.current() == Some(url) {
            return;
        }
        self.urls.truncate(self.at + 1);
        self.urls.push(url.to_owned());
        self.at = self.urls.len() - 1;
    }

    pub fn current(&self) -> Option<&str> {
        self.urls.get(self.at).map(String::as_str)
    }

    pub fn can_go_back(&self) -> bool {
        self.at > 0
    }

    pub fn can_go_forward(&self) -> bool {
        self.at + 1 < self.urls.len()
    }

    pub fn back(&mut self) -> Option<String> {
        self.at = self.at.checked_sub(1)?;
        self.current().map(str::to_owned)
    }

    pub fn forward(&mut self) -> Option<String> {
        if !self.can_go_forward() {
            return None;
        }
        self.at += 1;
        self.current().map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::History;

    #[test]
    fn going_back_and_elsewhere_forgets_what_lay_ahead() {
        let mut history = History::default();
        assert_eq!((history.back(), history.forward()), (None, None));
        ["a", "b", "b", "c"].iter().for_each(|url| history.visit(url));
        assert_eq!(history.back().as_deref(), Some("b"));
        assert_eq!(history.back().as_deref(), Some("a"));
        assert_eq!(history.forward().as_deref(), Some("b"));
        history.visit("d");
        assert!(!history.can_go_forward());
        assert_eq!(history.back().as_deref(), Some("b"));
    }
}
