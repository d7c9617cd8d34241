//! `nuvola terraform`: the re-implemented Terraform on a folder of the disk.

mod disk;
mod transport;

use nuvola_terraform::host::Host;
use nuvola_tf_aws::Transport;
use std::process::ExitCode;
use std::rc::Rc;

pub fn run(arguments: &[String]) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("nuvola: the runtime cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(async {
        let disk = Rc::new(disk::Disk::new());
        tokio::spawn({
            let interruptions = disk.interruptions_counter();
            async move {
                while tokio::signal::ctrl_c().await.is_ok() {
                    interruptions.add_one()
                }
            }
        });
        let endpoint = std::env::var("AWS_ENDPOINT_URL").ok().filter(|url| !url.is_empty());
        let transport: Rc<dyn Transport> = match endpoint {
            Some(url) => match transport::Endpoint::parse(&url) {
                Some(endpoint) => Rc::new(endpoint),
                None => {
                    eprintln!("nuvola: AWS_ENDPOINT_URL `{url}` is no http:// address");
                    return 1;
                }
            },
            None => match transport::Embedded::open() {
                Ok(embedded) => Rc::new(embedded),
                Err(text) => {
                    eprintln!("nuvola: {text}");
                    return 1;
                }
            },
        };
        let host: Rc<dyn Host> = disk;
        nuvola_terraform::cli::run(arguments, host, nuvola_tf_aws::registry(transport)).await
    });
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
