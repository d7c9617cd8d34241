//! Arithmetic on IP networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use num_bigint::{BigInt, BigUint};

use super::{Failure, Function, text, whole};
use crate::host::Host;
use crate::types::Type;
use crate::value::Value;

type Outcome = Result<Value, Failure>;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("cidrhost", "prefix:string hostnum:number -> string", cidrhost),
        Function::new("cidrnetmask", "prefix:string -> string", cidrnetmask),
        Function::new("cidrsubnet", "prefix:string newbits:number netnum:number -> string", cidrsubnet),
        Function::new("cidrsubnets", "prefix:string ...newbits:number -> list(string)", cidrsubnets),
    ]
}

/// A network: its address as a number of `bits` bits, host part zero.
#[derive(Clone)]
struct Network {
    base: u128,
    prefix: u32,
    bits: u32,
}

impl Network {
    fn parse(source: &str) -> Option<Network> {
        let (address, prefix) = source.split_once('/')?;
        let digits = !prefix.is_empty() && prefix.len() <= 3 && prefix.bytes().all(|b| b.is_ascii_digit());
        let prefix: u32 = prefix.parse().ok().filter(|_| digits)?;
        let (address, bits) = if address.contains(':') {
            (u128::from(address.parse::<Ipv6Addr>().ok()?), 128)
        } else {
            (parse_v4(address)?, 32)
        };
        if prefix > bits {
            return None;
        }
        Some(Network { base: address & mask(prefix, bits), prefix, bits })
    }

    fn address(&self) -> String {
        address_text(self.base, self.bits)
    }

    /// The last address of the network.
    fn last(&self) -> u128 {
        self.base | (mask(self.bits, self.bits) & !mask(self.prefix, self.bits))
    }
}

/// Leading zeros are decimal here, as in old versions of Go.
fn parse_v4(source: &str) -> Option<u128> {
    let parts: Vec<&str> = source.split('.').collect();
    if parts.len() != 4 {
        return None;
    }
    parts.iter().try_fold(0u128, |address, part| {
        let digits = !part.is_empty() && part.len() < 10 && part.bytes().all(|b| b.is_ascii_digit());
        let octet = part.parse::<u128>().ok().filter(|octet| digits && *octet <= 255)?;
        Some(address << 8 | octet)
    })
}

fn mask(prefix: u32, bits: u32) -> u128 {
    let all = if bits == 128 { u128::MAX } else { (1 << bits) - 1 };
    if prefix == 0 { 0 } else { all & !(all.checked_shr(prefix).unwrap_or(0)) }
}

fn address_text(address: u128, bits: u32) -> String {
    if bits == 32 {
        IpAddr::V4(Ipv4Addr::from(u32::try_from(address).unwrap_or(u32::MAX))).to_string()
    } else {
        let v6 = Ipv6Addr::from(address);
        v6.to_ipv4_mapped().map_or_else(|| v6.to_string(), |v4| v4.to_string())
    }
}

fn network(args: &[Value]) -> Result<Network, Failure> {
    let source = text(&args[0]);
    Network::parse(source)
        .ok_or_else(|| Failure::Call(format!("invalid CIDR expression: invalid CIDR address: {source}")))
}

fn cidrhost(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let number = args[1].as_number().filter(|number| number.is_integer());
    let Some(number) = number.map(crate::number::Number::trunc) else {
        return Failure::call("value must be a whole number");
    };
    let network = network(args)?;
    let hosts = network.bits - network.prefix;
    let count = BigInt::from(BigUint::from(1u8) << hosts);
    // A negative number counts from the end.
    let negative = number < BigInt::ZERO;
    let fits = if negative { -&number <= count } else { number < count };
    let host = if negative { &count + &number } else { number.clone() };
    let Some(host) = u128::try_from(host).ok().filter(|_| fits) else {
        let shown = if negative { &count + &number } else { number };
        let prefix = network.prefix;
        return Failure::call(format!("prefix of {prefix} does not accommodate a host numbered {shown}"));
    };
    Ok(address_text(network.base | host, network.bits).into())
}

