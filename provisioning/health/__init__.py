"""Whether the installation is sound, and the cure for what is not."""
