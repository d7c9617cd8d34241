//! Terraform values, types, functions and expression evaluation.
