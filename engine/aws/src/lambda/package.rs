//! Deployment packages: is it a ZIP archive, is it small enough, what is its hash.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_kernel::{Blob, archive};
use sha2::{Digest, Sha256};

use super::limits;

/// Why a package is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackageError {
    Empty,
    NotZip,
    TooLargeZipped,
    TooLargeUnzipped,
}

/// Base64 of the SHA-256, as `CodeSha256` shows it.
pub fn code_sha256(code: &Blob) -> String {
    STANDARD.encode(Sha256::digest(&code[..]))
}

/// Looks at the archive's directory without unpacking anything.
pub fn check(code: &Blob) -> Result<(), PackageError> {
    if code.is_empty() {
        return Err(PackageError::Empty);
    }
    if code.len() > limits::CODE_ZIPPED_MAX_BYTES {
        return Err(PackageError::TooLargeZipped);
    }
    let entries = archive::entries(code).map_err(|_| PackageError::NotZip)?;
    if entries.is_empty() {
        return Err(PackageError::Empty);
    }
    let total = entries.iter().fold(0_u64, |total, entry| total.saturating_add(entry.size_bytes));
    if total >= limits::CODE_UNZIPPED_MAX_BYTES {
        return Err(PackageError::TooLargeUnzipped);
    }
    Ok(())
}

#[cfg(test)]
pub fn zip_of(files: &[(&str, &str)]) -> Blob {
    let mut writer = archive::Writer::new();
    for (name, text) in files {
        writer.file(name, text.as_bytes(), 0o644, archive::NO_DATE).unwrap();
    }
    Blob::from(writer.finish().unwrap())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_archives_with_files_pass() {
        assert_eq!(check(&zip_of(&[("lambda_function.py", "x = 1")])), Ok(()));
        assert_eq!(check(&Blob::default()), Err(PackageError::Empty));
        assert_eq!(check(&zip_of(&[])), Err(PackageError::Empty));
        assert_eq!(check(&Blob::from("not a zip")), Err(PackageError::NotZip));
    }

    #[test]
    fn hash_is_base64_of_sha256() {
        // Source: FIPS 180-4's SHA-256 of the empty message, in base64.
        assert_eq!(code_sha256(&Blob::default()), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }
}
