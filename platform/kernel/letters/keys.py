"""A pair of keys of one community: the private one is sealed at once."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from kernel.access.secret import seal

# Longer ones do not fit into what some servers of names pass on.
BITS = 2048


@dataclass(frozen=True, slots=True)
class Pair:
    selector: str
    public: str
    sealed: str


def new_pair() -> Pair:
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    public = base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    return Pair(f"hromada-{secrets.token_hex(4)}", public, seal(private))
