//! `aws-chunked` bodies: chunks with or without signatures, and trailers.
//!
//! **Source**: S3 API Reference, "Signature Calculations for the Authorization Header: Transferring
//! Payload in Multiple Chunks" and "... Including Trailing Headers (Chunked Upload)".

use crate::http::Headers;
use crate::sigv4::ChunkSigner;
use nuvola_kernel::Blob;

/// What was inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    pub body: Blob,
    /// The trailing headers, without the signature over them.
    pub trailers: Headers,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunkProblem {
    /// Not of the form `size[;chunk-signature=..]\r\n data \r\n`.
    Malformed,
    /// The body ends before its last chunk.
    Incomplete,
    /// A chunk's or the trailers' signature is another.
    SignatureDoesNotMatch,
}

/// Unpacks a body; with a signer, each chunk's signature is checked, and so is that of the trailers.
pub fn decode(raw: &[u8], mut signer: Option<ChunkSigner>) -> Result<Decoded, ChunkProblem> {
    let mut rest = raw;
    let mut body = Vec::with_capacity(raw.len());
    loop {
        let line = take_line(&mut rest).ok_or(ChunkProblem::Incomplete)?;
        let line = std::str::from_utf8(line).map_err(|_| ChunkProblem::Malformed)?;
        let (size, extension) = line.split_once(';').unwrap_or((line, ""));
        let size = usize::from_str_radix(size.trim(), 16).map_err(|_| ChunkProblem::Malformed)?;
        if size > rest.len() {
            return Err(ChunkProblem::Incomplete);
        }
        let (data, after) = rest.split_at(size);
        if let Some(signer) = &mut signer {
            let given = extension.trim().strip_prefix("chunk-signature=").ok_or(ChunkProblem::Malformed)?;
            if !signer.chunk(data, given) {
                return Err(ChunkProblem::SignatureDoesNotMatch);
            }
        }
        rest = after;
        if size == 0 {
            break;
        }
        body.extend_from_slice(data);
        rest = rest.strip_prefix(b"\r\n").ok_or(ChunkProblem::Malformed)?;
    }
    Ok(Decoded { body: body.into(), trailers: read_trailers(rest, signer)? })
}

/// Splits off a line and its `\r\n`.
fn take_line<'r>(rest: &mut &'r [u8]) -> Option<&'r [u8]> {
    let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
    let line = &rest[..end];
    *rest = &rest[end + 2..];
    Some(line)
}

fn read_trailers(mut rest: &[u8], signer: Option<ChunkSigner>) -> Result<Headers, ChunkProblem> {
    let mut trailers = Headers::new();
    let mut signature = None;
    while !rest.is_empty() {
        // The last line may lack its end: some clients leave it out.
        let line = take_line(&mut rest).unwrap_or_else(|| std::mem::take(&mut rest));
        let line = std::str::from_utf8(line).map_err(|_| ChunkProblem::Malformed)?.trim();
        if line.is_empty() {
            continue;
        }
        let (name, value) = line.split_once(':').ok_or(ChunkProblem::Malformed)?;
        if name.eq_ignore_ascii_case("x-amz-trailer-signature") {
            signature = Some(value.trim().to_owned());
        } else {
            trailers.append(name.trim(), value.trim());
        }
    }
    if let Some(signer) = signer
        && !trailers.is_empty()
        && !signature.is_some_and(|signature| signer.trailers(&trailers, &signature))
    {
        return Err(ChunkProblem::SignatureDoesNotMatch);
    }
    Ok(trailers)
}

/// Packs a body as clients without chunk signatures do: one chunk, then the trailers.
pub fn encode(body: &[u8], trailers: &Headers) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 64);
    if !body.is_empty() {
        out.extend_from_slice(format!("{:x}\r\n", body.len()).as_bytes());
        out.extend_from_slice(body);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"0\r\n");
    for (name, value) in trailers.iter() {
        out.extend_from_slice(format!("{name}:{value}\r\n").as_bytes());
    }
    out.extend_from_slice(b"\r\n");
    out
}
