//! Nuvola hcl.
