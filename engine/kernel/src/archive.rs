//! ZIP archives: deployment packages, `archive_file`, exported and imported projects.
//!
//! `entries` reads an archive's directory, `Entry::content` unpacks one entry, `Writer` makes archives.
//! The container is read by `rawzip`, whose own writer always adds data descriptors and a second time
//! stamp; ours writes plain entries, so that an archive's bytes depend on its content alone.
//!
//! Understood: stored and deflated entries, data descriptors, zip64, bytes before the archive.
//! Refused: encrypted entries, other methods, several disks, sizes and checks that do not agree.
//! A name is what the archive says: whoever writes files decides where a name may lead.
//! **Source**: PKWARE's APPNOTE.TXT, sections 4.3 to 4.5.

use crate::crc::crc32;
use rawzip::{CompressionMethod, CreatorSystem, ZipArchive, ZipFileHeaderRecord, ZipSliceArchive};
use std::borrow::Cow;
use std::fmt;

/// The number of deflate among the methods.
const DEFLATED: u16 = 8;
/// The version of the format that knows deflate: 2.0.
const VERSION: u16 = 20;
const MADE_BY_UNIX: u16 = 3 << 8;
/// A directory header's length, up to the name.
const HEADER_BYTES: usize = 46;
const UTF8_NAME: u16 = 1 << 11;
/// The deflate level of most programs.
const LEVEL: u8 = 6;
/// Unix's file type bits, and two of the types.
const TYPE_MASK: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const LINK: u32 = 0o120_000;
/// The upper half of the code page 437, in which names are that are not UTF-8.
const CP437: &str = "\
    ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// Why an archive cannot be read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArchiveError {
    NoArchive,
    Incomplete,
    Encrypted,
    UnknownMethod,
    Damaged,
    TooLarge,
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ArchiveError::NoArchive => "the end of a zip's directory was not found",
            ArchiveError::Incomplete => "its directory does not fit its content",
            ArchiveError::Encrypted => "encrypted entries cannot be read",
            ArchiveError::UnknownMethod => "only stored and deflated entries can be read",
            ArchiveError::Damaged => "its content does not match its size and checksum",
            ArchiveError::TooLarge => "it is too large",
        })
    }
}

/// One entry as the directory describes it; nothing is unpacked yet.
pub struct Entry<'a> {
    pub name: Cow<'a, str>,
    /// What the directory says; `content` holds it to that.
    pub size_bytes: u64,
    /// Type and permissions, where a Unix program made the entry.
    pub mode: Option<u32>,
    method: CompressionMethod,
    is_encrypted: bool,
    crc: u32,
    packed: &'a [u8],
}

impl Entry<'_> {
    #[must_use]
    pub fn is_folder(&self) -> bool {
        self.name.ends_with(['/', '\\'])
    }

    /// The content is then the link's target.
    #[must_use]
    pub fn is_link(&self) -> bool {
        self.mode.is_some_and(|mode| mode & TYPE_MASK == LINK)
    }

    /// Unpacks the entry, never beyond the size that the directory gives or `max_bytes`.
    ///
    /// # Errors
    ///
    /// `TooLarge` before anything is unpacked; `Encrypted`, `UnknownMethod`, `Damaged`.
    pub fn content(&self, max_bytes: u64) -> Result<Vec<u8>, ArchiveError> {
        if self.is_encrypted {
            return Err(ArchiveError::Encrypted);
        }
        let too_large = ArchiveError::TooLarge;
        let size = usize::try_from(self.size_bytes.min(max_bytes)).map_err(|_| too_large)?;
        if self.size_bytes > max_bytes {
            return Err(too_large);
        }
        let content = match self.method {
            CompressionMethod::STORE => self.packed.to_vec(),
            CompressionMethod::DEFLATE => {
                miniz_oxide::inflate::decompress_to_vec_with_limit(self.packed, size)
                    .map_err(|_| ArchiveError::Damaged)?
            }
            _ => return Err(ArchiveError::UnknownMethod),
        };
        if content.len() != size || crc32(&content) != self.crc {
            return Err(ArchiveError::Damaged);
        }
        Ok(content)
    }
}

fn name_of(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(name) => Cow::Borrowed(name),
        Err(_) => Cow::Owned(bytes.iter().map(|byte| from_cp437(*byte)).collect()),
    }
}

fn from_cp437(byte: u8) -> char {
    match byte.checked_sub(128) {
        None => char::from(byte),
        Some(index) => CP437.chars().nth(usize::from(index)).expect("the page has 128 upper characters"),
    }
}

fn entry_of<'a>(
    bytes: &'a [u8],
    archive: &ZipSliceArchive<&'a [u8]>,
    record: &ZipFileHeaderRecord<'_>,
) -> Option<Entry<'a>> {
    let mode = record.external_attributes() >> 16;
    let creator = record.version_made_by().creator_system();
    let is_unix = creator == CreatorSystem::UNIX || creator == CreatorSystem::MACOS;
    let (start, end) = archive.get_entry(record.wayfinder()).ok()?.compressed_data_range();
    // What the record lends ends with the archive's value, so the name is cut out of the bytes.
    let name_at = usize::try_from(record.central_directory_offset()).ok()? + HEADER_BYTES;
    let name = bytes.get(name_at..name_at + record.file_path().len())?;
    Some(Entry {
        name: name_of(name),
        size_bytes: record.uncompressed_size_hint(),
        mode: (is_unix && mode != 0).then_some(mode),
        method: record.compression_method(),
        is_encrypted: record.flags().is_encrypted(),
        crc: record.crc32(),
        packed: bytes.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)?,
    })
}

