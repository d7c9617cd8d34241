//! Elastic IP addresses.

use crate::auth::Access;
use crate::context::OpContext;
use crate::ec2::kinds::{self, Kind};
use crate::ec2::listing::{Filters, Listed, Listing};
use crate::ec2::network::{self, Network};
use crate::ec2::shapes::{Filter, Tag, TagSpecification, tags_of};
use crate::ec2::state::{self, Association, InstanceState as State, PublicIp};
use crate::ec2::{check, errors, launch, lifecycle, limits};
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::{WireType, shape};

operation! {
    /// Takes an address for the account.
    ///
    /// **Source**: EC2 API Reference, "AllocateAddress".
    pub ALLOCATE_ADDRESS: AllocateAddress {
        http: "POST" "/" 200,
        input: AllocateAddressInput,
        output: AllocateAddressOutput,
        errors: ["AddressLimitExceeded", "InvalidParameterValue"],
        access: |cx, input| check::access_to_create(cx, "ec2:AllocateAddress", Kind::Address, &input.tag_specifications),
        handler: allocate_address,
    }
}

operation! {
    /// Gives an address to an instance, in place of the one it has.
    ///
    /// **Source**: EC2 API Reference, "AssociateAddress".
    pub ASSOCIATE_ADDRESS: AssociateAddress {
        http: "POST" "/" 200,
        input: AssociateAddressInput,
        output: AssociateAddressOutput,
        errors: [
            "IncorrectInstanceState",
            "InvalidAddress.NotFound",
            "InvalidAllocationID.NotFound",
            "InvalidInstanceID.NotFound",
            "InvalidNetworkInterfaceID.NotFound",
            "MissingParameter",
            "Resource.AlreadyAssociated",
        ],
        access: associate_access,
        handler: associate_address,
    }
}

operation! {
    /// Takes an address from an instance.
    ///
    /// **Source**: EC2 API Reference, "DisassociateAddress".
    pub DISASSOCIATE_ADDRESS: DisassociateAddress {
        http: "POST" "/" 200,
        input: DisassociateAddressInput,
        output: (),
        errors: ["InvalidAddress.NotFound", "InvalidAssociationID.NotFound", "MissingParameter"],
        access: |_, _| Access::to("ec2:DisassociateAddress", "*"),
        handler: disassociate_address,
    }
}

operation! {
    /// Gives an address back.
    ///
    /// **Source**: EC2 API Reference, "ReleaseAddress".
    pub RELEASE_ADDRESS: ReleaseAddress {
        http: "POST" "/" 200,
        input: ReleaseAddressInput,
        output: (),
        errors: [
            "InvalidAddress.NotFound",
            "InvalidAllocationID.NotFound",
            "InvalidIPAddress.InUse",
            "MissingParameter",
        ],
        access: |cx, input| check::access_to(cx, "ec2:ReleaseAddress", Kind::Address, input.allocation_id.as_deref().unwrap_or("*")),
        handler: release_address,
    }
}

operation! {
    /// Lists the account's addresses.
    ///
    /// **Source**: EC2 API Reference, "DescribeAddresses".
    pub DESCRIBE_ADDRESSES: DescribeAddresses {
        http: "POST" "/" 200,
        input: DescribeAddressesInput,
        output: DescribeAddressesOutput,
        errors: ["InvalidAddress.NotFound", "InvalidAllocationID.NotFound", "InvalidParameterValue"],
        access: |_, _| Access::to("ec2:DescribeAddresses", "*"),
        handler: describe_addresses,
    }
}

operation! {
    /// Tells the reverse names of addresses: none here has one of its own.
    ///
    /// **Source**: EC2 API Reference, "DescribeAddressesAttribute".
    pub DESCRIBE_ADDRESSES_ATTRIBUTE: DescribeAddressesAttribute {
        http: "POST" "/" 200,
        input: DescribeAddressesAttributeInput,
        output: DescribeAddressesAttributeOutput,
        errors: ["InvalidAllocationID.NotFound", "InvalidParameterValue"],
        access: |_, _| Access::to("ec2:DescribeAddressesAttribute", "*"),
        handler: describe_addresses_attribute,
    }
}

