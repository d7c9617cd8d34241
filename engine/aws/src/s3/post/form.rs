//! The fields of a form as a browser sends them: `multipart/form-data`.
//!
//! **Source**: RFC 7578; S3 API Reference, "POST Object" and "Creating an HTML form (using AWS Signature
//! Version 4)".

use super::problems;
use crate::service::ApiResult;
use nuvola_kernel::Blob;
use nuvola_wire::Request;

/// How much may stand before the file. **Units**: bytes.
/// **Source**: S3 API Reference, "POST Object": form data and boundaries may not exceed 20 KB.
const MAX_BEFORE_FILE_BYTES: usize = 20_480;

/// A field: its name as it was sent, and its value.
pub struct Field {
    pub name: String,
    pub value: String,
}

pub struct Form {
    fields: Vec<Field>,
    pub file: Blob,
}

impl Form {
    /// A field's value; names go by any case.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name));
        found.map(|field| field.value.as_str())
    }

    /// A field without which nothing goes on.
    pub fn required(&self, name: &str) -> ApiResult<&str> {
        self.get(name).ok_or_else(|| problems::missing_field(name))
    }

    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter()
    }

    /// Reads a request's body. What comes after the file is passed over.
    pub fn read(request: &Request) -> ApiResult<Form> {
        let kind = request.headers.get("Content-Type").unwrap_or_default();
        if !essence(kind).eq_ignore_ascii_case("multipart/form-data") {
            return Err(problems::not_a_form());
        }
        let boundary = parameter(kind, "boundary").filter(|text| !text.is_empty());
        let boundary = boundary.ok_or_else(problems::malformed)?;
        let (mut fields, mut files) = (Vec::new(), Vec::new());
        let mut before_file_bytes = 0;
        for part in parts(&request.body, &boundary).ok_or_else(problems::malformed)? {
            let (head, content) = split_at(part, b"\r\n\r\n").ok_or_else(problems::malformed)?;
            let head = String::from_utf8_lossy(head);
            let disposition = disposition(&head).ok_or_else(problems::malformed)?;
            let name = parameter(disposition, "name").ok_or_else(problems::malformed)?;
            let is_file =
                essence(disposition).eq_ignore_ascii_case("form-data") && name.eq_ignore_ascii_case("file");
            if is_file {
                files.push((content, parameter(disposition, "filename")));
            } else if files.is_empty() {
                before_file_bytes += part.len();
                fields.push(Field { name, value: String::from_utf8_lossy(content).into_owned() });
            }
        }
        if before_file_bytes > MAX_BEFORE_FILE_BYTES {
            return Err(problems::fields_too_large(MAX_BEFORE_FILE_BYTES));
        }
        let [(content, file_name)] = files.as_slice() else {
            return Err(problems::file_count(files.len()));
        };
        if let Some(file_name) = file_name {
            fill_in(&mut fields, last_part(file_name));
        }
        Ok(Form { fields, file: Blob::new(*content) })
    }
}

/// Puts the file's name where fields ask for it. What is signed stays as it came.
fn fill_in(fields: &mut [Field], file_name: &str) {
    for field in fields {
        let signed = ["policy", "x-amz-signature"].iter().any(|name| field.name.eq_ignore_ascii_case(name));
        if !signed && field.value.contains("${filename}") {
            field.value = field.value.replace("${filename}", file_name);
        }
    }
}

/// Browsers may send a whole path: only what follows its last slash or backslash counts.
fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The parts between the boundaries, without them; nothing where the closing one is missing.
fn parts<'b>(body: &'b [u8], boundary: &str) -> Option<Vec<&'b [u8]>> {
    let opening = format!("--{boundary}");
    let between = format!("\r\n--{boundary}");
    // A preamble may stand before the first boundary.
    let mut rest = match body.strip_prefix(opening.as_bytes()) {
        Some(rest) => rest,
        None => split_at(body, between.as_bytes())?.1,
    };
    let mut all = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Some(all);
        }
        // Blanks may pad the boundary's line.
        let (padding, after) = split_at(rest, b"\r\n")?;
        if !padding.iter().all(|byte| matches!(byte, b' ' | b'\t')) {
            return None;
        }
        let (part, next) = split_at(after, between.as_bytes())?;
        all.push(part);
        rest = next;
    }
}

/// What stands before and after the first occurrence.
fn split_at<'b>(bytes: &'b [u8], needle: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = bytes.windows(needle.len()).position(|window| window == needle)?;
    Some((&bytes[..at], &bytes[at + needle.len()..]))
}

/// The `Content-Disposition` of a part's head.
fn disposition(head: &str) -> Option<&str> {
    head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value.trim())
    })
}

/// A header's value before its parameters.
fn essence(header: &str) -> &str {
    header.split(';').next().unwrap_or_default().trim()
}

/// A parameter of a header's value, without quotes; `%22` and `\"` stand for a quote inside them.
fn parameter(header: &str, name: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (key, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => {
                let end = end_of_quoted(quoted)?;
                (quoted[..end].replace("\\\"", "\"").replace("%22", "\""), &quoted[end + 1..])
            }
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = next.split_once(';')?.1;
    }
}

fn end_of_quoted(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find(|at| bytes[*at] == b'"' && (*at == 0 || bytes[at - 1] != b'\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: &str) -> Request {
        let mut request = Request::new("POST", "photos.s3.eu-south-1.amazonaws.com", "/");
        request.headers.set("Content-Type", "multipart/form-data; charset=utf-8; boundary=\"x y\"");
        request.body = Blob::from(body.replace('\n', "\r\n"));
        request
    }

    #[test]
    fn fields_come_in_order_and_what_follows_the_file_is_passed_over() {
        // Source: RFC 7578, section 4; S3 API Reference, "POST Object", the form fields `file` and `key`.
        let text = "preamble\n--x y  \nContent-Disposition: form-data; name=\"Key\"\n\nin/${filename}\n--x y\n\
            content-disposition: form-data; name=\"file\"; filename=\"C:\\dir\\a%22b.png\"\nContent-Type: image/png\n\n\
            bytes\n\nmore\n--x y\nContent-Disposition: form-data; name=\"acl\"\n\npublic-read\n--x y--\n";
        let form = Form::read(&request(text)).unwrap_or_else(|error| panic!("{error:?}"));
        assert_eq!(form.get("key"), Some("in/a\"b.png"));
        assert_eq!(form.file.as_text(), Some("bytes\r\n\r\nmore"));
        assert_eq!(form.get("acl"), None);
    }

    #[test]
    fn bodies_that_are_no_form_are_refused() {
        let code = |text: &str| Form::read(&request(text)).err().map(|error| error.code);
        for text in ["", "--x y", "--x y\n\nno end", "--x y\nX: y\n\nz\n--x y--", "--x yz\n\n--x y--"] {
            assert_eq!(code(text).as_deref(), Some("MalformedPOSTRequest"), "{text}");
        }
        let no_file = "--x y\nContent-Disposition: form-data; name=\"key\"\n\na\n--x y--";
        assert_eq!(code(no_file).as_deref(), Some("InvalidArgument"));
    }
}
