"""What a user's tables say is what a run begins with: nothing is overwritten, cut off or passed over in silence."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from worlds import START, instruments, parameters

from fupin.cli import main
from fupin.errors import FupinError
from fupin.labels import speaking
from fupin.model.household import Household
from fupin.model.instruments.base import Instrument
from fupin.model.person import MIGRANT
from fupin.model.region import Region
from fupin.model.region_data import RegionData
from fupin.scenarios.regions import build_region_data
from fupin.scenarios.templates import write_region

type Write = Callable[..., Path]

VILLAGES = "village,county\nV1,Fuping\nV2,Fuping\n"
HOUSES = "household,village\nH1,V1\nH2,V1\nH3,V2\n"
PEOPLE = "household,age,female,activity,non_resident\nH1,44,0,migrant,1\nH1,41,1,外出,0\nH2,30,0,own,\nH3,66,1,,\n"


@pytest.fixture
def tables(tmp_path: Path) -> Write:
    """Writes tables beside a profile and returns the profile's path."""

    def write(**content: str) -> Path:
        profile = tmp_path / "mine.toml"
        if not profile.exists():
            write_region("mine", tmp_path)
            profile.write_text(profile.read_text("utf-8").replace("# tables = ", "tables = "), "utf-8")
        folder = tmp_path / "mine-tables"
        shutil.rmtree(folder)
        folder.mkdir()
        for name, text in content.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        return profile

    return write


def begin(data: RegionData, *package: Instrument) -> Region:
    return Region(data, parameters(START, START + 11), package, first=START, start=START)


def test_who_is_non_resident_is_taken_from_the_table(tables: Write) -> None:
    world = begin(build_region_data(tables(villages=VILLAGES, households=HOUSES, persons=PEOPLE)))
    person, h = world.rows("person"), world.rows("household")
    living = person.alive
    assert person.activity[living][:2].tolist() == [MIGRANT, MIGRANT]
    assert person.non_resident[living][:2].tolist() == [True, False]
    assert h.residents[0] == h.members[0] - 1
    swapped = PEOPLE.replace("migrant,1", "migrant,0").replace("外出,0", "外出,1")
    other = begin(build_region_data(tables(villages=VILLAGES, households=HOUSES, persons=swapped)))
    assert other.rows("person").non_resident[living][:2].tolist() == [False, True]


def test_a_home_business_adds_to_productivity_whether_it_is_drawn_or_given(tables: Write) -> None:
    rows = [f"H{k},V{k % 2 + 1},0,0,2,0" for k in range(400)]
    head = "household,village,children,pupils,workers,elders,business\n"

    def log_productivity(says: str) -> np.ndarray:
        text = head + "".join(f"{row},{says}\n" for row in rows)
        return build_region_data(tables(villages=VILLAGES, households=text)).households["productivity"]

    drawn, none, all_of_them = (log_productivity(says) for says in ("", "0", "1"))
    assert (all_of_them > none).all()  # log(e^a + B) against a
    assert ((drawn == none) | (drawn == all_of_them)).all()
    assert (drawn == none).any()
    assert (drawn == all_of_them).any()


def test_a_budget_is_found_by_the_kind_of_instruments_that_have_another_id(tables: Write) -> None:
    budgets = "instrument,year,yuan\nmicro_credit,2013,123\n"
    (one,) = instruments("micro_credit")
    named, twin = (type(one)(one.settings, name) for name in ("loans", "second"))
    data = build_region_data(tables(villages=VILLAGES, households=HOUSES, persons=PEOPLE, budgets=budgets))
    for package in ([one], [named], [named, twin]):
        region = begin(data, *package)
        assert all(item.budget_left(region, item.settings.at(START)) == 123.0 for item in package)
    region.state_of(named).spent[2013] = 100.0
    assert twin.budget_left(region, twin.settings.at(START)) == 23.0  # the row is for both


def test_large_counts_are_not_cut_off(tables: Write) -> None:
    text = "household,village,children,pupils,workers,elders\nH1,V1,9,0,2,0\nH2,V2,0,0,12,0\nH3,V2,0,3,0,8\n"
    data = build_region_data(tables(villages=VILLAGES, households=text))
    h = data.households
    assert [h["children"][0], h["workers"][1], h["elders"][2]] == [9, 12, 8]
    assert h["members"].max() <= Household.members.high


def test_headings_and_words_may_be_chinese(tables: Write) -> None:
    text = "户编号,村编号,学前儿童,在校生,劳动力,老人,住房,承包地\nH1,V1,1,0,2,0,危房,6.5\nH2,V2,0,0,2,0,sound,3\n"
    text = text.replace("学前儿童", "0-5 岁儿童").replace("劳动力", "有劳动能力者").replace("老人", "60 岁及以上")
    h = build_region_data(tables(villages="村编号,县\nV1,阜平县\nV2,阜平县\n", households=text)).households
    assert h["housing"].tolist() == [0, 2]
    assert h["land"].tolist() == [6.5, 3.0]


