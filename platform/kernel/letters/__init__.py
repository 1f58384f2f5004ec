"""Letters of a community from its own domain: what DNS must hold, signing, and the way back when it does not."""
