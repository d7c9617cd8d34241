//! Nuvola wire.
