//! Nuvola terraform.
