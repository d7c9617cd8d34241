//! The console of S3: buckets, objects by folder, versions, an object's preview, a bucket's settings.
//!
//! Paths: `[]`, `[BUCKET]`, `[BUCKET, "objects", PREFIX]`, `[BUCKET, "object", KEY]` (and its version),
//! `[BUCKET, "versions"]`, `[BUCKET, "settings"]`.

use super::call::{Api, S3Call, text_of};
use super::{Act, Failure, done, screen, unknown};
use crate::screen::{
    Acted, Action, Block, Crumb, Field, FieldKind, Form, Row, Screen, Table, Tone, fact, to,
};
use crate::sign::presign;
use nuvola_kernel::{Blob, DEFAULT_REGION};
use nuvola_wire::uri;
use nuvola_wire::xml::Element;

/// How many keys one page shows.
const PAGE: u32 = 200;
/// Larger objects are not previewed. **Units**: bytes.
const PREVIEW_BYTES: usize = 4 << 20;
const TEXT_PREVIEW_BYTES: usize = 64 << 10;
/// How long a presigned URL of the console is good. **Units**: seconds.
const PRESIGNED_S: u32 = 3_600;

pub(super) async fn show(api: &Api<'_>, parts: &[&str]) -> Result<Screen, Failure> {
    match parts {
        [] => buckets(api).await,
        [bucket] => objects(api, bucket, "", "").await,
        [bucket, "objects", prefix] => objects(api, bucket, prefix, "").await,
        [bucket, "objects", prefix, token] => objects(api, bucket, prefix, token).await,
        [bucket, "object", key] => object(api, bucket, key, "").await,
        [bucket, "object", key, version] => object(api, bucket, key, version).await,
        [bucket, "versions"] => versions(api, bucket).await,
        [bucket, "settings"] => settings(api, bucket).await,
        _ => Err("there is no such screen of S3".to_owned()),
    }
}

async fn buckets(api: &Api<'_>) -> Result<Screen, Failure> {
    let answer = api.s3_xml("", "").await?;
    let listed = answer.child("Buckets");
    let rows = listed.into_iter().flat_map(|all| all.children("Bucket")).map(|bucket| {
        let name = text_of(bucket, "Name");
        Row::new([name.clone(), short_time(&text_of(bucket, "CreationDate"))]).opening(&["s3", &name]).with(
            Action::new("delete-bucket", "Delete", &[("bucket", &name)]).asking(format!(
                "Delete the bucket `{name}`? S3 deletes only an empty bucket; there is no way back."
            )),
        )
    });
    let table = Table::new(
        "Buckets",
        &["Name", "Created"],
        rows.collect(),
        "No bucket yet. Create one here, with Terraform, or with `aws s3 mb s3://NAME`.",
    );
    let name = Field::text("bucket", "Name")
        .hint("3 to 63 small letters, digits, hyphens; unique among all buckets of AWS");
    let form = Form::new("create-bucket", "Create a bucket", "Create", vec![name]);
    Ok(screen("S3", &[], vec![Block::Table(table), Block::Form(form.folded())]))
}

fn tabs(bucket: &str) -> Vec<Crumb> {
    let tab = |label: &str, path: &[&str]| Crumb { label: label.to_owned(), path: to(path) };
    vec![
        tab("Objects", &["s3", bucket]),
        tab("Versions", &["s3", bucket, "versions"]),
        tab("Settings", &["s3", bucket, "settings"]),
    ]
}

fn of_bucket(title: &str, bucket: &str, blocks: Vec<Block>) -> Screen {
    Screen { tabs: tabs(bucket), ..screen(title, &[("S3", &["s3"]), (bucket, &["s3", bucket])], blocks) }
}

