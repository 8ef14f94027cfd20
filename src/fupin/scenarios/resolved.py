"""One world, ready to be simulated: every name looked up, every setting complete, hashed to an identity."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fupin.labels import Label, pick
from fupin.model.dated import labelled, month_label
from fupin.model.parameters import ParameterBook, ParameterPath
from fupin.model.settings import Settings
from fupin.scenarios.catalogue import is_path
from fupin.scenarios.profiles import own_tables, profile_content
from fupin.scenarios.table_files import tables_digest
from fupin.scenarios.write import to_toml

if TYPE_CHECKING:
    from fupin.model.instruments.base import Instrument


@dataclass(frozen=True)
class ChosenInstrument:
    """An instrument of this world; `settings` are validated and complete."""

    kind: str
    id: str
    settings: Settings


@dataclass(frozen=True)
class ResolvedScenario:
    """A scenario with nothing left to look up. Months are absolute numbers (`year * 12 + month - 1`)."""

    name: str
    zh: str
    en: str
    description: str
    region: str
    region_file: Path
    start: int
    years: int
    burn_in_years: int
    sample: float
    area: tuple[str, ...]
    seed: int
    policies: tuple[str, ...]
    against: str
    instruments: tuple[ChosenInstrument, ...]
    parameters: tuple[tuple[str, tuple[tuple[int, float], ...]], ...]
    description_zh: str = ""
    author: str = ""
    date: str = ""
    sources: tuple[str, ...] = ()
    policy_labels: tuple[Label, ...] = field(default=(), compare=False)

    def policy_names(self, lang: str) -> list[str]:
        """What the policies are called in a language; one without a label keeps its name."""
        labels = self.policy_labels or (Label("", ""),) * len(self.policies)
        return [pick(label, lang) or name for label, name in zip(labels, self.policies, strict=True)]

    @property
    def first(self) -> int:
        """The first simulated month, burn-in included."""
        return self.start - 12 * self.burn_in_years

    @property
    def last(self) -> int:
        """The last simulated month."""
        return self.start + 12 * self.years - 1

    def parameters_over(self, book: ParameterBook) -> ParameterPath:
        """Every parameter over all simulated months, the scenario's overrides applied."""
        return book.resolve(self.first, self.last, {path: dict(values) for path, values in self.parameters})

    def build_instruments(self) -> list[Instrument]:
        """A fresh instrument for each choice, in order."""
        from fupin.model.instruments.kinds import instrument_kinds  # instruments load the model: only when needed

        kinds = instrument_kinds()
        return [kinds[chosen.kind](chosen.settings, chosen.id) for chosen in self.instruments]

    def content(self) -> dict[str, Any]:
        """All that can change a result, in the form in which it stands in a scenario file, wherever that is kept."""
        instruments = [
            {"kind": chosen.kind, "id": chosen.id, "settings": chosen.settings.text()} for chosen in self.instruments
        ]
        return {
            "region": self.region_file.resolve().as_posix() if is_path(self.region) else self.region,
            "start": month_label(self.start),
            "years": self.years,
            "burn_in_years": self.burn_in_years,
            "sample": self.sample,
            "area": list(self.area),
            "seed": self.seed,
            "parameters": {path: labelled(dict(values)) for path, values in self.parameters},
            "instrument": instruments,
        }

    def identity(self) -> str:
        """SHA-256 (hex) of all that can change a result; names, labels, comments and key order do not.

        The region profile counts by its content, so that two files of one name are two regions and a copy is the same;
        so do the user's own tables that it names.
        """
        return _hashed(self.content() | self._region_content())

    def region_identity(self) -> str:
        """SHA-256 (hex) of the region's profile and the user's own tables, as they are now."""
        return _hashed(self._region_content())

    def _region_content(self) -> dict[str, Any]:
        profile, _ = profile_content(self.region_file)
        tables = own_tables(self.region_file, profile)
        return {"region": profile} | ({"tables": tables_digest(tables)} if tables else {})

    def to_toml(self) -> str:
        """A scenario file that needs no policy file and resolves to the same world; its identity stands in the head.

        So the text of a world, from which the runs of a study have their keys, is another one when its region's
        profile or the user's own tables are.
        """
        labels = ("name", "zh", "en", "description", "description_zh", "author", "date", "sources")
        about = {name: getattr(self, name) for name in labels}
        content = {key: value for key, value in about.items() if value} | self.content()
        content |= {"policies": [], "against": self.against}
        if not content["instrument"]:
            del content["instrument"]  # an empty list would stand among the plain keys
        head = f"# resolved by fupin; policies: {' + '.join(self.policies) or 'none'}; identity {self.identity()}\n"
        return head + to_toml(content)


def canonical(content: Any) -> str:
    """JSON with sorted keys and floats for all numbers: equal for equal content, however it was written."""
    return json.dumps(_plain(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _hashed(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(content).encode("utf-8")).hexdigest()


def _plain(content: Any) -> Any:
    if isinstance(content, dict):
        return {str(key): _plain(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [_plain(value) for value in content]
    if isinstance(content, float) and content.is_integer():
        return int(content)
    return content if isinstance(content, (str, int, float, bool, type(None))) else str(content)
