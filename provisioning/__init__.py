"""The life of a tenant and of the fleet, and the machine they live on."""
