"""Electronic signatures of documents: PAdES signatures made and judged, with nothing fetched from anywhere.

Belongs here: keys (PKCS#12, PKCS#11), the visible block, signing, validation, trust. Not here: who may sign what,
rows, settings, sentences for people (codes are translated by whoever shows them).
"""

import logging

from exports.signatures.block import BLOCK_HEIGHT, BLOCK_WIDTH, Block
from exports.signatures.codes import (
    CertificateFacts,
    Check,
    Finding,
    Level,
    Outcome,
    SignatureReport,
    SigningError,
)
from exports.signatures.keys import FileKey, Key, TokenKey, describe_key, unlocked
from exports.signatures.signing import Options, Signed, sign
from exports.signatures.time_stamps import HttpTimeStamps
from exports.signatures.trust import Trust, judge_key, load_trust
from exports.signatures.validation import validate

# The libraries write names of certificates' owners into the log; our own findings carry what is needed.
for _name in ("pyhanko", "pyhanko_certvalidator", "fontTools", "weasyprint"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

__all__ = [
    "BLOCK_HEIGHT",
    "BLOCK_WIDTH",
    "Block",
    "CertificateFacts",
    "Check",
    "FileKey",
    "Finding",
    "HttpTimeStamps",
    "Key",
    "Level",
    "Options",
    "Outcome",
    "SignatureReport",
    "Signed",
    "SigningError",
    "TokenKey",
    "Trust",
    "describe_key",
    "judge_key",
    "load_trust",
    "sign",
    "unlocked",
    "validate",
]
