//! S3 beyond single cases: listings, versions and multipart uploads against models of a few lines.

#![expect(clippy::unwrap_used, reason = "a request that fails fails its test")]

use nuvola_aws::{AuthMode, Cloud, CloudOptions, Effect, Input};
use nuvola_wire::xml::{self, Element};
use nuvola_wire::{Request, Response, uri};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const HOST: &str = "box.s3.eu-south-1.amazonaws.com";
const PART_BYTES: usize = 5 * 1024 * 1024;

struct Client {
    cloud: Cloud,
    now_ms: i64,
    next_id: u64,
}

impl Client {
    /// A cloud with a bucket `box`.
    fn new() -> Self {
        let cloud = Cloud::new(CloudOptions { auth: AuthMode::Off, ..CloudOptions::default() });
        let mut client = Client { cloud, now_ms: 1_795_456_800_000, next_id: 1 };
        let document = "<CreateBucketConfiguration><LocationConstraint>eu-south-1</LocationConstraint></CreateBucketConfiguration>";
        assert_eq!(client.send("PUT", "", "", document.as_bytes()).status, 200);
        client
    }

    fn send(&mut self, method: &str, key: &str, query: &str, body: &[u8]) -> Response {
        let mut request = Request::new(method, HOST, &format!("/{}", uri::encode_path(key)));
        request.query = query.to_owned();
        request.headers.set("Content-Length", body.len().to_string());
        // Any key stands for the account's root where signatures do not count.
        request.headers.set(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIA/20261123/eu-south-1/s3/aws4_request, SignedHeaders=host, Signature=0",
        );
        request.headers.set("X-Amz-Date", "20261123T180000Z");
        request.body = body.to_vec().into();
        let id = self.next_id;
        self.next_id += 1;
        self.now_ms += 1000;
        let effects = self.cloud.step(self.now_ms, Input::Request { id, request });
        let answer = effects.into_iter().find_map(|effect| {
            if let Effect::Respond { response, .. } = effect { Some(response) } else { None }
        });
        answer.unwrap()
    }

    fn document(&mut self, method: &str, key: &str, query: &str, body: &[u8]) -> Element {
        let response = self.send(method, key, query, body);
        let text = response.body.as_text().unwrap();
        assert_eq!(response.status, 200, "{text}");
        xml::parse(text).unwrap()
    }

    fn versioning(&mut self, status: &str) {
        let document =
            format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
        assert_eq!(self.send("PUT", "", "versioning", document.as_bytes()).status, 200);
    }
}

fn text(element: &Element, name: &str) -> String {
    element.child(name).map(|child| child.text.clone()).unwrap_or_default()
}

/// What a listing shows: keys, and groups of keys up to the delimiter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    Key(String),
    Group(String),
}

/// The listing by its definition.
///
/// Source: S3 User Guide, "Organizing objects using prefixes"; S3 API Reference, "ListObjectsV2".
fn listed(keys: &BTreeSet<String>, prefix: &str, delimiter: Option<&str>, after: &str) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    for key in keys.iter().filter(|key| key.starts_with(prefix) && key.as_str() > after) {
        let end = delimiter.and_then(|delimiter| {
            key[prefix.len()..].find(delimiter).map(|at| prefix.len() + at + delimiter.len())
        });
        let shown = match end {
            Some(end) => Shown::Group(key[..end].to_owned()),
            None => Shown::Key(key.clone()),
        };
        if all.last() != Some(&shown) {
            all.push(shown);
        }
    }
    all
}

/// Both kinds of a page, in the order of their texts.
fn shown_by(page: &Element) -> Vec<Shown> {
    let keys = page.children("Contents").map(|entry| Shown::Key(text(entry, "Key")));
    let groups = page.children("CommonPrefixes").map(|entry| Shown::Group(text(entry, "Prefix")));
    let mut all: Vec<Shown> = keys.chain(groups).collect();
    nuvola_kernel::ordered::sort_by_key(&mut all, |shown| match shown {
        Shown::Key(name) | Shown::Group(name) => name.clone(),
    });
    all
}

/// A version as the model keeps it.
#[derive(Debug, Clone, PartialEq)]
struct Version {
    id: String,
    content: Option<String>,
}

#[derive(Debug, Clone)]
enum Deed {
    Put(usize),
    Delete(usize),
    /// A version of a key, by its place from the newest.
    DeleteVersion(usize, usize),
    Versioning(bool),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        4 => (0usize..3).prop_map(Deed::Put),
        3 => (0usize..3).prop_map(Deed::Delete),
        2 => (0usize..3, 0usize..4).prop_map(|(key, place)| Deed::DeleteVersion(key, place)),
        1 => any::<bool>().prop_map(Deed::Versioning),
    ];
    prop::collection::vec(deed, 0..40)
}

const KEYS: [&str; 3] = ["a", "a/b", "c d"];

/// A bucket's versions by their definition, newest first.
///
/// Source: S3 User Guide, "How S3 Versioning works", "Working with objects in a versioning-suspended bucket".
#[derive(Default)]
struct Model {
    versions: BTreeMap<&'static str, Vec<Version>>,
    ever: bool,
    enabled: bool,
}

