//! The C interface: one call, whose request and answer are byte strings in this module's memory.
//!
//! A request is: the operation's name (length u8, text), the numbers (count u32, f64 each), the buffers
//! (count u32, a length u32 each, then their bytes). An answer is: its length (u32), 0 and the result, or 1 and
//! a text that says what was wrong. All little endian.

#![expect(unsafe_code, reason = "a C interface: memory is handed over by address")]

use crate::{Failure, call};

/// Memory for a request; the next `nuvola_call` takes it back.
#[unsafe(no_mangle)]
pub extern "C" fn nuvola_alloc(length: usize) -> *mut u8 {
    let mut memory = Vec::<u8>::with_capacity(length.max(1));
    let address = memory.as_mut_ptr();
    std::mem::forget(memory);
    address
}

/// Runs a request that lies at an address from [`nuvola_alloc`]; gives the address of the answer, which
/// [`nuvola_free`] takes back.
///
/// # Safety
/// `address` is of `nuvola_alloc(length)` and all `length` bytes were written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nuvola_call(address: *mut u8, length: usize) -> *mut u8 {
    // SAFETY: as the caller promises.
    let request = unsafe { Vec::from_raw_parts(address, length, length.max(1)) };
    let outcome = match Request::read(&request) {
        Some(Request { name, numbers, buffers }) => call(name, &numbers, &buffers),
        None => Err(Failure::new("the request is cut short")),
    };
    drop(request);
    let (status, content) = match outcome {
        Ok(content) => (0u8, content),
        Err(failure) => (1u8, failure.to_string().into_bytes()),
    };
    let mut answer = Vec::with_capacity(content.len() + 5);
    answer.extend_from_slice(&(content.len() as u32 + 1).to_le_bytes());
    answer.push(status);
    answer.extend_from_slice(&content);
    let address = answer.as_mut_ptr();
    std::mem::forget(answer);
    address
}

/// Takes an answer back.
///
/// # Safety
/// `address` is of `nuvola_call`, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nuvola_free(address: *mut u8) {
    // SAFETY: an answer begins with its length, and its capacity is exactly that with the length itself.
    unsafe {
        let length = u32::from_le_bytes(*address.cast::<[u8; 4]>()) as usize + 4;
        drop(Vec::from_raw_parts(address, length, length));
    }
}

struct Request<'a> {
    name: &'a str,
    numbers: Vec<f64>,
    buffers: Vec<&'a [u8]>,
}

impl<'a> Request<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut rest = bytes;
        let name_length = usize::from(take::<1>(&mut rest)?[0]);
        let name = std::str::from_utf8(slice(&mut rest, name_length)?).ok()?;
        let count = u32::from_le_bytes(take::<4>(&mut rest)?);
        let numbers =
            (0..count).map(|_| take::<8>(&mut rest).map(f64::from_le_bytes)).collect::<Option<_>>()?;
        let count = u32::from_le_bytes(take::<4>(&mut rest)?);
        let lengths: Vec<u32> =
            (0..count).map(|_| take::<4>(&mut rest).map(u32::from_le_bytes)).collect::<Option<_>>()?;
        let buffers =
            lengths.iter().map(|length| slice(&mut rest, *length as usize)).collect::<Option<_>>()?;
        Some(Request { name, numbers, buffers })
    }
}

fn slice<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    slice(rest, N)?.try_into().ok()
}
