"""Users' own tables take the place of synthetic households, and a mistake in them is told by file, row and column."""

from __future__ import annotations

import csv
import re
import shutil

import duckdb
import numpy as np
import pytest

from fupin.cli import main
from fupin.errors import FupinError
from fupin.scenarios.margins import fit_margins
from fupin.scenarios.profiles import load_profile
from fupin.scenarios.regions import build_region_data
from fupin.scenarios.table_columns import TABLES
from fupin.scenarios.tables import FROM_PERSONS
from fupin.scenarios.templates import describe_tables, write_region

HOUSEHOLDS = """\
household,village,children,pupils,workers,elders,land,savings,housing,business,schooling
甲一,槐树村,1,1,2,0,6.5,12000,2,是,9
甲二,槐树村,0,0,0,2,3,,dangerous,否,
乙一,石门村,0,2,5,3,11,800,1,0,6
乙二,石门村,4,4,2,1,,40000,sound,1,12
丙一,柳沟,0,0,1,0,0,0,0,no,8
"""
VILLAGES = """\
village,county,poor_village,terrain,water
槐树村,阜平县,1,mountain,0.5
石门村,阜平,0,1,
柳沟,Yi County,yes,0,1
"""
PERSONS = """\
household,age,female,schooling,stage,activity
甲一,44,0,9,,migrant
甲一,41,1,6,,own
甲一,12,0,,,
甲二,71,1,,,
甲二,74,0,,,
乙一,50,0,8,,
乙一,17,1,,4,
乙二,30,1,12,,
丙一,59,0,2,,
"""


@pytest.fixture
def region(tmp_path):
    """A function that writes tables beside a profile and returns the profile's path."""

    def write(**tables: str | bytes):
        profile = tmp_path / "mine.toml"
        if not profile.exists():
            write_region("mine", tmp_path)
            shutil.rmtree(tmp_path / "mine-tables")
            text = profile.read_text(encoding="utf-8").replace("# tables = ", "tables = ")
            profile.write_text(text, encoding="utf-8")
        folder = tmp_path / "mine-tables"
        folder.mkdir(exist_ok=True)
        for name, content in tables.items():
            raw = content if isinstance(content, bytes) else content.encode("utf-8")
            (folder / f"{name}.csv").write_bytes(raw)
        return profile

    return write


def _same(one, other):
    for table in ("households", "persons", "villages", "enterprises", "counties"):
        for name, values in getattr(one, table).items():
            np.testing.assert_array_equal(values, getattr(other, table)[name], err_msg=name)


# what is given is kept


def test_given_cells_are_kept_and_empty_ones_are_drawn(region):
    data = build_region_data(region(households=HOUSEHOLDS, villages=VILLAGES))
    h = data.households
    assert data.county_names == (("阜平县", "Fuping"), ("易县", "Yi"))
    np.testing.assert_array_equal(h["village"], [0, 0, 1, 1, 2])
    np.testing.assert_array_equal(h["land"][[0, 1, 2, 4]], [6.5, 3, 11, 0])
    np.testing.assert_array_equal(h["housing"], [2, 0, 1, 2, 0])
    np.testing.assert_array_equal(h["business"], [True, False, False, True, False])
    np.testing.assert_array_equal(h["workers"], [2, 0, 5, 2, 1])
    np.testing.assert_array_equal(h["members"], [4, 2, 10, 11, 1])
    np.testing.assert_array_equal(h["children"], [1, 0, 0, 4, 0])
    np.testing.assert_array_equal(h["schooling"], [9, 0, 6, 12, 8])
    assert h["savings"][1] > 0
    assert h["land"][3] > 0
    np.testing.assert_array_equal(data.villages["poor_village"], [True, False, True])
    np.testing.assert_array_equal(data.villages["terrain"], [2, 1, 0])
    np.testing.assert_array_equal(data.villages["water"][[0, 2]], [0.5, 1])


def test_a_column_more_leaves_all_other_columns_as_they_were(region):
    without = build_region_data(region(households=re.sub(r"(?m),[^,\n]*$", "", HOUSEHOLDS), villages=VILLAGES))
    with_it = build_region_data(region(households=HOUSEHOLDS, villages=VILLAGES))
    for name in ("ability", "capital", "savings", "members", "productivity", "land"):
        np.testing.assert_array_equal(without.households[name], with_it.households[name])
    np.testing.assert_array_equal(without.persons["age"], with_it.persons["age"])