impl Model {
    fn add(&mut self, key: &'static str, id: Option<String>, content: Option<String>) {
        let all = self.versions.entry(key).or_default();
        let id = if self.enabled { id.unwrap() } else { "null".to_owned() };
        if !self.enabled {
            all.retain(|version| version.id != "null");
        }
        all.insert(0, Version { id, content });
    }

    fn current(&self, key: &str) -> Option<&String> {
        self.versions.get(key)?.first()?.content.as_ref()
    }

    /// Key, id, whether it is the newest, whether it is a delete marker.
    fn listed(&self) -> Vec<(String, String, bool, bool)> {
        let mut all = Vec::new();
        for (key, versions) in &self.versions {
            for (place, version) in versions.iter().enumerate() {
                all.push(((*key).to_owned(), version.id.clone(), place == 0, version.content.is_none()));
            }
        }
        all
    }
}

fn perform(client: &mut Client, model: &mut Model, number: usize, deed: &Deed) {
    let id_of = |response: &Response| response.headers.get("x-amz-version-id").map(str::to_owned);
    match *deed {
        Deed::Versioning(on) => {
            // A bucket that never had versioning cannot suspend it into something else.
            client.versioning(if on { "Enabled" } else { "Suspended" });
            (model.enabled, model.ever) = (on, true);
        }
        Deed::Put(key) => {
            let content = format!("content {number}");
            let response = client.send("PUT", KEYS[key], "", content.as_bytes());
            assert_eq!(response.status, 200);
            model.add(KEYS[key], id_of(&response), Some(content));
        }
        Deed::Delete(key) => {
            let response = client.send("DELETE", KEYS[key], "", b"");
            assert_eq!(response.status, 204);
            if model.ever {
                model.add(KEYS[key], id_of(&response), None);
            } else {
                model.versions.remove(KEYS[key]);
            }
        }
        Deed::DeleteVersion(key, place) => {
            let found = model.versions.get(KEYS[key]).and_then(|all| all.get(place)).cloned();
            let id = found.as_ref().map_or("null".to_owned(), |version| version.id.clone());
            let response = client.send("DELETE", KEYS[key], &format!("versionId={id}"), b"");
            assert_eq!(response.status, 204);
            // The null version may be there under another place.
            let all = model.versions.get(KEYS[key]).into_iter().flatten();
            let marker = all.clone().any(|version| version.id == id && version.content.is_none());
            assert_eq!(response.headers.get("x-amz-delete-marker"), marker.then_some("true"));
            if let Some(all) = model.versions.get_mut(KEYS[key]) {
                all.retain(|version| version.id != id);
            }
        }
    }
}

