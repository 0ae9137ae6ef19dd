"""What building a wheel does besides: the guides of ``docs/fr``, which the node shows, go into it.

Named in ``pyproject.toml``. From a checkout they are read where they are written
(``registry/web/site/guide_folder.py``).
"""

import shutil
from pathlib import Path

from setuptools.command.build_py import build_py

_WRITTEN = Path(__file__).resolve().parent.parent / "docs" / "fr"
_IN_THE_WHEEL = Path("registry", "web", "guides", "fr")


class WithGuides(build_py):
    """Copy the packages, and the guides beside the pages that show them."""

    def run(self) -> None:
        """Copy all; an editable installation reads the guides from the checkout."""
        super().run()
        if not self.editable_mode:
            self._copy_guides(Path(self.build_lib) / _IN_THE_WHEEL)

    def _copy_guides(self, target: Path) -> None:
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(_WRITTEN, target, ignore=shutil.ignore_patterns("README.md"))
