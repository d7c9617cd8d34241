//! The `terraform` command.

use crate::host::Host;
use crate::provider::ProviderRegistry;
use std::rc::Rc;

/// Runs a `terraform` command line (without the program's name) and gives its exit code.
pub async fn run(args: &[String], host: Rc<dyn Host>, providers: Rc<dyn ProviderRegistry>) -> i32 {
    let _ = (args, providers);
    host.write_stderr("");
    1
}
