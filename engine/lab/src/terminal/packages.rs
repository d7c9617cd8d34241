//! Installing software: what a program would install is there already, and what is not cannot be had.
//!
//! `pip` knows the packages that the sandbox carries; the package managers of the images know Python. Nothing
//! is downloaded: there is no network beyond the simulated cloud.

use super::session::Session;

/// What Python programs can import, beside the standard library.
const PYTHON_PACKAGES: &[&str] = &[
    "awscli",
    "blinker",
    "boto3",
    "botocore",
    "certifi",
    "charset-normalizer",
    "click",
    "flask",
    "idna",
    "itsdangerous",
    "jinja2",
    "jmespath",
    "markupsafe",
    "pillow",
    "python-dateutil",
    "pyyaml",
    "requests",
    "s3transfer",
    "six",
    "urllib3",
    "werkzeug",
];

/// What the images bring.
const SYSTEM_PACKAGES: &[&str] =
    &["awscli", "awscli-2", "curl", "python3", "python3-pip", "python3-venv", "python3.13"];

/// `pip`, `dnf`, `apt-get` and their kin; nothing for another program.
pub(super) fn run(session: &Session, program: &str, arguments: &[String]) -> Option<i32> {
    let on_instance = session.machine().is_some();
    match program {
        "pip" | "pip3" => Some(pip(session, arguments)),
        "dnf" | "yum" | "apt" | "apt-get" if on_instance => Some(system(session, program, arguments)),
        "systemctl" | "service" if on_instance => {
            session.print_error(&format!("{program}: nuvola: services of the system are not simulated: start programs yourself, with `&`\n"));
            Some(1)
        }
        _ => None,
    }
}

fn operands(arguments: &[String]) -> impl Iterator<Item = &str> {
    arguments.iter().skip(1).map(String::as_str).filter(|argument| !argument.starts_with('-'))
}

/// A requirement's name without version and extras, as PyPI compares names.
fn normal(requirement: &str) -> String {
    let end = requirement.find(['=', '<', '>', '~', '!', '[', ';', ' ']).unwrap_or(requirement.len());
    requirement[..end].to_lowercase().replace(['_', '.'], "-")
}

fn pip(session: &Session, arguments: &[String]) -> i32 {
    match arguments.first().map(String::as_str) {
        Some("install") => {}
        Some("list" | "freeze") => {
            PYTHON_PACKAGES.iter().for_each(|name| session.print(&format!("{name}\n")));
            return 0;
        }
        Some(other) => {
            session.print_error(&format!("pip: nuvola: `pip {other}` is not simulated\n"));
            return 1;
        }
        None => {
            session.print("Usage:\n  pip install PACKAGE ...\n  pip list\n");
            return 0;
        }
    }
    let mut wanted: Vec<String> = Vec::new();
    let mut rest = arguments[1..].iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "-r" | "--requirement" => {
                let Some(path) = rest.next() else { continue };
                let Some(content) = session.read(path) else {
                    session.print_error(&format!(
                        "ERROR: Could not open requirements file: [Errno 2] No such file or directory: '{path}'\n"
                    ));
                    return 1;
                };
                let lines = content.as_text().unwrap_or_default().lines().map(str::trim);
                wanted.extend(
                    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned),
                );
            }
            flag if flag.starts_with('-') => {}
            name => wanted.push(name.to_owned()),
        }
    }
    for requirement in wanted {
        let name = normal(&requirement);
        if PYTHON_PACKAGES.contains(&name.as_str()) {
            session.print(&format!("Requirement already satisfied: {requirement}\n"));
            continue;
        }
        session.print_error(&format!(
            "ERROR: Could not find a version that satisfies the requirement {requirement} (from versions: none)\n\
             ERROR: No matching distribution found for {requirement}\n\
             nuvola: nothing can be downloaded here; `pip list` shows what Python has\n"
        ));
        return 1;
    }
    0
}

fn system(session: &Session, program: &str, arguments: &[String]) -> i32 {
    let is_apt = program.starts_with("apt");
    // `-y` may stand before or after the command.
    let arguments: Vec<String> =
        arguments.iter().filter(|argument| !argument.starts_with('-')).cloned().collect();
    match arguments.first().map(String::as_str) {
        Some("update" | "upgrade") => {
            session.print(if is_apt {
                "All packages are up to date.\n"
            } else {
                "Nothing to do.\nComplete!\n"
            });
            0
        }
        Some("install") => {
            for name in operands(&arguments) {
                if SYSTEM_PACKAGES.contains(&name) {
                    session.print(&match is_apt {
                        true => format!("{name} is already the newest version.\n"),
                        false => format!("Package {name} is already installed.\n"),
                    });
                    continue;
                }
                session.print_error(&match is_apt {
                    true => format!("E: Unable to locate package {name}\n"),
                    false => {
                        format!("No match for argument: {name}\nError: Unable to find a match: {name}\n")
                    }
                });
                return if is_apt { 100 } else { 1 };
            }
            0
        }
        _ => {
            session.print_error(&format!("{program}: nuvola: only `install` and `update` are simulated\n"));
            1
        }
    }
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn requirements_are_compared_as_pypi_does() {
        // Source: Python Packaging User Guide, "Names and normalization", "Dependency specifiers".
        let names = ["Flask==3.1", "python_dateutil>=2", "boto3[crt] ~= 1.40", "Pillow"].map(normal);
        assert_eq!(names, ["flask", "python-dateutil", "boto3", "pillow"]);
    }
}
