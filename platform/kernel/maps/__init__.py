"""Registers on the map: layers, tiles, shapes as people bring them, rules between shapes, services for other maps."""

from kernel.maps.topology.rules import InsideCommunity, NoOverlap, SnapTo, TopologyRule

__all__ = ["InsideCommunity", "NoOverlap", "SnapTo", "TopologyRule"]
