"""Members of households: who can work, who learns, who is ill, and what each worker does."""

from __future__ import annotations

from fupin.labels import Label
from fupin.model.agent import ArrayAgent
from fupin.model.columns import Column

PER_HOUSEHOLD = 64  # keys kept for a household's members
SKILLED = 0.1  # job skill from which a worker counts as having learnt a trade
OWN, LOCAL, MIGRANT, POST, CARE = range(5)
ACTIVITIES = {
    -1: Label("无", "none"),
    OWN: Label("自营", "own"),
    LOCAL: Label("本地务工", "local"),
    MIGRANT: Label("外出", "migrant"),
    POST: Label("公岗", "post"),
    CARE: Label("照料", "care"),
}
ACTIVITY_LABELS = {
    OWN: ("自家经营", "own farm or business"),
    LOCAL: ("本地务工", "local wage job"),
    MIGRANT: ("外出务工", "migration"),
    POST: ("公益岗位", "public post"),
    CARE: ("照料或闲置", "care or idle"),
}
NOT_IN_SCHOOL, PRIMARY, JUNIOR, SENIOR, VOCATIONAL, COLLEGE = range(6)
STAGES = {
    NOT_IN_SCHOOL: Label("不在学", "out of school"),
    PRIMARY: Label("小学", "primary"),
    JUNIOR: Label("初中", "junior high"),
    SENIOR: Label("高中", "senior high"),
    VOCATIONAL: Label("中职", "vocational"),
    COLLEGE: Label("大学", "college"),
}
# years of school at the end of a stage: six, three and three, and four of college; vocational as senior high
YEARS = {PRIMARY: 6.0, JUNIOR: 9.0, SENIOR: 12.0, COLLEGE: 16.0}


