"""The process that runs transforms, one call after the other: `python -m gateway.destinations.transforms.worker`.

Questions come in on standard input, answers go out on standard output, both as they were when it began; functions see neither. It
ends when its input does.
"""

import json
import os
import signal
from collections.abc import Callable
from importlib.metadata import EntryPoint
from typing import Any, BinaryIO

import msgspec

from gateway.destinations.transforms.messages import (
    MOST_OF_A_FAILURE,
    MOST_RESULT_BYTES,
    Answer,
    Apply,
    Failure,
    Load,
    Question,
    Result,
)

OVERTIME_S = 2.0
"""Beyond a limit, for the gateway to end this process. After that it has gone itself, or cannot."""

Function = Callable[[list[Any]], Any]


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Until there are no more questions."""
    decoder = msgspec.json.Decoder(Question)
    functions: dict[str, Function] = {}
    for line in questions:
        question = decoder.decode(line)
        # By the kernel's own alarm: it comes even to a function that never lets go of the interpreter.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, question.limit_s + OVERTIME_S)
        answer = msgspec.json.encode(_answer(question, functions))
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(answer + b"\n")
        answers.flush()


def _answer(question: Question, functions: dict[str, Function]) -> Answer:
    match question:
        case Load():
            return _load(question, functions)
        case Apply():
            return _apply(question, functions[question.target])


def _load(question: Load, functions: dict[str, Function]) -> Answer:
    try:
        functions[question.target] = EntryPoint("", question.target, "").load()
    except BaseException as error:  # whatever the operator's module does, SystemExit too, is told
        return Failure(what=f"cannot be loaded: {_described(error)}")
    return Result()


def _apply(question: Apply, function: Function) -> Answer:
    try:
        value = function(question.records)
    except BaseException as error:  # as above
        return Failure(what=f"failed: {_described(error)}")
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
        msgspec.json.decode(text)  # the gateway reads it so
    except Exception as error:  # a value may run code of the operator's while it is written
        return Failure(what=f"returned what is no JSON: {_described(error)}")
    if len(text) > MOST_RESULT_BYTES:
        return Failure(what=f"returned {len(text)} bytes of JSON, more than {MOST_RESULT_BYTES}")
    return Result(content=msgspec.Raw(text))


def _described(error: BaseException) -> str:
    try:
        message = str(error)
    except Exception:  # a class of the operator's own
        message = ""
    text = f"{type(error).__name__}: {message}" if message else type(error).__name__
    return text.encode(errors="replace").decode()[:MOST_OF_A_FAILURE]


def main() -> None:
    """Keeps the two pipes to itself: what functions read is empty, and what they print goes nowhere."""
    questions, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    with os.fdopen(questions, "rb") as source, os.fdopen(answers, "wb") as sink:
        serve(source, sink)


if __name__ == "__main__":
    main()