COUNTED = "household,village,children,pupils,workers,elders,ill,loan,loan_months\nH1,V1,0,0,2,1,1,900,12\n"


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("households", "1,1,900", "1,4,900", r"row 2, column ill: 4; allowed: at most its 3"),
        ("households", "900,12", "900,", r"row 2, column loan_months: a loan has months left; allowed: from 1"),
        ("households", "900,12", ",12", r"row 2, column loan: months are left of no loan"),
        ("villages", "V1,Fuping,2", "V1,Fuping,0", r"row 2, column weight: '0'; allowed: a number, at least 1"),
        ("villages", "V1,Fuping,2", "V1,Fuping,0.8", r"column weight: '0\.8'; allowed: a number, at least 1"),
        ("villages", "V2,Fuping", "V2,", r"row 3, column county: the cell is empty; allowed: Fuping, Laishui"),
        ("persons", "66,1,,", "66,1,own,", r"row 5, column activity: 0; workers are 16 to 59"),
        ("persons", "30,0,own", "30,0,none", r"row 4, column activity: -1; allowed for this member: 0 \(自营 own\)"),
        ("persons", "30,0,own", "30,0,post", r"row 4, column activity: 3; allowed for this member"),
        ("persons", "H2,30,0,own,", "H2,5,0,,\nH2,30,1,own,7", r"column non_resident: '7'; allowed"),
        ("persons", PEOPLE, "household,age,female,schooling\nH1,7,0,3\n", r"column schooling: 3; allowed: at most 2"),
        ("persons", PEOPLE, "household,age,female,stage\nH1,4,0,primary\n", r"column stage: at the age of 4; allowed"),
        ("households", "land", "schooling", r"column 'schooling' is counted from the persons table; remove it"),
    ],
)
def test_cells_that_contradict_each_other_are_refused(tables: Write, table: str, old: str, new: str, said: str) -> None:
    houses = "household,village,land\nH1,V1,4\nH2,V1,3\nH3,V2,\n" if new == "schooling" else HOUSES
    about = {"villages": VILLAGES.replace("county", "county,weight").replace("Fuping", "Fuping,2")}
    if table == "persons" or new == "schooling":
        about |= {"households": houses, "persons": PEOPLE}
    about.setdefault("households", COUNTED)
    assert old in about[table]
    about[table] = about[table].replace(old, new)
    if new.startswith("household,age"):
        about["households"] = "household,village\nH1,V1\n"
    with pytest.raises(FupinError, match=said):
        build_region_data(tables(**about))
    with speaking("zh"), pytest.raises(FupinError, match=rf"{table}\.csv ?.*[一-龥]"):
        build_region_data(tables(**about))


@pytest.mark.parametrize("name", ["villages.xlsx", "villages.tsv", "villages.csv.txt", "data.XLSX"])
def test_a_table_that_is_not_read_is_not_passed_over(tables: Write, tmp_path: Path, name: str) -> None:
    path = tables(villages=VILLAGES, households=HOUSES, persons=PEOPLE)
    (tmp_path / "mine-tables" / "notes.txt").write_text("anything")
    (tmp_path / "mine-tables" / "~$villages.xlsx").write_text("the lock of a spreadsheet that is open")
    build_region_data(path)
    (tmp_path / "mine-tables" / name).write_bytes(b"PK")
    with pytest.raises(FupinError, match=rf"{name}: this format is not read; save it as CSV"):
        build_region_data(path)


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "your tables stand for the time before 2013-01"), ("zh", "2013-01 以前")]
)
def test_a_run_says_to_which_month_the_tables_belong(
    tables: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, said: str
) -> None:
    budgets = "instrument,year,yuan\ndibao,2014,123\ndibaoo,2014,9\n"
    tables(villages=VILLAGES, households=HOUSES, persons=PEOPLE, budgets=budgets)
    file = tmp_path / "sc.toml"
    file.write_text(
        'region = "mine.toml"\npolicies = ["baseline-2014"]\nyears = 1\nburn_in_years = 1\nsample = 1\n',
        encoding="utf-8",
    )
    for burn_in, told in ((1, True), (0, False)):
        out = str(tmp_path / f"{lang}{burn_in}")
        with pytest.raises(SystemExit) as stopped:
            main(["run", str(file), "--lang", lang, "--out", out, "--set", f"burn_in_years={burn_in}"])
        assert not stopped.value.code
        errors = capsys.readouterr().err
        assert (said in errors) == told
        assert "'dibaoo'" in errors  # a budget that nobody has
        assert "'dibao'" in errors.partition("'dibaoo'")[2]  # what was meant
