//! HCL: what cannot be read is said, what can be read is formatted once and for all.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nuvola_hcl::{SourceFile, Sources};

fuzz_target!(|text: &str| {
    let format = |text: &str| {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new("main.tf", text.to_owned()));
        nuvola_hcl::format(&sources, file)
    };
    if let Ok(once) = format(text) {
        assert_eq!(format(&once).ok().as_ref(), Some(&once), "formatting what is formatted changes nothing");
    }
});
