"""Sounds: tunes and voice-like tones, computed from tables so that half a minute takes a moment."""

import array
import functools
import math
import random
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

import av

Sound: TypeAlias = "array.array[int]"  # 16-bit samples, one channel

RATE = 22050  # samples a second of everything made here; encoders convert
RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)  # what an MP3 can carry
BLOCK = 4096
HUMS = 4

_CYCLE = 4096
_CHARACTER_S = {"wide": 0.24, "narrow": 0.07, "stop": 0.3, "space": 0.05}
_PAUSE = re.compile(r"<#(\d+(?:\.\d+)?)#>")
_GESTURE = re.compile(r"\((laughs|sighs|coughs|clears throat|gasps|sniffs|groans|yawns)\)")
_SCALE = (0, 2, 4, 7, 9, 12, 14, 16)  # pentatonic: whatever follows whatever sounds right
_CHORDS = ((0, 4, 7), (-3, 0, 4), (5, 9, 12), (7, 11, 14))


def tune(digest: str, seconds: float, *, sung: bool) -> Sound:
    """A tune: eight bars over four chords, repeated until the time is over."""
    dice = random.Random(digest)
    root, beat_s = 196.0 * 2 ** (dice.randint(0, 9) / 12), dice.choice((0.25, 0.3, 0.36))
    wave = _wave((1.0, 0.5, 0.35, 0.2) if sung else (1.0, 0.3, 0.1))
    loop: Sound = array.array("h")
    chords: list[list[Sound]] = []
    for bar in range(8):
        if len(loop) >= seconds * RATE:
            break
        if bar < len(_CHORDS):
            chords.append([_tone(wave, root / 2 * 2 ** (step / 12), beat_s * 8, 2200) for step in _CHORDS[bar]])
        lead: Sound = array.array("h")
        for _ in range(4):
            step = dice.choice(_SCALE)
            lead += _tone(wave, root * 2 ** (step / 12), beat_s * 2, 6500)
        loop += _mix([*chords[bar % len(_CHORDS)], lead])
    return _cut(loop, seconds)


def speech(text: str, voice: str, speed: float) -> Sound:
    """Tones in the rhythm of a text: one per character, silence where it pauses."""
    dice = random.Random(voice)
    base, wave = dice.uniform(95, 250), _wave([1.0, *(dice.uniform(0.1, 0.9) for _ in range(5))])
    known: dict[tuple[int, float], Sound] = {}
    spoken: Sound = array.array("h")
    for pitch, seconds in _syllables(text):
        key = (pitch, seconds / speed)
        if key not in known:
            known[key] = _tone(wave, base * 2 ** (pitch / 12), key[1], 9000) if pitch >= 0 else _silence(seconds)
        spoken += known[key]
    return spoken or _silence(0.2)


def hum(digest: str, seconds: float) -> Sound:
    """A quiet tune to lie under a video: one of a few, each computed once."""
    return _hummed(random.Random(digest).randrange(HUMS), seconds)


@functools.lru_cache(maxsize=32)
def _hummed(number: int, seconds: float) -> Sound:
    return array.array("h", (sample // 4 for sample in tune(f"hum {number}", seconds, sung=False)))


def decoded(path: Path, seconds: float) -> Sound:
    """The sound of a file, cut or filled with silence to a length."""
    sound: Sound = array.array("h")
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(str(path)) as container:
        for frame in container.decode(container.streams.audio[0]):
            for piece in resampler.resample(frame):
                sound.frombytes(bytes(piece.planes[0])[: piece.samples * 2])
            if len(sound) > seconds * RATE:
                break
    return (sound + _silence(max(0.0, seconds - len(sound) / RATE) + 0.1))[: round(seconds * RATE)]


def frames(sound: Sequence[int]) -> Iterator[av.AudioFrame]:
    """A sound in the pieces that encoders take."""
    data = memoryview(array.array("h", sound))
    for start in range(0, len(data), BLOCK):
        piece = data[start : start + BLOCK]
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(piece))
        frame.planes[0].update(piece.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        yield frame


def save(sound: Sequence[int], path: Path, format: str, rate: int) -> None:
    """Write a sound as mp3 or wav at a sample rate."""
    codec = "libmp3lame" if format == "mp3" else "pcm_s16le"
    with av.open(str(path), "w", format=format) as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        assert isinstance(stream, av.AudioStream)
        if format == "mp3":
            stream.bit_rate = 64_000
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=rate)
        for frame in [*frames(sound), None]:
            for piece in resampler.resample(frame):
                container.mux(stream.encode(piece))
        container.mux(stream.encode(None))


def music_seconds(prompt: str, digest: str) -> float:
    """How long a piece should be: as its prompt says ("30-second", "8 to 12 seconds", "15 秒"), else 20 to 30 s."""
    unit = r"\s*-?\s*(?:seconds?|secs?|s\b|秒)"
    if found := re.search(rf"(\d{{1,3}})\s*(?:to|-|–|~|到|至)\s*(\d{{1,3}}){unit}", prompt, re.IGNORECASE):
        wish = (int(found[1]) + int(found[2])) / 2
    elif found := re.search(rf"(\d{{1,3}}){unit}", prompt, re.IGNORECASE):
        wish = int(found[1])
    else:
        wish = 20 + int(digest[:4], 16) % 11
    return float(min(max(wish, 4), 180))


def _syllables(text: str) -> Iterator[tuple[int, float]]:
    """Pitch (in half tones; -1 is silence) and length of each sign, at speed 1."""
    place = 0
    while place < len(text):
        if found := _PAUSE.match(text, place):
            yield -1, min(float(found[1]), 60.0)
        elif found := _GESTURE.match(text, place):
            yield from ((pitch, 0.12) for pitch in (9, 7, 5, 3))
        if found:
            place = found.end()
            continue
        letter, place = text[place], place + 1
        if letter.isspace():
            yield -1, _CHARACTER_S["space"]
        elif not letter.isalnum():
            yield -1, _CHARACTER_S["stop"]
        else:
            yield ord(letter) % 8, _CHARACTER_S["wide" if ord(letter) > 0x2E80 else "narrow"]


def _wave(partials: Sequence[float]) -> list[float]:
    """One cycle of a sound with these overtones, between -1 and 1."""
    turn = 2 * math.pi / _CYCLE
    total = sum(partials)
    return [sum(part * math.sin((n + 1) * i * turn) for n, part in enumerate(partials)) / total for i in range(_CYCLE)]


def _tone(wave: list[float], hertz: float, seconds: float, loudness: float) -> Sound:
    """A note that swells quickly and fades."""
    count, step, last = round(seconds * RATE), hertz * _CYCLE / RATE, _CYCLE - 1
    attack = max(1, min(count // 6, RATE // 50))
    fade = loudness / max(1, count - attack)
    swell = (int(wave[int(i * step) & last] * loudness * i / attack) for i in range(attack))
    decay = (int(wave[int(i * step) & last] * (count - i) * fade) for i in range(attack, count))
    return array.array("h", [*swell, *decay])


def _silence(seconds: float) -> Sound:
    return array.array("h", bytes(2 * round(seconds * RATE)))


def _mix(tracks: Sequence[Sound]) -> Sound:
    return array.array("h", map(sum, zip(*tracks, strict=False)))


def _cut(loop: Sound, seconds: float) -> Sound:
    count = round(seconds * RATE)
    return (loop * (count // len(loop) + 1))[:count]
