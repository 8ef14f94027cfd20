"""Ages at which law and statistics draw a line, years. They are definitions; what depends on them is set elsewhere."""

from __future__ import annotations

SCHOOL = 6.0  # compulsory schooling begins (Compulsory Education Law of 2006, article 11)
SCHOOL_LATE = 8.0  # a child who has not begun by then does not (article 11 allows 7)
TEEN = 13.0  # junior high school begins in grade
WORK = 16.0  # least age of work (Labour Law, article 15), and compulsory schooling is over
ADULT = 18.0  # of full age (Civil Code, article 17)
MOTHER, MOTHER_LAST = 20.0, 35.0  # births fall from the first on and below the second (assumption: nearly all do)
OLD = 60.0  # old (Law on the Rights of the Elderly, article 2): the pension begins, labour is no longer counted
VERY_OLD = 80.0  # very old: the allowance for the aged begins, and nobody is expected to work
