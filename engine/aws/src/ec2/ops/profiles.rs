//! Instance profiles in instances.

use crate::auth::Access;
use crate::context::OpContext;
use crate::ec2::kinds::Kind;
use crate::ec2::listing::{Filters, Listed, Listing};
use crate::ec2::network::Network;
use crate::ec2::profile::{self, IamInstanceProfileSpecification};
use crate::ec2::shapes::Filter;
use crate::ec2::state::{Instance, Profile};
use crate::ec2::view::{IamInstanceProfile, shown_profile};
use crate::ec2::{check, errors};
use crate::operation;
use crate::service::ApiResult;
use nuvola_kernel::Timestamp;
use nuvola_wire::{WireType, shape};

operation! {
    /// Puts an instance profile into an instance that has none.
    ///
    /// **Source**: EC2 API Reference, "AssociateIamInstanceProfile".
    pub ASSOCIATE_IAM_INSTANCE_PROFILE: AssociateIamInstanceProfile {
        http: "POST" "/" 200,
        input: AssociateInput,
        output: AssociationOutput,
        errors: ["IncorrectInstanceState", "InvalidInstanceID.NotFound", "InvalidParameterValue"],
        access: |cx, input| check::access_to(cx, "ec2:AssociateIamInstanceProfile", Kind::Instance, &input.instance_id),
        handler: associate,
    }
}

operation! {
    /// Takes the instance profile out of an instance.
    ///
    /// **Source**: EC2 API Reference, "DisassociateIamInstanceProfile".
    pub DISASSOCIATE_IAM_INSTANCE_PROFILE: DisassociateIamInstanceProfile {
        http: "POST" "/" 200,
        input: DisassociateInput,
        output: AssociationOutput,
        errors: ["NoSuchAssociation"],
        access: |cx, input| access(cx, "ec2:DisassociateIamInstanceProfile", &input.association_id),
        handler: disassociate,
    }
}

operation! {
    /// Puts another instance profile in the place of one.
    ///
    /// **Source**: EC2 API Reference, "ReplaceIamInstanceProfileAssociation".
    pub REPLACE_IAM_INSTANCE_PROFILE_ASSOCIATION: ReplaceIamInstanceProfileAssociation {
        http: "POST" "/" 200,
        input: ReplaceInput,
        output: AssociationOutput,
        errors: ["InvalidParameterValue", "NoSuchAssociation"],
        access: |cx, input| access(cx, "ec2:ReplaceIamInstanceProfileAssociation", &input.association_id),
        handler: replace,
    }
}

operation! {
    /// Lists which instances have which profiles.
    ///
    /// **Source**: EC2 API Reference, "DescribeIamInstanceProfileAssociations".
    pub DESCRIBE_IAM_INSTANCE_PROFILE_ASSOCIATIONS: DescribeIamInstanceProfileAssociations {
        http: "POST" "/" 200,
        input: DescribeInput,
        output: DescribeOutput,
        errors: ["InvalidParameterValue", "NoSuchAssociation"],
        access: |_, _| Access::to("ec2:DescribeIamInstanceProfileAssociations", "*"),
        handler: describe,
    }
}

