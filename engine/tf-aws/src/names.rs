//! Names that the provider makes up.

use crate::data::ResourceData;

/// The configured name, or one with the configured prefix, or one with `terraform-`.
pub fn of(data: &ResourceData, name: &str, prefix: &str) -> String {
    if !data.str(name).is_empty() {
        return data.str(name).to_owned();
    }
    let prefix = data.str(prefix);
    unique(data, if prefix.is_empty() { "terraform-" } else { prefix })
}

/// A prefix followed by the time and a counter.
///
/// **Source**: Terraform's plugin SDK, package `id`, function `PrefixedUniqueId`: 18 digits of the time in UTC,
/// and 8 hexadecimal digits that grow.
pub fn unique(data: &ResourceData, prefix: &str) -> String {
    let at = nuvola_kernel::Timestamp(data.client.transport.now_ms()).iso_millis();
    let digits: String = at.chars().filter(char::is_ascii_digit).collect();
    let count = data.client.names_made.get() + 1;
    data.client.names_made.set(count);
    format!("{prefix}{digits:0<18}{count:08x}")
}
