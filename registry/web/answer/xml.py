"""XML answers: whatever a source wrote, the document stays well-formed."""

import re

from flask import Response

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_response(page: str, media_type: str) -> Response:
    """Return an XML document, the characters that XML 1.0 (section 2.2) forbids replaced."""
    return Response(_NOT_XML.sub("\ufffd", page), content_type=f"{media_type}; charset=utf-8")
