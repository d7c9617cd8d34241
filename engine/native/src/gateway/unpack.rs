//! Deployment packages as folders on the disk.
//!
//! Nothing is written outside the folder: names that lead out are refused, and links are made after all
//! files, so that no file is written through one.

use nuvola_kernel::archive::{self, ArchiveError, Entry};
use std::path::{Path, PathBuf};

/// The longest path of most systems.
const LINK_TARGET_MAX_BYTES: u64 = 4096;
const OUTSIDE: &str = "it leads outside the package";

/// Unpacks a package into a folder that is there and empty.
pub fn unpack(package: &[u8], folder: &Path) -> Result<(), String> {
    let entries = archive::entries(package).map_err(|error| error.to_string())?;
    let (links, others): (Vec<_>, Vec<_>) = entries.iter().partition(|entry| entry.is_link());
    for entry in &others {
        write_entry(entry, folder).map_err(|error| format!("`{}`: {error}", entry.name))?;
    }
    for entry in &links {
        write_link(entry, folder).map_err(|error| format!("`{}`: {error}", entry.name))?;
    }
    for entry in &links {
        check_link(entry, folder).map_err(|error| format!("`{}`: {error}", entry.name))?;
    }
    // Last and from the inside out: a folder may forbid to look into it.
    let mut others = others;
    others.sort_by(|one, other| other.name.cmp(&one.name));
    for entry in &others {
        set_mode(entry, folder).map_err(|error| format!("`{}`: {error}", entry.name))?;
    }
    Ok(())
}

/// Where an entry goes, whatever system named it; none outside the folder.
fn place(name: &str, folder: &Path) -> Result<PathBuf, String> {
    let mut path = folder.to_path_buf();
    let mut depth = 0_usize;
    for part in name.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                depth = depth.checked_sub(1).ok_or(OUTSIDE)?;
                path.pop();
            }
            part if part.contains('\0') || (cfg!(windows) && part.contains(':')) => {
                return Err("this is no file name".to_owned());
            }
            part => {
                depth += 1;
                path.push(part);
            }
        }
    }
    Ok(path)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn write_entry(entry: &Entry, folder: &Path) -> Result<(), String> {
    let path = place(&entry.name, folder)?;
    if entry.is_folder() {
        return std::fs::create_dir_all(path).map_err(text);
    }
    // A package that was accepted is small enough; an entry never unpacks beyond its declared size.
    let content = entry.content(u64::MAX).map_err(text)?;
    std::fs::create_dir_all(path.parent().unwrap_or(folder)).map_err(text)?;
    std::fs::write(path, content).map_err(text)
}

#[cfg(unix)]
fn set_mode(entry: &Entry, folder: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let Some(mode) = entry.mode else { return Ok(()) };
    let path = place(&entry.name, folder)?;
    // A name that occurs twice may have become a link, whose target keeps its own mode.
    let is_link = path.symlink_metadata().map_err(text)?.is_symlink();
    if is_link || path == folder {
        return Ok(());
    }
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode & 0o777)).map_err(text)
}

#[cfg(not(unix))]
fn set_mode(_entry: &Entry, _folder: &Path) -> Result<(), String> {
    Ok(())
}

#[cfg(unix)]
fn write_link(entry: &Entry, folder: &Path) -> Result<(), String> {
    let path = place(&entry.name, folder)?;
    let target = link_target(entry).map_err(text)?;
    if target.starts_with('/') {
        return Err(OUTSIDE.to_owned());
    }
    let parent = path.parent().filter(|_| path != folder).ok_or("this is no file name")?;
    let inside = parent.strip_prefix(folder).map_err(text)?;
    place(&format!("{}/{target}", inside.display()), folder).map_err(|_| OUTSIDE.to_owned())?;
    // An earlier link may stand where a folder of this one's name should be.
    let is_link = |path: &Path| path.symlink_metadata().is_ok_and(|data| data.is_symlink());
    if parent.ancestors().take_while(|path| *path != folder).any(is_link) {
        return Err("it would be written through a link".to_owned());
    }
    std::fs::create_dir_all(parent).map_err(text)?;
    if path.symlink_metadata().is_ok() {
        std::fs::remove_file(&path).map_err(text)?;
    }
    std::os::unix::fs::symlink(&target, &path).map_err(text)
}

/// Links may lead out together though each of them stays inside.
#[cfg(unix)]
fn check_link(entry: &Entry, folder: &Path) -> Result<(), String> {
    let root = folder.canonicalize().map_err(text)?;
    match place(&entry.name, folder)?.canonicalize() {
        Ok(real) if !real.starts_with(root) => Err(OUTSIDE.to_owned()),
        // A link to nothing is as good as none.
        Ok(_) | Err(_) => Ok(()),
    }
}

#[cfg(not(unix))]
fn check_link(_entry: &Entry, _folder: &Path) -> Result<(), String> {
    Ok(())
}

/// Elsewhere a link is a file that holds its target.
#[cfg(not(unix))]
fn write_link(entry: &Entry, folder: &Path) -> Result<(), String> {
    let path = place(&entry.name, folder)?;
    let target = link_target(entry).map_err(text)?;
    std::fs::create_dir_all(path.parent().unwrap_or(folder)).map_err(text)?;
    std::fs::write(path, target).map_err(text)
}

