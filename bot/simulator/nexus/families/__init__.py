"""The models of nexus, one file per family; what such a file declares is told in bot.simulator.families."""
