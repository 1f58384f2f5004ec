"""Cards filled in on the spot, without a network: kept on the device, sent later, written once."""
