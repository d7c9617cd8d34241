//! Reads addresses from text and from references.

use crate::addr::{Key, Mode, ModuleInstance, ResourceInstance, ResourceName, Target};
use nuvola_hcl::text::quote;
use nuvola_hcl::{Diagnostic, FileId, Range, Sources, Span, StepKind, Traversal};

const RESERVED: [&str; 10] =
    ["count", "each", "local", "path", "self", "terraform", "var", "template", "lazy", "arg"];

fn invalid(detail: impl Into<String>, at: Range) -> Diagnostic {
    Diagnostic::error("Invalid address", detail).at(at)
}

/// What a traversal names.
/// # Errors
/// When it names nothing of the kind.
pub fn target(traversal: &Traversal) -> Result<Target, Diagnostic> {
    let mut steps = Steps::new(traversal);
    let module = steps.module()?;
    if steps.is_done() {
        return Ok(Target::Module(module));
    }
    let resource = steps.resource()?;
    let key = steps.key()?;
    if let Some((_, range)) = steps.next() {
        return Err(invalid("Unexpected extra operators after address.", range));
    }
    Ok(match key {
        None => Target::Resource(module, resource),
        Some(key) => Target::Instance(ResourceInstance::new(module, resource, key)),
    })
}

/// One element of an address: a name or a key.
#[derive(Debug, Clone, PartialEq)]
enum Element {
    Name(String),
    Key(Key),
    Other,
}

struct Steps {
    elements: Vec<(Element, Range)>,
    at: usize,
    whole: Range,
}

impl Steps {
    fn new(traversal: &Traversal) -> Self {
        let mut elements = vec![(Element::Name(traversal.root.name.clone()), traversal.root.range)];
        for step in &traversal.steps {
            let element = match &step.kind {
                StepKind::Attr(name) => Element::Name(name.clone()),
                StepKind::Number(text) => {
                    text.parse().map_or(Element::Other, |at| Element::Key(Key::Int(at)))
                }
                StepKind::Key(key) => Element::Key(Key::Str(key.clone())),
                StepKind::Splat => Element::Other,
            };
            elements.push((element, step.range));
        }
        Self { elements, at: 0, whole: traversal.range() }
    }

    fn is_done(&self) -> bool {
        self.at >= self.elements.len()
    }

    fn next(&mut self) -> Option<(Element, Range)> {
        let found = self.elements.get(self.at).cloned();
        self.at += 1;
        found
    }

    fn peek_name(&self) -> Option<&str> {
        match self.elements.get(self.at) {
            Some((Element::Name(name), _)) => Some(name),
            Some((Element::Key(_) | Element::Other, _)) | None => None,
        }
    }

    fn key(&mut self) -> Result<Option<Key>, Diagnostic> {
        match self.elements.get(self.at).cloned() {
            Some((Element::Key(key), _)) => {
                self.at += 1;
                Ok(Some(key))
            }
            Some((Element::Other, range)) => {
                Err(invalid("Invalid resource instance key: must be integer or string.", range))
            }
            Some((Element::Name(_), _)) | None => Ok(None),
        }
    }

    fn module(&mut self) -> Result<ModuleInstance, Diagnostic> {
        let mut module = ModuleInstance::root();
        while self.peek_name() == Some("module") {
            let (_, range) = self.next().expect("a name was seen");
            let Some((Element::Name(name), _)) = self.next() else {
                return Err(invalid("Prefix \"module.\" must be followed by a module name.", range));
            };
            let key = self.key()?.unwrap_or_default();
            module = module.child(&name, key);
        }
        Ok(module)
    }

    fn resource(&mut self) -> Result<ResourceName, Diagnostic> {
        let mode = match self.peek_name() {
            Some("data") => {
                self.at += 1;
                Mode::Data
            }
            Some("resource") => {
                self.at += 1;
                Mode::Managed
            }
            Some(word) if RESERVED.contains(&word) => {
                return Err(invalid(
                    format!(
                        "The keyword {} is reserved and cannot be used to target a resource address. If you are targeting a resource type that uses a reserved keyword, please prefix your address with \"resource.\".",
                        quote(word)
                    ),
                    self.whole,
                ));
            }
            Some(_) | None => Mode::Managed,
        };
        let Some((Element::Name(kind), range)) = self.next() else {
            return Err(invalid("A resource type name is required.", self.whole));
        };
        let Some((Element::Name(name), _)) = self.next() else {
            return Err(invalid("Resource specification must include a resource type and name.", range));
        };
        Ok(ResourceName::new(mode, &kind, &name))
    }
}

/// Reads an address from text.
/// # Errors
/// With the diagnostics of the parser, or one that says what the text is not.
pub fn from_text(text: &str) -> Result<Target, Diagnostic> {
    let mut sources = Sources::new();
    let file = sources.add(nuvola_hcl::SourceFile::hidden("", text));
    from_source(&sources, file)
}

/// Reads an address that is a source's whole text.
/// # Errors
/// As [`from_text`].
pub fn from_source(sources: &Sources, file: FileId) -> Result<Target, Diagnostic> {
    let (traversal, problems) = nuvola_hcl::parse_traversal(sources, file);
    if let Some(problem) = problems.into_iter().find(Diagnostic::is_error) {
        return Err(problem);
    }
    match traversal {
        Some(traversal) => target(&traversal),
        None => Err(Diagnostic::error("Invalid address", "A resource address is required.")),
    }
}

/// Reads the address of a resource instance; without a key it is the only instance.
/// # Errors
/// As [`from_text`], and when the text names a module.
pub fn instance(text: &str) -> Result<ResourceInstance, Diagnostic> {
    let mut sources = Sources::new();
    let file = sources.add(nuvola_hcl::SourceFile::hidden("", text));
    instance_of_source(&sources, file)
}

/// As [`instance`], for a source's whole text.
/// # Errors
/// As [`instance`].
pub fn instance_of_source(sources: &Sources, file: FileId) -> Result<ResourceInstance, Diagnostic> {
    match from_source(sources, file)? {
        Target::Instance(instance) => Ok(instance),
        Target::Resource(module, resource) => Ok(ResourceInstance::new(module, resource, Key::None)),
        Target::Module(_) => {
            let end = sources.get(file).map_or(0, |file| u32::try_from(file.text().len()).unwrap_or(0));
            Err(invalid(
                "A resource instance address is required here. The module path must be followed by a resource instance specification.",
                Range::new(file, Span::new(0, end)),
            ))
        }
    }
}
