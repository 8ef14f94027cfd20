"""Members of households: who can work, who learns, who is ill, and what each worker does."""

from __future__ import annotations

from fupin.model.agent import ArrayAgent
from fupin.model.columns import Column

PER_HOUSEHOLD = 64  # keys kept for a household's members
SKILLED = 0.1  # job skill from which a worker counts as having learnt a trade
OWN, LOCAL, MIGRANT, POST, CARE = range(5)
ACTIVITIES = {-1: "none", OWN: "own", LOCAL: "local", MIGRANT: "migrant", POST: "post", CARE: "care"}
ACTIVITY_LABELS = {
    OWN: ("自家经营", "own farm or business"),
    LOCAL: ("本地务工", "local wage job"),
    MIGRANT: ("外出务工", "migration"),
    POST: ("公益岗位", "public post"),
    CARE: ("照料或闲置", "care or idle"),
}
NOT_IN_SCHOOL, PRIMARY, JUNIOR, SENIOR, VOCATIONAL, COLLEGE = range(6)
STAGES = {
    NOT_IN_SCHOOL: "out of school",
    PRIMARY: "primary",
    JUNIOR: "junior high",
    SENIOR: "senior high",
    VOCATIONAL: "vocational",
    COLLEGE: "college",
}
# years of school at the end of a stage: six, three and three, and four of college; vocational as senior high
YEARS = {PRIMARY: 6.0, JUNIOR: 9.0, SENIOR: 12.0, COLLEGE: 16.0}


class Person(ArrayAgent):
    """One member of a household. A row with `alive` false is a free place for a birth."""

    uid = Column("i8", "", "成员编号", "key of the person", "key of all draws; household uid x 64 + place", low=0)
    household = Column("i8", "row", "所属户", "household", "row of the household", low=0)
    alive = Column("?", "", "在世", "alive", "false: a free place or a member who died", low=0, high=1)
    female = Column("?", "", "女性", "female", low=0, high=1)
    age = Column("f8", "years", "年龄", "age", "completed years, advanced each January", low=0, high=105)
    schooling = Column("f8", "years", "受教育年限", "schooling", "completed years of schooling", low=0, high=19)
    stage = Column("i1", "code", "就学阶段", "school stage", choices=STAGES, low=0, high=5)
    skill = Column("f8", "share", "技能", "skill", "job skill gained by training and on the job", low=0, high=1)
    talent = Column("f8", "log", "工资能力", "wage effect", "lasting log wage effect of the person", low=-1, high=1)
    wage_luck = Column("f8", "log", "工资波动", "wage luck", "AR(1) log wage shock", low=-1.5, high=1.5)
    chronic = Column("?", "", "慢性病", "chronically ill", low=0, high=1)
    disabled = Column("?", "", "残疾", "disabled", low=0, high=1)
    illness_loss = Column("f8", "share", "病损", "capacity lost to illness", "while months remain", low=0, high=1)
    illness_months = Column("f8", "months", "病程剩余", "months of severe illness left", low=0, high=120)
    able = Column("?", "", "有劳动能力", "able to work", "of working age, out of school, not disabled", low=0, high=1)
    capacity = Column(
        "f8", "worker", "劳动能力", "labour capacity", "1 for a healthy worker; elders less", low=0, high=1
    )
    pay = Column("f8", "factor", "工资系数", "pay", "pay factor times labour capacity", low=0, high=12)
    turn = Column(
        "i1", "quarter", "决策季", "turn", "quarter of the year in which a worker thinks again", low=0, high=3
    )
    restless = Column("?", "", "待重新选择", "must choose again", "after an event: illness, lost job, graduation, move")
    activity = Column(
        "i1", "code", "从业", "activity", "-1 outside the labour force", default=-1, choices=ACTIVITIES, low=-1, high=4
    )
    employer = Column("i8", "row", "雇主", "employer", "row of the enterprise, -1 none", default=-1, low=-1)
    post = Column("i8", "code", "公岗来源", "post", "key of the instrument that pays it; -1 none", default=-1, low=-1)
    post_wage = Column("f8", "yuan/year", "公岗年薪", "pay of the post held", low=0, high=100000)
    tenure = Column("f8", "months", "在岗时间", "tenure", "months in the present activity", low=0, high=600)
    non_resident = Column("?", "", "非常住", "non-resident migrant", "not a resident member by the survey rule")
    priority = Column("f8", "share", "求职次序", "place in the queue", "fixed uniform number of the job seeker")
    taste_epoch = Column("i8", "", "偏好期", "epoch of tastes", "number of times the tastes were renewed", low=0)
    taste_own = Column("f8", "utils", "偏好：自营", "taste for own work", low=-5, high=20)
    taste_local = Column("f8", "utils", "偏好：本地务工", "taste for local jobs", low=-5, high=20)
    taste_migrant = Column("f8", "utils", "偏好：外出", "taste for migration", low=-5, high=20)
    taste_post = Column("f8", "utils", "偏好：公岗", "taste for public posts", low=-5, high=20)
    taste_care = Column("f8", "utils", "偏好：照料", "taste for care or leisure", low=-5, high=20)
    school_aid = Column("f8", "yuan/year", "教育资助", "education aid", "stipends this school year", low=0, high=20000)
    vocational_aid = Column(
        "f8", "yuan/year", "职教补助", "vocational subsidy", "offered this school year", low=0, high=20000
    )

    craft = Column("f4", "0-1", "手工熟练度", "practice in piece work at home", low=0, high=1)
    brand = Column("?", "", "劳务品牌", "holds the certificate of a labour brand", low=0, high=1)
    pension_account = Column(
        "f8", "yuan", "养老个人账户", "pension account", "premiums paid by the budget", low=0, high=1e5
    )

    def step(self) -> None:
        """The person's part of the month: in January luck and learning move on, and with them capacity and pay."""
        from fupin.model import steps  # steps know every process, and processes know the agents

        steps.step("person", self)
