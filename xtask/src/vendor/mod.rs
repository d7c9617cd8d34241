//! What other projects publish and the page needs: npm packages and Python wheels, pinned by the lock
//! files, laid out under `public/vendor/`. Each part does nothing when its stamp says it is current.

mod bundles;
mod imaging;
mod npm;
mod python;
mod stamp;

use crate::{
    run::{Outcome, step},
    tools::Toolchain,
};
use std::path::Path;

/// Gets what is missing and brings `public/vendor/` up to date.
pub fn ensure(root: &Path, toolchain: &Toolchain) -> Outcome {
    step("Packages: npm, Python wheels");
    npm::install(root)?;
    npm::copy_files(root)?;
    python::pack(root)?;
    imaging::build(root, toolchain)?;
    bundles::build(root)
}
