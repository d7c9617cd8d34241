//! Locks of remote states: who holds one, and what is said of that.

use crate::backend::{Backend, LockFailure};
use crate::cli::session::Session;
use crate::host::Host;
use crate::state::file::TERRAFORM_VERSION;
use crate::state::json::{compact, member, object, string, text_of};
use crate::state::store::new_uuid;
use nuvola_kernel::Timestamp;
use nuvola_tf_lang::json::parse::parse;

const WHY: &str = "Terraform acquires a state lock to protect the state from being written\nby multiple users at the same time. Please resolve the issue above and try\nagain. For most commands, you can disable locking with the \"-lock=false\"\nflag, but this is not recommended.";

const UNRELEASED: &str = "Terraform acquires a lock when accessing your state to prevent others\nrunning Terraform to potentially modify the state at the same time. An\nerror occurred while releasing this lock. This could mean that the lock\ndid or did not release properly. If the lock didn't release properly,\nTerraform may not be able to run future commands since it'll appear as if\nthe lock is held.\n\nIn this scenario, please call the \"force-unlock\" command to unlock the\nstate manually. This is a very dangerous operation since if it is done\nerroneously it could result in two people modifying state at the same time.\nOnly call this command if you're certain that the unlock above failed and\nthat no one else is holding a lock.";

/// How long to wait before a lock is tried for again: first and at most.
const FIRST_WAIT_MS: u64 = 1_000;
const LONGEST_WAIT_MS: u64 = 16_000;

/// `-lock-timeout`: a number with `s`, `m` or `h`.
#[must_use]
pub fn timeout_ms(text: Option<&str>) -> u64 {
    let Some(text) = text else { return 0 };
    let unit = match text.chars().last() {
        Some('m') => 60_000,
        Some('h') => 3_600_000,
        _ => 1_000,
    };
    let number = text.trim_end_matches(['s', 'm', 'h']).parse::<u64>().unwrap_or(0);
    number.saturating_mul(unit)
}

/// Takes a workspace's lock once; its id, or nothing where the backend keeps no locks.
/// # Errors
/// When another holds it, or the backend refuses.
pub async fn try_to(
    host: &dyn Host,
    backend: &dyn Backend,
    workspace: &str,
    operation: &str,
) -> Result<Option<String>, LockFailure> {
    let Some(path) = backend.lock_path(workspace) else { return Ok(None) };
    let id = new_uuid(host);
    let environment = host.environment();
    let variable = |name: &str, default: &str| {
        let found = environment.iter().find(|(known, value)| known == name && !value.is_empty());
        found.map_or_else(|| default.to_owned(), |(_, value)| value.clone())
    };
    let who = format!("{}@{}", variable("USER", "student"), variable("HOSTNAME", "nuvola"));
    let info = object([
        ("ID", string(&id)),
        ("Operation", string(operation)),
        ("Info", string("")),
        ("Who", string(&who)),
        ("Version", string(TERRAFORM_VERSION)),
        ("Created", string(&Timestamp(host.now_ms()).iso_millis())),
        ("Path", string(&path)),
    ]);
    backend.lock(workspace, compact(&info)).await.map(|()| Some(id))
}

/// Takes a workspace's lock, waiting for it as long as the command says.
/// # Errors
/// With the exit code, after the problem was shown.
pub async fn acquire(
    session: &Session,
    backend: &dyn Backend,
    workspace: &str,
    operation: &str,
    timeout_ms: u64,
) -> Result<Option<String>, i32> {
    let start_ms = session.host.now_ms();
    let mut wait_ms = FIRST_WAIT_MS;
    let mut told = false;
    loop {
        let failure = match try_to(&*session.host, backend, workspace, operation).await {
            Ok(id) => return Ok(id),
            Err(failure) => failure,
        };
        let waited_ms = u64::try_from(session.host.now_ms() - start_ms).unwrap_or(0);
        // Only a lock that another holds may be free later.
        if failure.holder.is_none() || waited_ms >= timeout_ms {
            let detail = format!("Error message: {}\n\n{WHY}", text(&failure));
            return Err(session.fail("Error acquiring the state lock", detail));
        }
        if !told {
            session.out("Acquiring state lock. This may take a few moments...\n");
            told = true;
        }
        session.host.sleep_ms(wait_ms.min(timeout_ms - waited_ms)).await;
        wait_ms = (wait_ms * 2).min(LONGEST_WAIT_MS);
    }
}

/// A failure with what is known of the lock's holder.
#[must_use]
pub fn text(failure: &LockFailure) -> String {
    let Some(holder) = &failure.holder else { return failure.message.clone() };
    let json = parse(holder).unwrap_or(nuvola_tf_lang::json::parse::Json::Null);
    let field = |name: &str| member(&json, name).and_then(text_of).unwrap_or_default().to_owned();
    format!(
        "{}\nLock Info:\n  ID:        {}\n  Path:      {}\n  Operation: {}\n  Who:       {}\n  Version:   {}\n  Created:   {}\n  Info:      {}\n",
        failure.message,
        field("ID"),
        field("Path"),
        field("Operation"),
        field("Who"),
        field("Version"),
        go_time(&field("Created")),
        field("Info"),
    )
}

/// An instant as Go's `time.Time` prints it: `2026-11-28 06:00:00.123456789 +0000 UTC`.
fn go_time(rfc_3339: &str) -> String {
    match rfc_3339.strip_suffix('Z').and_then(|text| text.split_once('T')) {
        Some((date, time)) => {
            let time =
                if time.contains('.') { time.trim_end_matches('0').trim_end_matches('.') } else { time };
            format!("{date} {time} +0000 UTC")
        }
        None => rfc_3339.to_owned(),
    }
}

/// A lock could not be given back.
pub fn show_unreleased(session: &Session, failure: &LockFailure) {
    session
        .fail("Error releasing the state lock", format!("Error message: {}\n\n{UNRELEASED}", text(failure)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_printed_as_go_does() {
        // Source: recorded from Terraform 1.11.4.
        assert_eq!(go_time("2026-11-28T06:00:00.123456789Z"), "2026-11-28 06:00:00.123456789 +0000 UTC");
        assert_eq!(go_time("2026-11-28T06:00:00.100Z"), "2026-11-28 06:00:00.1 +0000 UTC");
        assert_eq!(go_time("2026-11-28T06:00:00Z"), "2026-11-28 06:00:00 +0000 UTC");
    }

    #[test]
    fn waiting_times_are_read() {
        // Source: Terraform's documentation, "-lock-timeout=DURATION".
        assert_eq!(timeout_ms(None), 0);
        assert_eq!(
            (timeout_ms(Some("3s")), timeout_ms(Some("2m")), timeout_ms(Some("0"))),
            (3_000, 120_000, 0)
        );
    }
}