fn link_target(entry: &Entry) -> Result<String, ArchiveError> {
    let target = entry.content(LINK_TARGET_MAX_BYTES)?;
    String::from_utf8(target).map_err(|_| ArchiveError::Damaged)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use std::os::unix::fs::PermissionsExt;

    /// Unpacks into a folder of the test's own and lets it look at what came.
    fn check(test: &str, package: &str, look: impl Fn(&Path, Result<(), String>)) {
        let folder = std::env::temp_dir().join(format!("nuvola-unpack-{}-{test}", std::process::id()));
        std::fs::create_dir_all(folder.join("task")).unwrap();
        let package = STANDARD.decode(package).unwrap();
        let result = unpack(&package, &folder.join("task"));
        look(&folder, result);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn files_folders_and_links_come_with_their_modes() {
        let package = "\
            UEsDBBQAAAAAAAAAIQAAAAAAAAAAAAAAAAACAAAAZC9QSwMEFAAAAAAAAAAhAIMW3IwBAAAAAQAAAAgAAABkL3J1bi\
            5zaHhQSwMEFAAAAAAAAAAhAK3T/9EIAAAACAAAAAEAAABsZC9ydW4uc2hQSwECFAMUAAAAAAAAACEAAAAAAAAAAAAA\
            AAAAAgAAAAAAAAAAAAAA7UEAAAAAZC9QSwECFAMUAAAAAAAAACEAgxbcjAEAAAABAAAACAAAAAAAAAAAAAAA7YEgAA\
            AAZC9ydW4uc2hQSwECFAMUAAAAAAAAACEArdP/0QgAAAAIAAAAAQAAAAAAAAAAAAAA/6FHAAAAbFBLBQYAAAAAAwAD\
            AJUAAABuAAAAAAA=";
        check("good", package, |folder, result| {
            assert_eq!(result, Ok(()));
            let task = folder.join("task");
            let mode = |name: &str| task.join(name).symlink_metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!((mode("d"), mode("d/run.sh")), (0o755, 0o755));
            assert_eq!(task.join("l").read_link().unwrap(), Path::new("d/run.sh"));
            assert_eq!(std::fs::read(task.join("l")).unwrap(), b"x");
        });
    }

    #[test]
    fn nothing_leads_outside() {
        // `../up` as a file; a link to it; two links that only lead there together; a link in a link's place.
        let packages = [
            (
                "up",
                "\
            UEsDBBQAAAAAAAAAIQCDFtyMAQAAAAEAAAAFAAAALi4vdXB4UEsBAhQDFAAAAAAAAAAhAIMW3IwBAAAAAQAAAAUAAA\
            AAAAAAAAAAAKSBAAAAAC4uL3VwUEsFBgAAAAABAAEAMwAAACQAAAAAAA==",
            ),
            (
                "link",
                "\
            UEsDBBQAAAAAAAAAIQAnQ2LJBQAAAAUAAAABAAAAbC4uL3VwUEsBAhQDFAAAAAAAAAAhACdDYskFAAAABQAAAAEAAA\
            AAAAAAAAAAAP+hAAAAAGxQSwUGAAAAAAEAAQAvAAAAJAAAAAAA",
            ),
            (
                "through",
                "\
            UEsDBBQAAAAAAAAAIQAVJtv7AQAAAAEAAAABAAAAeHlQSwMEFAAAAAAAAAAhAK930mIBAAAAAQAAAAMAAAB4L2x6UE\
            sBAhQDFAAAAAAAAAAhABUm2/sBAAAAAQAAAAEAAAAAAAAAAAAAAP+hAAAAAHhQSwECFAMUAAAAAAAAACEAr3fSYgEA\
            AAABAAAAAwAAAAAAAAAAAAAA/6EgAAAAeC9sUEsFBgAAAAACAAIAYAAAAEIAAAAAAA==",
            ),
        ];
        for (test, package) in packages {
            check(test, package, |folder, result| {
                assert!(result.is_err(), "{test}");
                assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1, "{test}");
            });
        }
        let package = "\
            UEsDBBQAAAAAAAAAIQDRIIg4CQAAAAkAAAABAAAAbXgvbC8uLi91cFBLAwQUAAAAAAAAACEAHBYIlgIAAAACAAAAAw\
            AAAHgvbC4uUEsBAhQDFAAAAAAAAAAhANEgiDgJAAAACQAAAAEAAAAAAAAAAAAAAP+hAAAAAG1QSwECFAMUAAAAAAAA\
            ACEAHBYIlgIAAAACAAAAAwAAAAAAAAAAAAAA/6EoAAAAeC9sUEsFBgAAAAACAAIAYAAAAEsAAAAAAA==";
        check("chain", package, |folder, result| {
            // Harmless as long as there is nothing to find.
            assert_eq!(result, Ok(()));
            std::fs::write(folder.join("up"), "secret").unwrap();
            let package = STANDARD.decode(package).unwrap();
            assert!(unpack(&package, &folder.join("task")).is_err());
        });
    }
}