def test_persons_are_counted_and_keep_what_is_said_about_them(region):
    households = "household,village\n甲一,槐树村\n甲二,槐树村\n乙一,石门村\n乙二,石门村\n丙一,柳沟\n"
    data = build_region_data(region(households=households, villages=VILLAGES, persons=PERSONS))
    h, p = data.households, data.persons
    np.testing.assert_array_equal(h["members"], [3, 2, 2, 1, 1])
    np.testing.assert_array_equal(h["pupils"], [1, 0, 1, 0, 0])
    np.testing.assert_array_equal(h["elders"], [0, 2, 0, 0, 0])
    first = p["household"] == 0
    np.testing.assert_array_equal(p["age"][first], [44, 41, 12])
    np.testing.assert_array_equal(p["alive"][first], True)
    np.testing.assert_array_equal(p["activity"][first], [2, 0, -1])
    np.testing.assert_array_equal(np.bincount(p["household"], ~p["alive"]), [0, 0, 1, 2, 0])  # a girl, a woman of 30


def test_without_a_village_table_villages_come_from_the_households(region, tmp_path):
    lines = [line.split(",") for line in HOUSEHOLDS.splitlines()]
    counties = ["county", "Fuping", "Fuping", "Fuping", "Fuping", "Yi"]
    text = "\n".join(",".join([*line, county]) for line, county in zip(lines, counties, strict=True))
    data = build_region_data(region(households=text))
    assert len(data.villages["uid"]) == 3
    np.testing.assert_array_equal(data.counties["households"], [4, 1])


def test_weights_enterprises_and_budgets_reach_the_region(region):
    villages = VILLAGES.replace("water", "weight").replace(",0.5", ",20").replace(",0,1\n", ",0,5\n")
    villages = villages.replace(",0,1,", ",0,1,3")
    enterprises = "enterprise,county,kind,jobs,capital\nE1,阜平县,leading enterprise,30,\nE2,阜平县,1,12,5000\n"
    budgets = "instrument,year,yuan\ndibao,2014,100000\ndibao,2015,120000\n"
    path = region(households=HOUSEHOLDS, villages=villages, enterprises=enterprises, budgets=budgets)
    data = build_region_data(path)
    np.testing.assert_array_equal(data.households["weight"], [20, 20, 3, 3, 5])
    np.testing.assert_array_equal(data.counties["households"], [46, 5])
    np.testing.assert_array_equal(data.enterprises["jobs"], [30, 12])
    np.testing.assert_array_equal(
        data.enterprises["capital"], [30 * load_profile(path).enterprise.capital_per_job, 5000]
    )
    assert (data.persons["employer"][data.households["county"][data.persons["household"]] == 1] == -1).all()
    assert data.budgets == {"dibao": {2014: 100000.0, 2015: 120000.0}}
    assert not data.counties["fully_simulated"].any()


def test_tables_are_sampled_by_whole_villages(region):
    rows = [f"h{v}-{k},v{v},0,1,2,0,Fuping" for v in range(60) for k in range(v % 3 + 1)]
    path = region(households="household,village,children,pupils,workers,elders,county\n" + "\n".join(rows))
    whole, part = build_region_data(path, 1.0), build_region_data(path, 0.2)
    assert len(part.households["uid"]) == pytest.approx(0.2 * 120, abs=5)
    assert part.villages["weight"] @ part.villages["households"] == pytest.approx(120)
    rows = np.searchsorted(whole.households["uid"], part.households["uid"])
    np.testing.assert_array_equal(part.households["capital"], whole.households["capital"][rows])
    assert {fit.margin.name for fit in fit_margins(load_profile(path), whole)} >= {"households", "capital"}


# how files may be written


def test_utf8_with_a_mark_gbk_and_parquet_are_read_alike(region, tmp_path):
    plain = build_region_data(region(households=HOUSEHOLDS, villages=VILLAGES))
    for encoding in ("utf-8-sig", "gbk"):
        path = region(households=HOUSEHOLDS.encode(encoding), villages=VILLAGES.encode(encoding))
        _same(plain, build_region_data(path))
    file = tmp_path / "mine-tables" / "households.csv"
    path = region(households=HOUSEHOLDS)
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT * FROM '{file.as_posix()}') TO '{file.with_suffix('.parquet').as_posix()}'")
    file.unlink()
    _same(plain, build_region_data(path))


def test_windows_line_ends_spare_columns_and_empty_last_rows_do_no_harm(region):
    plain = build_region_data(region(households=HOUSEHOLDS, villages=VILLAGES))
    messy = "".join(f"{line} ,,\r\n" for line in HOUSEHOLDS.splitlines()) + ",,,\r\n\r\n"
    _same(plain, build_region_data(region(households=messy, villages=VILLAGES)))


# mistakes

