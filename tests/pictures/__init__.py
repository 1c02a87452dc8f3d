"""Pictures of what members see: the bot speaks to played platforms, and what it sent is drawn and photographed.

`make pictures` makes docs/pictures anew. No word inside a message is written here: all of it was sent by the bot.
"""