/// Versions and delete markers in pages of `most`.
fn versions(client: &mut Client, most: usize) -> Vec<(String, String, bool, bool)> {
    let (mut all, mut markers) = (Vec::new(), String::new());
    loop {
        let page = client.document("GET", "", &format!("versions&max-keys={most}{markers}"), b"");
        let entries =
            page.children.iter().filter(|child| ["Version", "DeleteMarker"].contains(&child.name.as_str()));
        let before = all.len();
        all.extend(entries.map(|entry| {
            let latest = text(entry, "IsLatest") == "true";
            (text(entry, "Key"), text(entry, "VersionId"), latest, entry.name == "DeleteMarker")
        }));
        assert!(all.len() - before <= most);
        if text(&page, "IsTruncated") != "true" {
            return all;
        }
        let (key, id) = (text(&page, "NextKeyMarker"), text(&page, "NextVersionIdMarker"));
        markers = format!("&key-marker={}&version-id-marker={id}", uri::encode(&key));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn listings_show_what_their_definition_says(
        keys in prop::collection::btree_set("[ab/é ]{1,5}", 0..25),
        prefix in "[ab/]{0,2}",
        delimiter in prop::option::of(prop::sample::select(vec!["/", "b", "ab"])),
        after in "[ab/]{0,3}",
        most in 1usize..6,
    ) {
        let mut client = Client::new();
        for key in &keys {
            prop_assert_eq!(client.send("PUT", key, "", b"x").status, 200);
        }
        // A start inside a group is S3's own affair: starts are compared without a delimiter.
        let after = if delimiter.is_some() { String::new() } else { after };
        let expected = listed(&keys, &prefix, delimiter, &after);
        let mut asked = format!("prefix={}", uri::encode(&prefix));
        if let Some(delimiter) = delimiter {
            asked += &format!("&delimiter={}", uri::encode(delimiter));
        }
        let whole = client.document("GET", "", &format!("list-type=2&{asked}&start-after={}", uri::encode(&after)), b"");
        prop_assert_eq!(&shown_by(&whole), &expected);
        prop_assert_eq!(text(&whole, "KeyCount"), expected.len().to_string());
        let mut paged = Vec::new();
        let mut token = format!("start-after={}", uri::encode(&after));
        for round in 0.. {
            prop_assert!(round < 50, "the pages never end");
            let page = client.document("GET", "", &format!("list-type=2&{asked}&max-keys={most}&{token}"), b"");
            let shown = shown_by(&page);
            prop_assert!(shown.len() <= most);
            paged.extend(shown);
            if text(&page, "IsTruncated") != "true" {
                break;
            }
            token = format!("continuation-token={}", uri::encode(&text(&page, "NextContinuationToken")));
        }
        prop_assert_eq!(&paged, &expected);
        // The first version of the listing goes on after a marker.
        let (mut paged, mut marker) = (Vec::new(), after);
        for round in 0.. {
            prop_assert!(round < 50, "the pages never end");
            let page = client.document("GET", "", &format!("{asked}&max-keys={most}&marker={}", uri::encode(&marker)), b"");
            let shown = shown_by(&page);
            let last = match shown.last() {
                Some(Shown::Key(name) | Shown::Group(name)) => name.clone(),
                None => String::new(),
            };
            paged.extend(shown);
            if text(&page, "IsTruncated") != "true" {
                break;
            }
            // NextMarker comes with a delimiter only; otherwise the last key is the marker.
            prop_assert_eq!(page.child("NextMarker").is_some(), delimiter.is_some());
            marker = last;
        }
        prop_assert_eq!(&paged, &expected);
    }

    #[test]
    fn versions_come_and_go_as_their_definition_says(deeds in deeds(), most in 1usize..5) {
        let (mut client, mut model) = (Client::new(), Model::default());
        for (number, deed) in deeds.iter().enumerate() {
            perform(&mut client, &mut model, number, deed);
            for key in KEYS {
                let found = client.send("GET", key, "", b"");
                match model.current(key) {
                    Some(content) => prop_assert_eq!(found.body.as_text(), Some(content.as_str())),
                    None => prop_assert_eq!(found.status, 404),
                }
            }
        }
        // Versions and delete markers are lists of their own to clients.
        let by_kind = |all: Vec<(String, String, bool, bool)>| {
            let (markers, versions): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, _, _, marker)| *marker);
            (versions, markers)
        };
        let expected = by_kind(model.listed());
        prop_assert_eq!(&by_kind(versions(&mut client, 1000)), &expected);
        prop_assert_eq!(&by_kind(versions(&mut client, most)), &expected);
        for (key, versions) in &model.versions {
            for version in versions {
                let found = client.send("GET", key, &format!("versionId={}", version.id), b"");
                match &version.content {
                    Some(content) => prop_assert_eq!(found.body.as_text(), Some(content.as_str())),
                    None => prop_assert_eq!(found.status, 405),
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    /// Source: our own reasoning: how an object came is no part of what it is.
    #[test]
    fn an_object_in_parts_equals_one_put_whole(
        full_parts in 0usize..3,
        last in 1usize..2000,
        order_seed in any::<u64>(),
        from in 0usize..PART_BYTES,
    ) {
        let mut client = Client::new();
        let content: Vec<u8> =
            (0..full_parts * PART_BYTES + last).map(|at| (at as u64 * 31 % 251) as u8).collect();
        prop_assert_eq!(client.send("PUT", "whole", "", &content).status, 200);
        let started = client.document("POST", "parts", "uploads", b"");
        let upload = text(&started, "UploadId");
        let mut pieces: Vec<(usize, &[u8])> = content.chunks(PART_BYTES).enumerate().collect();
        // Parts may arrive in any order.
        if order_seed % 2 == 0 {
            pieces.reverse();
        }
        let mut tags = BTreeMap::new();
        for (place, piece) in pieces {
            // Numbers may leave gaps.
            let number = place * 3 + 1;
            let response = client.send("PUT", "parts", &format!("partNumber={number}&uploadId={upload}"), piece);
            prop_assert_eq!(response.status, 200);
            tags.insert(number, response.headers.get("ETag").unwrap().to_owned());
        }
        let list: String = tags.iter().map(|(number, tag)| {
            format!("<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>")
        }).collect();
        let document = format!("<CompleteMultipartUpload>{list}</CompleteMultipartUpload>");
        let done = client.document("POST", "parts", &format!("uploadId={upload}"), document.as_bytes());
        let ending = format!("-{}\"", tags.len());
        prop_assert!(text(&done, "ETag").ends_with(&ending));
        let (whole, parts) = (client.send("GET", "whole", "", b""), client.send("GET", "parts", "", b""));
        prop_assert!(whole.body == parts.body && parts.body[..] == content[..]);
        let listing = client.document("GET", "", "list-type=2", b"");
        let sizes: Vec<String> = listing.children("Contents").map(|entry| text(entry, "Size")).collect();
        prop_assert_eq!(&sizes[0], &sizes[1]);
        let from = from % content.len();
        let mut piece = Vec::new();
        for number in 1..=tags.len() {
            piece.extend_from_slice(&client.send("GET", "parts", &format!("partNumber={number}"), b"").body);
        }
        prop_assert!(piece[from..] == content[from..]);
    }
}
