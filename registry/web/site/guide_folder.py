"""Where the guides for poles are: in the sources ``docs/fr``, in an installed package beside us.

``deploy/wheel.py`` puts them there when a wheel is built.
"""

from pathlib import Path

_WEB = Path(__file__).resolve().parent.parent
_INSTALLED = _WEB / "guides" / "fr"
GUIDES = _INSTALLED if _INSTALLED.is_dir() else _WEB.parent.parent / "docs" / "fr"
PICTURES = GUIDES / "images"