class Person(ArrayAgent):
    """One member of a household. A row with `alive` false is a free place for a birth."""

    uid = Column(
        "i8", "", "成员编号", "key of the person", "key of all draws; household uid x 64 + place",
        "所有随机数的键：户编号×64＋序号", low=0,
    )  # fmt: skip
    household = Column("i8", "row", "所属户", "household", "row of the household", "户的行号", low=0)
    alive = Column(
        "?", "", "在世", "alive", "false: a free place or a member who died", "否：空位，或已去世", low=0, high=1
    )
    female = Column("?", "", "女性", "female", low=0, high=1)
    age = Column(
        "i4", "years", "年龄", "age", "completed years, advanced each January", "周岁，每年1月增加", low=0, high=105
    )
    schooling = Column(
        "f8", "years", "受教育年限", "schooling", "completed years of schooling", "完成的受教育年数", low=0, high=19
    )
    stage = Column("i1", "code", "就学阶段", "school stage", choices=STAGES, low=0, high=5)
    left_stage = Column(
        "i1", "code", "辍学阶段", "stage left unfinished", "in the last September; 0 none", "最近一个9月；0 无",
        choices=STAGES, low=0, high=5,
    )  # fmt: skip
    skill = Column(
        "f8", "share", "技能", "skill", "job skill gained by training and on the job", "培训和在岗学到的工作技能",
        low=0, high=1,
    )  # fmt: skip
    talent = Column(
        "f8", "log", "工资能力", "wage effect", "lasting log wage effect of the person", "个人持久的工资效应（对数）",
        low=-1, high=1,
    )  # fmt: skip
    wage_luck = Column(
        "f8", "log", "工资波动", "wage luck", "AR(1) log wage shock", "一阶自回归的工资冲击（对数）", low=-1.5, high=1.5
    )
    chronic = Column("?", "", "慢性病", "chronically ill", low=0, high=1)
    disabled = Column("?", "", "残疾", "disabled", low=0, high=1)
    illness_loss = Column(
        "f8", "share", "病损", "capacity lost to illness", "while months remain", "病程未满期间", low=0, high=1
    )
    illness_months = Column("f8", "months", "病程剩余", "months of severe illness left", low=0, high=120)
    dibao = Column("?", "", "低保对象", "on the allowance", "listed for dibao", "列入农村低保", low=0, high=1)
    able = Column(
        "?", "", "有劳动能力", "able to work", "of working age, out of school, not disabled",
        "劳动年龄、不在学、无残疾", low=0, high=1,
    )  # fmt: skip
    capacity = Column(
        "f8", "worker", "劳动能力", "labour capacity", "1 for a healthy worker; elders less",
        "健康劳动力为 1，老人较少", low=0, high=1,
    )  # fmt: skip
    pay = Column(
        "f8", "factor", "工资系数", "pay", "pay factor times labour capacity", "工资系数×劳动能力", low=0, high=12
    )
    turn = Column(
        "i1", "quarter", "决策季", "turn", "quarter of the year in which a worker thinks again",
        "劳动力在哪个季度重新考虑", low=0, high=3,
    )  # fmt: skip
    restless = Column(
        "?", "", "待重新选择", "must choose again", "after an event: illness, lost job, graduation, move",
        "患病、失业、毕业或搬迁之后",
    )  # fmt: skip
    activity = Column(
        "i1", "code", "从业", "activity", "-1 outside the labour force", "−1 不在劳动力中", default=-1,
        choices=ACTIVITIES, low=-1, high=4,
    )  # fmt: skip
    employer = Column(
        "i4", "row", "雇主", "employer", "row of the enterprise, -1 none", "企业的行号，−1 无", default=-1, low=-1
    )
    post = Column(
        "i4", "code", "公岗来源", "post", "key of the instrument that pays it; -1 none", "支付工资的工具之键，−1 无",
        default=-1, low=-1,
    )  # fmt: skip
    post_wage = Column("f8", "yuan/year", "公岗年薪", "pay of the post held", low=0, high=100000)
    tenure = Column(
        "i4", "months", "在岗时间", "tenure", "months in the present activity", "从事现有工作的月数", low=0, high=600
    )
    non_resident = Column(
        "?", "", "非常住", "non-resident migrant", "not a resident member by the survey rule", "按调查口径不算常住"
    )
    priority = Column(
        "f8", "share", "求职次序", "place in the queue", "fixed uniform number of the job seeker",
        "求职者固定的均匀随机数",
    )  # fmt: skip
    taste_epoch = Column(
        "i2", "", "偏好期", "epoch of tastes", "number of times the tastes were renewed", "偏好更新的次数", low=0
    )
    taste_own = Column("f8", "utils", "偏好：自营", "taste for own work", low=-5, high=20)
    taste_local = Column("f8", "utils", "偏好：本地务工", "taste for local jobs", low=-5, high=20)
    taste_migrant = Column("f8", "utils", "偏好：外出", "taste for migration", low=-5, high=20)
    taste_post = Column("f8", "utils", "偏好：公岗", "taste for public posts", low=-5, high=20)
    taste_care = Column("f8", "utils", "偏好：照料", "taste for care or leisure", low=-5, high=20)
    school_aid = Column(
        "f8", "yuan/year", "教育资助", "education aid", "stipends this school year", "本学年的资助", low=0, high=20000
    )
    vocational_aid = Column(
        "f8", "yuan/year", "职教补助", "vocational subsidy", "offered this school year", "本学年所给", low=0, high=20000
    )

    craft = Column("f4", "0-1", "手工熟练度", "practice in piece work at home", low=0, high=1)
    brand = Column("?", "", "劳务品牌", "holds the certificate of a labour brand", low=0, high=1)
    retiree = Column("?", "", "离退休人员", "draws retirement pay", "a former employee", "曾为职工", low=0, high=1)
    pension_account = Column(
        "f8", "yuan", "养老个人账户", "pension account", "premiums paid by the budget", "财政代缴的保费", low=0,
        high=1e5,
    )  # fmt: skip

    def step(self) -> None:
        """The person's part of the month: in January luck and learning move on, and with them capacity and pay."""
        from fupin.model import steps  # steps know every process, and processes know the agents

        steps.step("person", self)
