//! Credentials and settings from the environment and from the shared files of the AWS tools.
//!
//! **Source**: AWS SDKs and Tools Reference Guide, "Shared config and credentials files".

use nuvola_terraform::host::Host;
use std::collections::BTreeMap;

/// A variable of the environment that is set to something.
#[must_use]
pub fn variable(host: &dyn Host, names: &[&str]) -> Option<String> {
    let all = host.environment();
    names.iter().find_map(|name| {
        all.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.clone())
    })
}

/// The settings of a profile, from both files; credentials win over config.
#[must_use]
pub fn settings(
    host: &dyn Host,
    profile: &str,
    config: &[String],
    credentials: &[String],
) -> BTreeMap<String, String> {
    let home = variable(host, &["HOME", "USERPROFILE"]).unwrap_or_default();
    let files = |given: &[String], name: &str, default: &str| -> Vec<String> {
        if !given.is_empty() {
            return given.iter().map(|path| path.replacen('~', &home, 1)).collect();
        }
        vec![variable(host, &[name]).unwrap_or_else(|| format!("{home}/.aws/{default}"))]
    };
    let mut out = BTreeMap::new();
    let section = if profile == "default" { "default".to_owned() } else { format!("profile {profile}") };
    for path in files(config, "AWS_CONFIG_FILE", "config") {
        read(host, &path, &section, &mut out);
    }
    for path in files(credentials, "AWS_SHARED_CREDENTIALS_FILE", "credentials") {
        read(host, &path, profile, &mut out);
    }
    out
}

fn read(host: &dyn Host, path: &str, section: &str, out: &mut BTreeMap<String, String>) {
    let Ok(bytes) = host.read_file(path) else { return };
    let text = String::from_utf8_lossy(&bytes);
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            inside = name.trim() == section;
        } else if inside
            && !line.starts_with(['#', ';'])
            && let Some((key, value)) = line.split_once('=')
        {
            out.insert(key.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
    }
}