/// The entries in the directory's order. A name may occur twice; where files are written the later one wins.
///
/// # Errors
///
/// `NoArchive`, `Incomplete`.
pub fn entries(bytes: &[u8]) -> Result<Vec<Entry<'_>>, ArchiveError> {
    let archive = ZipArchive::from_slice(bytes).map_err(|_| ArchiveError::NoArchive)?;
    let mut out = Vec::new();
    let mut records = archive.entries();
    while let Some(record) = records.next_entry().map_err(|_| ArchiveError::Incomplete)? {
        out.push(entry_of(bytes, &archive, &record).ok_or(ArchiveError::Incomplete)?);
    }
    // Programs without zip64 write the lower 16 bits of a larger number.
    let is_complete = archive.entries_hint() & 0xFFFF == out.len() as u64 & 0xFFFF;
    if is_complete && is_whole(bytes, archive.eocd_offset()) {
        Ok(out)
    } else {
        Err(ArchiveError::Incomplete)
    }
}

/// Is the directory on the same disk as its end?
fn is_whole(bytes: &[u8], end_at: u64) -> bool {
    let disks = usize::try_from(end_at).ok().and_then(|at| bytes.get(at + 4..at + 8));
    disks.is_some_and(|disks| disks[..2] == disks[2..])
}

/// A day as MS-DOS packs it. **Range**: years from 1980 to 2107.
#[must_use]
pub const fn dos_date(year: u16, month: u16, day: u16) -> u16 {
    ((year - 1980) << 9) | (month << 5) | day
}

/// The first day that an archive can hold: the date of entries that have none.
pub const NO_DATE: u16 = dos_date(1980, 1, 1);

/// Makes an archive of deflated files, each at midnight of its date.
#[derive(Default)]
pub struct Writer {
    out: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
}

fn put(out: &mut Vec<u8>, halves: &[u16]) {
    out.extend(halves.iter().flat_map(|half| half.to_le_bytes()));
}

impl Writer {
    #[must_use]
    pub fn new() -> Self {
        Writer::default()
    }

    /// Adds a file. `mode` gives the permissions, `date` comes from `dos_date`.
    ///
    /// # Errors
    ///
    /// `TooLarge`: zip64 is not written, so names end at 64 kB, archives at 4 GB and at 65534 entries.
    pub fn file(&mut self, name: &str, content: &[u8], mode: u32, date: u16) -> Result<(), ArchiveError> {
        let too_large = |_| ArchiveError::TooLarge;
        let packed = miniz_oxide::deflate::compress_to_vec(content, LEVEL);
        let offset = u32::try_from(self.out.len()).map_err(too_large)?;
        let packed_len = u32::try_from(packed.len()).map_err(too_large)?;
        let len = u32::try_from(content.len()).map_err(too_large)?;
        let name_len = u16::try_from(name.len()).map_err(too_large)?;
        // The highest number announces zip64.
        let count = self.count.checked_add(1).filter(|count| *count < u16::MAX);
        self.count = count.ok_or(ArchiveError::TooLarge)?;
        // Both headers share these: version, flags (is the name UTF-8?), method, time, date, check, sizes.
        let mut common = Vec::new();
        put(&mut common, &[VERSION, if name.is_ascii() { 0 } else { UTF8_NAME }, DEFLATED, 0, date]);
        for number in [crc32(content), packed_len, len] {
            common.extend(number.to_le_bytes());
        }
        put(&mut common, &[name_len, 0]);

        self.out.extend(b"PK\x03\x04");
        self.out.extend(&common);
        self.out.extend(name.as_bytes());
        self.out.extend(packed);

        self.directory.extend(b"PK\x01\x02");
        put(&mut self.directory, &[MADE_BY_UNIX | VERSION]);
        self.directory.extend(common);
        // No comment, first disk, no internal attributes.
        put(&mut self.directory, &[0, 0, 0]);
        self.directory.extend(((mode & 0o777 | REGULAR) << 16).to_le_bytes());
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name.as_bytes());
        Ok(())
    }

    /// # Errors
    ///
    /// `TooLarge`, as for `file`.
    pub fn finish(mut self) -> Result<Vec<u8>, ArchiveError> {
        let too_large = |_| ArchiveError::TooLarge;
        let at = u32::try_from(self.out.len()).map_err(too_large)?;
        let len = u32::try_from(self.directory.len()).map_err(too_large)?;
        self.out.append(&mut self.directory);
        self.out.extend(b"PK\x05\x06");
        put(&mut self.out, &[0, 0, self.count, self.count]);
        self.out.extend(len.to_le_bytes());
        self.out.extend(at.to_le_bytes());
        put(&mut self.out, &[0]);
        Ok(self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_zip64_would_need_is_not_written() {
        // Source: APPNOTE.TXT 4.4.1.4 and 4.4.10: two bytes for a name's length and the number of entries.
        let mut writer = Writer::new();
        assert_eq!(writer.file(&"x".repeat(1 << 16), b"", 0o644, NO_DATE), Err(ArchiveError::TooLarge));
        let mut writer = Writer { count: 65_533, ..Writer::new() };
        assert_eq!(writer.file("x", b"", 0o644, NO_DATE), Ok(()));
        assert_eq!(writer.file("x", b"", 0o644, NO_DATE), Err(ArchiveError::TooLarge));
    }
}
