"""Every command once: adapters hand in what they heard and get back a Reply to translate.

`Commands.answer` takes a line, `Commands.press` a button; neither raises. `Commands.language` says in which language to
render; `Texts.render` turns each line of a Reply into a platform's text with that platform's `Markup`. `Presenter`
tells a job's platform what happens to it. `commands()` are the declarations, for slash trees and menus;
`menus.fields` says which fields a form shows of one, and `Commands.suggest` what it offers while they are typed in.

`Reply.kind` is one of message, queued, question, offer, ask, given, running, busy, done, failed, ping, late, cancelled,
error.
A question is over once it is answered; an offer's buttons stay good beside each other until they expire. An ask waits
for words: `Reply.asks` with them behind it is the line to answer next, with the same attachments as before.
`Reply.facts` holds JSON values for machine readers, always under these names:

- about a job: job, kind, model, operation, state, price_credits
- queued: place, own_before (own jobs that must end first), left_credits
- question: draft, kind, model, operation, price_credits, have_credits; offer: the first five of each in `offers`
- ask: command
- question about a gift, and given: promise, amount_credits, own_credits
- running: progress, ready_at; busy: retry_at; cancelled: free
- done, failed and cards: held_credits, used_credits, returned_credits, left_credits
- done: took_s, outputs; failed: failure
- error: `error` is {field, rule, value, allowed}, all of them in `errors`; or {key, …} with the message's parameters;
  of a fault of ours {key, reference}; cheaper ways are in `offers`
- lists: models, jobs, commands, options, settings
- /credits: left_credits, own_credits, allowance_credits, held_credits, used_credits, week_credits {kind: credits}
- `history`: each {at, kind, credits, job}; `days` of the chart: each {day, used_credits {kind: credits},
  returned_credits}
"""

from bot.commands.declaration import Action, Asking, Command, Given, Heard
from bot.commands.door import Commands
from bot.commands.menus import Field
from bot.commands.openings import Openings
from bot.commands.presenter import Presenter
from bot.commands.reception import Reception
from bot.commands.registry import commands
from bot.commands.suggest import Suggestion
from bot.commands.texts import LANGUAGES, Markup, Plain, Texts, relative, spoken

__all__ = [
    "LANGUAGES",
    "Action",
    "Asking",
    "Command",
    "Commands",
    "Field",
    "Given",
    "Heard",
    "Markup",
    "Openings",
    "Plain",
    "Presenter",
    "Reception",
    "Suggestion",
    "Texts",
    "commands",
    "relative",
    "spoken",
]
