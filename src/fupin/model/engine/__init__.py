"""The compiled engine: the rules as they stand, traced once, written down as loops and compiled by Numba.

`symbols` are values that remember how they were made; a process called with symbols in the place of columns leaves the
whole of its arithmetic behind (`tracing`); `writing` makes one loop of it; `kernels` compiles the loop, keeps it on
disk (`store`) and runs it. No equation is written a second time.
"""
