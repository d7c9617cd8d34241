//! Packages that ship with the page.

pub fn ensure(_root: &std::path::Path) -> Result<(), String> {
    Ok(())
}
