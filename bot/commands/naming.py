"""How a job and one of its results are named: `K7Q2`, `#k7q2`, and `K7Q2/2` for its second picture."""

_AROUND = "#.,，。"  # what comes along when an id is typed or copied


def job_of(word: str) -> str:
    """The job's id."""
    return word.strip(_AROUND).partition("/")[0].upper()


def line_of(word: str) -> str:
    """The result as it is named in a line: K7Q2, K7Q2/2."""
    number = number_of(word)
    return job_of(word) if number == 1 else f"{job_of(word)}/{number}"


def number_of(word: str) -> int:
    """Which of its results is meant, from 1; the first one where none is said, 0 for what is no number."""
    _, slash, number = word.strip(_AROUND).partition("/")
    return (int(number) if number.isdecimal() else 0) if slash else 1
