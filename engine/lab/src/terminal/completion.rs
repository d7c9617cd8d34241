//! Tab completion: programs, Terraform's and the AWS CLI's commands, files.

use super::run::PROGRAMS;
use crate::files;
use crate::world::World;

const TERRAFORM: &[&str] = &[
    "apply",
    "console",
    "destroy",
    "fmt",
    "force-unlock",
    "get",
    "graph",
    "import",
    "init",
    "output",
    "plan",
    "providers",
    "refresh",
    "show",
    "state",
    "taint",
    "untaint",
    "validate",
    "version",
    "workspace",
];
const AWS: &[&str] = &[
    "apigateway",
    "apigatewayv2",
    "dynamodb",
    "ec2",
    "events",
    "iam",
    "lambda",
    "logs",
    "s3",
    "s3api",
    "sns",
    "sqs",
    "stepfunctions",
    "sts",
];

/// Where the completed word begins (a byte offset), and what it may become.
pub(crate) fn complete(world: &World, terminal: u32, line: &str, cursor: usize) -> (usize, Vec<String>) {
    let mut cursor = cursor.min(line.len());
    while !line.is_char_boundary(cursor) {
        cursor -= 1;
    }
    let before = &line[..cursor];
    let from = before.rfind([' ', '|', ';', '&', '>', '<', '=']).map_or(0, |at| at + 1);
    let word = &before[from..];
    let command = before.rsplit(['|', ';', '&']).next().unwrap_or(before);
    let position = command[..command.len() - word.len()].split_whitespace().count();
    let program = command.split_whitespace().next().unwrap_or("");
    let from_list = |list: &mut dyn Iterator<Item = &'static str>| -> Vec<String> {
        list.filter(|name| name.starts_with(word)).map(|name| format!("{name} ")).collect()
    };
    let candidates = match (position, program) {
        (0, _) => from_list(&mut PROGRAMS.iter().map(|(name, _)| *name)),
        (1, "terraform") if !word.starts_with('-') => from_list(&mut TERRAFORM.iter().copied()),
        (1, "aws") if !word.starts_with('-') => from_list(&mut AWS.iter().copied()),
        _ => paths(world, terminal, word),
    };
    (from, candidates)
}

fn paths(world: &World, terminal: u32, word: &str) -> Vec<String> {
    let cwd = world.kept.terminals.get(&terminal).map_or("", |at| at.cwd.as_str());
    let (folder, last) = word.rsplit_once('/').map_or((None, word), |(folder, last)| (Some(folder), last));
    let Some(resolved) = files::resolve(cwd, &world.root(terminal), folder.unwrap_or(".")) else {
        return Vec::new();
    };
    let names = world.files(terminal).list(&resolved).into_iter();
    let fits = |name: &String| name.starts_with(last) && (last.starts_with('.') || !name.starts_with('.'));
    names
        .filter(|(name, _)| fits(name))
        .map(|(name, is_folder)| {
            let prefix = folder.map(|folder| format!("{folder}/")).unwrap_or_default();
            format!("{prefix}{name}{}", if is_folder { "/" } else { " " })
        })
        .collect()
}
