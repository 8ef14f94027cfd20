"""The compiled engine: the rules as they stand, traced once, written down as loops and compiled by Numba.

`symbols` are values that remember how they were made; a process called with symbols in the place of columns leaves the
whole of its arithmetic behind (`tracing`); `writing` makes a loop of it, in `pieces` if it is long, from `mathematics`
that can be vectorised; `compiling` and `store` turn it into machine code and keep that on disk; `sharing` runs it in
several threads. Processes are declared with `kernels.rowwise`, `among` (who is meant?) or `families` (sums over
members); `drawing` makes the draws of everything else; `choice` says which engine a region runs on, `at_work` which one
is at work. No equation is written a second time. One algorithm is, for speed: `queueing` does in loops (`queue_loops`)
what `processes/queue.py` does with arrays, to the last bit.
"""