GOOD = "household,village,county,children,pupils,workers,elders,land\nH1,V1,Fuping,0,1,2,0,5\nH2,V1,Fuping,0,0,2,1,4\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "H2,V1,Fuping,0,0,2,1,4",
            "H2,V1,Fuping,0,0,2,1,four",
            r"row 3, column land: 'four'; allowed: a number from 0 to 200 mu",
        ),
        ("2,0,5", "2,0,5000", r"row 2, column land: '5000'; allowed: a number from 0 to 200"),
        ("2,0,5", "2,0,nan", r"row 2, column land: 'nan'; allowed"),
        ("0,1,2,0", "0,1.5,2,0", r"row 2, column pupils: '1.5'; allowed: a whole number"),
        ("0,1,2,0", "0,,2,0", r"row 2, column pupils: the cell is empty; allowed: a whole number"),
        (",land\n", ",lnad\n", r"row 1: unknown column 'lnad'; did you mean 'land'"),
        (",land\n", ",workers\n", r"row 1: two columns 'workers'; keep one"),
        ("workers", "other_adults", r"the column 'workers' is missing; required: household, village, children, pupils"),
        ("0,0,2,1,4", "0,0,0,0,4", r"row 3, column household: 'H2' has 0 members; allowed: 1 to 15"),
        ("0,0,2,1,4", "9,9,2,1,4", r"row 3, column household: 'H2' has 21 members"),
        ("H2,V1", "H1,V1", r"row 3, column household: 'H1' stands in row 2 too"),
        ("H2,V1,Fuping", "H2,V1,Fuqing", r"row 3, column county: no county 'Fuqing' in mine; did you mean 'Fuping'"),
        ("H2,V1,Fuping", "H2,V1,Yi", r"row 3, column county: village 'V1' is in another county in row 2"),
        ("H2,V1,Fuping,0,0,2,1,4", "H2,V1,Fuping,0,0,2,1", r"row 3: 7 cells; allowed: 8, as in the heading"),
        ("\nH2", "\n\nH2", r"row 3: an empty row within the table; remove it"),
        ("H1,V1,Fuping,0,1,2,0,5\nH2,V1,Fuping,0,0,2,1,4\n", "", r"the table has no rows"),
        (GOOD, GOOD.replace(",", ";"), r"row 1: the columns are not separated by commas"),
    ],
)
def test_a_mistake_is_named_with_file_row_and_column(region, old, new, said):
    with pytest.raises(FupinError, match=said) as raised:
        build_region_data(region(households=GOOD.replace(old, new)))
    assert "households.csv" in str(raised.value)


def test_a_check_of_a_scenario_reads_the_tables_of_its_region(region, tmp_path, capsys):
    for households, code in ((GOOD, 0), (GOOD.replace("0,1,2,0", "0,1.5,2,0"), 2)):
        scenario = tmp_path / "s.toml"
        scenario.write_text(f'region = "{region(households=households).as_posix()}"\n', encoding="utf-8")
        with pytest.raises(SystemExit) as caught:
            main(["scenario", "check", str(scenario), "--lang", "en"])
        assert (caught.value.code or 0) == code
        told = capsys.readouterr()
        assert "is valid" in told.out if code == 0 else "row 2, column pupils: '1.5'" in told.err


def test_tables_must_fit_together(region):
    with pytest.raises(FupinError, match=r"row 2, column village: no village 'V1' in villages; did you mean 'V11'"):
        build_region_data(region(households=GOOD, villages="village,county\nV11,Fuping\n"))
    with pytest.raises(FupinError, match=r"column 'children' is counted from the persons table; remove it"):
        build_region_data(region(villages="village,county\nV1,Fuping\n", persons="household,age,female\nH1,30,1\n"))
    bare = "household,village\nH1,V1\nH2,V1\n"
    with pytest.raises(FupinError, match=r"row 3, column household: 'H2' has 0 members; allowed: 1 to 15"):
        build_region_data(region(households=bare))
    with pytest.raises(FupinError, match=r"persons\.csv, row 2, column household: no household 'H9'"):
        build_region_data(region(persons="household,age,female\nH9,30,1\n"))


def test_what_is_counted_is_whole_and_what_is_a_mean_is_not_cut_off(region):
    data = build_region_data(region(households=HOUSEHOLDS.replace("是,9", "是,8.5"), villages=VILLAGES))
    assert data.households["schooling"][0] == 8.5
    people = "household,age,female,schooling\n甲一,44.5,0,8.5\n"
    with pytest.raises(FupinError, match=r"row 2, column age: '44\.5'; allowed: a whole number from 0 to 105"):
        build_region_data(region(households="household,village\n甲一,槐树村\n", villages=VILLAGES, persons=people))
    people = people.replace("44.5", "44")
    data = build_region_data(region(households="household,village\n甲一,槐树村\n", villages=VILLAGES, persons=people))
    assert data.persons["schooling"][0] == 8.5
    assert len(data.villages["uid"]) == 3
    assert np.isfinite(data.counties["quota"]).all()  # of villages without a household in a county of their own too


