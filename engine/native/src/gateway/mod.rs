//! `nuvola gateway`: one port for all services.
//!
//! `server` speaks HTTP, `engine` owns the cloud on a thread of its own, `functions` runs handlers in
//! processes of their own.

mod engine;
mod functions;
mod server;
mod unpack;

pub use engine::{Engine, Message, now_ms};
pub use functions::Functions;
use nuvola_aws::AuthMode;
pub use server::accept;
use std::net::IpAddr;
use std::process::ExitCode;

/// What the command line says.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub port: u16,
    pub host: IpAddr,
    pub auth: AuthMode,
    pub seed: u64,
}

impl Config {
    /// # Errors
    /// With a text for people, when an argument is unknown or makes no sense.
    pub fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut config =
            Config { port: 4566, host: IpAddr::from([127, 0, 0, 1]), auth: AuthMode::Verify, seed: 1 };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let (name, inline) = match argument.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (argument.as_str(), None),
            };
            let value = inline.or_else(|| rest.next().cloned()).ok_or(format!("`{name}` needs a value"))?;
            let bad = || format!("`{value}` is no value of {name}");
            match name {
                "--port" => config.port = value.parse().map_err(|_| bad())?,
                "--host" => config.host = value.parse().map_err(|_| bad())?,
                "--seed" => config.seed = value.parse().map_err(|_| bad())?,
                "--auth" if value == "off" => config.auth = AuthMode::Off,
                "--auth" if value == "verify" => config.auth = AuthMode::Verify,
                "--auth" => return Err(bad()),
                _ => return Err(format!("no option `{name}`")),
            }
        }
        Ok(config)
    }
}

pub fn run(config: Config) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("nuvola: the runtime cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(server::serve(config)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("nuvola: {text}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Config, String> {
        Config::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn it_listens_on_this_machine_only_unless_told() {
        assert!(parse("").unwrap().host.is_loopback());
        assert_eq!(parse("--port 80 --auth=off --host 0.0.0.0").unwrap().port, 80);
        assert!(parse("--port x").is_err() && parse("--port").is_err() && parse("--auth on").is_err());
    }
}
