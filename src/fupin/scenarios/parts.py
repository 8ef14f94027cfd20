"""A part of a region has its part of what policies say of the whole: places, quotas, demand in all.

Policies know no area, so their quantities of the whole region (settings that are declared `scaled`) hold for all its
counties together. A scenario that names counties gives these their share by rural households, among the poor counties
if there are any. What the scenario itself or `--set` says is said of the counties that it names, and stands as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

from fupin.model.settings import Dated
from fupin.scenarios.catalogue import Catalogue
from fupin.scenarios.policy import Choice, Package
from fupin.scenarios.profiles import load_profile
from fupin.scenarios.sampling import counties_of
from fupin.scenarios.sizing import UNLIMITED


@lru_cache(maxsize=64)
def share_of(region: Path, area: tuple[str, ...], changed: float) -> float:
    """Share of the named counties in the households that policies are for; 1 for all counties, or own tables.

    `changed` is when the file was last written: a profile that is edited is read again. Raises FupinError for an
    unknown county.
    """
    profile = load_profile(region)
    inside = set(counties_of(profile, area))
    if profile.tables is not None:
        return 1.0
    poor = {place for place, county in enumerate(profile.county) if county.poor_county}
    of = poor if inside & poor else set(range(len(profile.county)))
    share = [profile.county[place].rural_share for place in sorted(of)]
    return sum(profile.county[place].rural_share for place in sorted(of & inside)) / sum(share)


def for_part(policies: Package, own: Package, region: Path, area: Sequence[str], known: Catalogue) -> Package:
    """Policies and a scenario's own package, what it does not say itself of the whole region brought down to a part."""
    if not area:
        return policies + own
    here = {choice.id for choice in policies.instruments}
    of_policies = [of_the_whole(choice, known, given=True) for choice in policies.instruments]
    of_own = [{} if choice.id in here else of_the_whole(choice, known, given=False) for choice in own.instruments]
    if not any((*of_policies, *of_own)):
        return policies + own
    share = share_of(region, tuple(area), region.stat().st_mtime)
    fitted = [
        replace(package, instruments=tuple(map(partial(_brought_down, share), package.instruments, whole)))
        for package, whole in ((policies, of_policies), (own, of_own))
    ]
    return fitted[0] + fitted[1]


def of_the_whole(chosen: Choice, known: Catalogue, *, given: bool) -> dict[str, Dated]:
    """An instrument's limited quantities of the whole region: its defaults, and with `given` what is said of it too."""
    settings, said = known.settings_of(chosen.kind), dict(chosen.settings)
    found = {
        record["name"]: said.get(record["name"], settings.model_fields[record["name"]].default)
        for record in settings.describe()
        if record["scaled"] and (given or record["name"] not in said)
    }
    return {
        name: value
        for name, value in found.items()
        if isinstance(value, Dated) and min(number for _, number in value.values) < UNLIMITED
    }


def _brought_down(share: float, chosen: Choice, whole: Mapping[str, Dated]) -> Choice:
    fitted = {
        name: Dated(tuple((month, _part(number, share)) for month, number in value.values))
        for name, value in whole.items()
    }
    return Choice(chosen.kind, chosen.id, tuple(sorted((dict(chosen.settings) | fitted).items())))


def _part(number: float, share: float) -> float:
    """To six digits: these are quantities that people read."""
    return number if share >= 1.0 or number >= UNLIMITED else float(f"{share * number:.6g}")
