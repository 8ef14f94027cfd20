"""A classic Mesa example: everybody starts with one coin and gives one away to somebody at random."""

from mesa import Agent, DataCollector, Model


def compute_gini(model):
    wealths = sorted(model.agents.get("wealth"))
    n = len(wealths)
    below = sum(wealth * (n - i) for i, wealth in enumerate(wealths)) / (n * sum(wealths))
    return 1 + 1 / n - 2 * below


class MoneyAgent(Agent):
    def __init__(self, model, wealth=1):
        super().__init__(model)
        self.wealth = wealth
        self.history = []
        self.luck = self.rng.normal()

    def exchange(self):
        if self.wealth > 0:
            other = self.random.choice(self.model.agents)
            if other is not self:
                other.wealth += 1
                self.wealth -= 1
                self.history.append(other.unique_id)

    def leave(self):
        if self.wealth == 0 and len(self.model.agents) > 5:
            self.remove()

    def windfall(self):
        self.wealth += 3


class Saver(MoneyAgent):
    def exchange(self):
        if self.wealth > 3:
            super().exchange()


class MoneyModel(Model):
    def __init__(self, n=20, rng=None):
        super().__init__(rng=rng)
        MoneyAgent.create_agents(self, n, wealth=[1 + i % 2 for i in range(n)])
        Saver.create_agents(self, n // 4, 5)
        self.datacollector = DataCollector(
            model_reporters={"gini": compute_gini, "agents": lambda model: len(model.agents)},
            agent_reporters={"wealth": "wealth", "given": lambda agent: agent.history},
            agenttype_reporters={Saver: {"wealth": "wealth"}},
        )
        self.schedule_event(self.agents.to_list()[3].windfall, at=2.5)
        self.datacollector.collect(self)

    def step(self):
        self.agents.shuffle_do("exchange")
        if self.steps % 3 == 0:
            self.agents.select(lambda agent: agent.luck < 0).do("leave")
        if self.steps % 4 == 0:
            richest = self.agents.sort("wealth").select(at_most=2)
            Saver.create_agents(self, len(richest), wealth=richest.get("wealth"))
        self.datacollector.collect(self)