shape! {
    /// What `AllocateAddress` takes.
    pub struct AllocateAddressInput {
        #[wire("Domain")] pub domain: Option<String>,
        #[wire("TagSpecifications", xml = "TagSpecification")] pub tag_specifications: Vec<TagSpecification>,
    }

    /// What `AllocateAddress` answers.
    pub struct AllocateAddressOutput {
        #[wire("AllocationId")] pub allocation_id: Option<String>,
        #[wire("PublicIpv4Pool")] pub public_ipv4_pool: Option<String>,
        #[wire("NetworkBorderGroup")] pub network_border_group: Option<String>,
        #[wire("Domain")] pub domain: Option<String>,
        #[wire("PublicIp")] pub public_ip: Option<String>,
    }

    /// What `AssociateAddress` takes.
    pub struct AssociateAddressInput {
        #[wire("AllocationId")] pub allocation_id: Option<String>,
        #[wire("InstanceId")] pub instance_id: Option<String>,
        #[wire("PublicIp")] pub public_ip: Option<String>,
        #[wire("NetworkInterfaceId")] pub network_interface_id: Option<String>,
        #[wire("AllowReassociation")] pub allow_reassociation: Option<bool>,
    }

    /// What `AssociateAddress` answers.
    pub struct AssociateAddressOutput {
        #[wire("AssociationId")] pub association_id: Option<String>,
    }

    /// What `DisassociateAddress` takes.
    pub struct DisassociateAddressInput {
        #[wire("AssociationId")] pub association_id: Option<String>,
        #[wire("PublicIp")] pub public_ip: Option<String>,
    }

    /// What `ReleaseAddress` takes.
    pub struct ReleaseAddressInput {
        #[wire("AllocationId")] pub allocation_id: Option<String>,
        #[wire("PublicIp")] pub public_ip: Option<String>,
    }

    /// What `DescribeAddresses` takes.
    pub struct DescribeAddressesInput {
        #[wire("PublicIps", xml = "PublicIp")] pub public_ips: Vec<String>,
        #[wire("AllocationIds", xml = "AllocationId")] pub allocation_ids: Vec<String>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
    }

    /// What `DescribeAddresses` answers.
    pub struct DescribeAddressesOutput {
        #[wire("Addresses", xml = "addressesSet")] pub addresses: Vec<Address>,
    }

    /// An Elastic IP.
    pub struct Address {
        #[wire("AllocationId")] pub allocation_id: Option<String>,
        #[wire("AssociationId")] pub association_id: Option<String>,
        #[wire("Domain")] pub domain: Option<String>,
        #[wire("NetworkInterfaceId")] pub network_interface_id: Option<String>,
        #[wire("NetworkInterfaceOwnerId")] pub network_interface_owner_id: Option<String>,
        #[wire("PrivateIpAddress")] pub private_ip_address: Option<String>,
        #[wire("Tags", xml = "tagSet")] pub tags: Option<Vec<Tag>>,
        #[wire("PublicIpv4Pool")] pub public_ipv4_pool: Option<String>,
        #[wire("NetworkBorderGroup")] pub network_border_group: Option<String>,
        #[wire("InstanceId")] pub instance_id: Option<String>,
        #[wire("PublicIp")] pub public_ip: Option<String>,
    }

    /// What `DescribeAddressesAttribute` takes.
    pub struct DescribeAddressesAttributeInput {
        #[wire("AllocationIds", xml = "AllocationId")] pub allocation_ids: Vec<String>,
        #[wire("Attribute")] pub attribute: Option<String>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
    }

    /// What `DescribeAddressesAttribute` answers.
    pub struct DescribeAddressesAttributeOutput {
        #[wire("Addresses", xml = "addressSet")] pub addresses: Vec<AddressAttribute>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// The attribute of an address.
    pub struct AddressAttribute {
        #[wire("PublicIp")] pub public_ip: Option<String>,
        #[wire("AllocationId")] pub allocation_id: Option<String>,
    }
}

const FILTERS: Filters = &[
    ("allocation-id", "AllocationId"),
    ("association-id", "AssociationId"),
    ("domain", "Domain"),
    ("instance-id", "InstanceId"),
    ("network-border-group", "NetworkBorderGroup"),
    ("network-interface-id", "NetworkInterfaceId"),
    ("network-interface-owner-id", "NetworkInterfaceOwnerId"),
    ("private-ip-address", "PrivateIpAddress"),
    ("public-ip", "PublicIp"),
    ("tag", "Tags"),
];

fn allocate_address(cx: &mut OpContext<'_>, input: AllocateAddressInput) -> ApiResult<AllocateAddressOutput> {
    match input.domain.as_deref() {
        None | Some("" | "vpc") => {}
        Some("standard") => {
            let text = "The parameter Domain with value standard is not supported: EC2-Classic is retired.";
            return Err(errors::invalid_value(text));
        }
        Some(other) => return Err(errors::bad_value(other, "domain")),
    }
    let tags = check::tag_specifications(&input.tag_specifications, &[Kind::Address])?;
    let region = cx.region.clone();
    if cx.state().ec2.at(&region).addresses.len() >= limits::ADDRESSES {
        return Err(errors::address_limit());
    }
    let allocation_id = Kind::Address.draw(cx);
    let public_ip = network::draw_public_ip(cx);
    cx.ec2().public_ips.insert(public_ip.clone(), PublicIp { region: region.clone(), instance_id: None });
    let regional = cx.ec2().at_mut(&region);
    if let Some(tags) = check::tags_for(&tags, Kind::Address) {
        regional.tags.insert(allocation_id.clone(), tags);
    }
    let address = state::Address {
        allocation_id: allocation_id.clone(),
        public_ip: public_ip.clone(),
        association: None,
    };
    regional.addresses.insert(allocation_id.clone(), address);
    Ok(AllocateAddressOutput {
        allocation_id: Some(allocation_id),
        public_ipv4_pool: Some("amazon".to_owned()),
        network_border_group: Some(region.to_string()),
        domain: Some("vpc".to_owned()),
        public_ip: Some(public_ip),
    })
}

/// The address that a request names by its allocation or its number.
fn named(cx: &OpContext<'_>, allocation: Option<&str>, ip: Option<&str>) -> ApiResult<state::Address> {
    let regional = cx.state().ec2.at(&cx.region);
    match (allocation, ip) {
        (Some(_), Some(_)) => {
            let text = "You may specify public IP or allocation id, but not both in the same call";
            Err(errors::combination(text))
        }
        (Some(id), None) => {
            Kind::Address.check(id)?;
            regional.addresses.get(id).cloned().ok_or_else(|| Kind::Address.not_found(id))
        }
        (None, Some(ip)) => {
            let found = regional.addresses.values().find(|address| address.public_ip == ip);
            found.cloned().ok_or_else(|| errors::no_such_address(ip))
        }
        (None, None) => {
            let text = "Either public IP or allocation id must be specified";
            Err(errors::error("MissingParameter", text))
        }
    }
}

fn associate_access(cx: &OpContext<'_>, input: &AssociateAddressInput) -> Access {
    let address = input.allocation_id.as_deref().unwrap_or("*");
    let access = check::access_to(cx, "ec2:AssociateAddress", Kind::Address, address);
    match &input.instance_id {
        Some(id) => access.and(check::access_to(cx, "ec2:AssociateAddress", Kind::Instance, id)),
        None => access,
    }
}

fn associate_address(
    cx: &mut OpContext<'_>,
    input: AssociateAddressInput,
) -> ApiResult<AssociateAddressOutput> {
    let address = named(cx, input.allocation_id.as_deref(), input.public_ip.as_deref())?;
    let network = Network::of(cx);
    let region = cx.region.clone();
    let regional = cx.state().ec2.at(&region);
    let instance_id = match (&input.instance_id, &input.network_interface_id) {
        (Some(id), _) => {
            Kind::Instance.require(&network, regional, std::slice::from_ref(id))?;
            id.clone()
        }
        (None, Some(id)) => {
            Kind::NetworkInterface.require(&network, regional, std::slice::from_ref(id))?;
            regional.interfaces[id.as_str()].clone()
        }
        (None, None) => {
            let text = "Either 'InstanceId' or 'NetworkInterfaceId' must be specified";
            return Err(errors::error("MissingParameter", text));
        }
    };
    let instance = &regional.instances[instance_id.as_str()];
    if !matches!(instance.state, State::Running | State::Stopped | State::Stopping | State::Pending) {
        let text = format!("The instance '{instance_id}' is not in a valid state for this operation.");
        return Err(errors::incorrect_state(text));
    }
    if instance.state == State::Pending {
        let text =
            format!("The pending instance '{instance_id}' is not in a valid state for this operation.");
        return Err(errors::error("InvalidInstanceID", text));
    }
    if let Some(other) = &address.association {
        if other.instance_id == instance_id {
            return Ok(AssociateAddressOutput { association_id: Some(other.id.clone()) });
        }
        if input.allow_reassociation == Some(false) {
            return Err(errors::already_associated(&address.allocation_id));
        }
        let other = other.instance_id.clone();
        lifecycle::detach_address(cx, &other);
    }
    lifecycle::detach_address(cx, &instance_id);
    launch::take_public_ip(cx, &instance_id);
    let association = Association { id: kinds::draw(cx, "eipassoc"), instance_id: instance_id.clone() };
    let association_id = Some(association.id.clone());
    let held = PublicIp { region: region.clone(), instance_id: Some(instance_id.clone()) };
    cx.ec2().public_ips.insert(address.public_ip.clone(), held);
    let regional = cx.ec2().at_mut(&region);
    if let Some(instance) = regional.instances.get_mut(&instance_id) {
        instance.public_ip = Some(address.public_ip.clone());
        instance.allocation_id = Some(address.allocation_id.clone());
    }
    if let Some(address) = regional.addresses.get_mut(&address.allocation_id) {
        address.association = Some(association);
    }
    Ok(AssociateAddressOutput { association_id })
}

fn disassociate_address(cx: &mut OpContext<'_>, input: DisassociateAddressInput) -> ApiResult<()> {
    let regional = cx.state().ec2.at(&cx.region);
    let instance_id = match (&input.association_id, &input.public_ip) {
        (Some(id), _) => {
            let mut associations =
                regional.addresses.values().filter_map(|address| address.association.as_ref());
            let found = associations.find(|association| association.id == *id);
            found.ok_or_else(|| errors::no_such_association(id))?.instance_id.clone()
        }
        (None, Some(_)) => {
            let address = named(cx, None, input.public_ip.as_deref())?;
            let Some(association) = address.association else { return Ok(()) };
            association.instance_id
        }
        (None, None) => {
            let text = "Either public IP or association id must be specified";
            return Err(errors::error("MissingParameter", text));
        }
    };
    lifecycle::detach_address(cx, &instance_id);
    Ok(())
}

fn release_address(cx: &mut OpContext<'_>, input: ReleaseAddressInput) -> ApiResult<()> {
    let address = named(cx, input.allocation_id.as_deref(), input.public_ip.as_deref())?;
    if address.association.is_some() {
        return Err(errors::address_is_used(&address.public_ip));
    }
    let region = cx.region.clone();
    cx.ec2().public_ips.remove(&address.public_ip);
    let regional = cx.ec2().at_mut(&region);
    regional.addresses.remove(&address.allocation_id);
    regional.tags.remove(&address.allocation_id);
    Ok(())
}

fn describe_addresses(cx: &mut OpContext<'_>, input: DescribeAddressesInput) -> ApiResult<Listed> {
    let regional = cx.state().ec2.at(&cx.region);
    Kind::Address.require(&Network::of(cx), regional, &input.allocation_ids)?;
    for ip in &input.public_ips {
        named(cx, None, Some(ip))?;
    }
    let named = !input.allocation_ids.is_empty() || !input.public_ips.is_empty();
    let listing = Listing {
        operation: "DescribeAddresses",
        filters: &input.filters,
        known: FILTERS,
        max_results: None,
        next_token: None,
        named,
    };
    let chosen = regional.addresses.values().filter(|address| {
        !named
            || input.allocation_ids.contains(&address.allocation_id)
            || input.public_ips.contains(&address.public_ip)
    });
    let shown = chosen.map(|address| (address.allocation_id.clone(), shown(cx, address).into_value()));
    Ok(listing.page_of(shown.collect())?.listed("Addresses"))
}

fn shown(cx: &OpContext<'_>, address: &state::Address) -> Address {
    let regional = cx.state().ec2.at(&cx.region);
    let association = address.association.as_ref();
    let instance = association.and_then(|association| regional.instances.get(&association.instance_id));
    let tags = tags_of(cx, &address.allocation_id);
    Address {
        allocation_id: Some(address.allocation_id.clone()),
        association_id: association.map(|association| association.id.clone()),
        domain: Some("vpc".to_owned()),
        network_interface_id: instance.map(|instance| instance.interface_id.clone()),
        network_interface_owner_id: instance.map(|_| cx.account().to_string()),
        private_ip_address: instance.map(|instance| instance.private_ip.clone()),
        tags: (!tags.is_empty()).then_some(tags),
        public_ipv4_pool: Some("amazon".to_owned()),
        network_border_group: Some(cx.region.to_string()),
        instance_id: instance.map(|instance| instance.id.clone()),
        public_ip: Some(address.public_ip.clone()),
    }
}

fn describe_addresses_attribute(
    cx: &mut OpContext<'_>,
    input: DescribeAddressesAttributeInput,
) -> ApiResult<Listed> {
    let regional = cx.state().ec2.at(&cx.region);
    Kind::Address.require(&Network::of(cx), regional, &input.allocation_ids)?;
    check::one_of(input.attribute.as_deref(), "attribute", &["domain-name"])?;
    let listing = Listing {
        operation: "DescribeAddressesAttribute",
        filters: &[],
        known: &[],
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
        named: false,
    };
    let ids = &input.allocation_ids;
    let chosen = regional.addresses.values();
    let shown =
        chosen.filter(|address| ids.is_empty() || ids.contains(&address.allocation_id)).map(|address| {
            let shown = AddressAttribute {
                public_ip: Some(address.public_ip.clone()),
                allocation_id: Some(address.allocation_id.clone()),
            };
            (address.allocation_id.clone(), shown.into_value())
        });
    Ok(listing.page_of(shown.collect())?.listed("Addresses"))
}
