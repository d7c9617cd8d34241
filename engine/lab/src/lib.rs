//! Nuvola lab.
