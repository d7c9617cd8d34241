//! `| pattern | update, delete |`: a copy with changes.

use super::Evaluator;
use crate::jsonata::ast::Transform;
use crate::jsonata::error::Error;
use crate::jsonata::function::Frame;
use crate::jsonata::item::Item;
use std::rc::Rc;

impl Evaluator<'_> {
    pub(super) fn transform(
        &mut self,
        transform: &Transform,
        frame: &Rc<Frame>,
        object: &Item,
    ) -> Result<Item, Error> {
        if !matches!(object, Item::Object(_) | Item::Array(_)) {
            return match object {
                Item::Nothing => Ok(Item::Nothing),
                _ => Err(Error::at("T0410", transform.position).with("index", "1")),
            };
        }
        let copy = object.deep_copy();
        // The matches are objects within the copy; changing them changes it.
        let matches = self.evaluate(&transform.pattern, &copy, frame)?;
        for found in matches.into_items() {
            let update = self.evaluate(&transform.update, &found, frame)?;
            match &update {
                Item::Nothing => {}
                Item::Object(_) => {
                    if let Item::Object(members) = &found {
                        for (key, value) in update.deep_copy().members() {
                            members.map.borrow_mut().insert(key, value);
                        }
                    }
                }
                other => {
                    let position = transform.update.position;
                    return Err(Error::at("T2011", position).with_value("value", other));
                }
            }
            let Some(delete) = &transform.delete else { continue };
            let names = self.evaluate(delete, &found, frame)?;
            for name in names.clone().into_items() {
                let Item::Text(name) = name else {
                    return Err(Error::at("T2012", delete.position).with_value("value", &names));
                };
                if let Item::Object(members) = &found {
                    members.map.borrow_mut().shift_remove(&name);
                }
            }
        }
        // A second copy counts the depth anew.
        let changed = copy.deep_copy();
        changed.check_depth()?;
        Ok(changed)
    }
}
