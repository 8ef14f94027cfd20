"""The simulated world: agents in columns, rules, draws, money and the month. Imports nothing else of ours."""