async fn objects(api: &Api<'_>, bucket: &str, prefix: &str, token: &str) -> Result<Screen, Failure> {
    let mut query = format!("delimiter=%2F&list-type=2&max-keys={PAGE}&prefix={}", uri::encode(prefix));
    if !token.is_empty() {
        query.push_str(&format!("&continuation-token={}", uri::encode(token)));
    }
    let answer = api.s3_xml(bucket, &query).await?;
    let inside = |key: &str| key.strip_prefix(prefix).unwrap_or(key).to_owned();
    let folders = answer.children("CommonPrefixes").map(|folder| {
        let path = text_of(folder, "Prefix");
        Row::new([inside(&path), String::new(), String::new()]).opening(&["s3", bucket, "objects", &path])
    });
    let objects = answer.children("Contents").map(|object| {
        let key = text_of(object, "Key");
        let delete = Action::new("delete-object", "Delete", &[("key", &key)])
            .asking(format!("Delete `{key}`? Without versioning there is no way back."));
        Row::new([inside(&key), size(&text_of(object, "Size")), short_time(&text_of(object, "LastModified"))])
            .opening(&["s3", bucket, "object", &key])
            .with(Action::new("download", "Download", &[("key", &key)]))
            .with(delete)
    });
    let rows = folders.chain(objects).collect();
    let title = if prefix.is_empty() { "Objects".to_owned() } else { format!("Objects below {prefix}") };
    let mut table =
        Table::new(&title, &["Name", "Size", "Last modified"], rows, "Nothing here yet. Drop files below.");
    let next = text_of(&answer, "NextContinuationToken");
    if !next.is_empty() {
        table.more = Some(to(&["s3", bucket, "objects", prefix, &next]));
    }
    let fields = vec![
        Field::new("files", "Files", FieldKind::Files).hint("drop files here, or choose them"),
        Field::text("prefix", "Folder").value(prefix).hint("what their keys begin with, such as `2026/`"),
    ];
    let upload = Form::new("upload", "Upload", "Upload", fields);
    let mut screen = of_bucket(bucket, bucket, vec![Block::Table(table), Block::Form(upload)]);
    let mut above = String::new();
    for part in prefix.split_inclusive('/') {
        above.push_str(part);
        screen.crumbs.push(Crumb { label: part.to_owned(), path: to(&["s3", bucket, "objects", &above]) });
    }
    Ok(screen)
}

async fn object(api: &Api<'_>, bucket: &str, key: &str, version: &str) -> Result<Screen, Failure> {
    let query = version_query(version);
    let call = S3Call { method: "GET", bucket, key, query, ..S3Call::get() };
    let response = api.s3(call).await?;
    let header = |name: &str| response.headers.get(name).unwrap_or_default().to_owned();
    let media_type = header("content-type");
    let mut facts = vec![
        fact("Key", key),
        fact("Size", size(&response.body.len().to_string())),
        fact("Content-Type", media_type.clone()),
        fact("ETag", header("etag")),
        fact("Last modified", header("last-modified")),
    ];
    let others = ["x-amz-version-id", "x-amz-server-side-encryption", "x-amz-storage-class"];
    facts.extend(others.iter().map(|name| fact(name, header(name))).filter(|fact| !fact.value.is_empty()));
    let own = response.headers.iter().filter(|(name, _)| name.to_lowercase().starts_with("x-amz-meta-"));
    facts.extend(own.map(|(name, value)| fact(&name.to_lowercase(), value)));
    let values: &[(&str, &str)] = &[("key", key), ("version", version)];
    let mut actions = vec![
        Action::new("download", "Download", values),
        Action::new("presign", "Presigned URL", values),
        Action::new("delete-object", "Delete", values)
            .asking(format!("Delete `{key}`? Without versioning there is no way back.")),
    ];
    if !version.is_empty() {
        actions.push(Action::new("restore", "Make this the current version", values));
    }
    let mut blocks = vec![Block::Actions { actions }];
    blocks.extend(preview(&media_type, &response.body));
    blocks.push(Block::Facts { title: "Properties".to_owned(), facts });
    let mut screen = of_bucket(key, bucket, blocks);
    let mut above = String::new();
    for part in key.split_inclusive('/').filter(|part| part.ends_with('/')) {
        above.push_str(part);
        screen.crumbs.push(Crumb { label: part.to_owned(), path: to(&["s3", bucket, "objects", &above]) });
    }
    Ok(screen)
}

