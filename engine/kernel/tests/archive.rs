//! Archives of other programs, of our own, and broken ones.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_kernel::archive::{ArchiveError, NO_DATE, Writer, dos_date, entries};

const HELLO: &[u8] = b"hello hello hello\n";

// Source of the next three: Python 3.11's zipfile, told to write
//     i = ZipInfo("d/", (2024, 5, 6, 7, 8, 10)); i.external_attr = (0o40755 << 16) | 0x10
//     z.writestr(i, b"")
//     i = ZipInfo("d/café.txt", (2024, 5, 6, 7, 8, 10)); i.external_attr = 0o100755 << 16
//     i.compress_type = method; z.writestr(i, b"hello hello hello\n")
// into `ZipFile(file, "w", method)`: ZIP_STORED and ZIP_DEFLATED into a BytesIO, and ZIP_DEFLATED into a
// RawIOBase whose `seekable` is false, which makes data descriptors.
const STORED: &str = "\
    UEsDBBQAAAAAAAU5plgAAAAAAAAAAAAAAAACAAAAZC9QSwMEFAAACAAABTmmWDt8it8SAAAAEgAAAAsAAABkL2NhZsOpLnR4dGhl\
    bGxvIGhlbGxvIGhlbGxvClBLAQIUAxQAAAAAAAU5plgAAAAAAAAAAAAAAAACAAAAAAAAAAAAEADtQQAAAABkL1BLAQIUAxQAAAgA\
    AAU5plg7fIrfEgAAABIAAAALAAAAAAAAAAAAAADtgSAAAABkL2NhZsOpLnR4dFBLBQYAAAAAAgACAGkAAABbAAAAAAA=";
const DEFLATED: &str = "\
    UEsDBBQAAAAAAAU5plgAAAAAAAAAAAAAAAACAAAAZC9QSwMEFAAACAgABTmmWDt8it8LAAAAEgAAAAsAAABkL2NhZsOpLnR4dMtI\
    zcnJV8hAkFwAUEsBAhQDFAAAAAAABTmmWAAAAAAAAAAAAAAAAAIAAAAAAAAAAAAQAO1BAAAAAGQvUEsBAhQDFAAACAgABTmmWDt8\
    it8LAAAAEgAAAAsAAAAAAAAAAAAAAO2BIAAAAGQvY2Fmw6kudHh0UEsFBgAAAAACAAIAaQAAAFQAAAAAAA==";
const STREAMED: &str = "\
    UEsDBBQACAAAAAU5plgAAAAAAAAAAAAAAAACAAAAZC9QSwcIAAAAAAAAAAAAAAAAUEsDBBQACAgIAAU5plgAAAAAAAAAAAAAAAAL\
    AAAAZC9jYWbDqS50eHTLSM3JyVfIQJBcAFBLBwg7fIrfCwAAABIAAABQSwECFAMUAAgAAAAFOaZYAAAAAAAAAAAAAAAAAgAAAAAA\
    AAAAABAA7UEAAAAAZC9QSwECFAMUAAgICAAFOaZYO3yK3wsAAAASAAAACwAAAAAAAAAAAAAA7YEwAAAAZC9jYWbDqS50eHRQSwUG\
    AAAAAAIAAgBpAAAAdAAAAAAA";
// Source: Python 3.11's `ZipFile(file, "w", ZIP_BZIP2).writestr("a.txt", b"hello")`.
const BZIP2: &str = "\
    UEsDBC4AAAAMAAAAIQCGphA2KQAAAAUAAAAFAAAAYS50eHRCWmg5MUFZJlNZGTFlPQAAAIEAAkSgACGaaDNNBzOLuSKcKEgMmLKe\
    gFBLAQIuAy4AAAAMAAAAIQCGphA2KQAAAAUAAAAFAAAAAAAAAAAAAACAAQAAAABhLnR4dFBLBQYAAAAAAQABADMAAABMAAAAAAA=";
// Source: Info-ZIP 3.0's `zip -q -X -P secret enc.zip a.txt`.
const ENCRYPTED: &str = "\
    UEsDBBQACQAIALcifF07fIrfFwAAABIAAAAFAAAAYS50eHQow0LR6DCnXeadQtcApbVWAO+SbOCr71BLBwg7fIrfFwAAABIAAABQ\
    SwECHgMUAAkACAC3InxdO3yK3xcAAAASAAAABQAAAAAAAAABAAAApIEAAAAAYS50eHRQSwUGAAAAAAEAAQAzAAAASgAAAAAA";
