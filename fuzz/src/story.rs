//! Inputs that fit an operation's shape, made of the fuzzer's bytes, and a memory of what the cloud answered:
//! names and ids come back in later requests, so that these reach what earlier ones made.

use nuvola_kernel::{Blob, Timestamp};
use nuvola_wire::{Member, Shape, Structure, StructureShape, Value};

/// Names that a first request may use.
const NAMES: [&str; 12] = [
    "orders", "a", "my-bucket-of-tests", "queue.fifo", "key", "N", "S", "HASH", "PAY_PER_REQUEST", "*", "", "2",
];
/// Long or deep enough to matter, small enough to be many.
const DEPTH: u32 = 5;
const REMEMBERED: usize = 200;

/// The bytes of one run, and what was learnt on the way.
pub struct Story<'a> {
    bytes: std::slice::Iter<'a, u8>,
    known: Vec<String>,
}

impl<'a> Story<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Story { bytes: bytes.iter(), known: Vec::new() }
    }

    /// The next byte; nothing when all is told.
    pub fn next(&mut self) -> Option<u8> {
        self.bytes.next().copied()
    }

    fn byte(&mut self) -> u8 {
        self.next().unwrap_or_default()
    }

    /// Keeps what an answer names: everything between quotes or tags.
    pub fn remember(&mut self, answer: &[u8]) {
        let text = String::from_utf8_lossy(answer);
        for word in text.split(['"', '<', '>']) {
            let fits = (2..=300).contains(&word.len()) && !word.starts_with([',', ':', '/', '{', '?']);
            if fits && self.known.len() < REMEMBERED && !self.known.iter().any(|known| known == word) {
                self.known.push(word.to_owned());
            }
        }
    }

    /// A structure with all required members (nearly always) and some of the others.
    pub fn structure(&mut self, table: &'static StructureShape, depth: u32) -> Structure {
        let mut structure = Structure::new();
        for member in table.members {
            let chance = self.byte();
            let present = if member.required { chance != 0xff } else { depth > 0 && chance % 3 == 1 };
            if present {
                structure.insert(member.name, self.member(member, depth.saturating_sub(1)));
            }
        }
        structure
    }

    fn member(&mut self, member: &'static Member, depth: u32) -> Value {
        self.value(member.shape, depth)
    }

    fn value(&mut self, shape: Shape, depth: u32) -> Value {
        match shape {
            Shape::Boolean => Value::Boolean(self.byte() % 2 == 1),
            Shape::Integer | Shape::Long => Value::Integer(self.integer()),
            Shape::Float | Shape::Double => Value::Double(self.integer() as f64 / 4.0),
            Shape::String => Value::String(self.text()),
            Shape::Blob => Value::Blob(Blob::new(self.text().into_bytes())),
            Shape::Timestamp => Value::Timestamp(Timestamp(crate::NOW_MS + self.integer())),
            Shape::Document => Value::Document(serde_json::Value::String(self.text())),
            Shape::List(list) => {
                let count = if depth == 0 { 0 } else { self.byte() % 4 };
                Value::List((0..count).map(|_| self.value(list.item, depth - 1)).collect())
            }
            Shape::Map(map) => {
                let count = if depth == 0 { 0 } else { self.byte() % 3 };
                Value::Map((0..count).map(|_| (self.text(), self.value(map.value, depth - 1))).collect())
            }
            Shape::Structure(table) => Value::Structure(self.structure(table.get(), depth)),
        }
    }

    fn integer(&mut self) -> i64 {
        match self.byte() {
            0xff => i64::MAX,
            0xfe => i64::MIN,
            0xfd => i64::from(i32::MAX) + 1,
            0xfc => -1,
            byte @ 0xf0.. => i64::from(byte) << (self.byte() % 40),
            byte => i64::from(byte),
        }
    }

    /// A name known from the beginning, one that the cloud told, or what the fuzzer makes up.
    fn text(&mut self) -> String {
        let at = usize::from(self.byte());
        match self.byte() % 8 {
            0..3 => NAMES[at % NAMES.len()].to_owned(),
            3..7 if !self.known.is_empty() => self.known[at % self.known.len()].clone(),
            _ => {
                let raw: Vec<u8> = self.bytes.by_ref().take(at % 48).copied().collect();
                String::from_utf8_lossy(&raw).into_owned()
            }
        }
    }
}

/// The input of an operation.
pub fn input(story: &mut Story<'_>, table: &'static StructureShape) -> Structure {
    story.structure(table, DEPTH)
}