/// What a person would look at: a picture, or the beginning of a text.
fn preview(media_type: &str, body: &Blob) -> Option<Block> {
    let title = "Preview".to_owned();
    if media_type.starts_with("image/") && body.len() <= PREVIEW_BYTES {
        return Some(Block::Image { title, media_type: media_type.to_owned(), content: body.clone() });
    }
    let text = body.as_text().filter(|text| !text.contains('\0'))?;
    let mut end = text.len().min(TEXT_PREVIEW_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    (end > 0).then(|| Block::Code { title, text: text[..end].to_owned() })
}

async fn versions(api: &Api<'_>, bucket: &str) -> Result<Screen, Failure> {
    let answer = api.s3_xml(bucket, &format!("max-keys={PAGE}&versions=")).await?;
    let rows = answer
        .children
        .iter()
        .filter(|child| child.name == "Version" || child.name == "DeleteMarker")
        .map(|entry| version_row(bucket, entry));
    let state = versioning(api, bucket).await?;
    let empty = "No versions: the bucket is empty.";
    let columns = ["Key", "Version", "Kind", "Size", "Last modified"];
    let table = Table::new("Versions and delete markers", &columns, rows.collect(), empty);
    let note = match state.as_str() {
        "Enabled" => "Versioning is on: overwriting and deleting keep what was there.",
        "Suspended" => "Versioning is suspended: new objects get the version `null` and replace one another.",
        _ => "Versioning is off: overwriting and deleting are final. Settings switch it on.",
    };
    let tone = if state == "Enabled" { Tone::Good } else { Tone::Info };
    let note = Block::Note { tone, text: note.to_owned() };
    Ok(of_bucket(bucket, bucket, vec![note, Block::Table(table)]))
}

fn version_row(bucket: &str, entry: &Element) -> Row {
    let (key, version) = (text_of(entry, "Key"), text_of(entry, "VersionId"));
    let latest = text_of(entry, "IsLatest") == "true";
    let marker = entry.name == "DeleteMarker";
    let kind = match (marker, latest) {
        (true, true) => "delete marker, latest",
        (true, false) => "delete marker",
        (false, true) => "latest",
        (false, false) => "older",
    };
    let cells = [
        key.clone(),
        version.clone(),
        kind.to_owned(),
        size(&text_of(entry, "Size")),
        short_time(&text_of(entry, "LastModified")),
    ];
    let values: &[(&str, &str)] = &[("key", &key), ("version", &version)];
    let delete = Action::new("delete-version", "Delete for good", values)
        .asking(format!("Delete the version `{version}` of `{key}`? There is no way back."));
    let row = Row::new(cells).with(delete);
    if marker { row } else { row.opening(&["s3", bucket, "object", &key, &version]) }
}

async fn versioning(api: &Api<'_>, bucket: &str) -> Result<String, Failure> {
    Ok(text_of(&api.s3_xml(bucket, "versioning=").await?, "Status"))
}

async fn settings(api: &Api<'_>, bucket: &str) -> Result<Screen, Failure> {
    let state = versioning(api, bucket).await?;
    let (label, wanted) = match state.as_str() {
        "Enabled" => ("Suspend versioning", "Suspended"),
        _ => ("Switch versioning on", "Enabled"),
    };
    let toggle = Action::new("versioning", label, &[("status", wanted)]);
    let location = api.s3_xml(bucket, "location=").await?.text;
    let facts = vec![
        fact("ARN", format!("arn:aws:s3:::{bucket}")),
        fact("Region", if location.is_empty() { "us-east-1".to_owned() } else { location }),
        fact("Versioning", if state.is_empty() { "off".to_owned() } else { state }),
    ];
    let policy = S3Call { bucket, query: "policy=".to_owned(), ..S3Call::get() };
    let policy = match api.s3(policy).await {
        Ok(response) => pretty(response.body.as_text().unwrap_or_default()),
        Err(_) => String::new(),
    };
    let field = Field::new("policy", "Policy (JSON)", FieldKind::Area).value(policy);
    let policy = Form::new(
        "policy",
        "Bucket policy",
        "Save the policy",
        vec![field.hint("empty: the bucket has no policy")],
    );
    let mut blocks = vec![
        Block::Facts { title: "Bucket".to_owned(), facts },
        Block::Actions { actions: vec![toggle] },
        Block::Form(policy),
    ];
    for (title, query) in [
        ("Public access block", "publicAccessBlock="),
        ("CORS", "cors="),
        ("Website", "website="),
        ("Notifications", "notification="),
        ("Tags", "tagging="),
    ] {
        // What is not configured answers with an error: nothing to show then.
        if let Ok(answer) = api.s3_xml(bucket, query).await
            && !answer.children.is_empty()
        {
            let mut text = String::new();
            outline(&answer, 0, &mut text);
            blocks.push(Block::Code { title: title.to_owned(), text });
        }
    }
    Ok(of_bucket(bucket, bucket, blocks))
}

/// An XML document as indented lines `Name: text`.
fn outline(element: &Element, depth: usize, text: &mut String) {
    for child in &element.children {
        text.push_str(&"  ".repeat(depth));
        text.push_str(&child.name);
        if child.children.is_empty() {
            text.push_str(": ");
            text.push_str(child.text.trim());
        }
        text.push('\n');
        outline(child, depth + 1, text);
    }
}

fn pretty(json: &str) -> String {
    let value = serde_json::from_str::<serde_json::Value>(json).ok();
    value.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| json.to_owned())
}

