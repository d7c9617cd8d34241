//! Nuvola aws.
