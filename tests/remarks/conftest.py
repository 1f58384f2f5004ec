from tests.files.conftest import card, clerk, media, quick_passwords, reader

__all__ = ["card", "clerk", "media", "quick_passwords", "reader"]
