"""A tenant in one file: exported, checked, restored, cloned for training, moved to another cluster."""
