//! Nuvola tf-aws.
