"""Rounds of a measurement within a time budget."""

import time


def rounds(wanted, seconds=None, least=3):
    """Numbers of rounds from 0: as many as `wanted`, and fewer once `seconds` are over, but `least` in any case."""
    began = time.monotonic()
    for turn in range(wanted):
        if seconds is not None and turn >= least and time.monotonic() - began >= seconds:
            return
        yield turn


class Budget:
    """The time of a whole run, shared by its sections: says what is measured, and how much is left."""

    def __init__(self, minutes, shares):
        self.seconds = minutes * 60
        self.shares = shares
        self.began = time.monotonic()
        self.done = 0

    def begin(self, section, what, say):
        """Says that a section begins; gives the seconds that it may take, of those that are left."""
        left = max(0, self.seconds - (time.monotonic() - self.began))
        names = list(self.shares)
        rest = sum(self.shares[name] for name in names[names.index(section):])
        mine = left * self.shares[section] / rest
        self.done += 1
        say(f"[{self.done}/{len(names)}] {section}: {what}; about {mine / 60:.0f} min, {left / 60:.0f} min left in all")
        return mine
