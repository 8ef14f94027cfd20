"""What the families of instruments are called."""

from __future__ import annotations

from fupin.labels import Label

FAMILIES = {
    "collectives": Label("集体经济政策", "policies: collectives"),
    "ecology": Label("生态政策", "policies: ecology"),
    "education": Label("教育政策", "policies: education"),
    "employment": Label("就业政策", "policies: employment"),
    "finance": Label("金融政策", "policies: finance"),
    "governance": Label("治理政策", "policies: governance"),
    "housing": Label("住房政策", "policies: housing"),
    "industry": Label("产业政策", "policies: industry"),
    "motivation": Label("扶志政策", "policies: motivation"),
    "relocation": Label("易地搬迁政策", "policies: relocation"),
    "security": Label("社会保障政策", "policies: social security"),
    "services": Label("公共服务政策", "policies: services"),
}


def family_label(family: str) -> Label:
    """The label of a family of instruments."""
    return FAMILIES.get(family, Label(family, family))