// Source: Info-ZIP 3.0's `cat a.txt | zip -q -X - - > pipe.zip`: zip64 in headers and directory.
const PIPED: &str = "\
    UEsDBC0AAAAIALcifF07fIrf//////////8BABQALQEAEAASAAAAAAAAAAsAAAAAAAAAy0jNyclXyECQXABQSwECHgMtAAAACAC3\
    InxdO3yK3wsAAAASAAAAAQAAAAAAAAABAAAAgBEAAAAALVBLBgYsAAAAAAAAAB4DLQAAAAAAAAAAAAEAAAAAAAAAAQAAAAAAAAAv\
    AAAAAAAAAD4AAAAAAAAAUEsGBwAAAABtAAAAAAAAAAEAAABQSwUGAAAAAAEAAQAvAAAAPgAAAAAA";
// Source: the crate zip 9.8.1, deflated, 2049-01-01, permissions 0o755: `a.txt`, `d/é中.txt` and `empty`.
const PLAIN: &str = "\
    UEsDBBQAAAAIAAAAIYo7fIrfCwAAABIAAAAFAAAAYS50eHTLSM3JyVfIQJBcAFBLAwQUAAAICAAAACGK0uxEiQgAAAAGAAAACwAA\
    AGQvw6nkuK0udHh0S05MO7ySCwBQSwMEFAAAAAgAAAAhigAAAAACAAAAAAAAAAUAAABlbXB0eQMAUEsBAhQDFAAAAAgAAAAhijt8\
    it8LAAAAEgAAAAUAAAAAAAAAAAAAAO2BAAAAAGEudHh0UEsBAhQDFAAACAgAAAAhitLsRIkIAAAABgAAAAsAAAAAAAAAAAAAAO2B\
    LgAAAGQvw6nkuK0udHh0UEsBAhQDFAAAAAgAAAAhigAAAAACAAAAAAAAAAUAAAAAAAAAAAAAAO2BXwAAAGVtcHR5UEsFBgAAAAAD\
    AAMAnwAAAIQAAAAAAA==";

fn bytes_of(base64: &str) -> Vec<u8> {
    STANDARD.decode(base64).expect("the constants are base64")
}

/// All files, unpacked.
fn unpack(archive: &[u8]) -> Result<Vec<(String, Vec<u8>)>, ArchiveError> {
    let files = entries(archive)?.into_iter().filter(|entry| !entry.is_folder());
    files.map(|entry| Ok((entry.name.to_string(), entry.content(1 << 20)?))).collect()
}

fn one(name: &str, content: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.file(name, content, 0o644, NO_DATE).expect("the tests' files are small");
    writer.finish().expect("one file fits")
}

/// Writes over what is a fixed distance behind the directory's first header.
fn patch(archive: &mut [u8], behind: usize, new: &[u8]) {
    let header = archive.windows(4).position(|window| window == b"PK\x01\x02");
    let header = header.expect("there is a directory");
    archive[header + behind..][..new.len()].copy_from_slice(new);
}

#[test]
fn archives_of_python_are_read() {
    for archive in [STORED, DEFLATED, STREAMED] {
        let archive = bytes_of(archive);
        let found = entries(&archive).unwrap();
        let facts: Vec<_> = found.iter().map(|entry| (&*entry.name, entry.size_bytes, entry.mode)).collect();
        assert_eq!(facts, [("d/", 0, Some(0o40755)), ("d/caf\u{e9}.txt", 18, Some(0o100_755))]);
        assert!(found[0].is_folder() && !found[1].is_folder() && !found[1].is_link());
        assert_eq!(found[1].content(18).unwrap(), HELLO);
    }
}

#[test]
fn zip64_of_info_zip_is_read() {
    assert_eq!(unpack(&bytes_of(PIPED)), Ok(vec![("-".to_owned(), HELLO.to_vec())]));
}

#[test]
fn bytes_before_and_behind_an_archive_are_skipped() {
    // Source: APPNOTE.TXT 4.1.9: self-extracting archives.
    let archive = [b"#!/bin/sh\n".to_vec(), bytes_of(DEFLATED), b"\n".to_vec()].concat();
    assert_eq!(unpack(&archive), Ok(vec![("d/caf\u{e9}.txt".to_owned(), HELLO.to_vec())]));
}

#[test]
fn names_that_are_no_utf8_are_code_page_437() {
    // Source: APPNOTE.TXT, appendix D; Python's `bytes([0x81, 0x80, 0xe1, 0xff]).decode("cp437")`.
    let mut archive = one("abcd", b"x");
    patch(&mut archive, 46, &[0x81, 0x80, 0xE1, 0xFF]);
    assert_eq!(entries(&archive).unwrap()[0].name, "\u{fc}\u{c7}\u{df}\u{a0}");
}

