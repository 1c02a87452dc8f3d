"""Measurements of speed: the bot in a process of its own, played platforms and the simulator in theirs."""
