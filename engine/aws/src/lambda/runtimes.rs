//! Lambda's runtimes: which identifiers AWS knows, and which ones Nuvola can run.

use nuvola_wire::checksum::sha256_hex;

/// The languages whose handlers a host can run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Python,
    NodeJs,
}

/// A runtime that CreateFunction accepts.
/// **Source**: AWS Lambda Developer Guide, "Lambda runtimes", supported runtimes.
pub struct Runtime {
    pub id: &'static str,
    /// What runs it here; none is a runtime that Nuvola does not simulate.
    pub language: Option<Language>,
    /// The version in the INIT_START line, such as `python:3.13.v60`.
    version: u32,
}

const fn runtime(id: &'static str, language: Option<Language>, version: u32) -> Runtime {
    Runtime { id, language, version }
}

/// In the order in which AWS's error text lists them.
pub const RUNTIMES: &[Runtime] = &[
    runtime("nodejs24.x", Some(Language::NodeJs), 12),
    runtime("nodejs22.x", Some(Language::NodeJs), 47),
    runtime("nodejs20.x", Some(Language::NodeJs), 79),
    runtime("nodejs18.x", Some(Language::NodeJs), 91),
    runtime("python3.14", Some(Language::Python), 9),
    runtime("python3.13", Some(Language::Python), 57),
    runtime("python3.12", Some(Language::Python), 82),
    runtime("python3.11", Some(Language::Python), 107),
    runtime("python3.10", Some(Language::Python), 113),
    runtime("python3.9", Some(Language::Python), 121),
    runtime("java25", None, 0),
    runtime("java21", None, 0),
    runtime("java17", None, 0),
    runtime("java11", None, 0),
    runtime("java8.al2", None, 0),
    runtime("dotnet10", None, 0),
    runtime("dotnet8", None, 0),
    runtime("ruby3.4", None, 0),
    runtime("ruby3.3", None, 0),
    runtime("ruby3.2", None, 0),
    runtime("provided.al2023", None, 0),
    runtime("provided.al2", None, 0),
];

pub fn find(id: &str) -> Option<&'static Runtime> {
    RUNTIMES.iter().find(|runtime| runtime.id == id)
}

impl Runtime {
    /// `python:3.13.v57`, as the INIT_START line names it.
    pub fn version_text(&self) -> String {
        let split = self.id.find(|c: char| c.is_ascii_digit()).unwrap_or(self.id.len());
        let (name, number) = self.id.split_at(split);
        let number = number.strip_suffix(".x").unwrap_or(number);
        format!("{}:{number}.v{}", name.trim_end_matches('.'), self.version)
    }

    /// The ARN of the runtime's version; its last part is a SHA-256 that only AWS can know.
    pub fn version_arn(&self, region: &str) -> String {
        let hex = sha256_hex(self.version_text().as_bytes());
        format!("arn:aws:lambda:{region}::runtime:{hex}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_texts_have_the_form_of_init_start() {
        // Source: AWS Lambda Developer Guide, "Identifying Lambda runtime version changes" (`python:3.9.v14`).
        assert_eq!(find("python3.13").unwrap().version_text(), "python:3.13.v57");
        assert_eq!(find("nodejs22.x").unwrap().version_text(), "nodejs:22.v47");
        assert!(find("python2.7").is_none());
    }
}
