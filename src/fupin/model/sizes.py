"""Why an instrument has no size that a comparison at equal budgets could change.

An instrument that has one names the settings that make it larger or smaller in `Instrument.sized_by`; one that has
none says why in `Instrument.not_sized`, by one of these sentences.
"""

from __future__ import annotations

from fupin.labels import Label

FREE = Label("不花财政资金", "it costs no public money")
EVERYWHERE = Label("该有的地方都已经有，无从扩大", "it is wherever it belongs already: there is nothing to enlarge")
ASKED = Label("谁愿意就给谁，规模由农户和企业决定", "whoever wants it gets it: households and firms decide its size")
RULES = Label("规定资金如何分配，本身不花钱", "it says how money is shared out and spends none itself")