pub(super) async fn act(api: &Api<'_>, mut act: Act<'_>) -> Result<Acted, Failure> {
    let files = std::mem::take(&mut act.files);
    let bucket = match act.value("bucket") {
        "" => act.part(1),
        named => named,
    };
    let (key, version) = (act.value("key"), act.value("version"));
    let call = S3Call { bucket, key, query: version_query(version), ..S3Call::get() };
    match act.verb {
        "create-bucket" => create_bucket(api, bucket).await,
        "delete-bucket" => {
            api.s3(S3Call { method: "DELETE", ..call }).await?;
            done(format!("`{bucket}` is deleted"))
        }
        "upload" => upload(api, bucket, act.value("prefix"), files).await,
        "download" => {
            let response = api.s3(call).await?;
            let name = key.rsplit('/').next().unwrap_or(key).to_owned();
            Ok(Acted { file: Some((name, response.body)), ..Acted::default() })
        }
        "presign" => {
            let host = format!("{bucket}.s3.{DEFAULT_REGION}.amazonaws.com");
            let query = version_query(version);
            let url = presign(&api.shared.borrow(), &host, key, &query, PRESIGNED_S);
            let title = format!("Good for {} minutes, for anyone who has it", PRESIGNED_S / 60);
            Ok(Acted { blocks: vec![Block::Code { title, text: url }], ..Acted::default() })
        }
        "delete-object" => {
            api.s3(S3Call { method: "DELETE", query: String::new(), ..call }).await?;
            let folder = key.rsplit_once('/').map_or("", |(folder, _)| folder);
            let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
            let go = Some(to(&["s3", bucket, "objects", &folder]));
            Ok(Acted { text: format!("`{key}` is deleted"), go, ..Acted::default() })
        }
        "delete-version" => {
            api.s3(S3Call { method: "DELETE", ..call }).await?;
            done(format!("the version of `{key}` is gone"))
        }
        "restore" => {
            let source = format!("/{bucket}/{}?versionId={version}", uri::encode_path(key));
            let headers = vec![("x-amz-copy-source", source)];
            api.s3(S3Call { method: "PUT", query: String::new(), headers, ..call }).await?;
            let go = Some(to(&["s3", bucket, "object", key]));
            Ok(Acted { text: format!("`{key}` is as it was in that version"), go, ..Acted::default() })
        }
        "versioning" => {
            let status = if act.value("status") == "Enabled" { "Enabled" } else { "Suspended" };
            let body =
                format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
            let body = Blob::from(body);
            api.s3(S3Call { method: "PUT", query: "versioning=".to_owned(), body, ..call }).await?;
            done(format!("versioning is {}", act.value("status").to_lowercase()))
        }
        "policy" => {
            let text = act.value("policy").trim();
            let method = if text.is_empty() { "DELETE" } else { "PUT" };
            let body = Blob::from(text.to_owned());
            api.s3(S3Call { method, query: "policy=".to_owned(), body, ..call }).await?;
            done(if text.is_empty() { "the policy is deleted" } else { "the policy is saved" })
        }
        verb => Err(unknown(verb)),
    }
}

async fn create_bucket(api: &Api<'_>, bucket: &str) -> Result<Acted, Failure> {
    if bucket.is_empty() {
        return Err("a bucket needs a name".to_owned());
    }
    let body = format!(
        "<CreateBucketConfiguration><LocationConstraint>{DEFAULT_REGION}</LocationConstraint></CreateBucketConfiguration>"
    );
    let body = Blob::from(body);
    api.s3(S3Call { method: "PUT", bucket, body, ..S3Call::get() }).await?;
    Ok(Acted { text: format!("`{bucket}` is there"), go: Some(to(&["s3", bucket])), ..Acted::default() })
}

async fn upload(
    api: &Api<'_>,
    bucket: &str,
    prefix: &str,
    files: Vec<(String, Blob)>,
) -> Result<Acted, Failure> {
    let count = files.len();
    if count == 0 {
        return Err("no file was chosen".to_owned());
    }
    for (name, body) in files {
        let key = format!("{prefix}{name}");
        let headers = vec![("Content-Type", media_type(&name).to_owned())];
        api.s3(S3Call { method: "PUT", bucket, key: &key, headers, body, ..S3Call::get() }).await?;
    }
    let text =
        if count == 1 { "1 file is uploaded".to_owned() } else { format!("{count} files are uploaded") };
    Ok(Acted { text, go: Some(to(&["s3", bucket, "objects", prefix])), ..Acted::default() })
}

/// The type that browsers and the real console guess from a name's ending.
fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default().to_lowercase().as_str() {
        "html" | "htm" => "text/html",
        "css" => "text/css",
        "js" | "mjs" => "text/javascript",
        "json" => "application/json",
        "txt" | "md" | "py" | "tf" | "csv" => "text/plain",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        _ => "binary/octet-stream",
    }
}

fn version_query(version: &str) -> String {
    if version.is_empty() { String::new() } else { format!("versionId={}", uri::encode(version)) }
}

fn size(bytes: &str) -> String {
    let Ok(bytes) = bytes.parse::<u64>() else { return String::new() };
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// `2026-11-28T05:59:59.000Z` without what nobody reads.
fn short_time(iso: &str) -> String {
    iso.get(..19).map_or_else(|| iso.to_owned(), |text| text.replace('T', " "))
}
