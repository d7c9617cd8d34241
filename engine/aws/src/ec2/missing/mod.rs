//! Operations of EC2 that Nuvola does not simulate: several hundred.
//!
//! Their names are for the coverage page. A program without that page carries checksums of them, which tell an
//! operation that AWS has from one that nobody has.

mod digests;
#[cfg(feature = "documentation")]
mod names;

use crate::service::MissingOperation;

#[cfg(feature = "documentation")]
pub const NOT_SIMULATED: &[MissingOperation] = names::NAMES;
#[cfg(not(feature = "documentation"))]
pub const NOT_SIMULATED: &[MissingOperation] = &[];

/// Whether AWS has an operation of this name that is not simulated.
pub fn is_missing(name: &str) -> bool {
    digests::DIGESTS.binary_search(&nuvola_kernel::crc::crc32(name.as_bytes())).is_ok()
}

#[cfg(all(test, feature = "documentation"))]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_the_names() {
        // Source: our own reasoning: both files come from one list.
        assert!(names::NAMES.iter().all(|operation| is_missing(operation.name)));
        assert_eq!(digests::DIGESTS.len(), names::NAMES.len());
        let operations = crate::ec2::SERVICE.operations;
        assert!(operations.iter().all(|operation| !is_missing(operation.schema.name)));
        assert!(!is_missing("DescribeInstancez"));
    }
}