#[test]
fn what_is_written_is_what_the_crate_zip_wrote() {
    let mut writer = Writer::new();
    for (name, content) in
        [("a.txt", HELLO), ("d/\u{e9}\u{4e2d}.txt", "caf\u{e9}\n".as_bytes()), ("empty", b"")]
    {
        writer.file(name, content, 0o755, dos_date(2049, 1, 1)).unwrap();
    }
    assert_eq!(STANDARD.encode(writer.finish().unwrap()), PLAIN);
}

#[test]
fn what_is_written_can_be_read() {
    // Source: our own reasoning: reading undoes writing.
    let long: Vec<u8> = (0..200_000_u32).map(|at| (at.wrapping_mul(at) >> 7) as u8).collect();
    assert_eq!(unpack(&one("long", &long)), Ok(vec![("long".to_owned(), long)]));
    assert_eq!(unpack(&Writer::new().finish().unwrap()), Ok(Vec::new()));
}

#[test]
fn encryption_and_other_methods_are_refused() {
    // Their directories can be read all the same.
    assert_eq!(entries(&bytes_of(ENCRYPTED)).unwrap()[0].name, "a.txt");
    assert_eq!(unpack(&bytes_of(ENCRYPTED)), Err(ArchiveError::Encrypted));
    assert_eq!(unpack(&bytes_of(BZIP2)), Err(ArchiveError::UnknownMethod));
}

#[test]
fn bombs_do_not_go_off() {
    let honest = one("bomb", &vec![0; 8 << 20]);
    assert!(honest.len() < 10_000);
    assert_eq!(unpack(&honest), Err(ArchiveError::TooLarge));
    // One that lies about its size stops at that size.
    let mut liar = honest;
    patch(&mut liar, 24, &100_u32.to_le_bytes());
    assert_eq!(unpack(&liar), Err(ArchiveError::Damaged));
    let mut empty = one("bomb", &[0; 10]);
    patch(&mut empty, 24, &0_u32.to_le_bytes());
    assert_eq!(unpack(&empty), Err(ArchiveError::Damaged));
}

#[test]
fn broken_archives_are_refused() {
    let broken = |behind: usize, new: &[u8]| {
        let mut archive = one("a.txt", HELLO);
        patch(&mut archive, behind, new);
        unpack(&archive).unwrap_err()
    };
    assert_eq!(unpack(b"no zip"), Err(ArchiveError::NoArchive));
    assert_eq!(broken(16, &[1, 2, 3, 4]), ArchiveError::Damaged, "the checksum");
    assert_eq!(broken(24, &[19]), ArchiveError::Damaged, "the size");
    assert_eq!(broken(20, &[10]), ArchiveError::Damaged, "the packed size");
    assert_eq!(broken(20, &[0xFF; 3]), ArchiveError::Incomplete, "the packed size, too large");
    assert_eq!(broken(42, &[1]), ArchiveError::Incomplete, "the offset");
    assert_eq!(broken(42, &[0xFF; 4]), ArchiveError::Incomplete, "the offset, behind the end");
    assert_eq!(broken(0, b"PK\x01\x03"), ArchiveError::Incomplete, "the signature");
    // In the end record, 51 bytes behind: this disk's number, the number of entries, the directory's place.
    assert_eq!(broken(55, &[1]), ArchiveError::Incomplete, "the disk");
    assert_eq!(broken(61, &[2]), ArchiveError::Incomplete, "the number of entries");
    assert_eq!(broken(67, &[0xFF; 4]), ArchiveError::NoArchive, "the directory's place");
}

#[test]
fn no_broken_byte_makes_reading_panic() {
    for archive in [STORED, DEFLATED, STREAMED, PIPED, ENCRYPTED, BZIP2, PLAIN] {
        let whole = bytes_of(archive);
        for end in 0..whole.len() {
            assert!(unpack(&whole[..end]).is_err(), "cut at {end}");
        }
        for at in 0..whole.len() {
            for value in [0, 1, 0x7F, 0x80, 0xFF, whole[at] ^ 1, whole[at] ^ 0x80, whole[at].wrapping_add(1)]
            {
                let mut changed = whole.clone();
                changed[at] = value;
                if let Ok(files) = unpack(&changed) {
                    // What is read is intact, whatever it is called.
                    assert!(files.iter().all(|(_, content)| content.len() < 100));
                }
            }
        }
    }
}