shape! {
    /// What `AssociateIamInstanceProfile` takes.
    pub struct AssociateInput {
        #[wire("IamInstanceProfile")] pub iam_instance_profile: IamInstanceProfileSpecification,
        #[wire("InstanceId")] pub instance_id: String,
    }

    /// What `DisassociateIamInstanceProfile` takes.
    pub struct DisassociateInput {
        #[wire("AssociationId")] pub association_id: String,
    }

    /// What `ReplaceIamInstanceProfileAssociation` takes.
    pub struct ReplaceInput {
        #[wire("IamInstanceProfile")] pub iam_instance_profile: IamInstanceProfileSpecification,
        #[wire("AssociationId")] pub association_id: String,
    }

    /// An association.
    pub struct AssociationOutput {
        #[wire("IamInstanceProfileAssociation")] pub association: Option<IamInstanceProfileAssociation>,
    }

    /// A profile in an instance.
    pub struct IamInstanceProfileAssociation {
        #[wire("AssociationId")] pub association_id: Option<String>,
        #[wire("InstanceId")] pub instance_id: Option<String>,
        #[wire("IamInstanceProfile")] pub iam_instance_profile: Option<IamInstanceProfile>,
        #[wire("State")] pub state: Option<String>,
        #[wire("Timestamp")] pub timestamp: Option<Timestamp>,
    }

    /// What `DescribeIamInstanceProfileAssociations` takes.
    pub struct DescribeInput {
        #[wire("AssociationIds", xml = "AssociationId")] pub association_ids: Vec<String>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
    }

    /// What `DescribeIamInstanceProfileAssociations` answers.
    pub struct DescribeOutput {
        #[wire("IamInstanceProfileAssociations", xml = "iamInstanceProfileAssociationSet")] pub associations: Vec<IamInstanceProfileAssociation>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }
}

const FILTERS: Filters = &[("instance-id", "InstanceId"), ("state", "State")];

/// The instance that an association belongs to.
fn owner<'a>(cx: &'a OpContext<'_>, association: &str) -> Option<&'a Instance> {
    let mut instances = cx.state().ec2.at(&cx.region).instances.values();
    let is_its = |instance: &&Instance| {
        instance.profile.as_ref().is_some_and(|profile| profile.association_id == association)
    };
    instances.find(is_its)
}

fn access(cx: &OpContext<'_>, action: &str, association: &str) -> Access {
    let id = owner(cx, association).map_or_else(|| "*".to_owned(), |instance| instance.id.clone());
    check::access_to(cx, action, Kind::Instance, &id)
}

fn shown(instance_id: &str, profile: &Profile, state: &str) -> IamInstanceProfileAssociation {
    IamInstanceProfileAssociation {
        association_id: Some(profile.association_id.clone()),
        instance_id: Some(instance_id.to_owned()),
        iam_instance_profile: Some(shown_profile(profile)),
        state: Some(state.to_owned()),
        timestamp: None,
    }
}

/// Sets an instance's profile; credentials of the one before are no longer given out.
fn set(cx: &mut OpContext<'_>, instance_id: &str, profile: Option<Profile>) {
    let region = cx.region.clone();
    if let Some(instance) = cx.ec2().at_mut(&region).instances.get_mut(instance_id) {
        instance.profile = profile;
        instance.credentials = None;
    }
}

fn associate(cx: &mut OpContext<'_>, input: AssociateInput) -> ApiResult<AssociationOutput> {
    let id = input.instance_id;
    let regional = cx.state().ec2.at(&cx.region);
    Kind::Instance.require(&Network::of(cx), regional, std::slice::from_ref(&id))?;
    let instance = &regional.instances[id.as_str()];
    if instance.state.is_ending() {
        let text = format!("The instance '{id}' is not in a valid state for this operation.");
        return Err(errors::incorrect_state(text));
    }
    if instance.profile.is_some() {
        return Err(errors::profile_associated(&id));
    }
    let found = profile::require(cx, &input.iam_instance_profile)?;
    let profile = profile::associate(cx, &found);
    let association = Some(shown(&id, &profile, "associating"));
    set(cx, &id, Some(profile));
    Ok(AssociationOutput { association })
}

fn disassociate(cx: &mut OpContext<'_>, input: DisassociateInput) -> ApiResult<AssociationOutput> {
    let missing = || errors::no_such_profile_association(&input.association_id);
    let instance = owner(cx, &input.association_id).ok_or_else(missing)?;
    let (id, profile) = (instance.id.clone(), instance.profile.clone());
    set(cx, &id, None);
    Ok(AssociationOutput { association: profile.map(|profile| shown(&id, &profile, "disassociating")) })
}

fn replace(cx: &mut OpContext<'_>, input: ReplaceInput) -> ApiResult<AssociationOutput> {
    let missing = || errors::no_such_profile_association(&input.association_id);
    let id = owner(cx, &input.association_id).ok_or_else(missing)?.id.clone();
    let found = profile::require(cx, &input.iam_instance_profile)?;
    let profile = profile::associate(cx, &found);
    let association = Some(shown(&id, &profile, "associating"));
    set(cx, &id, Some(profile));
    Ok(AssociationOutput { association })
}

fn describe(cx: &mut OpContext<'_>, input: DescribeInput) -> ApiResult<Listed> {
    let ids = &input.association_ids;
    if let Some(id) = ids.iter().find(|id| owner(cx, id).is_none()) {
        return Err(errors::no_such_profile_association(id));
    }
    let listing = Listing {
        operation: "DescribeIamInstanceProfileAssociations",
        filters: &input.filters,
        known: FILTERS,
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
        named: !ids.is_empty(),
    };
    let mut found = Vec::new();
    for instance in cx.state().ec2.at(&cx.region).instances.values() {
        let Some(profile) = &instance.profile else { continue };
        if ids.is_empty() || ids.contains(&profile.association_id) {
            let shown = shown(&instance.id, profile, "associated");
            found.push((profile.association_id.clone(), shown.into_value()));
        }
    }
    nuvola_kernel::ordered::sort_by_key(&mut found, |(id, _)| id.clone());
    Ok(listing.page_of(found)?.listed("IamInstanceProfileAssociations"))
}