fn cidrnetmask(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let network = network(args)?;
    if network.bits == 128 {
        return Failure::call(format!("IPv6 addresses cannot have a netmask: {}", text(&args[0])));
    }
    Ok(address_text(mask(network.prefix, 32), 32).into())
}

fn cidrsubnet(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let new_bits = whole(&args[1]).map_err(Failure::Call)?;
    let number = args[2].as_number().filter(|number| number.is_integer());
    let Some(number) = number.map(crate::number::Number::trunc) else {
        return Failure::call("value must be a whole number");
    };
    let network = network(args)?;
    let prefix = i64::from(network.prefix).saturating_add(new_bits);
    let Some(prefix) = u32::try_from(prefix).ok().filter(|prefix| *prefix <= network.bits) else {
        return Failure::call(format!(
            "insufficient address space to extend prefix of {} by {new_bits}",
            network.prefix
        ));
    };
    let width = prefix.saturating_sub(network.prefix);
    let limit = BigInt::from(BigUint::from(1u8) << width);
    if number >= limit {
        let message =
            format!("prefix extension of {new_bits} does not accommodate a subnet numbered {number}");
        return Failure::call(message);
    }
    // A negative number is not refused, but its bits, as two's complement, spoil the address.
    let joined = BigInt::from(network.base) | (number << (network.bits - prefix));
    let joined = joined.magnitude() & ((BigUint::from(1u8) << network.bits) - 1u8);
    let base = u128::try_from(joined).unwrap_or(0) & mask(prefix, network.bits);
    Ok(format!("{}/{prefix}", address_text(base, network.bits)).into())
}

fn cidrsubnets(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let source = text(&args[0]);
    let Some(network) = Network::parse(source) else {
        return Failure::arg(0, format!("invalid CIDR expression: invalid CIDR address: {source}"));
    };
    let family = if network.bits == 32 { "IPv4" } else { "IPv6" };
    let mut subnets: Vec<Value> = Vec::new();
    let mut current: Option<Network> = None;
    for (index, arg) in args.iter().enumerate().skip(1) {
        let new_bits = whole(arg).map_err(|message| Failure::Arg(index, message))?;
        if new_bits < 1 {
            return Failure::arg(index, "must extend prefix by at least one bit");
        }
        let wanted = i64::from(network.prefix).saturating_add(new_bits);
        if new_bits > 32 {
            return Failure::arg(index, "may not extend prefix by more than 32 bits");
        }
        let Some(prefix) = u32::try_from(wanted).ok().filter(|prefix| *prefix <= network.bits) else {
            let message =
                format!("would extend prefix to {wanted} bits, which is too long for an {family} address");
            return Failure::arg(index, message);
        };
        let next = match &current {
            None => Some(network.base),
            Some(last) => next_base(last, prefix)
                .filter(|base| *base & mask(network.prefix, network.bits) == network.base),
        };
        let Some(base) = next else {
            let last = current
                .as_ref()
                .map(|last| format!("{}/{}", last.address(), last.prefix))
                .unwrap_or_default();
            let message = format!(
                "not enough remaining address space for a subnet with a prefix of {prefix} bits after {last}"
            );
            return Failure::arg(index, message);
        };
        let subnet = Network { base, prefix, bits: network.bits };
        subnets.push(format!("{}/{prefix}", subnet.address()).into());
        current = Some(subnet);
    }
    Ok(Value::list_of(Type::String, subnets))
}

/// The first network of some prefix after another.
fn next_base(last: &Network, prefix: u32) -> Option<u128> {
    let after = last.last().checked_add(1)?;
    let limit = mask(last.bits, last.bits);
    let own = mask(prefix, last.bits);
    let base = if after & own == after { after } else { (after & own).checked_add((limit & !own) + 1)? };
    (base <= limit).then_some(base)
}
