"""What forms suggest while they are filled in: models, values, jobs, in the reader's language.

`Suggestions.of` takes a form as it stands (`Heard.fields` with what is typed so far) and the field in which the member
is; it answers at most 25 values with their labels from the catalogue, the same way that a request takes.
"""

from bot.commands.suggest.suggestion import Suggestion
from bot.commands.suggest.suggestions import Suggestions

__all__ = ["Suggestion", "Suggestions"]
