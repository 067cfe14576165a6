//! IP addresses and CIDR ranges in conditions.

use std::net::IpAddr;

/// Whether `address` lies in `range`, a CIDR range or one address. What is no address lies nowhere.
pub(super) fn contains(range: &str, address: &str) -> bool {
    let (network, length) = match range.split_once('/') {
        Some((network, length)) => (network, length.parse::<u32>().ok()),
        None => (range, Some(u32::MAX)),
    };
    let (Ok(network), Some(length), Ok(address)) = (network.parse(), length, address.parse()) else {
        return false;
    };
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            common_bits(u128::from(network.to_bits()) << 96, u128::from(address.to_bits()) << 96, length, 32)
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            common_bits(network.to_bits(), address.to_bits(), length, 128)
        }
        _ => false,
    }
}

fn common_bits(network: u128, address: u128, length: u32, longest: u32) -> bool {
    let host_bits = 128 - length.min(longest);
    (network ^ address).checked_shr(host_bits).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    fn check(range: &str, address: &str, expect: bool) {
        assert_eq!(super::contains(range, address), expect, "{address} in {range}");
    }

    #[test]
    fn ranges_and_addresses() {
        check("203.0.113.0/24", "203.0.113.9", true);
        check("203.0.113.0/24", "203.0.114.9", false);
        check("203.0.113.9", "203.0.113.9", true);
        check("203.0.113.9", "203.0.113.8", false);
        check("0.0.0.0/0", "8.8.8.8", true);
        check("2001:db8::/32", "2001:db8:1::1", true);
        check("2001:db8::/32", "2001:db9::1", false);
        check("::/0", "8.8.8.8", false);
        check("nonsense", "8.8.8.8", false);
        check("8.8.8.0/x", "8.8.8.8", false);
    }
}
