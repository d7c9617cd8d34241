//! The shelf: projects that a lab can open on.

use nuvola_kernel::Blob;

/// A project by name: what it is, and its files.
pub struct Project {
    pub name: &'static str,
    pub title: &'static str,
    pub files: &'static [(&'static str, &'static str)],
}

macro_rules! project {
    ($name:literal, $title:literal, [$($file:literal),* $(,)?]) => {
        Project {
            name: $name,
            title: $title,
            files: &[$(($file, include_str!(concat!("../projects/", $name, "/", $file)))),*],
        }
    };
}

/// All projects; a new lab opens the first.
pub const PROJECTS: &[Project] = &[
    project!(
        "pow",
        "Powers: a Python function behind two doors, and a web page",
        ["main.tf", "lambda_function.py", "web/index.html",]
    ),
    project!("pow-js", "Powers in JavaScript", ["main.tf", "index.mjs", "web/index.html"]),
    project!(
        "gallery",
        "PhotoGallery: Flask on an instance, pictures in S3, tags in DynamoDB, a worker behind a queue",
        ["main.tf", "app.py", "worker.py", "templates/index.html"]
    ),
];

pub fn find(name: &str) -> Option<&'static Project> {
    PROJECTS.iter().find(|project| project.name == name)
}

impl Project {
    pub fn contents(&self) -> impl Iterator<Item = (String, Blob)> + use<> {
        self.files.iter().map(|(path, text)| ((*path).to_owned(), Blob::from(*text)))
    }
}
