//! Files that leave and enter the page.

use nuvola_kernel::Blob;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, FileList, HtmlAnchorElement, Url};

/// Offers bytes to the person as a file.
pub fn download(file_name: &str, content: &Blob) {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(&content[..]));
    let Ok(blob) = web_sys::Blob::new_with_u8_array_sequence(&parts) else { return };
    let Ok(url) = Url::create_object_url_with_blob(&blob) else { return };
    let document = web_sys::window().and_then(|window| window.document()).expect("the page has a document");
    let link: HtmlAnchorElement =
        document.create_element("a").expect("`a` is an element's name").unchecked_into();
    link.set_href(&url);
    link.set_download(file_name);
    link.click();
    // The browser has taken hold of the bytes when the click returns; give it a moment all the same.
    gloo_timers::callback::Timeout::new(10_000, move || drop(Url::revoke_object_url(&url))).forget();
}

/// An address for bytes, good until it is revoked; empty where the browser refuses.
pub fn object_url(media_type: &str, content: &Blob) -> String {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(&content[..]));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options);
    blob.and_then(|blob| Url::create_object_url_with_blob(&blob)).unwrap_or_default()
}

pub fn revoke(url: &str) {
    let _ = Url::revoke_object_url(url);
}

/// Reads chosen or dropped files, one after the other.
pub fn read_files(list: &FileList, each: impl Fn(String, Blob) + 'static) {
    let files: Vec<File> = (0..list.length()).filter_map(|index| list.get(index)).collect();
    spawn_local(async move {
        for file in files {
            if let Ok(bytes) = read(&file).await {
                each(file.name(), bytes);
            }
        }
    });
}

async fn read(file: &File) -> Result<Blob, JsValue> {
    let buffer = JsFuture::from(file.array_buffer()).await?;
    Ok(Blob::from(js_sys::Uint8Array::new(&buffer).to_vec()))
}