def test_a_folder_without_households_and_unknown_files_are_refused(region, tmp_path):
    path = region(villages=VILLAGES)
    with pytest.raises(FupinError, match=r"holds no households\.csv"):
        build_region_data(path)
    region(households=GOOD, village=VILLAGES)
    with pytest.raises(FupinError, match="unknown table 'village'; did you mean 'villages'"):
        build_region_data(path)
    (tmp_path / "mine-tables" / "village.csv").unlink()
    (tmp_path / "mine-tables" / "households.parquet").write_bytes(b"no parquet")
    with pytest.raises(FupinError, match=r"there is a households\.csv too; keep one"):
        build_region_data(path)
    (tmp_path / "mine-tables" / "households.csv").unlink()
    with pytest.raises(FupinError, match=r"households\.parquet: not a Parquet file"):
        build_region_data(path)


def test_text_in_no_known_encoding_is_refused(region):
    with pytest.raises(FupinError, match="row 2: neither UTF-8 nor GBK"):
        build_region_data(region(households=GOOD.encode().replace(b"H1", b"\xff\xff")))


def test_counties_that_no_table_names_are_asked_for(region):
    with pytest.raises(FupinError, match="no column 'county' says where each row lies; allowed: one of Fuping"):
        build_region_data(region(households=GOOD.replace("county", "ill").replace("Fuping", "0")))


def test_an_area_without_villages_is_refused(region):
    with pytest.raises(FupinError, match="no village of mine lies in Quyang"):
        build_region_data(region(households=GOOD), area=["Quyang"])


# beginning a region


def test_new_writes_a_profile_and_tables_that_work_as_they_are(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stopped:
        main(["region", "new", "太行"])
    assert not stopped.value.code
    assert load_profile("太行.toml").name == "太行"
    text = (tmp_path / "太行.toml").read_text(encoding="utf-8").replace("# tables = ", "tables = ")
    (tmp_path / "太行.toml").write_text(text, encoding="utf-8")
    data = build_region_data("太行.toml")
    assert len(data.households["uid"]) == 1
    assert data.households["land"][0] == 7.5
    assert len(capsys.readouterr().out.splitlines()) == 7


def test_the_table_of_persons_works_when_it_is_moved_up(tmp_path):
    write_region("mine", tmp_path)
    folder = tmp_path / "mine-tables"
    shutil.move(folder / "optional" / "persons.csv", folder / "persons.csv")
    with (folder / "households.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    counted = {column.name for column in TABLES["households"] if column.unit == "persons"} | {FROM_PERSONS}
    with (folder / "households.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [name for name in rows[0] if name not in counted], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    profile = tmp_path / "mine.toml"
    text = profile.read_text(encoding="utf-8").replace("# tables = ", "tables = ")
    profile.write_text(text, encoding="utf-8")
    assert build_region_data(profile).households["members"].tolist() == [1]


def test_new_overwrites_nothing(tmp_path):
    write_region("mine", tmp_path)
    with pytest.raises(FupinError, match=r"mine\.toml: exists already"):
        write_region("mine", tmp_path)
    (tmp_path / "mine.toml").unlink()
    with pytest.raises(FupinError, match="mine-tables: exists already"):
        write_region("mine", tmp_path)
    with pytest.raises(FupinError, match="cannot be a name"):
        write_region("../mine", tmp_path)
    with pytest.raises(FupinError, match="there is no such folder"):
        write_region("mine", tmp_path / "nowhere")


def test_every_column_is_described_in_both_languages():
    text = describe_tables()
    for table, columns in TABLES.items():
        assert f"## {table}" in text
        for column in columns:
            assert f"| {column.name} | " in text
            assert column.zh
            assert column.en


@pytest.mark.parametrize(
    ("county", "said"),
    [
        ("Fuqing", r"row 3, column county: no county 'Fuqing' in mine; did you mean 'Fuping'"),
        ("Yi", r"row 3, column county: the village of this household lies in Fuping \(see villages\)"),
    ],
)
def test_a_county_that_is_not_the_villages_is_not_passed_over(region, county, said):
    villages = "village,county\nV1,Fuping\n"
    with pytest.raises(FupinError, match=said):
        build_region_data(region(households=GOOD.replace("H2,V1,Fuping", f"H2,V1,{county}"), villages=villages))
    build_region_data(region(households=GOOD.replace("H2,V1,Fuping", "H2,V1,"), villages=villages))
